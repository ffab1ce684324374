"""Renew: agreements that renew by themselves get their next term, and keep their partners.

Nobody orders anything, so there is no order and no price: the agreement's journal says that a
term has begun, and on which day it was due.
"""

from collections.abc import Sequence

from django.conf import settings

from ofrecord.agreements import renewal, versions
from ofrecord.agreements.models import Agreement
from ofrecord.agreements.renewal import Ended
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.journal.record import Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

BATCH = 1_000


def renew(*, by: Actor) -> int:
    """Renew up to 1,000 agreements whose last term ended before today; how many were.

    A term begins on the day after the one before, whenever this is done: what was missed while
    everything was down is made up for, term by term.
    """
    if not settings.OFRECORD_RENEWS:
        return 0
    with seeing(by):
        ids = renewal.due(clock.today(), BATCH)
        found = Agreement.objects.filter(pk__in=ids).order_by("pk")
        list(found.select_for_update(of=("self",)).values_list("pk"))
        renewed = renew_due_of(ids)
    if renewed:
        wake.wake()
    return renewed


def renew_due_of(ids: Sequence[int]) -> int:
    """The same for agreements that an act has locked; how many of them were renewed."""
    if not settings.OFRECORD_RENEWS:
        return 0
    today = clock.today()
    begun = [each for last in renewal.ended(ids, today) for each in renewal.following(last, today)]
    if not begun:
        return 0
    renewal.begin(begun)
    renewed = list(dict.fromkeys(each.agreement_id for each in begun))
    ledger = open_ledger("agreement", renewed)
    ledger.record([_fact(each) for each in begun], Actor.system().by)
    versions.raise_to(ledger, renewed, moved=True)
    return len(renewed)


def _fact(term: Ended) -> Fact:
    data = {
        "agreement": term.reference,
        "due_at": clock.midnight(term.start_on).isoformat(),
        "term": {
            "number": term.number,
            "start_on": term.start_on,
            "end_on": term.end_on,
            "auto_renew": True,
        },
    }
    return Fact(
        term.agreement_id, "agreement.renewed", term.reference, data, account_id=term.account_id
    )
