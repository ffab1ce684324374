"""Quotes as verbs take them: the revision that counts for whoever asks, under its locks."""

from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from ofrecord.agreements.models import Agreement
from ofrecord.changes.refusals import refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.streams import lock_accounts
from ofrecord.quotes import refusals
from ofrecord.quotes.models import Quote, State

RELATED = ("account", "partner", "agreement__account", "agreement__contract_manager", "request")


def found(number: str, by: Actor) -> Quote:
    """The revision of this number that counts, as `counting` says.

    Call it inside `parties.context.seeing(by)`. Refused as `not_found`.
    """
    visible = Quote.objects.visible_to(by).filter(number=number)
    quote = counting(visible, by).first()
    if quote is None:
        raise refused([refusals.no_quote(number)])
    return quote


def counting(quotes: QuerySet[Quote], by: Actor) -> QuerySet[Quote]:
    """Of each number that is among these only the revision that counts.

    That is for its own firm the draft; then what is on offer or was accepted, what was issued
    last, and at the end what never was.
    """
    placed = quotes.annotate(place=_place(by))
    same = placed.filter(number=OuterRef("number"))
    before = Q(place__lt=OuterRef("place")) | Q(
        place=OuterRef("place"), revision__gt=OuterRef("revision")
    )
    return placed.filter(~Exists(same.filter(before)))


def _place(by: Actor) -> Case:
    on_offer = (State.ISSUED, State.VIEWED, State.ACCEPTED)
    return Case(
        When(state=State.DRAFT, partner_id__in=by.partners, then=Value(0)),
        When(state__in=on_offer, then=Value(1)),
        When(issued_at__isnull=False, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def own(number: str, by: Actor) -> Quote:
    """The same, for an act of the firm that made it."""
    quote = found(number, by)
    if quote.partner_id not in by.partners:
        raise refused([refusals.no_firm()])
    return quote


def locked(quote: Quote) -> Quote:
    """The quote as it is under the locks of its agreement and its account, in this order."""
    if quote.agreement_id is not None:
        Agreement.objects.select_for_update(of=("self",)).get(pk=quote.agreement_id)
    lock_accounts([quote.account_id])
    return Quote.objects.select_related(*RELATED).get(pk=quote.pk)


def demand(quote: Quote, *states: State) -> None:
    """Refuse unless the quote is in one of these states, as the data says today."""
    if quote.standing not in states:
        raise refused([refusals.closed(quote)])


def demand_shown(quote: Quote, drafted_at: datetime | None) -> None:
    """Refuse a draft that was written again since somebody was shown it."""
    if drafted_at not in (None, quote.drafted_at):
        raise refused([refusals.draft_moved()])
