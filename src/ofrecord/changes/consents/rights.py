"""Who may answer: each kind of consent has its own party."""

from collections.abc import Callable

from ofrecord.changes import refusals
from ofrecord.changes.check import Check
from ofrecord.changes.consents.refusals import consent_closed, ground_unknown, not_asked_of_you
from ofrecord.changes.models import Consent, Kind
from ofrecord.changes.overrides import AGENTS, own_accounts
from ofrecord.parties.actors import Actor
from ofrecord.rules.verdicts import Verdict

KEEPERS = {"operations", "administrator", "client"}
"""Who speaks for the system of record: a client of the vendor's, or its own operations."""


def against(
    consent: Consent, check: Check, by: Actor, given: bool, ground: str, reason: str
) -> tuple[Verdict, ...]:
    """What stands against this answer; nothing where it counts."""
    if not _STANDS_FOR[Kind(consent.kind)](consent, check, by):
        return (not_asked_of_you(),)
    if by.judged_person is not None and by.judged_person in _requesters(consent):
        return (refusals.same_person(),)
    if consent.answer:
        return (consent_closed(consent.get_answer_display()),)
    if given:
        return ()
    if consent.kind == Kind.LOSING:
        grounds = check.terms.objection_grounds
        return () if ground in grounds else (ground_unknown(ground, grounds),)
    return () if reason else (refusals.reason_missing(),)


def may_answer(consent: Consent, check: Check, by: Actor) -> bool:
    """Whether this consent waits for the actor."""
    return not against(consent, check, by, True, "", "")


def _requesters(consent: Consent) -> tuple[int | None, ...]:
    """Who asked for what a second person is asked about."""
    change = consent.change
    if consent.kind == Kind.OVERRIDE:
        return change.by_id, change.on_behalf_of_id
    return (change.on_behalf_of_id or change.by_id,) if consent.kind == Kind.APPROVAL else ()


def _of_partner(consent: Consent, _check: Check, by: Actor) -> bool:
    return consent.partner_id in by.partners


def _of_admin(_consent: Consent, check: Check, by: Actor) -> bool:
    return by.judged_person is not None and bool(check.facts["permitted"])


def _of_system(_consent: Consent, _check: Check, by: Actor) -> bool:
    return by.is_system or bool(KEEPERS & set(by.vendor_roles))


def _of_support(consent: Consent, _check: Check, by: Actor) -> bool:
    if by.judged_person is None or not set(AGENTS) & set(by.vendor_roles):
        return False
    return not own_accounts(by, [consent.account_id or 0])


_STANDS_FOR: dict[Kind, Callable[[Consent, Check, Actor], bool]] = {
    Kind.GAINING: _of_partner,
    Kind.LOSING: _of_partner,
    Kind.APPROVAL: _of_admin,
    Kind.CONFIRMATION: _of_system,
    Kind.OVERRIDE: _of_support,
}
