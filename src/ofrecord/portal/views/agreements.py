"""Billing and Orders > Subscriptions and Contracts: the list, and the same as a file."""

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ofrecord.journal import clock
from ofrecord.parties.context import seeing
from ofrecord.portal import choices, export, listing
from ofrecord.portal.account import account_of
from ofrecord.portal.listing import COUNTED, Asked, Line
from ofrecord.portal.wanted import Wanted, wanted
from ofrecord.rules import policy
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words
from ofrecord.web.records.inactive import statuses
from ofrecord.web.records.moving import moving


@page(get=holds_account)
def listed(request: DoorRequest) -> HttpResponse:
    """One page of the list."""
    asked = asked_by(request)
    shown = listing.page(asked)
    on_way = moving(line.check.facts["id"] for line in shown.lines)
    gone = statuses(each.partner_id for line in shown.lines for each in line.partners)
    context = {
        "heading": _("Subscriptions and Contracts"),
        "crumbs": crumbs(),
        "today": clock.today(),
        "wanted": asked.wanted,
        "rows": [_row(line, on_way.get(line.check.facts["id"]), gone) for line in shown.lines],
        "columns": columns(asked.wanted),
        "chips": choices.chips(asked.account_id, asked.wanted),
        "sorting": choices.sorting(asked.wanted),
        "count": counted(listing.count(asked)),
        "codes": policy.live().transfer_code_days > 0,
        "kept": asked.wanted.kept,
        "clear_url": reverse("portal:agreements") if asked.wanted.filtered else "",
        "earlier_url": asked.wanted.query(before=shown.earlier) if shown.earlier else "",
        "later_url": asked.wanted.query(after=shown.later) if shown.later else "",
        "export_url": reverse("portal:agreements_export") + asked.wanted.query(),
    }
    return TemplateResponse(request, "portal/agreements.html", context)


@page(get=holds_account)
def export_file(request: DoorRequest) -> HttpResponseBase:
    """Every row that matches, as CSV, sent while it is read."""
    asked = asked_by(request)
    actor = request.actor

    def portions() -> Any:
        lines = listing.every_line(asked)
        while True:
            with seeing(actor):
                portion = next(lines, None)
            if portion is None:
                return
            yield portion

    response = StreamingHttpResponse(
        export.rows(portions()), content_type="text/csv; charset=utf-8"
    )
    name = f"subscriptions-and-contracts-{clock.today().isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def crumbs() -> list[tuple[str, str]]:
    """The way to the list, which stands above every page of an agreement too."""
    return [
        (_("Billing and Orders"), reverse("portal:billing")),
        (_("Subscriptions and Contracts"), reverse("portal:agreements")),
    ]


def asked_by(request: DoorRequest) -> Asked:
    """The list that this request asks for."""
    account = account_of(request)
    actor = request.actor
    return Asked.by(account.pk, actor.judged_person, wanted(request.GET))


def counted(count: int) -> str:
    """How many rows match: exact up to 1,000."""
    if count > COUNTED:
        most = number_format(COUNTED, force_grouping=True)
        return _("%(count)s+ subscriptions") % {"count": most}
    return ngettext("%(count)s subscription", "%(count)s subscriptions", count) % {
        "count": number_format(count, force_grouping=True)
    }


def columns(wanted: Wanted) -> list[dict[str, Any]]:
    """The columns of the list; some sort it."""
    shown: tuple[tuple[str, str], ...] = (
        (_("Product"), "product"),
        (_("Seats"), ""),
        (_("Term"), ""),
        (_("Renewal"), "end"),
        (_("Partner of record"), "partner"),
        (_("Change partner?"), ""),
    )
    return [_column(wanted, label, sort) for label, sort in shown] + [
        {"label": _("Actions"), "hidden": True}
    ]


def _column(wanted: Wanted, label: str, sort: str) -> dict[str, Any]:
    if not sort:
        return {"label": label}
    now = wanted.column == sort
    backwards = now and not wanted.descending
    order = ("descending" if wanted.descending else "ascending") if now else ""
    return {
        "label": label,
        "url": wanted.query(sort=f"-{sort}" if backwards else sort),
        "sorted": order,
    }


def _row(line: Line, change: Any, gone: dict[int, str]) -> dict[str, Any]:
    facts = line.check.facts
    model = facts["purchasing_model"]
    return {
        "line": line,
        "facts": facts,
        "kind": words.kind(model),
        "details": words.details_label(model),
        "about": _("for %(product)s, %(number)s")
        % {"product": line.product or words.kind(model), "number": facts["reference"]},
        "badge": words.badge(line.check),
        "why": words.why(line.check),
        "available": line.check.available,
        "partners": [(each, words.role(each.role)) for each in line.partners],
        "gone": [(e.name, gone[e.partner_id]) for e in line.partners if e.partner_id in gone],
        "renewed": line.ends_on > facts["end_on"],
        "change": change,
    }
