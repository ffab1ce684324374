"""Accept: the customer orders what a quote offers, and with it may change its partner."""

from dataclasses import dataclass

from ofrecord.changes.catch_up import catch_up
from ofrecord.changes.fingerprint import PARTS
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.refusals import agreement_moved, refused
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.journal.record import open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes import letters, loading, numbers, refusals
from ofrecord.quotes.begin import begin_due_of
from ofrecord.quotes.booking import change_partner, tell_booked, tell_moved
from ofrecord.quotes.closing import close
from ofrecord.quotes.deals import of_quote
from ofrecord.quotes.effect import Effect, begins_on, dry_run, effect
from ofrecord.quotes.judging import against
from ofrecord.quotes.models import OPEN, Order, Quote
from ofrecord.quotes.renew import renew_due_of
from ofrecord.quotes.rights import demand_customer
from ofrecord.rules.verdicts import Verdict


@dataclass(frozen=True)
class Accepted:
    """The order, the agreements it is about, and the changes of partner that it has caused."""

    order: Order
    agreements: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What accepting a quote would do now, and what stands against it.

    `effect` is None where the quote itself cannot be accepted. References of what a purchase
    would begin are not those that it will have.
    """

    quote: Quote
    effect: Effect | None
    verdicts: tuple[Verdict, ...]


def accept(
    number: str,
    *,
    by: Actor,
    purchase_order: str = "",
    name: str = "",
    revision: int | None = None,
    request_id: int | None = None,
) -> Accepted:
    """Accept a quote as it was issued: the order, the agreements and the partner, or nothing.

    A renewal's partner is of record from the new term's start, all others at once. `revision` is
    the one that the person was shown, `name` theirs as the partner is to read it; `request_id`
    that of a request which the door took in. Refused as `not_found`, `not_permitted`, as what
    the quote is by now (`quote_accepted`, `quote_expired`, ...), `quote_revised`,
    `agreement_moved`, with what stands against the transaction, and with the rules.
    """
    with seeing(by):
        quote = _locked(number, by)
        if found := _against(quote, revision):
            raise refused(found)
        order = numbers.of_order()
        done = effect(of_quote(quote), by, order, person=by.judged_person)
        if done.verdicts:
            raise refused(done.verdicts)
        made = Order.objects.create(**_ordered(quote, order, by, purchase_order, name))
        moved = change_partner(done, made, by, request_id)
        tell_moved([moved])
        accepted = Accepted(made, tuple(done.checks), moved.changes)
        close(quote, "accept", by, order=order)
        tell_booked(made, accepted.agreements, accepted.changes, by)
        letters.accepted(quote, made, done)
    wake.wake()
    return accepted


def preview(number: str, *, by: Actor) -> Preview:
    """What accepting would do, for the page that asks for it: done, and taken back."""
    with seeing(by):
        quote = _locked(number, by)
        if found := _against(quote, None):
            return Preview(quote, None, tuple(found))
        done = dry_run(of_quote(quote), by, person=by.judged_person)
    return Preview(quote, done, done.verdicts)


def _locked(number: str, by: Actor) -> Quote:
    quote = loading.found(number, by)
    demand_customer(quote.account_id, by)
    quote = loading.locked(quote)
    if quote.agreement:
        catch_up([quote.agreement.pk])
        renew_due_of([quote.agreement.pk])
        begin_due_of([quote.agreement.pk])
        quote.agreement.refresh_from_db()
    return quote


def _against(quote: Quote, revision: int | None) -> list[Verdict]:
    """What stands against the quote itself: as it is, as it was shown, and what it was made for."""
    if quote.standing not in OPEN:
        return [refusals.closed(quote)]
    if revision not in (None, quote.revision):
        return [refusals.quote_revised(quote.revision)]
    if quote.agreement and quote.agreement.moved_at_version != quote.made_for_version:
        return [agreement_moved([str(PARTS["agreement"])], _latest_change(quote))]
    return against(of_quote(quote))


def _latest_change(quote: Quote) -> str | None:
    """The change that has moved the agreement since the quote was issued, if it was one."""
    since = PartnerChange.objects.filter(
        agreement=quote.agreement, version__gt=quote.made_for_version
    )
    return since.order_by("-id").values_list("number", flat=True).first()


def _ordered(
    quote: Quote, order: str, by: Actor, purchase_order: str, name: str
) -> dict[str, object]:
    since = begins_on(of_quote(quote))
    at = open_ledger("account", [quote.account_id]).at
    return {
        "number": order,
        "quote": quote,
        "account": quote.account,
        "partner": quote.partner,
        "kind": quote.kind,
        "purchase_order": purchase_order.strip(),
        "accepted_name": name.strip(),
        "accepted_by_id": by.judged_person,
        "accepted_at": at,
        "begins_on": since,
        "begun_at": at if since <= clock.today() else None,
        "currency": quote.currency,
        "net": quote.net,
        "tax": quote.tax,
        "total": quote.total,
    }
