"""Refusals of transfer codes."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import not_found, plain
from ofrecord.journal import clock
from ofrecord.rules.verdicts import Verdict


def codes_off() -> Verdict:
    return plain(
        "codes_off",
        _("No transfer codes are made here."),
        _("Change the partner yourself."),
    )


def days_unusable(most: int) -> Verdict:
    return plain(
        "days_unusable",
        _("A code is valid for 1 to %(most)s days.") % {"most": most},
    )


def of_one_account() -> Verdict:
    return plain(
        "of_one_account",
        _("A code is for the agreements of one account."),
        _("Make one for each account."),
    )


def no_code(id: str) -> Verdict:
    return not_found(id, what=_("transfer code"))


def code_unusable() -> Verdict:
    """The one answer to a code that there is not, or not for this firm, or not any more."""
    return plain(
        "code_unusable",
        _("This code cannot be redeemed by your firm."),
        _("Check it with the customer, who can make another one."),
    )


def code_redeemed() -> Verdict:
    return plain("code_redeemed", _("This code was redeemed already."))


def code_expired(valid_until: datetime) -> Verdict:
    at = localtime(valid_until, clock.vendor_zone())
    return plain(
        "code_expired",
        _("This code was valid until %(instant)s.")
        % {"instant": date_format(at, "DATETIME_FORMAT")},
        _("Ask the customer for another one."),
    )


def code_limit(ends_at: datetime) -> Verdict:
    """Too many codes were tried, with when it is possible again."""
    at = date_format(localtime(ends_at), "TIME_FORMAT")
    return plain(
        "code_limit",
        _("Too many codes were tried within the hour."),
        _("You can try again from %(time)s.") % {"time": at},
    )
