"""A change for a later day: decided now, effective then, whether or not a job runs."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from ofrecord.agreements.models import Tenure
from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.refusals import NotAvailable, NotFound, Unusable
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, events, of_record, types

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE = ("Dune Distribution", "distributor", None)


@pytest.fixture
def day() -> date:
    return clock.today() + timedelta(days=5)


def state(number: str) -> str:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number).state


def known_tenures(reference: str) -> list[tuple[str, datetime, datetime | None]]:
    with seeing(Actor.system()):
        found = Tenure.objects.filter(agreement__reference=reference, superseded_at=None)
        rows = found.order_by("effective_from")
        return list(rows.values_list("partner__name", "effective_from", "effective_until"))


def test_its_tenures_are_written_when_it_is_decided(cast: Cast, day: date) -> None:
    reference = cast.contract()
    number = cast.change(reference, effective_on=day)
    begins = clock.midnight(day)
    assert state(number) == "scheduled"
    assert types(reference)[1:] == ["partner_change.scheduled"]
    assert [row[0::2] for row in known_tenures(reference)] == [
        ("Larkspur Systems", begins),
        ("Gorse Digital", None),
    ]
    assert of_record(reference) == {LARKSPUR}
    assert of_record(reference, begins - timedelta(microseconds=1)) == {LARKSPUR}
    assert of_record(reference, begins) == {GORSE}


def test_it_takes_effect_without_any_job(cast: Cast, day: date, settings: Any) -> None:
    reference = cast.contract()
    number = cast.change(reference, effective_on=day)
    settings.OFRECORD_TODAY = day
    assert of_record(reference) == {GORSE}
    assert state(number) == "scheduled"


def test_the_clock_marks_it_when_it_is_due_and_not_before(
    cast: Cast, day: date, settings: Any
) -> None:
    reference = cast.contract()
    number = cast.change(reference, effective_on=day)
    settings.OFRECORD_TODAY = day - timedelta(days=1)
    assert apply(by=Actor.system()) == 0
    settings.OFRECORD_TODAY = day
    assert apply(by=Actor.system()) == 1
    assert apply(by=Actor.system()) == 0
    assert state(number) == "complete"
    assert types(reference)[1:] == [
        "partner_change.scheduled",
        "partner_change.applied",
        "partner_change.completed",
    ]
    assert events(reference)[2][1]["by"]["door"] == "system"


def test_applied_late_it_counts_from_the_day_that_was_chosen(
    cast: Cast, day: date, settings: Any
) -> None:
    reference = cast.contract()
    cast.change(reference, effective_on=day)
    settings.OFRECORD_TODAY = day + timedelta(days=3)
    before = known_tenures(reference)
    apply(by=Actor.system())
    assert known_tenures(reference) == before
    assert of_record(reference, clock.midnight(day)) == {GORSE}


def test_once_due_the_next_change_follows_on_it_without_waiting_for_the_clock(
    cast: Cast, day: date, settings: Any
) -> None:
    reference = cast.contract()
    number = cast.change(reference, effective_on=day)
    settings.OFRECORD_TODAY = day
    cast.change(reference, partner=cast.dune.account_number)
    assert state(number) == "complete"
    assert of_record(reference) == {DUNE}
    assert of_record(reference, clock.midnight(day)) == {GORSE}
    assert types(reference)[2] == "partner_change.applied"


def test_cancelled_everything_is_as_it_was(cast: Cast, day: date) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor", days=7)))
    before = known_tenures(reference)
    number = cast.change(reference, effective_on=day)
    cancelled = cancel(number, by=cast.actor("sam"), reason=" Not after all. ")
    assert (cancelled.number, cancelled.state) == (number, "cancelled")
    assert known_tenures(reference) == before
    type, told = events(reference)[-1]
    assert type == "partner_change.cancelled"
    assert told["reason"] == "Not after all."
    assert told["by"]["person"] == cast.people["sam"].pk
    with seeing(Actor.system()):
        row = PartnerChange.objects.get(number=number)
    assert (row.closed_by_id, row.closed_reason) == (cast.people["sam"].pk, "Not after all.")


def test_what_was_believed_while_it_was_scheduled_stays_known(cast: Cast, day: date) -> None:
    reference, then = cast.contract(), clock.midnight(day)
    number = cast.change(reference, effective_on=day)
    with seeing(Actor.system()):
        believed = PartnerChange.objects.get(number=number).decided_at
    cancel(number, by=cast.actor("pia"), reason="No.")
    assert of_record(reference, then) == {LARKSPUR}
    assert of_record(reference, then, known=believed) == {GORSE}


def test_cancelled_the_agreement_can_be_changed_again(cast: Cast, day: date) -> None:
    reference = cast.contract()
    for partner in (cast.gorse, cast.dune, cast.gorse):
        number = cast.change(reference, partner=partner.account_number, effective_on=day)
        cancel(number, by=cast.actor("pia"), reason="No.")
    cast.change(reference)
    assert of_record(reference, clock.midnight(day)) == {GORSE}
    assert {each.name for each in verify(samples=300) if each.violations} == set()


@pytest.mark.parametrize("applied", [True, False])
def test_once_due_it_cannot_be_cancelled(
    cast: Cast, day: date, settings: Any, applied: bool
) -> None:
    reference = cast.contract()
    number = cast.change(reference, effective_on=day)
    settings.OFRECORD_TODAY = day
    if applied:
        apply(by=Actor.system())
    with pytest.raises(NotAvailable) as refused:
        cancel(number, by=cast.actor("pia"), reason="No.")
    assert refused.value.code == "not_open"
    assert of_record(reference) == {GORSE}


def test_what_is_cancelled_or_applied_cannot_be_cancelled(cast: Cast, day: date) -> None:
    number = cast.change(cast.contract(), effective_on=day)
    cancel(number, by=cast.actor("pia"), reason="No.")
    for closed in (number, cast.change(cast.contract())):
        with pytest.raises(NotAvailable) as refused:
            cancel(closed, by=cast.actor("pia"), reason="No.")
        assert refused.value.code == "not_open"


def test_cancel_needs_a_reason_and_a_change(cast: Cast, day: date) -> None:
    number = cast.change(cast.contract(), effective_on=day)
    with pytest.raises(Unusable):
        cancel(number, by=cast.actor("pia"), reason=" ")
    with pytest.raises(NotFound):
        cancel("PC-00000000", by=cast.actor("pia"), reason="No.")
    assert state(number) == "scheduled"


def test_many_are_applied_in_one_go(cast: Cast, day: date, settings: Any) -> None:
    references = [cast.contract() for _ in range(7)]
    cast.submit(*references, effective_on=day)
    settings.OFRECORD_TODAY = day
    assert apply(by=Actor.system()) == 7
    assert all(of_record(reference) == {GORSE} for reference in references)
    assert {each.name for each in verify(samples=300) if each.violations} == set()


def test_when_it_takes_effect_is_not_dated_anew_once_it_is_decided(cast: Cast, day: date) -> None:
    number = cast.change(cast.contract(), effective_on=day)
    with (
        pytest.raises(DatabaseError, match="refused"),
        transaction.atomic(),
        seeing(Actor.system()),
    ):
        PartnerChange.objects.filter(number=number).update(effective_at=clock.business_now())


def test_an_act_on_more_agreements_than_the_clock_takes_at_once_applies_all_that_is_due(
    cast: Cast, day: date, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = [cast.contract() for _ in range(3)]
    for reference in references:
        cast.change(reference, effective_on=day)
    settings.OFRECORD_TODAY = day
    monkeypatch.setattr("ofrecord.changes.apply.BATCH", 1)
    outcome = cast.submit(*references, partner=cast.dune.account_number)
    assert [each.refusals for each in outcome.items] == [()] * 3
    assert all(of_record(each) == {DUNE} for each in references)
