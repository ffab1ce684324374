"""The table of moves."""

import pytest

from ofrecord.changes.lifecycle import MOVES, TERMINAL, acts, move
from ofrecord.changes.models import OPEN, State


def test_what_is_open_can_move_on_and_what_is_terminal_cannot() -> None:
    assert set(TERMINAL) == {State.COMPLETE, State.CANCELLED, State.DECLINED, State.EXPIRED}
    assert not any(acts(state) for state in TERMINAL)
    assert acts(State.SCHEDULED) == ("apply", "cancel")
    assert acts(State.APPLIED) == ("complete",)
    assert not set(OPEN) & set(TERMINAL)


def test_each_move_has_one_event_and_only_an_answer_leaves_the_state() -> None:
    assert len({(each.before, each.act, each.event) for each in MOVES}) == len(MOVES)
    staying = {each.act for each in MOVES if each.before == each.after}
    assert staying == {"give", "refuse"}


def test_a_move_that_is_not_in_the_table() -> None:
    with pytest.raises(LookupError):
        move(State.COMPLETE, "cancel")
    with pytest.raises(LookupError):
        move(State.APPLIED, "cancel")
    assert move("", "submit", State.SCHEDULED).event == "partner_change.scheduled"
