"""Refusals of cases, in the shape of verdicts, each with a code and a sentence."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ofrecord.changes.refusals import not_found, plain
from ofrecord.rules.verdicts import Verdict


def no_case(number: str) -> Verdict:
    return not_found(number, what=_("case"))


def no_account(number: str) -> Verdict:
    return not_found(number, what=_("account"))


def may_not_ask() -> Verdict:
    """Who asks for another partner has to be allowed to change it."""
    return plain(
        "not_permitted",
        _("No role held on this agreement allows asking for another partner."),
        _("Ask an administrator of your account."),
    )


def not_theirs() -> Verdict:
    """Who may read the case, but did not open it, nor may change the partner."""
    return plain(
        "not_permitted",
        _("Who opened the case answers in it, and who may change the partner."),
        _("Ask one of them, or open a case of your own."),
    )


def not_support() -> Verdict:
    return plain(
        "not_permitted",
        _("Your role at the vendor reads cases and does not work on them."),
        _("Ask somebody of support or operations."),
    )


def case_limit(ends_at: datetime) -> Verdict:
    return plain(
        "case_limit",
        _("Too many cases were opened within the hour."),
        _("You can open another one from %(time)s.")
        % {"time": date_format(localtime(ends_at), "TIME_FORMAT")},
    )


def text_missing() -> Verdict:
    return plain("text_missing", _("Write a message."))


def subject_missing() -> Verdict:
    return plain("subject_missing", _("Say in a few words what it is about."))


def wish_unknown() -> Verdict:
    return plain("wish_unknown", _("Choose what you wish for."))


def wish_needs_agreement() -> Verdict:
    return plain("wish_needs_agreement", _("Say which contract or subscription it is about."))


def member_missing() -> Verdict:
    return plain(
        "member_missing",
        _("It is not said which one of the partners of record is meant."),
        _("Choose which of the partners is to be replaced."),
    )


def number_missing() -> Verdict:
    return plain("number_missing", _("Give the account number of the new partner."))


def member_same(name: str) -> Verdict:
    return plain(
        "member_same",
        _("%(partner)s has this role already.") % {"partner": name},
        _("Nothing needs to change."),
    )


def change_unknown() -> Verdict:
    return plain(
        "change_unknown",
        _("No change of this agreement has that number."),
        _("Check the number."),
    )


def too_many_files(at_once: int, in_all: int) -> Verdict:
    return plain(
        "too_many_files",
        _("A message takes %(at_once)s files, and a case %(in_all)s.")
        % {"at_once": at_once, "in_all": in_all},
        _("Leave some of them out."),
    )


def file_empty(name: str) -> Verdict:
    return plain("file_empty", _("There is nothing in %(name)s.") % {"name": name})


def file_too_large(name: str, largest: int) -> Verdict:
    return plain(
        "file_too_large",
        _("%(name)s is larger than %(size)s MB.")
        % {"name": name, "size": largest // (1024 * 1024)},
        _("Attach a smaller one."),
    )


def file_type(name: str, endings: Sequence[str]) -> Verdict:
    return plain(
        "file_type",
        _("%(name)s is not a file of a type that can be attached.") % {"name": name},
        _("These can be: %(endings)s.") % {"endings": ", ".join(endings)},
    )


def case_over(number: str, state: str) -> Verdict:
    """It is in a state in which this cannot be done."""
    return plain(
        "case_over",
        _("Case %(number)s is %(state)s.") % {"number": number, "state": state},
        _("Open another case."),
    )


def case_resolved(number: str) -> Verdict:
    return plain(
        "case_resolved",
        _("Case %(number)s is resolved.") % {"number": number},
        _("Open it again first."),
    )


def nothing_to_change(number: str) -> Verdict:
    return plain(
        "nothing_to_change",
        _("Case %(number)s is about no agreement whose partner could be changed.")
        % {"number": number},
    )


def not_resolved(number: str) -> Verdict:
    return plain("not_resolved", _("Case %(number)s is not resolved yet.") % {"number": number})


def assigned_meanwhile(name: str) -> Verdict:
    """Somebody else took it since the page was shown."""
    return plain(
        "assigned_meanwhile",
        _("The case was assigned to %(name)s meanwhile.") % {"name": name or _("nobody")},
        _("Look at it again."),
    )


def not_an_agent() -> Verdict:
    return plain("not_an_agent", _("Cases are assigned to somebody of support or operations."))
