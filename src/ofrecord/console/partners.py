"""Partners: the directory with its filters, and the page of one."""

from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.changes.check import ROLE_OF_KIND
from ofrecord.changes.models import PartnerChange
from ofrecord.console import journal, keyset, partner_acts, partner_book
from ofrecord.console.partner_directory import COLOURS, crumbs, partner_of, url_of
from ofrecord.journal.models import Event
from ofrecord.parties import named
from ofrecord.parties.models import ApiClient, Partner, PartnerKind, PartnerStatus, Role
from ofrecord.parties.partner_status import EVENTS
from ofrecord.quotes.models import Quote
from ofrecord.rules.verdicts import country
from ofrecord.transitions import consequences
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words

LATEST = 8
FILTERS = ("status", "kind", "country", "program")


@page(get=is_staff)
def listed(request: DoorRequest) -> HttpResponse:
    """Every partner by name, filtered; or those that are called so."""
    asked = {name: keyset.asked(request, name) for name in (*FILTERS, "q")}
    after = keyset.asked(request, "after")
    here = reverse("console:partners")
    rows, later = _rows(asked, after)
    context = {
        "heading": _("Partners"),
        "asked": asked,
        "rows": [(each, COLOURS[each.status]) for each in rows],
        "filtered": any(asked.values()),
        "kept": [(name, asked[name]) for name in FILTERS if asked[name]],
        "chips": _chips(here, asked),
        "first_url": keyset.address(here, **asked) if after else "",
        "later_url": keyset.address(here, **asked, after=later) if later else "",
    }
    return TemplateResponse(request, "console/partners.html", context)


@page(get=is_staff)
def one(request: DoorRequest, number: str) -> HttpResponse:
    """One partner: its entry in the directory, its people, its business, and its history."""
    partner = partner_of(number)
    context = {
        **shown(partner),
        "acts": partner_acts.offered(partner, request.actor),
        "stands": consequences.of(partner),
        **partner_book.of_record(partner, keyset.asked(request, "after")),
        "introductions": partner_book.introductions(partner),
    }
    return TemplateResponse(request, "console/partner.html", context)


@page(get=is_staff)
def history(request: DoorRequest, number: str) -> HttpResponse:
    """Everything that happened to one partner."""
    partner = partner_of(number)
    here, before = (
        reverse("console:partner_history", args=[number]),
        keyset.asked(request, "before"),
    )
    stretch = journal.of("partner", partner.pk, before=before)
    context = {
        "heading": _("History of %(name)s") % {"name": partner.name},
        "crumbs": [*crumbs(), (partner.name, url_of(partner))],
        "stretch": stretch,
        "first_url": here if before else "",
        "earlier_url": f"{here}?before={stretch.earlier}" if stretch.earlier else "",
    }
    return TemplateResponse(request, "console/history.html", context)


def shown(partner: Partner) -> dict[str, Any]:
    """What the page of a partner shows."""
    roles = Role.objects.filter(partner=partner).select_related("person")
    changes = PartnerChange.objects.filter(partner=partner).exclude(occasion="load")
    related = changes.select_related("agreement", "partner", "by", "on_behalf_of", "undone_by")
    quotes = Quote.objects.filter(partner=partner).select_related("account")
    return {
        "heading": partner.name,
        "partner": partner,
        "crumbs": crumbs(),
        "colour": COLOURS[partner.status],
        "is_told": _is_told(partner),
        "address": words.address(partner),
        "role": words.role(ROLE_OF_KIND[partner.kind]),
        "countries": [country(code) for code in partner.authorized_countries],
        "roles": roles.order_by("name", "person__name")[:200],
        "clients": ApiClient.objects.filter(partner=partner, revoked_at=None).order_by("name"),
        "changes": [
            (str(c.on_behalf_of or c.by or ""), c) for c in related.order_by("-pk")[:LATEST]
        ],
        "quotes": quotes.order_by("-pk")[:LATEST],
        "stretch": journal.of("partner", partner.pk, most=journal.FIRST),
    }


def _is_told(partner: Partner) -> bool:
    """Whether somebody gave it this status; an import may have done so since."""
    if partner.status_at is None:
        return False
    acts = Event.objects.filter(stream="partner", subject_id=partner.pk)
    type = EVENTS[PartnerStatus(partner.status)]
    return acts.filter(type=type, recorded_at=partner.status_at).exists()


def _rows(asked: dict[str, str], after: str) -> tuple[list[Partner], str]:
    called = named.partners(asked["q"]) if asked["q"] else Partner.objects.all()
    filters = {name: asked[name] for name in FILTERS if asked[name]}
    return keyset.by_name(called.filter(**filters), after)


def _chips(here: str, asked: dict[str, str]) -> list[dict[str, Any]]:
    anything = ("", _("Any"))
    countries = [(code, country(code)) for code in _values("country")]
    programs = [(each, each) for each in _values("program") if each]
    chips = [
        keyset.chip("status", _("Status"), here, asked, [anything, *PartnerStatus.choices]),
        keyset.chip("kind", _("Kind"), here, asked, [anything, *PartnerKind.choices]),
        keyset.chip("country", _("Country"), here, asked, [anything, *countries]),
    ]
    if programs:
        chips.append(keyset.chip("program", _("Program"), here, asked, [anything, *programs]))
    return chips


def _values(column: str) -> list[str]:
    """What occurs in a column of the directory, at most 200 values."""
    with connection.cursor() as cursor:
        cursor.execute(_VALUES[column])
        return [row[0] for row in cursor.fetchall()]


_VALUES = {
    "country": "SELECT DISTINCT country FROM partner ORDER BY country LIMIT 200",
    "program": "SELECT DISTINCT program FROM partner ORDER BY program LIMIT 200",
}
