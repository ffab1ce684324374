"""The tables of what partners offer, what customers ask for, and what was ordered."""

from ofrecord.quotes.models.order import Order
from ofrecord.quotes.models.quote import (
    OPEN,
    OTHER_PARTNER,
    Kind,
    Quote,
    QuoteLine,
    QuoteRecipient,
    State,
)
from ofrecord.quotes.models.request import OPEN_REQUEST, QuoteRequest, RequestState

__all__ = [
    "OPEN",
    "OPEN_REQUEST",
    "OTHER_PARTNER",
    "Kind",
    "Order",
    "Quote",
    "QuoteLine",
    "QuoteRecipient",
    "QuoteRequest",
    "RequestState",
    "State",
]
