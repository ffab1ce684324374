"""How much is claimed ahead: much for who answers quickly, little for who is slow or fails."""

from datetime import UTC, datetime
from uuid import uuid4

from ofrecord.delivery.claims import AT_ONCE
from ofrecord.delivery.lanes import MOST, Lane
from ofrecord.delivery.sending import Claim, Outcome


def answered(milliseconds: int, *, acknowledged: bool = True) -> Outcome:
    now = datetime.now(UTC)
    claim = Claim(1, 1, uuid4(), 0, now, "http://127.0.0.1:9/", b"", b"{}")
    return Outcome(claim, acknowledged, now, milliseconds, 200, "", "", None)


def after(*outcomes: Outcome) -> Lane:
    lane = Lane()
    for outcome in outcomes:
        lane.learn(outcome)
    return lane


def test_an_endpoint_of_which_nothing_is_known_gets_what_it_is_sent_at_once() -> None:
    assert Lane().room == AT_ONCE
    assert Lane(in_hand=5).room == AT_ONCE - 5


def test_who_answers_quickly_is_claimed_for_ahead_up_to_a_limit() -> None:
    assert AT_ONCE < after(*[answered(50)] * 50).room < MOST
    assert after(*[answered(2)] * 50).room == MOST


def test_a_slow_endpoint_has_nothing_waiting_in_hand() -> None:
    assert after(*[answered(600)] * 50).room == AT_ONCE


def test_one_failure_takes_the_trust_away_and_one_answer_does_not_bring_it_back() -> None:
    quick = [answered(2)] * 50
    assert after(*quick, answered(2, acknowledged=False)).room == AT_ONCE
    assert after(*quick, answered(2, acknowledged=False), answered(2)).room == AT_ONCE


def test_there_is_never_less_room_than_none() -> None:
    lane = after(*[answered(2)] * 50)
    lane.in_hand = MOST
    lane.learn(answered(2, acknowledged=False))
    assert lane.room == 0
