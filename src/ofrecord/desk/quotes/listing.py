"""The quotes of a firm, the latest first, by state; and those that soon expire."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.desk.places import PAGE
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.quotes import loading
from ofrecord.quotes.models import OPEN, Quote, State
from ofrecord.quotes.writing import money
from ofrecord.web.records import offers

STATES = ("draft", "open", "accepted", "declined", "withdrawn", "expired")


@dataclass(frozen=True)
class Row:
    """A quote as the list shows it."""

    quote: Quote
    url: str
    total: str
    state: str
    colour: str

    @property
    def is_open(self) -> bool:
        return self.quote.standing in OPEN


def page(firm_id: int, state: str, after: str, reader: Actor) -> tuple[list[Row], str]:
    """One page of quotes, and the place behind which the next begins, or "".

    Of each number there is what counts, and beside it a draft that is to replace it.
    """
    every, draft = own(firm_id, reader), Q(state=State.DRAFT)
    others = loading.counting(every.exclude(draft), reader)
    wanted = _in_state(every.filter(draft | Q(pk__in=others.values("pk"))), state)
    if after.isdecimal() and len(after) < 19:
        wanted = wanted.filter(pk__lt=int(after))
    found = list(_related(wanted).order_by("-pk")[: PAGE + 1])
    return [row(each) for each in found[:PAGE]], str(found[PAGE - 1].pk) if len(
        found
    ) > PAGE else ""


def expiring(firm_id: int, days: int, most: int, reader: Actor) -> list[Row]:
    """The firm's quotes on offer whose last day comes within so many days, the nearest first."""
    until = clock.today() + timedelta(days=days)
    soon = own(firm_id, reader).filter(is_open(), expires_on__lte=until)
    return [row(each) for each in _related(soon).order_by("expires_on", "pk")[:most]]


def own(firm_id: int, reader: Actor) -> QuerySet[Quote]:
    """All revisions of the firm's quotes. Call it inside `parties.context.seeing`."""
    return Quote.objects.visible_to(reader).filter(partner_id=firm_id)


def badge(quote: Quote) -> tuple[str, str]:
    """The word and the colour of a quote's state: what is on offer waits for the customer."""
    said = _("viewed") if quote.state == State.VIEWED else _("issued")
    return offers.badge(quote, said)


def is_open() -> Q:
    """On offer, whether or not the clock has come to what is over."""
    return Q(state__in=OPEN, expires_on__gte=clock.today())


def row(quote: Quote) -> Row:
    """A quote with what its line of the list says."""
    word, colour = badge(quote)
    total = money(offers.summed(quote).total, quote.currency)
    several = quote.revision > 1 or getattr(quote, "is_revised", False)
    revision = f"?revision={quote.revision}" if several else ""
    url = reverse("desk:quote", args=[quote.number]) + revision
    return Row(quote, url, total, word, colour)


def _related(quotes: QuerySet[Quote]) -> QuerySet[Quote]:
    later = Quote.objects.filter(revises=OuterRef("pk"))
    return quotes.annotate(is_revised=Exists(later)).prefetch_related("lines")


def _in_state(quotes: QuerySet[Quote], state: str) -> QuerySet[Quote]:
    if state == "open":
        return quotes.filter(is_open())
    if state == "expired":
        late = Q(state__in=OPEN, expires_on__lt=clock.today())
        return quotes.filter(late | Q(state=State.EXPIRED))
    return quotes.filter(state=state) if state in STATES else quotes
