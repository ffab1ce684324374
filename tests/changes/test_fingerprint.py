"""Submit applies what was shown, or says which part of it moved and changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ofrecord.changes.complete import complete
from ofrecord.changes.fingerprint import PARTS, parsed
from ofrecord.changes.refusals import AgreementMoved, NotAvailable, Unusable
from ofrecord.journal import clock
from ofrecord.journal.record import By
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.parties.streams import tell
from tests.cast import Cast, of_record, types
from tests.rules.test_policy import publish


def _another_change(cast: Cast, reference: str) -> None:
    cast.change(reference, partner=cast.dune.account_number, by="sam")


def _another_policy(cast: Cast, reference: str) -> None:
    publish(2, clock.today(), near_expiration_days=89)


def _another_address_of_the_partner(cast: Cast, reference: str) -> None:
    with seeing(Actor.system()):
        tell(cast.gorse, "partner.updated", {}, By())


def _another_admin(cast: Cast, reference: str) -> None:
    with seeing(Actor.system()):
        Role.objects.create(person=cast.people["stan"], name="secondary_admin", account=cast.alder)


MOVES: dict[str, Callable[[Cast, str], None]] = {
    "agreement": _another_change,
    "policy": _another_policy,
    "partner": _another_address_of_the_partner,
    "told": _another_admin,
}


@pytest.mark.parametrize("part", MOVES)
def test_a_part_that_moved_is_named_and_nothing_changes(cast: Cast, part: str) -> None:
    reference = cast.contract()
    shown = cast.shown(reference)
    MOVES[part](cast, reference)
    before = types(reference)
    with pytest.raises(AgreementMoved) as refused:
        cast.submit(reference, fingerprints=[shown])
    assert refused.value.code == "agreement_moved"
    assert str(PARTS[part]) in str(refused.value)
    assert types(reference) == before
    cast.submit(reference, fingerprints=[cast.shown(reference)])


def test_another_change_is_named_by_its_number(cast: Cast) -> None:
    reference = cast.contract()
    shown = cast.shown(reference)
    number = cast.change(reference, by="sam")
    with pytest.raises(AgreementMoved, match=number):
        cast.submit(reference, fingerprints=[shown])


def test_an_effective_time_that_was_not_shown_is_a_move(cast: Cast) -> None:
    reference = cast.contract()
    shown = cast.shown(reference)
    with pytest.raises(AgreementMoved, match=str(PARTS["effective"])):
        cast.submit(reference, fingerprints=[shown], effective_on=clock.today() + timedelta(days=2))


def test_today_and_now_are_the_same_effective_time(cast: Cast) -> None:
    reference = cast.contract()
    shown = cast.shown(reference, effective_on=clock.today())
    assert shown == cast.shown(reference)
    cast.submit(reference, fingerprints=[shown])


def test_a_new_day_alone_is_no_move(cast: Cast, settings: Any) -> None:
    reference = cast.contract(days=120)
    shown = cast.shown(reference)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=1)
    assert cast.shown(reference) == shown
    cast.submit(reference, fingerprints=[shown])
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}


def test_a_new_day_that_changes_a_verdict_is_told_by_that_verdict(
    cast: Cast, settings: Any
) -> None:
    reference = cast.contract(days=91)
    shown = cast.shown(reference)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=1)
    with pytest.raises(NotAvailable) as refused:
        cast.submit(reference, fingerprints=[shown])
    assert refused.value.code == "near_expiration"


def test_that_a_change_completes_is_no_move(cast: Cast) -> None:
    reference = cast.contract()
    cast.change(reference)
    shown = cast.shown(reference, partner=cast.dune.account_number)
    complete(by=Actor.system())
    assert types(reference)[-1] == "partner_change.completed"
    cast.submit(reference, partner=cast.dune.account_number, fingerprints=[shown])


def test_a_fingerprint_of_something_else_is_none(cast: Cast) -> None:
    reference, other = cast.contract(), cast.contract()
    for strange in (
        cast.shown(other),
        cast.shown(reference, partner=cast.dune.account_number),
        "x",
        "1.1.1.now.aa",
        "",
    ):
        with pytest.raises(Unusable) as refused:
            cast.submit(reference, fingerprints=[strange])
        assert refused.value.code == "fingerprint_unusable"
    assert types(reference) == ["agreement.loaded"]


def test_of_many_each_is_held_to_its_own(cast: Cast) -> None:
    still, moved = cast.contract(), cast.contract()
    shown = [cast.shown(moved), cast.shown(still)]
    number = cast.change(moved, by="sam", partner=cast.dune.account_number)
    outcome = cast.submit(still, moved, fingerprints=shown)
    assert [item.state for item in outcome.items] == ["complete", "refused"]
    (refusal,) = outcome.refused[0].refusals
    assert refusal.code == "agreement_moved" and number in refusal.reason


def test_a_fingerprint_is_read_as_it_was_written(cast: Cast) -> None:
    shown = cast.shown(cast.contract())
    assert str(parsed(f" {shown} ")) == shown


def test_without_a_known_partner_there_is_no_fingerprint(cast: Cast) -> None:
    assert cast.check(cast.contract(), partner="9999999999").fingerprint is None
