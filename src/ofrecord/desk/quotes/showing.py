"""What the page of a quote shows its firm: the offer, what becomes of it, what can be done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Subscription
from ofrecord.desk import tenures
from ofrecord.desk.quotes import listing
from ofrecord.desk.quotes.forms import WithdrawForm
from ofrecord.desk.quotes.sources import told_products
from ofrecord.parties.actors import Actor
from ofrecord.quotes import loading
from ofrecord.quotes.models import OPEN, Order, Quote, State
from ofrecord.quotes.numbers import normalized
from ofrecord.quotes.prospects import Prospect, prospect
from ofrecord.quotes.writing import another_day, term
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import offers, words
from ofrecord.web.records.people import People

CAN = {
    "draft": "can_edit",
    "issue": "can_issue",
    "withdraw": "can_withdraw",
    "revise": "can_revise",
}


def page(
    request: DoorRequest,
    number: str,
    refused: Sequence[Verdict] = (),
    withdraw: WithdrawForm | None = None,
) -> dict[str, Any]:
    """The context of the page. Call it inside `parties.context.seeing`."""
    shown, by = found(request, number), request.actor
    counts = loading.found(shown.number, by)
    seen = prospect(shown.number, by=by) if shown.pk == counts.pk else Prospect(())
    word, colour = listing.badge(shown)
    held = _held(shown)
    return {
        "heading": shown.number,
        "crumbs": [(_("Quotes"), reverse("desk:quotes"))],
        "quote": shown,
        "customer": shown.customer,
        "state": word,
        "colour": colour,
        "kind": shown.get_kind_display(),
        "kind_of_agreement": words.kind(shown.purchasing_model),
        "term": term(shown.start_on, shown.end_on),
        **offers.priced(shown, held),
        "lines_title": "" if held is not None else _title(shown),
        "counts": counts,
        "is_open": shown.standing in OPEN,
        "seen": seen,
        "effective_on": another_day(seen.effective_at),
        **{name: act in seen.acts for act, name in CAN.items()},
        "refused": refused,
        "withdraw": withdraw or WithdrawForm(auto_id="withdraw_%s"),
        "withdraw_open": bool(withdraw and withdraw.errors),
        "revisions": list(_of_number(shown.number, by)),
        "recipients": list(shown.recipients.values_list("email", flat=True)),
        "order": Order.objects.filter(quote=shown).first(),
        "is_served": bool(tenures.ids_on(shown.customer["agreement"])),
        "story": _story(shown, by),
    }


def found(request: DoorRequest, number: str) -> Quote:
    """The revision that an address names, else the one that counts; 404 elsewhere."""
    of_number = _of_number(normalized(number) or "", request.actor)
    if (revision := request.GET.get("revision", "")).isdecimal() and len(revision) < 9:
        quote = of_number.filter(revision=int(revision)).first()
    else:
        quote = loading.counting(of_number, request.actor).first()
    if quote is None:
        raise Http404(number)
    return quote


def _of_number(number: str, by: Actor) -> QuerySet[Quote]:
    own = Quote.objects.visible_to(by).filter(partner_id__in=by.partners, number=number)
    return own.select_related("partner", "request", "closed_by", "drafted_by").order_by("-revision")


def _held(quote: Quote) -> dict[str, int] | None:
    """The seats that there are now, as far as the firm may know; None where it says nothing."""
    if quote.agreement_id is None or quote.standing not in (State.DRAFT, *OPEN):
        return None
    own = Subscription.objects.filter(agreement_id=quote.agreement_id)
    known = dict(own.values_list("product", "seats"))
    told = told_products(quote.request) if quote.request else ()
    return known or dict(told) or None


def _title(quote: Quote) -> str:
    return _("What you offer") if quote.standing in (State.DRAFT, *OPEN) else ""


def _story(quote: Quote, by: Actor) -> list[tuple[datetime, str, str]]:
    """What happened to this revision, when, and by whom of the firm or why."""
    people = People([quote.drafted_by, quote.closed_by], by)
    told = [(quote.drafted_at, _("Drafted"), people.name(quote.drafted_by))]
    if quote.issued_at:
        told.append((quote.issued_at, _("Issued"), ""))
    if quote.viewed_at:
        told.append((quote.viewed_at, _("Opened by the customer"), ""))
    if quote.closed_at:
        own = quote.state == State.WITHDRAWN
        who = people.name(quote.closed_by) if own else ""
        said = ": ".join(each for each in (who, quote.closed_reason) if each)
        told.append((quote.closed_at, str(State(quote.state).label).capitalize(), said))
    return told
