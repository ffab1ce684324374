"""Redeem: the partner that a code names takes the agreements over, as if its maker submitted."""

from dataclasses import replace

from django.conf import settings

from ofrecord.changes import refusals
from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.check import check
from ofrecord.changes.codes.refusals import (
    code_expired,
    code_limit,
    code_redeemed,
    code_unusable,
)
from ofrecord.changes.codes.secret import hashed
from ofrecord.changes.codes.telling import tell
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.models import CodedAgreement, Consent, Kind, PartnerChange, TransferCode
from ofrecord.changes.submit import submit
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.parties import limits
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.context import seeing

WHAT = "transfer_code"


def redeem(code: str, *, by: Actor) -> Submitted:
    """Redeem a code: one submit of its agreements, by the admin who made it, through the partner.

    What moved since it was made, or what the admin may not do any more, is refused as at any
    submit; while nothing goes through, the code can be redeemed again. A gaining partner that
    has to accept has done so with it. Refused as `code_unusable` (unknown, of another firm, or
    withdrawn), `code_redeemed`, `code_expired`, `code_limit` (429).
    """
    _count(by)
    with seeing(Actor.system()):
        known = _known(code, by)
        maker = _maker(known, by)
        references = _references(known)
        outcome = submit(
            list(references),
            known.partner.account_number,
            by=maker,
            reason=known.reason,
            fingerprints=_fingerprints(references, known, maker),
            cause=f"transfer_code/{known.pk}",
        )
        if not outcome.accepted:
            raise refusals.refused(outcome.items[0].refusals, outcome)
        _close(known, outcome, by)
        outcome = _accepted(outcome, by)
    wake.wake()
    return outcome


def _count(by: Actor) -> None:
    """Each try counts, also one that is refused: in a transaction of its own."""
    with seeing(Actor.system()):
        most = {f"partner/{id}": settings.OFRECORD_CODES_PER_PARTNER_PER_HOUR for id in by.partners}
        if by.person_id:
            most[f"person/{by.person_id}"] = settings.OFRECORD_CODES_PER_PERSON_PER_HOUR
        ends_at = limits.count(WHAT, most)
    if ends_at:
        raise refusals.refused([code_limit(ends_at)])


def _known(code: str, by: Actor) -> TransferCode:
    """The code under its lock, where this firm can redeem it now."""
    found = TransferCode.objects.filter(hash=hashed(code), partner_id__in=by.partners)
    known = found.select_related("partner", "made_by").select_for_update(of=("self",)).first()
    if known is None or known.withdrawn_at or not known.made_by.is_active:
        raise refusals.refused([code_unusable()])
    if known.redeemed_at:
        raise refusals.refused([code_redeemed()])
    if known.valid_until <= clock.business_now():
        raise refusals.refused([code_expired(known.valid_until)])
    return known


def _maker(known: TransferCode, by: Actor) -> Actor:
    """The partner's person, acting for the admin who made the code, with what that one sees."""
    admin = for_person(known.made_by, door=by.door)
    return replace(by, accounts=admin.accounts, partners=(), on_behalf_of=known.made_by.pk)


def _references(known: TransferCode) -> dict[str, int]:
    """The agreements of the code, and the version at which each last moved when it was made."""
    named = CodedAgreement.objects.filter(code=known).order_by("agreement__reference")
    return dict(named.values_list("agreement__reference", "moved_at_version"))


def _fingerprints(references: dict[str, int], known: TransferCode, maker: Actor) -> list[str]:
    """What the admin agreed to: today's preview, of the agreements as they stood then."""
    with seeing(maker):
        checks = check(list(references), by=maker, partner=known.partner.account_number)
    shown = [(each.fingerprint, references[each.reference]) for each in checks]
    return [str(replace(seen, agreement=str(version))) for seen, version in shown if seen]


def _close(known: TransferCode, outcome: Submitted, by: Actor) -> None:
    changes = [item.number for item in outcome.accepted]
    data = {"partner": known.partner.account_number, "changes": changes}
    known.redeemed_at = tell("transfer_code.redeemed", known, data, by)
    known.redeemed_by_id = by.person_id
    known.save(update_fields=["redeemed_at", "redeemed_by"])


def _accepted(outcome: Submitted, by: Actor) -> Submitted:
    """The same, with the gaining partner's consent given where it was asked."""
    numbers = [item.number for item in outcome.accepted]
    asked = Consent.objects.filter(change__number__in=numbers, kind=Kind.GAINING, answer="")
    if ids := list(asked.values_list("id", flat=True)):
        answer(ids, given=True, by=by)
    changes = PartnerChange.objects.filter(number__in=numbers)
    states = dict(changes.values_list("number", "state"))
    items = (
        each._replace(state=states.get(each.number or "", each.state)) for each in outcome.items
    )
    return replace(outcome, items=tuple(items))
