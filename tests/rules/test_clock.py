"""Days are the vendor's: across the date line, midnight, and changes of daylight-saving time."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, of_record

At = Callable[[str, datetime], None]


@pytest.fixture
def at(settings: Any) -> Iterator[At]:
    """Put the vendor in a zone, and the machine at an instant."""
    running: list[time_machine.travel] = []

    def put(zone: str, instant: datetime) -> None:
        settings.TIME_ZONE = zone
        while running:
            running.pop().stop()
        running.append(time_machine.travel(instant, tick=True))
        running[-1].start()

    yield put
    while running:
        running.pop().stop()


INSTANT = datetime(2026, 6, 30, 11, 0, tzinfo=UTC)
ZONES = {
    "Pacific/Kiritimati": date(2026, 7, 1),
    "Pacific/Auckland": date(2026, 6, 30),
    "UTC": date(2026, 6, 30),
    "Pacific/Pago_Pago": date(2026, 6, 30),
}


@pytest.mark.parametrize("zone", ZONES)
def test_the_same_instant_is_another_day_beyond_the_date_line(
    cast: Cast, at: At, zone: str
) -> None:
    at(zone, INSTANT)
    assert clock.today() == ZONES[zone]
    assert [v.code for v in cast.check(cast.contract(days=90)).verdicts] == ["near_expiration"]
    assert cast.check(cast.contract(days=91)).available
    assert [v.code for v in cast.check(cast.contract(days=-1)).verdicts] == ["expired"]
    assert [v.code for v in cast.check(cast.contract(days=0)).verdicts] == ["near_expiration"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"])
def test_a_term_is_valid_to_the_last_second_of_its_end_for_the_vendor(
    cast: Cast, at: At, zone: str
) -> None:
    at(zone, INSTANT)
    reference = cast.contract(days=0)
    midnight = clock.midnight(clock.today() + timedelta(days=1))
    at(zone, midnight - timedelta(seconds=5))
    assert [v.code for v in cast.check(reference).verdicts] == ["near_expiration"]
    at(zone, midnight)
    assert [v.code for v in cast.check(reference).verdicts] == ["expired"]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_days_are_days_when_the_clocks_change(cast: Cast, at: At, day: date, hours: int) -> None:
    at("Europe/Berlin", datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    start, end = clock.midnight(day), clock.midnight(day + timedelta(days=1))
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)
    at("Europe/Berlin", start)
    near, free = cast.contract(days=90), cast.contract(days=91)
    for instant in (start, end.astimezone(UTC) - timedelta(seconds=5)):
        at("Europe/Berlin", instant)
        assert clock.today() == day
        assert not cast.check(near).available
        assert cast.check(free).available
    at("Europe/Berlin", end)
    assert not cast.check(free).available


def test_a_later_day_begins_at_the_vendors_midnight(cast: Cast, at: At) -> None:
    at("America/New_York", datetime(2026, 10, 30, 16, tzinfo=UTC))
    reference = cast.contract()
    cast.change(reference, effective_on=date(2026, 11, 2))
    midnight = datetime(2026, 11, 2, 5, tzinfo=UTC)
    assert of_record(reference, midnight - timedelta(microseconds=1)) == {
        ("Larkspur Systems", "reseller", None)
    }
    assert of_record(reference, midnight) == {("Gorse Digital", "reseller", None)}


def test_today_can_be_moved_and_the_time_of_day_stays(settings: Any) -> None:
    settings.OFRECORD_TODAY = date(2031, 5, 4)
    real, moved = datetime.now(clock.vendor_zone()), clock.business_now()
    assert (clock.today(), moved.date()) == (date(2031, 5, 4), date(2031, 5, 4))
    passed = timedelta(hours=moved.hour, minutes=moved.minute, seconds=moved.second) - timedelta(
        hours=real.hour, minutes=real.minute, seconds=real.second
    )
    assert passed % timedelta(days=1) < timedelta(seconds=2)


def test_a_moved_today_moves_verdicts_and_effective_times_but_no_recorded_time(
    cast: Cast, settings: Any
) -> None:
    reference = cast.contract(days=200)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=109)
    number = cast.change(reference)
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT effective_at - applied_at, clock_timestamp() - applied_at < '1 minute'"
            " FROM partner_change WHERE number = %s",
            [number],
        )
        ahead, just_recorded = cursor.fetchone()
    assert just_recorded
    assert timedelta(days=108) < ahead < timedelta(days=110)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=1)
    assert not cast.check(reference, partner=cast.dune.account_number).available
