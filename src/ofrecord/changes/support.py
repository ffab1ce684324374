"""Support: an agent of the vendor makes the change that the customer could not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ofrecord.changes import decided, letters, overrides, refusals, requests, reviewed
from ofrecord.changes.cancel import call_off
from ofrecord.changes.carry_out import Submitted, carry_out, from_data
from ofrecord.changes.catch_up import catch_up
from ofrecord.changes.check import Check, Member, check_ids
from ofrecord.changes.consents.asking import asked
from ofrecord.changes.lifecycle import AWAITING
from ofrecord.changes.models import OPEN, PartnerChange
from ofrecord.changes.rows import Origin
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.verdicts import Verdict

OCCASION = "support"


@dataclass(frozen=True)
class Wish:
    """What the customer could not do alone.

    The partner of this number in place of the whole set, or of the named members of it; from a
    day on, or from now. `overrides` are the rules that may be overridden where they refuse,
    `supersedes` says that an open change is called off in the same act.
    """

    partner: str
    members: tuple[Member, ...] = ()
    effective_on: date | None = None
    overrides: tuple[str, ...] = ()
    supersedes: bool = False


def support(
    references: Sequence[str],
    wish: Wish,
    *,
    by: Actor,
    reason: str,
    cause: str = "",
    fingerprints: Sequence[str] = (),
    idempotency_key: str | None = None,
    all_or_nothing: bool = False,
) -> Submitted:
    """Change the partner of 1 to 10,000 agreements for their customers, and tell these so.

    `by` is a person of the vendor's support, acting for the customer's person (whose permission
    is judged then) or on nobody's behalf; `cause` names what asked for it (`case/NUMBER`). Every
    rule is judged; those of `wish.overrides` do not refuse where the policy lets the agent
    override them, and are recorded. What the policy says waits for a second person; such a
    change supersedes no open one, or both would be gone if it is declined.
    """
    wanted = list(dict.fromkeys(references))
    with seeing(by):
        content = _content(wanted, wish, reason, cause, fingerprints)
        receipt = requests.receive(OCCASION, idempotency_key, content, by=by)
        if receipt.answer is not None:
            outcome = from_data(receipt.answer)
        else:
            shown = reviewed.usable(wanted, reason, fingerprints, wish.effective_on)
            if wish.supersedes and len(wanted) > 1:
                raise refusals.refused([overrides.one_at_a_time()])
            ids = reviewed.lock(wanted, by)
            roles = overrides.agents_roles(by)
            catch_up(list(ids.values()))
            checks = previews(list(ids.values()), wish, by)
            found = {ref: checks.get(ids.get(ref, 0)) for ref in wanted}
            stale = {**reviewed.moved(found, shown), **_own(found, by)}
            judged = _judge(found, stale, wish, roles)
            called_off = _supersede(found, judged, wish, roles, by=by, reason=reason)
            outcome = carry_out(
                {ref: check and _overriding(check, wish.overrides) for ref, check in found.items()},
                judged,
                by=by,
                reason=reason,
                request_id=receipt.id,
                all_or_nothing=all_or_nothing,
                origin=Origin(cause=cause, supersedes=called_off),
            )
            receipt.keep(outcome.as_data())
    if outcome.accepted and not outcome.repeated:
        wake.wake()
    if len(wanted) == 1 and outcome.refused:
        raise refusals.refused(outcome.items[0].refusals, outcome)
    return outcome


def previews(ids: Sequence[int], wish: Wish, by: Actor) -> dict[int, Check]:
    """What the wish would do, with every rule that stands against it, by agreement.

    Call it inside `parties.context.seeing(by)`.
    """
    return check_ids(
        ids,
        partner=wish.partner,
        person=by.on_behalf_of,
        effective_on=wish.effective_on,
        occasion=OCCASION,
        members=wish.members,
    )


def _content(
    wanted: list[str], wish: Wish, reason: str, cause: str, fingerprints: Sequence[str]
) -> dict[str, object]:
    return {
        "agreements": wanted,
        "partner": wish.partner,
        "members": list(map(str, wish.members)),
        "effective_on": wish.effective_on.isoformat() if wish.effective_on else None,
        "overrides": sorted(wish.overrides),
        "supersedes": wish.supersedes,
        "reason": reason,
        "cause": cause,
        "fingerprints": sorted(fingerprints),
    }


def _own(found: dict[str, Check | None], by: Actor) -> dict[str, tuple[Verdict, ...]]:
    """Those of accounts in which the agent holds a role."""
    accounts = {ref: check.facts["account_id"] for ref, check in found.items() if check}
    own = overrides.own_accounts(by, set(accounts.values()))
    return {ref: (overrides.own_account(),) for ref, id in accounts.items() if id in own}


def _judge(
    found: dict[str, Check | None],
    stale: dict[str, tuple[Verdict, ...]],
    wish: Wish,
    roles: Sequence[str],
) -> dict[str, tuple[Verdict, ...]]:
    return {
        ref: stale[ref] or (_against(check, wish, roles) if check else ())
        for ref, check in found.items()
    }


def _against(check: Check, wish: Wish, roles: Sequence[str]) -> tuple[Verdict, ...]:
    return overrides.against(check, wish.overrides, roles, supersedes=wish.supersedes)


def _overriding(check: Check, codes: Collection[str]) -> Check:
    """The same check, with the rules that are overridden in it."""
    return replace(
        check, facts={**check.facts, "overridden": list(overrides.overridden(check, codes))}
    )


def _supersede(
    found: dict[str, Check | None],
    judged: dict[str, tuple[Verdict, ...]],
    wish: Wish,
    roles: Sequence[str],
    *,
    by: Actor,
    reason: str,
) -> tuple[int, str] | None:
    """Call the open change of the one agreement off, and look at it again: its id and number.

    Nothing is left to supersede where the agreement is refused or has no open change.
    """
    ((ref, check),) = found.items() if wish.supersedes else ((None, None),)
    if ref is None or check is None or judged[ref] or check.facts["open_change"] is None:
        return None
    id = check.facts["id"]
    (opened,) = PartnerChange.objects.filter(agreement=id, state__in=OPEN).values_list("id")
    (before,) = decided.load(opened)
    ended = call_off(before, by=by, reason=reason.strip())
    again = previews([id], wish, by)[id]
    against = _against(again, wish, roles)
    if not against and asked(_overriding(again, wish.overrides)):
        against = (overrides.second_person_asked(before.number),)
    if against:
        raise refusals.refused(against)
    found[ref] = again
    told = {party.partner_id for party in (*again.before, *(again.after or ()))}
    undecided = before.state == AWAITING
    letters.compose("cancelled", [ended], by=by, undecided=undecided, beside=told)
    return before.change_id, before.number
