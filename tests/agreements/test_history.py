"""Who was partner of record on any date, as known on any date."""

from datetime import datetime, timedelta

from django.db import connection

from ofrecord.agreements.history import partners_of_record
from ofrecord.agreements.models import Agreement
from ofrecord.changes.cancel import cancel
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of


def names(reference: str, at: datetime, known: datetime | None = None) -> list[str]:
    with seeing(Actor.system()):
        id = Agreement.objects.get(reference=reference).pk
        return [each.name for each in partners_of_record([id], at, known)[id]]


def recorded_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def test_the_set_at_an_instant(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor", days=10)))
    today = clock.midnight(clock.today())
    assert names(reference, today) == ["Larkspur Systems", "Dune Distribution"]
    assert names(reference, today - timedelta(days=10)) == ["Larkspur Systems", "Dune Distribution"]
    assert names(reference, today - timedelta(days=11)) == ["Larkspur Systems"]
    assert names(reference, today - timedelta(days=101)) == []


def test_an_instant_belongs_to_what_begins_then(cast: Cast) -> None:
    reference, day = cast.contract(), clock.today() + timedelta(days=3)
    cast.change(reference, effective_on=day)
    assert names(reference, clock.midnight(day)) == ["Gorse Digital"]
    before = clock.midnight(day) - timedelta(microseconds=1)
    assert names(reference, before) == ["Larkspur Systems"]


def test_what_was_known_then_is_answered_as_then(cast: Cast) -> None:
    reference, day = cast.contract(), clock.today() + timedelta(days=3)
    then = clock.midnight(day)
    first = recorded_now()
    number = cast.change(reference, effective_on=day)
    second = recorded_now()
    cancel(number, by=cast.actor("pia"), reason="No.")
    third = recorded_now()
    cast.change(reference, partner=cast.dune.account_number)
    assert names(reference, then, first) == ["Larkspur Systems"]
    assert names(reference, then, second) == ["Gorse Digital"]
    assert names(reference, then, third) == ["Larkspur Systems"]
    assert names(reference, then) == ["Dune Distribution"]


def test_before_anything_was_known_there_is_nothing(cast: Cast) -> None:
    earlier = recorded_now()
    reference = cast.contract()
    assert names(reference, clock.business_now(), earlier) == []
    assert names(reference, clock.business_now()) == ["Larkspur Systems"]


def test_many_are_answered_at_once_and_sold_direct_is_an_empty_set(cast: Cast) -> None:
    direct, sold = cast.contract(partners=()), cast.contract()
    with seeing(Actor.system()):
        ids = dict(Agreement.objects.values_list("reference", "id"))
        found = partners_of_record(list(ids.values()), clock.business_now())
    assert found[ids[direct]] == []
    assert [each.number for each in found[ids[sold]]] == [cast.larkspur.account_number]


def test_partners_of_single_subscriptions_are_named_with_them(cast: Cast) -> None:
    reference = cast.contract(
        products=("Draft", "Sketch"),
        partners=(Of(cast.larkspur, product="Draft"), Of(cast.gorse, product="Sketch")),
    )
    with seeing(Actor.system()):
        id = Agreement.objects.get(reference=reference).pk
        found = partners_of_record([id], clock.business_now())[id]
    assert {(each.name, each.subscription) for each in found} == {
        ("Larkspur Systems", f"S-{reference}-1"),
        ("Gorse Digital", f"S-{reference}-2"),
    }
