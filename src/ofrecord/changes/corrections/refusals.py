"""Refusals of a correction."""

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import not_found, plain
from ofrecord.journal import clock
from ofrecord.rules.verdicts import Verdict, day


def not_operations() -> Verdict:
    return plain(
        "not_permitted",
        _("Only the vendor's operations correct the partner of record."),
        _("Ask somebody of operations."),
    )


def nothing_wished() -> Verdict:
    return plain(
        "nothing_wished",
        _("It is not said what should have been, or from when on."),
        _("Name the partner and the day, or the change to be corrected."),
    )


def effective_in_future() -> Verdict:
    return plain(
        "effective_in_future",
        _("A correction counts from now on, or from an earlier day."),
        _("Choose today or a day before it."),
    )


def before_start(start: datetime) -> Verdict:
    at = localtime(start, clock.vendor_zone())
    return plain(
        "effective_before_start",
        _("The agreement began only on %(day)s.") % {"day": day(at.date())},
        _("Choose that day or a later one."),
    )


def ends_before_it_begins() -> Verdict:
    return plain("ends_before_it_begins", _("The correction would end before it begins."))


def ends_in_future() -> Verdict:
    """What is to come is a change's own: a correction does not bring a second set with it."""
    return plain(
        "ends_in_future",
        _("A correction ends today or earlier, or where a scheduled change begins."),
        _("Leave the end open, or choose today or a day before it."),
    )


def reaches_into(number: str) -> Verdict:
    """A correction that does not supersede the open change leaves it as it is."""
    return plain(
        "change_in_progress",
        _("From its effective time on, change %(number)s decides.") % {"number": number},
        _("End the correction before that, or let it supersede the change."),
    )


def no_correction(id: str) -> Verdict:
    return not_found(id, what=_("correction"))


def correction_waiting(reference: str) -> Verdict:
    return plain(
        "correction_waiting",
        _("A correction of %(agreement)s waits for a second person already.")
        % {"agreement": reference},
        _("Approve or decline that one first."),
    )


def correction_closed(outcome: str) -> Verdict:
    return plain(
        "correction_closed", _("This correction is %(outcome)s already.") % {"outcome": outcome}
    )
