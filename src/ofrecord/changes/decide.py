"""Deciding changes that nothing refuses: the writes of one act, for one agreement or thousands.

The agreements are locked by the caller. A handful of statements, however many agreements.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from ofrecord.changes import complete, letters, numbers, rows
from ofrecord.changes.check import Check
from ofrecord.changes.consents import asking
from ofrecord.changes.consents.asking import Ask
from ofrecord.changes.decided import Decided, Party
from ofrecord.changes.lifecycle import move
from ofrecord.changes.models import Movement, State
from ofrecord.changes.rows import Act, Making
from ofrecord.journal.prepared import WHOLE, in_parts
from ofrecord.journal.record import Fact, Ledger, open_ledger

MOVEMENTS = tuple(movement.value for movement in Movement)
ACTS = {
    "request": "submit",
    "undo": "undo",
    "correction": "correct",
    "order": "order",
    "support": "support",
}


def decide(checks: Sequence[Check], act: Act) -> list[Decided]:
    """Make one change of each check: applied at once, scheduled, or awaiting consent."""
    if not checks:
        return []
    made, awaited = write([(check, act) for check in checks])
    return told(made, awaited=awaited)


def decide_each(asked: Sequence[tuple[Check, Act]]) -> list[Decided]:
    """The same for checks of which each is decided by an act of its own, with its own letters."""
    if not asked:
        return []
    made, awaited = write(asked)
    return told(*([each] for each in made), awaited=awaited)


def write(asked: Sequence[tuple[Check, Act]]) -> tuple[list[Decided], bool]:
    """The same, of which nobody is told yet, and whether some system may have to learn of it.

    For an act that does this several times, and tells everybody once (`told`).
    """
    agreements = [check.facts["id"] for check, _act in asked]
    ledger = open_ledger("agreement", agreements, rows.SEQUENCES)
    made: list[Decided] = []
    asks: list[tuple[int, Check, Ask]] = []

    def parts() -> Iterator[tuple[dict[int, Making], list[Fact]]]:
        for some in in_parts(asked):
            part = _making(some, ledger)
            made.extend(each.decided(id) for id, each in part.items())
            asks.extend((id, each.check, ask) for id, each in part.items() for ask in each.asks)
            yield part, [_fact(each) for each in part.values()]

    awaited = rows.write(parts(), ledger, in_parts=len(asked) > WHOLE)
    asking.ask(asks, ledger.at)
    return made, awaited


def _making(asked: Sequence[tuple[Check, Act]], ledger: Ledger) -> dict[int, Making]:
    """The changes to be written, by their ids."""
    drawn = (ledger.drawn[check.facts["id"]] for check, _act in asked)
    return {
        id: Making(check, numbers.number(ordinal), act)
        for (check, act), (ordinal, id) in zip(asked, drawn, strict=True)
    }


def told(*acts: Sequence[Decided], awaited: bool = False) -> list[Decided]:
    """Write the letters of what was decided, and complete what no system has to learn of.

    `awaited` says that some system may have to, so that this is for the clock to find out.
    """
    for state in (State.APPLIED, State.SCHEDULED, State.AWAITING_CONSENT):
        letters.compose(state.value, *([e for e in act if e.state == state] for act in acts))
    decided = [each for act in acts for each in act]
    return decided if awaited else complete.complete_told(decided)


def _fact(making: Making) -> Fact:
    given = making.check.facts
    return Fact(
        subject_id=given["id"],
        type=move("", ACTS[making.check.occasion], making.state).event,
        subject=given["reference"],
        account_id=given["account_id"],
        about=making.number,
        data=change_data(making.check, making.number, making.act.reason) | _origin(making),
    )


def _origin(making: Making) -> dict[str, Any]:
    """What only some changes have to tell besides."""
    until = making.check.facts["effective_until"]
    more = {
        "consents": [each.as_data() for each in making.asks],
        "effective_until": until and until.isoformat(),
        "cause": making.act.origin.cause,
        "proposed_by": making.act.origin.proposed_by,
        **{name: number for name, (_id, number) in making.earlier.items()},
    }
    return {name: value for name, value in more.items() if value}


def change_data(check: Check, number: str, reason: str) -> dict[str, Any]:
    """What every event that decides a change says of it."""
    given, before, after = check.facts, check.before, check.after or ()
    return {
        "change": number,
        "occasion": check.occasion,
        "agreement": given["reference"],
        "purchasing_model": given["purchasing_model"],
        "account": given["account_number"],
        "effective_at": given["effective_at"].isoformat(),
        "before": [party.as_data() for party in before],
        "after": [party.as_data() for party in after],
        **_moved(check),
        **_partly(before, after),
        **({"overridden": list(check.overridden)} if check.overridden else {}),
        "reason": reason,
        "policy_version": check.terms.version,
    }


def _partly(before: Sequence[Party], after: Sequence[Party]) -> dict[str, Any]:
    """Which members end and which stay, where some stay in their role beside others."""
    kept = [party.as_data() for party in before if party in after]
    if not kept or len(after) == 1:
        return {}
    return {"ends": [p.as_data() for p in before if p not in after], "stays": kept}


def _moved(check: Check) -> dict[str, list[str]]:
    """The numbers of the gaining, losing and staying partners."""
    moved: dict[str, set[str]] = {movement: set() for movement in MOVEMENTS}
    for party, movement in check.moves.items():
        moved[movement.value].add(party.number)
    return {movement: sorted(numbers) for movement, numbers in moved.items()}
