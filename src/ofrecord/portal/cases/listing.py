"""The list of an account's cases, the latest first."""

from typing import Any

from django.utils.translation import gettext as _

from ofrecord.cases.models import LIVE, Case, State
from ofrecord.cases.wishes import title
from ofrecord.parties.actors import Actor
from ofrecord.web.records.case import COLOURS
from ofrecord.web.records.people import People

PAGE = 50
FILTERS = {"": None, "open": LIVE, "over": (State.RESOLVED, State.CLOSED)}


def page(account_id: int, state: str, after: str, reader: Actor) -> tuple[list[Any], str]:
    """One page, and the place behind which the next begins, or ""."""
    cases = Case.objects.visible_to(reader).filter(account_id=account_id)
    if states := FILTERS.get(state):
        cases = cases.filter(state__in=states)
    if after.isdecimal() and len(after) < 19:
        cases = cases.filter(pk__lt=int(after))
    related = cases.select_related("agreement", "opened_by", "member_partner", "about_change")
    rows = list(related.order_by("-pk")[: PAGE + 1])
    people = People([each.opened_by for each in rows], reader)
    shown = [
        {
            "case": each,
            "title": title(each),
            "colour": COLOURS[State(each.state)],
            "by": people.name(each.opened_by),
        }
        for each in rows[:PAGE]
    ]
    return shown, str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def waiting(account_id: int, reader: Actor) -> int:
    """How many wait for an answer of the customer's."""
    own = Case.objects.visible_to(reader).filter(account_id=account_id)
    return own.filter(state=State.WAITING_FOR_CUSTOMER).count()


def tabs(state: str) -> list[dict[str, Any]]:
    """The filters of the list."""
    labels = {"": _("All"), "open": _("Open"), "over": _("Solved")}
    return [
        {"label": label, "url": f"?state={value}" if value else "?", "current": value == state}
        for value, label in labels.items()
    ]
