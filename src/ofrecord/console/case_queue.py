"""The queue of cases: what is overdue on top, then by target, then what waits for customers."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ofrecord.cases.models import LIVE, Case, State
from ofrecord.cases.rights import agents
from ofrecord.cases.wishes import title
from ofrecord.changes.recipients import last_day
from ofrecord.console import keyset
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.web.records.case import COLOURS, overdue

RELATED = ("account", "agreement", "assignee", "member_partner", "about_change")
VIEWS = ("", "mine", "unassigned", "over")


def page(view: str, after: str, reader: Actor) -> tuple[list[dict[str, Any]], str]:
    """One page of the queue, and the place behind which the next one begins, or ""."""
    cases = Case.objects.select_related(*RELATED)
    if view == "over":
        rows, place = keyset.by_id(cases.exclude(state__in=LIVE), after)
        return [_row(each) for each in rows], place
    live = _whose(cases.filter(state__in=LIVE), view, reader)
    found = list(_behind(live, after)[: keyset.PAGE + 1])
    more = len(found) > keyset.PAGE
    return [_row(e) for e in found[: keyset.PAGE]], _place(found[keyset.PAGE - 1]) if more else ""


def late() -> int:
    """How many cases are overdue."""
    return Case.objects.filter(state__in=LIVE, due_at__lte=clock.business_now()).count()


def tabs(view: str) -> list[dict[str, Any]]:
    """The views of the queue."""
    labels = {"": _("All open"), "mine": _("Mine"), "unassigned": _("Unassigned")}
    labels["over"] = _("Over")
    here = reverse("console:cases")
    return [
        {"label": label, "url": keyset.address(here, view=name), "current": name == view}
        for name, label in labels.items()
    ]


def _whose(cases: QuerySet[Case], view: str, reader: Actor) -> QuerySet[Case]:
    """Those of the view; what is assigned to somebody who has left is nobody's."""
    if view == "mine":
        return cases.filter(assignee=reader.person_id)
    if view == "unassigned":
        theirs = Q(assignee__in=[each.pk for each in agents()])
        return cases.exclude(theirs)
    return cases


def _behind(cases: QuerySet[Case], place: str) -> QuerySet[Case]:
    """In the order of the queue, those behind a place of it; all where an address names none."""
    at, _comma, id = place.partition(",")
    if id.isascii() and id.isdecimal() and len(id) < 19:
        last, moment = int(id), _instant(at)
        if moment:
            later = Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=last)
            cases = cases.filter(later | Q(due_at=None))
        elif not at:
            cases = cases.filter(due_at=None, pk__gt=last)
    return cases.order_by(F("due_at").asc(nulls_last=True), "pk")


def _instant(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _place(last: Case) -> str:
    at = last.due_at.isoformat().replace("+00:00", "Z") if last.due_at else ""
    return f"{at},{last.pk}"


def _row(each: Case) -> dict[str, Any]:
    return {
        "case": each,
        "title": title(each),
        "colour": COLOURS[State(each.state)],
        "overdue": overdue(each),
        "until": last_day(each.due_at) if each.due_at else None,
        "first": each.answered_at is None,
    }
