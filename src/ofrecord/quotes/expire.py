"""Expire: the clock marks offers whose last day is over, and tells their partners.

Nothing waits for it: past its last day a quote cannot be accepted, whatever its row says.
"""

from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.streams import lock_accounts
from ofrecord.quotes import letters
from ofrecord.quotes.loading import RELATED
from ofrecord.quotes.models import Quote, State
from ofrecord.quotes.telling import tell_all

BATCH = 500


def expire(*, by: Actor) -> int:
    """Expire up to 500 quotes that are due; how many were."""
    with seeing(by):
        due = Quote.objects.due().order_by("expires_on", "id")
        accounts = dict(due.values_list("id", "account_id")[:BATCH])
        lock_accounts(accounts.values())
        over = list(Quote.objects.due().filter(pk__in=accounts).select_related(*RELATED))
        if over:
            at = tell_all([(q, "quote.expired", {"expires_on": q.expires_on}) for q in over], by)
            ids = [quote.pk for quote in over]
            Quote.objects.filter(pk__in=ids).update(state=State.EXPIRED, closed_at=at)
            letters.expired(over)
    if over:
        wake.wake()
    return len(over)
