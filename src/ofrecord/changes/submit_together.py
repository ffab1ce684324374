"""Submits of one system that come at the same moment, carried out in one transaction.

Each is judged and decided by itself, as `submit` does it, and has an answer of its own. What it
costs beside the database is to go there and back, and that they share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ofrecord.changes import decide, requests, reviewed
from ofrecord.changes.carry_out import Item, Submitted
from ofrecord.changes.check import Check, check_each
from ofrecord.changes.consents.asking import asked
from ofrecord.changes.decided import Decided
from ofrecord.changes.refusals import Refused
from ofrecord.changes.rows import Act
from ofrecord.delivery import failpoints
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


@dataclass(frozen=True)
class Wish:
    """What one of them asks: one agreement, now, whole, by its own actor for its own key.

    `content` is what the request says, by which a repeat of its key is known.
    """

    agreement: str
    partner: str
    by: Actor
    reason: str
    fingerprints: tuple[str, ...]
    key: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Made:
    """What became of one: its outcome, and the request under which its answer is to be kept."""

    outcome: Submitted
    request_id: int


def submit_together(wishes: Sequence[Wish], *, by: Actor) -> dict[int, Made]:
    """Carry out, by their places, those of the wishes that nothing stands against at once.

    Whatever is left out is untouched, and is for `submit`: what is refused, waits for consent or
    for somebody's lock, repeats a request, or asks for an agreement that another one asks for.
    `by` is the system, whose sight all actors share.
    """
    places = _singled(wishes)
    with seeing(by):
        ids = reviewed.lock(list(places), by, only_free=True)
        failpoints.hit("submit.after_lock")
        own = {id: wishes[places[reference]] for reference, id in ids.items()}
        checks = _clear(own)
        contents = {own[id].key: own[id].content for id in checks}
        taken = requests.receive_new("submit", contents, by=by) if contents else {}
        new = [id for id in checks if own[id].key in taken]
        changes = decide.decide_each([(checks[id], _act(own[id], taken)) for id in new])
        failpoints.hit("submit.before_commit")
    return {
        places[each.reference]: Made(_outcome(each), taken[own[id].key])
        for id, each in zip(new, changes, strict=True)
    }


def _singled(wishes: Sequence[Wish]) -> dict[str, int]:
    """The places of the first wish for each agreement and of each key, by agreement."""
    places: dict[str, int] = {}
    keys: set[str] = set()
    for place, wish in enumerate(wishes):
        if wish.agreement not in places and wish.key not in keys:
            places[wish.agreement] = place
            keys.add(wish.key)
    return places


def _clear(own: Mapping[int, Wish]) -> dict[int, Check]:
    """The checks of those that can be decided and applied as they are."""
    if not own:
        return {}
    checks = check_each({id: (each.partner, each.by.judged_person) for id, each in own.items()})
    return {id: check for id, check in checks.items() if _is_clear(own[id], check)}


def _is_clear(wish: Wish, check: Check) -> bool:
    if check.verdicts or check.facts["open_change"] or asked(check):
        return False
    try:
        shown = reviewed.usable([wish.agreement], wish.reason, wish.fingerprints, None)
        return not reviewed.differs(check, shown)
    except Refused:
        return False


def _act(wish: Wish, taken: Mapping[str, int]) -> Act:
    return Act(wish.by, wish.reason.strip(), taken[wish.key])


def _outcome(change: Decided) -> Submitted:
    return Submitted((Item(change.reference, change.number, change.state),))
