"""Decline and withdraw a request: the partner does not quote, or the customer asks no longer."""

from uuid import UUID

from ofrecord.changes.refusals import reason_missing, refused
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.streams import lock_accounts
from ofrecord.quotes import letters, refusals
from ofrecord.quotes.models import OPEN_REQUEST, QuoteRequest, RequestState
from ofrecord.quotes.rights import demand_buyer
from ofrecord.quotes.telling import tell_request


def decline_request(id: UUID, *, by: Actor, reason: str) -> QuoteRequest:
    """The partner says that it will not quote, and why; the customer is told.

    Refused as `not_found`, `not_permitted`, `reason_missing` or `request_closed`.
    """
    if not reason.strip():
        raise refused([reason_missing()])
    with seeing(by):
        if _found(id, by).partner_id not in by.partners:
            raise refused([refusals.no_firm()])
    with seeing(Actor.system()):
        request = close(_open(id), RequestState.DECLINED, "quote_request.declined", by, reason)
        letters.request_declined(request)
    wake.wake()
    return request


def withdraw_request(id: UUID, *, by: Actor, reason: str = "") -> QuoteRequest:
    """The customer asks no longer; the partner is told, and knows the account no more.

    Refused as `not_found`, `not_permitted` or `request_closed`.
    """
    with seeing(by):
        known = _found(id, by)
        demand_buyer(known.account_id, known.agreement_id, by)
        request = close(_open(id), RequestState.WITHDRAWN, "quote_request.withdrawn", by, reason)
        letters.request_withdrawn(request)
    wake.wake()
    return request


def close(
    request: QuoteRequest, state: RequestState, event: str, by: Actor, reason: str
) -> QuoteRequest:
    """Write what became of an open request, whose account is locked."""
    request.closed_at = tell_request(request, event, by, reason=reason.strip())
    request.closed_by_id = by.judged_person
    request.state, request.closed_reason = state, reason.strip()
    request.save(update_fields=["state", "closed_at", "closed_by", "closed_reason"])
    return request


def _found(id: UUID, by: Actor) -> QuoteRequest:
    request = QuoteRequest.objects.visible_to(by).filter(pk=id).first()
    if request is None:
        raise refused([refusals.no_request(str(id))])
    return request


def _open(id: UUID) -> QuoteRequest:
    """The request under the lock of its account, while it is open."""
    related = QuoteRequest.objects.select_related("account", "partner", "agreement", "asked_by")
    lock_accounts([related.get(pk=id).account_id])
    request = related.get(pk=id)
    if request.state != OPEN_REQUEST:
        raise refused([refusals.request_closed(request.get_state_display())])
    return request
