"""Requests for quotes: what a customer asks of a partner."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from ofrecord.agreements.models import PurchasingModel
from ofrecord.api.shapes.orders import Kinds
from ofrecord.api.shapes.problem import example
from ofrecord.api.shapes.quotes import LINES, Named
from ofrecord.api.strict import Email, Limit, Reason, Reference, Strict, Text
from ofrecord.quotes.models import RequestState
from ofrecord.quotes.request import LONGEST

RequestStates = RequestState


class AskedTerm(Schema):
    start_on: date
    end_on: date


class AskedProduct(Schema):
    product: str
    seats: int


NOT_TOLD = "Null for the partner once the request was withdrawn or declined."


class Asker(Schema):
    """The account that asks, as it was when it asked."""

    account_number: str | None = Field(description=NOT_TOLD, examples=["5100000001"])
    name: str = Field(examples=["Alder Works"])


class QuoteRequest(Schema):
    """A customer asks a partner for a quote; what the partner was told is frozen with it.

    Of one that was withdrawn or declined its partner reads who had asked, for which agreement and
    for what kind of quote, and no more.
    """

    id: UUID
    state: RequestStates
    kind: Kinds
    partner: Named
    account: Asker
    country: str | None = Field(description=NOT_TOLD)
    agreement: str | None = Field(description="Null for a new purchase.")
    purchasing_model: PurchasingModel | None
    term: AskedTerm | None = Field(description="The agreement's term when it was asked.")
    products: list[AskedProduct]
    wish: str = Field(description="In the customer's own words.")
    asked_at: datetime
    closed_at: datetime | None
    closed_reason: str
    quotes: list[str] = Field(description="The numbers of the quotes that answer it.")


class QuoteRequestPage(Schema):
    """Requests for quotes, those asked last first."""

    quote_requests: list[QuoteRequest]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class QuoteRequestFilters(Strict):
    state: RequestStates | None = Field(None, description="Only those in this state.")
    cursor: UUID | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 50


class QuoteWish(Strict):
    """A quote that a customer wants of one partner."""

    model_config = example(
        partner="7200000002",
        kind="renewal",
        agreement="71-40000001",
        wish="Two seats more, please.",
        on_behalf_of="pia@example.com",
    )

    partner: Text = Field(description="The account number of the partner that is asked.")
    kind: Kinds
    agreement: Reference | None = Field(None, description="Null for a new purchase.")
    wish: Annotated[str, StringConstraints(strict=True, max_length=LONGEST, pattern=LINES)] = Field(
        "", description="Anything that the partner should know."
    )
    on_behalf_of: Email = Field(description="The email address of the person who asks.")


class RequestWithdrawal(Strict):
    """Who asks no longer, and why."""

    on_behalf_of: Email = Field(description="The email address of the person who asks no longer.")
    reason: Reason | None = Field(None, description="Why; the partner reads it.")


class RequestDeclination(Strict):
    """Why the partner will not quote."""

    model_config = example(reason="We do not serve this product.")

    reason: Reason = Field(description="Why; the customer reads it.")
