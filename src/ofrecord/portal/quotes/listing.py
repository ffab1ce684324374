"""The quotes of an account, what needs an answer first; and its requests, the latest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from ofrecord.changes.check import check_ids
from ofrecord.changes.refusals import Refused
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.quotes import loading
from ofrecord.quotes.models import OPEN, OPEN_REQUEST, Quote, QuoteRequest, State
from ofrecord.quotes.rights import demand_buyer
from ofrecord.quotes.writing import money
from ofrecord.web.records import offers
from ofrecord.web.records.people import People

PAGE, REQUESTS = 50, 20
FILTERS = ("open", "accepted", "declined", "withdrawn", "expired")


@dataclass(frozen=True)
class Row:
    """A quote as the list shows it."""

    quote: Quote
    total: str

    @property
    def is_open(self) -> bool:
        return self.quote.standing in OPEN

    @property
    def state(self) -> str:
        """Its state in a word or two: what is on offer waits for this account."""
        return badge(self.quote)[0]

    @property
    def colour(self) -> str:
        return badge(self.quote)[1]


@dataclass(frozen=True)
class Asked:
    """A request as the list shows it."""

    request: QuoteRequest
    by: str
    may_withdraw: bool


def badge(quote: Quote) -> tuple[str, str]:
    """The word and the colour of a quote's state."""
    return offers.badge(quote, _("to answer"))


def page(account_id: int, state: str, after: str, reader: Actor) -> tuple[list[Row], str]:
    """One page of quotes, and the place behind which the next begins, or ""."""
    known = Quote.objects.visible_to(reader).filter(account_id=account_id, issued_at__isnull=False)
    latest = _in_state(loading.counting(known, reader), state)
    wanted = _after(latest, after).select_related("partner", "agreement")
    rows = list(wanted.order_by(_place(), "-pk")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    shown = [Row(each, money(each.total, each.currency)) for each in rows[:PAGE]]
    return shown, f"{int(last.standing not in OPEN)}.{last.pk}" if last else ""


def waiting(account_id: int, reader: Actor) -> int:
    """How many quotes wait for an answer."""
    own = Quote.objects.visible_to(reader).filter(account_id=account_id)
    return own.filter(_is_open()).count()


def requests(account_id: int, after: str, reader: Actor) -> tuple[list[Asked], str]:
    """One page of requests, and the one behind which the next begins, or ""."""
    own = QuoteRequest.objects.visible_to(reader).filter(account_id=account_id)
    related = own.select_related("partner", "agreement", "asked_by")
    rows = list(_behind(related, after).order_by("-asked_at", "-pk")[: REQUESTS + 1])
    people = People([each.asked_by for each in rows], reader)
    closable = _closable(rows[:REQUESTS], reader)
    shown = [
        Asked(each, people.name(each.asked_by), each.pk in closable) for each in rows[:REQUESTS]
    ]
    return shown, str(rows[REQUESTS - 1].pk) if len(rows) > REQUESTS else ""


def may(account_id: int, agreement_id: int | None, reader: Actor) -> bool:
    """Whether somebody may ask for quotes and answer them."""
    try:
        demand_buyer(account_id, agreement_id, reader)
    except Refused:
        return False
    return True


def _closable(requests: Sequence[QuoteRequest], reader: Actor) -> set[UUID]:
    """Those that this person may withdraw: a fixed number of statements for all of them."""
    waiting = [each for each in requests if each.state == OPEN_REQUEST]
    ids = list({each.agreement_id for each in waiting if each.agreement_id})
    checks = check_ids(ids, partner=None, person=reader.judged_person) if ids else {}
    buys = {id for id, check in checks.items() if check.facts["permitted"]}
    without = {each.account_id for each in waiting if each.agreement_id is None}
    buyer = {account for account in without if may(account, None, reader)}
    return {
        each.pk
        for each in waiting
        if (each.agreement_id in buys if each.agreement_id else each.account_id in buyer)
    }


def _is_open() -> Q:
    return Q(state__in=OPEN, expires_on__gte=clock.today())


def _place() -> Case:
    return Case(When(_is_open(), then=Value(0)), default=Value(1), output_field=IntegerField())


def _in_state(quotes: QuerySet[Quote], state: str) -> QuerySet[Quote]:
    if state == "open":
        return quotes.filter(_is_open())
    if state == "expired":
        late = Q(state__in=OPEN, expires_on__lt=clock.today())
        return quotes.filter(late | Q(state=State.EXPIRED))
    return quotes.filter(state=state) if state in FILTERS else quotes


def _after(quotes: QuerySet[Quote], place: str) -> QuerySet[Quote]:
    """Those behind a place of the list; all where an address names none."""
    group, _dot, id = place.partition(".")
    if group not in ("0", "1") or not id.isdecimal() or len(id) > 18:
        return quotes
    behind = Q(pk__lt=int(id))
    return quotes.filter(
        ~_is_open() & behind if group == "1" else ~_is_open() | _is_open() & behind
    )


def _behind(requests: QuerySet[QuoteRequest], place: str) -> QuerySet[QuoteRequest]:
    try:
        last = requests.filter(pk=UUID(place)).first()
    except ValueError:
        last = None
    if last is None:
        return requests
    return requests.filter(
        Q(asked_at__lt=last.asked_at) | Q(asked_at=last.asked_at, pk__lt=last.pk)
    )
