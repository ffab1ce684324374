"""Issue: a draft becomes an offer that the customer sees and can accept."""

from datetime import datetime

from ofrecord.changes.refusals import refused
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes import letters, loading, refusals
from ofrecord.quotes.deals import of_quote
from ofrecord.quotes.draft import still
from ofrecord.quotes.effect import Effect, dry_run
from ofrecord.quotes.judging import against
from ofrecord.quotes.models import OPEN, OPEN_REQUEST, Quote, RequestState, State
from ofrecord.quotes.telling import offered, tell_all
from ofrecord.quotes.totals import totals
from ofrecord.rules.policy import BOTH
from ofrecord.rules.verdicts import Verdict


def issue(number: str, *, by: Actor, drafted_at: datetime | None = None) -> Quote:
    """Issue the draft of this number: its totals are frozen, and the customer is told.

    `drafted_at` is that of the draft which the person was shown.
    What would refuse the customer's acceptance today refuses it, but for what only has to wait.
    The revision before it is withdrawn, and the request that it answers is answered. Refused as
    `not_found`, `not_permitted`, `no_business`, `expires_in_past`, `draft_moved` if it says
    otherwise by now, with what stands against the transaction, and with the rules about the
    partner.
    """
    with seeing(by):
        known = loading.own(number, by)
    with seeing(Actor.system()):
        quote = loading.locked(known)
        loading.demand(quote, State.DRAFT)
        loading.demand_shown(quote, drafted_at)
        replaced = _replaced(quote)
        _effect, found = judged(quote, by)
        if found:
            raise refused(found)
        _issue(quote, replaced, by)
        letters.issued(quote)
    wake.wake()
    return quote


def judged(quote: Quote, by: Actor) -> tuple[Effect | None, list[Verdict]]:
    """What its acceptance would do today, and what stands against offering that.

    Its agreement and account are locked. Refused as `no_business`.
    """
    still(quote)
    if quote.expires_on < clock.today():
        return None, [refusals.expires_in_past()]
    deal = of_quote(quote)
    if found := against(deal):
        return None, found
    done = dry_run(deal, by, person=None)
    return done, [each for each in done.verdicts if each.code not in BOTH]


def _replaced(quote: Quote) -> Quote | None:
    """The revision on offer that this one comes in place of, unless it was answered meanwhile."""
    others = Quote.objects.filter(number=quote.number).exclude(pk=quote.pk)
    before = others.filter(issued_at__isnull=False).order_by("revision").last()
    if before and before.state in (State.ACCEPTED, State.DECLINED):
        raise refused([refusals.closed(before)])
    return before if before and before.state in OPEN else None


def _issue(quote: Quote, replaced: Quote | None, by: Actor) -> None:
    sums = totals((line.total for line in quote.lines.all()), quote.tax)
    quote.net, quote.total = sums.net, sums.total
    quote.made_for_version = quote.agreement.moved_at_version if quote.agreement else None
    told = [(quote, "quote.issued", offered(quote))]
    if replaced:
        by_revision = {"revised_by": quote.revision}
        told.insert(0, (replaced, "quote.withdrawn", by_revision))
    at = tell_all(told, by)
    if replaced:
        replaced.state, replaced.closed_at, replaced.closed_by_id = (
            *(State.WITHDRAWN, at),
            by.person_id,
        )
        replaced.save(update_fields=["state", "closed_at", "closed_by"])
    quote.state, quote.issued_at = State.ISSUED, at
    quote.save(update_fields=["state", "issued_at", "net", "total", "made_for_version"])
    _answer(quote, by)


def _answer(quote: Quote, by: Actor) -> None:
    """The request that it answers is answered, by this event."""
    request = quote.request
    if request and request.state == OPEN_REQUEST:
        request.state, request.closed_at = RequestState.ANSWERED, quote.issued_at
        request.closed_by_id = by.person_id
        request.save(update_fields=["state", "closed_at", "closed_by"])
