"""What letters about cases say, each composed in its reader's language when it is asked to."""

from collections.abc import Callable

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ofrecord.cases.models import Case
from ofrecord.cases.wishes import title
from ofrecord.changes.letter_words import Words, questions, unexpected
from ofrecord.changes.models import PartnerChange, State
from ofrecord.changes.recipients import last_day
from ofrecord.journal import clock

Say = Callable[[], Words]
LONGEST = 2_000


def opened(case: Case) -> Say:
    return lambda: _to_customer(
        case,
        _("Case %(number)s was opened"),
        _("We have your request. You have a first answer by the end of %(day)s.")
        % {"day": date_format(last_day(case.answer_due_at), "DATE_FORMAT")},
    )


def answered(case: Case, text: str) -> Say:
    return lambda: _to_customer(
        case, _("Case %(number)s: an answer"), _("Support has answered in your case."), text
    )


def resolved(case: Case, text: str) -> Say:
    return lambda: _to_customer(
        case,
        _("Case %(number)s is resolved"),
        _("Support has resolved your case. If something is missing, open it again."),
        text,
    )


def opened_again(case: Case, text: str) -> Say:
    return lambda: _to_customer(
        case,
        _("Case %(number)s was opened again"),
        _("Support goes on with your case."),
        text,
    )


def carried_out(case: Case, change: PartnerChange) -> Say:
    """That support has made the change, or that it is still to come."""
    return lambda: _to_customer(case, *_made(change))


def _made(change: PartnerChange) -> tuple[str, str]:
    if change.state == State.AWAITING_CONSENT:
        return (
            _("Case %(number)s: a change waits for consent"),
            _("Support wants to change the partner for you. A second person has to agree first."),
        )
    if change.state == State.SCHEDULED:
        day = date_format(change.effective_at.astimezone(clock.vendor_zone()), "DATE_FORMAT")
        return (
            _("Case %(number)s: the partner will be changed"),
            _("Support has scheduled the change of partner for you. It takes effect on %(day)s.")
            % {"day": day},
        )
    return (
        _("Case %(number)s: the partner was changed"),
        _("Support has changed the partner for you, as your case asks for."),
    )


def came_in(case: Case, text: str) -> Say:
    return lambda: _to_staff(
        case,
        _("Case %(number)s was opened"),
        _("%(customer)s has opened a case. The first answer is due by the end of %(day)s.")
        % {
            "customer": case.account.name,
            "day": date_format(last_day(case.answer_due_at), "DATE_FORMAT"),
        },
        text,
    )


def customer_wrote(case: Case, text: str) -> Say:
    return lambda: _to_staff(
        case,
        _("Case %(number)s: the customer has written"),
        _("%(customer)s has written in the case.") % {"customer": case.account.name},
        text,
    )


def assigned(case: Case) -> Say:
    return lambda: _to_staff(case, _("Case %(number)s is yours"), _("A case was assigned to you."))


def solved(case: Case, text: str) -> Say:
    return lambda: _to_staff(
        case,
        _("Case %(number)s is solved"),
        _("%(customer)s says that it is solved.") % {"customer": case.account.name},
        text,
    )


def customer_reopened(case: Case, text: str) -> Say:
    return lambda: _to_staff(
        case,
        _("Case %(number)s was opened again"),
        _("%(customer)s has opened the case again.") % {"customer": case.account.name},
        text,
    )


def _to_customer(case: Case, subject: str, lead: str, text: str = "") -> Words:
    link = f"{settings.OFRECORD_BASE_URL}/cases/{case.number}/"
    return _words(case, subject, lead, text, unexpected(), link)


def _to_staff(case: Case, subject: str, lead: str, text: str = "") -> Words:
    link = f"{settings.OFRECORD_BASE_URL}/console/cases/{case.number}/"
    return _words(case, subject, lead, text, questions(), link)


def _words(case: Case, subject: str, lead: str, text: str, closing: str, link: str) -> Words:
    facts = (
        (_("Case"), f"{case.number}: {title(case)}"),
        (_("Account"), case.account.name),
        (_("Agreement"), case.agreement.reference if case.agreement else ""),
        (_("Change"), case.made_change.number if case.made_change else ""),
        (_("Message"), text[:LONGEST]),
    )
    return Words(
        subject=subject % {"number": case.number},
        lead=lead,
        facts=tuple(fact for fact in facts if fact[1]),
        lines=(),
        more="",
        closing=closing,
        link=link,
        link_label=_("To the case"),
    )
