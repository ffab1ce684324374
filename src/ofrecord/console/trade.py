"""A quote and an order at the console: what was offered and ordered, and what came of it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from ofrecord.changes.models import PartnerChange
from ofrecord.console import accounts, journal
from ofrecord.parties import reading
from ofrecord.quotes import loading
from ofrecord.quotes.corrected import corrections_of
from ofrecord.quotes.models import Order, Quote
from ofrecord.quotes.numbers import normalized
from ofrecord.quotes.writing import money, term
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import offers

RELATED = ("account", "partner", "agreement", "drafted_by", "closed_by")


@page(get=is_staff)
def quote(request: DoorRequest, number: str) -> HttpResponse:
    """One quote in the revision that counts, or in the one that is asked for."""
    of_number = Quote.objects.filter(number=normalized(number) or number)
    revisions = list(of_number.select_related(*RELATED).order_by("revision"))
    if not revisions:
        raise Http404(number)
    counts = loading.counting(of_number, request.actor).get()
    wanted = request.GET.get("revision", str(counts.revision))
    found = next((each for each in revisions if str(each.revision) == wanted), revisions[-1])
    reading.note(found.account, request.actor)
    return TemplateResponse(request, "console/quote.html", _of_quote(found, revisions))


@page(get=is_staff)
def order(request: DoorRequest, number: str) -> HttpResponse:
    """One order, and the changes of partner that it caused."""
    related = Order.objects.select_related(
        "account", "partner", "quote", "agreement", "accepted_by"
    )
    found = related.filter(number=number).first()
    if found is None:
        raise Http404(number)
    reading.note(found.account, request.actor)
    context = {
        "heading": found.number,
        "crumbs": [*accounts.crumbs(), (found.account.name, accounts.url_of(found.account))],
        "order": found,
        "agreement": found.agreement or (found.quote.agreement if found.quote else None),
        "total": money(found.total, found.currency),
        "changes": PartnerChange.objects.filter(cause=f"order/{found.number}").order_by("pk"),
        "corrections": corrections_of([found.number]).get(found.number, []),
        "stretch": journal.about(found.number, *([found.quote.number] if found.quote else [])),
    }
    return TemplateResponse(request, "console/order.html", context)


def _of_quote(found: Quote, revisions: list[Quote]) -> dict[str, Any]:
    state, colour = offers.badge(found, _("on offer"))
    return {
        "heading": found.number,
        "crumbs": [*accounts.crumbs(), (found.account.name, accounts.url_of(found.account))],
        "quote": found,
        "state": state,
        "colour": colour,
        "revisions": revisions,
        "term_then": term(found.start_on, found.end_on),
        "order": Order.objects.filter(quote=found).first(),
        "stretch": journal.about(found.number),
        **offers.priced(found, None),
    }
