"""When support wants to have answered and resolved: the ends of working days of the vendor's."""

from datetime import datetime, timedelta

from django.conf import settings

from ofrecord.journal import clock
from ofrecord.rules import policy

SATURDAY = 5


def answer_due() -> datetime:
    """The target of the first answer to a case that is opened now."""
    return _end_of_working_day(settings.OFRECORD_CASE_ANSWER_DAYS)


def resolution_due() -> datetime:
    """The target of the resolution of a case that is opened, or opened again, now."""
    return _end_of_working_day(settings.OFRECORD_CASE_RESOLUTION_DAYS)


def closes() -> datetime:
    """Until when a case that is resolved now can be opened again."""
    return _end_of_working_day(settings.OFRECORD_CASE_REOPEN_DAYS)


def later(due_at: datetime, waiting_since: datetime) -> datetime:
    """A target after the customer was waited for: by so much later."""
    return due_at + max(clock.business_now() - waiting_since, timedelta())


def _end_of_working_day(count: int) -> datetime:
    """The instant at which the working day ends that comes `count` working days after today."""
    day, holidays = clock.today(), set(policy.live().holidays)
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY and day.isoformat() not in holidays
    return clock.midnight(day + timedelta(days=1))
