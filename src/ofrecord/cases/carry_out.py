"""Carry out: support makes the change that a case asks for, and the case remembers it."""

from dataclasses import dataclass

from ofrecord.agreements.models import Agreement
from ofrecord.cases import letters, loading, refusals
from ofrecord.cases.models import Case, Side, Wish
from ofrecord.cases.resolve import resolve_locked
from ofrecord.cases.rights import demand_agent, may_change
from ofrecord.cases.telling import tell
from ofrecord.cases.writing import said
from ofrecord.changes import support
from ofrecord.changes.carry_out import Item
from ofrecord.changes.check import Check
from ofrecord.changes.models import PartnerChange, State
from ofrecord.changes.refusals import refused
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import as_one, seeing

CAUSE = "case/"
ASKS_FOR_PARTNER = (Wish.REPLACE_ONE, Wish.TOKEN_FLEX)


@dataclass(frozen=True)
class CarriedOut:
    """The case, and the change that was made for it, which may wait for a second person."""

    case: Case
    change: Item

    @property
    def waits(self) -> bool:
        return self.change.state == State.AWAITING_CONSENT


def carry_out(
    number: str,
    wish: support.Wish,
    *,
    by: Actor,
    reason: str,
    fingerprint: str = "",
    text: str = "",
    resolves: bool = False,
) -> CarriedOut:
    """Change the partner for the customer as its case asks for, in one act with the case.

    The agent acts for who opened the case. The customer is told by the letters of the change;
    whoever follows the case and has none of these by one of the case. With `resolves` the case is
    resolved in the same act with `text` as its message, unless the change waits for a second
    person. Refused as `not_found`, `not_permitted`, `text_missing`, `nothing_to_change`,
    `case_resolved`, `case_over`, and as `changes.support.support` is; then nothing is done.
    """
    if resolves:
        said(text)
    with as_one(by):
        case = loading.found(number, by)
        demand_agent(case, by)
        loading.demand_live(case)
        done = support.support(
            [_agreement(case).reference],
            wish,
            by=acting(case, by),
            reason=reason,
            cause=f"{CAUSE}{case.number}",
            fingerprints=[fingerprint] if fingerprint else (),
        )
        item = done.items[0]
        case = loading.locked(case)
        loading.demand_live(case)
        outcome = CarriedOut(case, item)
        _remember(outcome, by)
        if resolves and not outcome.waits:
            resolve_locked(case, Side.STAFF, text, by)
        else:
            letters.carried_out(case)
    wake.wake()
    return outcome


def preview(case: Case, wish: support.Wish, *, by: Actor) -> Check:
    """What carrying the wish out would do now, with every rule that stands against it."""
    with seeing(by):
        on = _agreement(case)
        return support.previews([on.pk], wish, acting(case, by))[on.pk]


def acting(case: Case, by: Actor) -> Actor:
    """The agent for whoever opened the case.

    Who asked for another partner must be allowed to change it still. Who reported an error, or
    something else, need not be: then the agent acts on nobody's behalf.
    """
    opener = case.opened_by_id
    if opener is None:
        return by
    for_them = by.acting_for(opener)
    asked = case.wish in ASKS_FOR_PARTNER
    return for_them if asked or may_change(case.account_id, case.agreement_id, for_them) else by


def _agreement(case: Case) -> Agreement:
    if case.agreement is None:
        raise refused([refusals.nothing_to_change(case.number)])
    return case.agreement


def _remember(outcome: CarriedOut, by: Actor) -> None:
    """The change is the case's, and both say so."""
    case, item = outcome.case, outcome.change
    case.made_change = PartnerChange.objects.get(number=item.number)
    tell(case, "case.carried_out", by, change=item.number, state=case.state)
    case.save(update_fields=["made_change"])
