"""Agreements where the firm is of record, is to be, or was; and the page of one."""

from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ofrecord.agreements.models import PartnerRole
from ofrecord.desk import agreement, tenures, words
from ofrecord.desk.firm import firm_of
from ofrecord.desk.places import counted
from ofrecord.desk.tenures import COUNTED, SHOWS, Line
from ofrecord.journal import clock
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words as records


@page(get=holds_partner)
def listed(request: DoorRequest) -> HttpResponse:
    """One page of one of the three lists."""
    firm = firm_of(request)
    show, role = _one_of(request, "show", SHOWS) or SHOWS[0], _one_of(request, "role", PartnerRole)
    after = request.GET.get("after", "")
    found = tenures.page(firm.pk, show, role, after)
    later = _address(show, role, after=found.later) if found.later else ""
    context = {
        "heading": _("Agreements"),
        "show": show,
        "role": role,
        "tabs": _tabs(show, role),
        "roles": _roles(show, role),
        "rows": [_row(line) for line in found.rows],
        "count": _counted(tenures.count(firm.pk, show, role)),
        "later_url": later,
        "first_url": _address(show, role) if after else "",
        "clear_url": _address(show, "") if role else "",
        "today": clock.today(),
    }
    return TemplateResponse(request, "desk/agreements.html", context)


@page(get=holds_partner)
def one(request: DoorRequest, reference: str) -> HttpResponse:
    """An agreement as far as it is the firm's business."""
    firm = firm_of(request)
    own = agreement.own(firm.pk, reference)
    if own is None:
        raise Http404(reference)
    context = {
        **agreement.shown(own),
        **agreement.asked(request.actor, firm.pk, reference),
        "crumbs": [(_("Agreements"), reverse("desk:agreements"))],
    }
    return TemplateResponse(request, "desk/agreement.html", context)


def _row(line: Line) -> dict[str, Any]:
    return {"line": line, "kind": records.kind(line.model), "products": words.names(line.products)}


def _one_of(request: DoorRequest, name: str, known: Any) -> str:
    value = request.GET.get(name, "")
    return value if value in list(known) else ""


def _address(show: str, role: str, **more: str) -> str:
    said = {"show": "" if show == SHOWS[0] else show, "role": role, **more}
    query = urlencode({name: value for name, value in said.items() if value})
    return reverse("desk:agreements") + (f"?{query}" if query else "")


def _tabs(show: str, role: str) -> list[dict[str, Any]]:
    labels = (_("Now"), _("To come"), _("Formerly"))
    return [
        {"label": label, "url": _address(each, role), "current": each == show}
        for each, label in zip(SHOWS, labels, strict=True)
    ]


def _roles(show: str, role: str) -> dict[str, Any]:
    """The filter by role, as a chip."""
    options = [("", _("any")), *((each.value, records.role(each.value)) for each in PartnerRole)]
    return {
        "value": records.role(role) if role else "",
        "options": [
            {"label": label, "url": _address(show, value), "current": value == role}
            for value, label in options
        ],
    }


def _counted(count: int) -> str:
    said = ngettext("%(count)s agreement", "%(count)s agreements", count)
    return said % {"count": counted(count, COUNTED)}
