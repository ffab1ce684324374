"""Follow: what a termination ends, one thing after the other, from the data.

Each is a transaction of its own, with the locks of its own verb, so that a large firm holds
nobody up. Kill it at any moment, and the clock does the rest: what is open to a partner that is
terminated shall not be.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from ofrecord.changes import decided, letters
from ofrecord.changes.advance import lock
from ofrecord.changes.cancel import call_off
from ofrecord.changes.codes import telling as codes
from ofrecord.changes.lifecycle import AWAITING
from ofrecord.delivery import wake
from ofrecord.invitations import closing as invitations
from ofrecord.invitations import loading
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner, PartnerStatus
from ofrecord.parties.streams import lock_accounts
from ofrecord.quotes import closing as quotes
from ofrecord.quotes import loading as quoted
from ofrecord.quotes.close_request import close as close_request
from ofrecord.quotes.models import RequestState
from ofrecord.transitions import consequences

MOST = 200
"""How many things follow at once; the clock comes every minute."""


def follow_all(*, by: Actor) -> int:
    """End what is still open to partners that are terminated; how many things that were."""
    with seeing(by):
        firms = list(Partner.objects.filter(status=PartnerStatus.TERMINATED).order_by("pk"))
    return sum(follow(firm, by=by) for firm in firms)


def follow(partner: Partner, *, by: Actor, most: int = MOST) -> int:
    """End up to so many things that are open to a terminated partner; how many that were."""
    ended = 0
    for act, id in _open(partner, by, most):
        with seeing(Actor.system(by.door)):
            ended += act(partner, id, by)
    if ended:
        wake.wake()
    return ended


def _open(partner: Partner, by: Actor, most: int) -> Iterator[tuple["Act", Any]]:
    """What is open now, as the preview counts it."""
    with seeing(Actor.system(by.door)):
        found = [
            (act, id)
            for rows, act in _ACTS
            for id in rows(partner).order_by("pk").values_list("pk", flat=True)[:most]
        ]
    yield from found[:most]


Act = Callable[[Partner, Any, Actor], bool]


def _change(partner: Partner, id: int, by: Actor) -> bool:
    """Call it off; the other partners are told, the people have the letter of the termination."""
    still = consequences.changes_to(partner).filter(pk=id)
    lock(list(still.values_list("agreement_id", flat=True)))
    if not still.exists():
        return False
    (change,) = decided.load([id])
    cancelled = call_off(change, by=by, reason=why(partner))
    undecided = change.state == AWAITING
    letters.compose("cancelled", [cancelled], by=by, undecided=undecided, beside=[partner.pk])
    return True


def _quote(partner: Partner, id: int, by: Actor) -> bool:
    still = consequences.quotes_of(partner).filter(pk=id)
    found = still.first()
    if found is None:
        return False
    quote = quoted.locked(found)
    if not still.exists():
        return False
    quotes.close(quote, "withdraw", by, reason=why(partner))
    return True


def _request(partner: Partner, id: Any, by: Actor) -> bool:
    still = consequences.requests_to(partner).select_related("account", "partner", "agreement")
    lock_accounts(still.filter(pk=id).values_list("account_id", flat=True))
    request = still.filter(pk=id).first()
    if request is None:
        return False
    close_request(request, RequestState.DECLINED, "quote_request.declined", by, why(partner))
    return True


def _code(partner: Partner, id: Any, by: Actor) -> bool:
    code = consequences.codes_for(partner).select_for_update(of=("self",)).filter(pk=id).first()
    if code is None:
        return False
    code.withdrawn_at = codes.tell("transfer_code.withdrawn", code, {}, by)
    code.withdrawn_by_id = by.judged_person
    code.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return True


def _invitation(partner: Partner, id: Any, by: Actor) -> bool:
    invitation = loading.locked(id)
    if not consequences.invitations_to(partner).filter(pk=id).exists():
        return False
    invitations.close(invitation, "withdraw", by, reason=why(partner))
    return True


def why(partner: Partner) -> str:
    """The reason that customers and other partners read."""
    return _("%(name)s is no longer an authorized partner.") % {"name": partner.name}


_ACTS: tuple[tuple[Callable[[Partner], Any], Act], ...] = (
    (consequences.changes_to, _change),
    (consequences.quotes_of, _quote),
    (consequences.requests_to, _request),
    (consequences.codes_for, _code),
    (consequences.invitations_to, _invitation),
)
