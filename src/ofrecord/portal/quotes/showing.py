"""What a quote's page shows: the offer line by line, and what accepting it would do."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Subscription, Term
from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.portal.quotes import orders
from ofrecord.portal.quotes.forms import AcceptForm, DeclineForm
from ofrecord.portal.quotes.listing import badge, may
from ofrecord.quotes.accept import preview
from ofrecord.quotes.corrected import CAUSE
from ofrecord.quotes.effect import Effect
from ofrecord.quotes.models import OPEN, Kind, Order, Quote
from ofrecord.quotes.numbers import normalized
from ofrecord.quotes.refusals import closed
from ofrecord.quotes.view import view
from ofrecord.quotes.writing import another_day, term
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import offers, words
from ofrecord.web.records.people import People


def page(
    request: DoorRequest, number: str, accept: Any = None, decline: Any = None
) -> dict[str, Any]:
    """What the page of a quote shows. Call it inside `parties.context.seeing`."""
    actor = request.actor
    shown = found(request, number)
    counts = _revisions(shown)[0]
    answerable = shown.pk == counts.pk and shown.standing in OPEN
    may_answer = answerable and may(shown.account_id, shown.agreement_id, actor)
    if may_answer and request.method == "GET":
        view(shown.number, by=actor)
        shown.refresh_from_db(fields=["state", "viewed_at"])
    seen = preview(shown.number, by=actor) if answerable else None
    effect = seen.effect if seen else None
    word, colour = badge(shown)
    name = request.user.name if request.user.is_authenticated else ""
    return {
        "heading": shown.number,
        "crumbs": [
            (_("Billing and Orders"), reverse("portal:billing")),
            (_("Quotes"), reverse("portal:quotes")),
        ],
        "quote": shown,
        "state": word,
        "colour": colour,
        "kind": str(Kind(shown.kind).label),
        "kind_of_agreement": words.kind(shown.purchasing_model),
        **offers.priced(shown, _held(shown) if answerable else None),
        "term_now": _term_now(shown) if answerable else "",
        "term_then": term(shown.start_on, shown.end_on),
        "revisions": _revisions(shown),
        "counts": counts,
        "answerable": answerable,
        "may_answer": may_answer,
        "against": seen.verdicts if seen else (),
        "over": closed(shown) if not answerable and shown.pk == counts.pk else None,
        "again_url": _again(shown),
        "accept": accept or AcceptForm(initial={"name": name}, auto_id="accept_%s"),
        "decline": decline or DeclineForm(auto_id="decline_%s"),
        **(_partners(effect) if effect else {}),
        **_ordered(shown, actor),
    }


def found(request: DoorRequest, number: str) -> Quote:
    """The revision that an address names, else the latest one that was issued; 404 elsewhere."""
    known = Quote.objects.visible_to(request.actor).filter(issued_at__isnull=False)
    of_number = known.filter(number=normalized(number) or "")
    if (revision := request.GET.get("revision", "")).isdecimal() and len(revision) < 9:
        of_number = of_number.filter(revision=int(revision))
    related = of_number.select_related("partner", "agreement", "account", "closed_by")
    quote = related.order_by("-revision").first()
    if quote is None:
        raise Http404
    return quote


def _held(quote: Quote) -> dict[str, int]:
    """The seats that the agreement has now."""
    if quote.agreement_id is None:
        return {}
    own = Subscription.objects.filter(agreement=quote.agreement)
    return dict(own.values_list("product", "seats"))


def _term_now(quote: Quote) -> str:
    known = Term.objects.filter(agreement=quote.agreement_id).order_by("-number")
    now: Term | None = known.filter(start_on__lte=clock.today()).first() or known.last()
    return term(now.start_on, now.end_on) if now else ""


def _partners(effect: Effect) -> dict[str, Any]:
    """Whether accepting changes the authorized partner, from whom, to whom, and from when on."""
    return {
        "effect": effect,
        "from_partners": words.joined(dict.fromkeys(each.name for each in effect.before)),
        "to_partners": words.joined(dict.fromkeys(each.name for each in effect.after)),
        "effective_on": another_day(effect.effective_at),
        "ending": [each for each in effect.before if each not in effect.after],
    }


def _revisions(quote: Quote) -> list[Quote]:
    """All that were issued under its number, the latest first."""
    issued = Quote.objects.filter(number=quote.number, issued_at__isnull=False)
    return list(issued.order_by("-revision"))


def _ordered(quote: Quote, reader: Actor) -> dict[str, Any]:
    """The order that it became, its agreements, and the changes of partner that it caused."""
    order = Order.objects.filter(quote=quote).select_related("accepted_by", "agreement").first()
    if order is None:
        return {"closed_by": People([quote.closed_by], reader).name(quote.closed_by)}
    return orders.about(order, reader)


def order_of(change: PartnerChange, reader: Actor) -> Order | None:
    """The order that caused a change, where this reader may see it."""
    if not change.cause.startswith(CAUSE):
        return None
    known = Order.objects.visible_to(reader).select_related("quote", "partner")
    return known.filter(number=change.cause.removeprefix(CAUSE)).first()


def _again(quote: Quote) -> str:
    """Where the customer asks for another quote like it."""
    url = reverse("portal:quotes_ask")
    return f"{url}?agreement={quote.agreement.reference}" if quote.agreement else url
