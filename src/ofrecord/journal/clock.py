"""The business clock, in the vendor's time zone.

Effective times and deadlines are read here; recorded times never are (they come from the
database). `OFRECORD_TODAY` moves the business date of every process and leaves the time of
day as it really is.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings


def vendor_zone() -> ZoneInfo:
    """The vendor's time zone: all business dates are dates there."""
    return ZoneInfo(settings.TIME_ZONE)


def business_now() -> datetime:
    """The present instant of business, aware, in the vendor's zone."""
    now = datetime.now(vendor_zone())
    moved: date | None = settings.OFRECORD_TODAY
    return datetime.combine(moved, now.timetz()) if moved else now


def today() -> date:
    """The vendor's date today."""
    return business_now().date()


def day_of(instant: datetime) -> date:
    """The vendor's date at that instant."""
    return _day_of(instant, vendor_zone())


@lru_cache
def _day_of(instant: datetime, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def midnight(day: date) -> datetime:
    """The instant at which `day` begins for the vendor."""
    return datetime.combine(day, time(), vendor_zone())


def end(day: date) -> datetime:
    """The last instant of `day` for the vendor."""
    return midnight(day + timedelta(days=1)) - timedelta(microseconds=1)
