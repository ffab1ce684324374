"""Orders, and the transactions that an ERP has booked."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from ofrecord.agreements.models import PurchasingModel
from ofrecord.api.amounts import Amount, Money
from ofrecord.api.strict import Day, Flag, Limit, Reference, Strict, Text, a_number
from ofrecord.quotes.models import Kind

Kinds = Annotated[Kind, WithJsonSchema({"type": "string", "enum": Kind.values})]
"""Written out where it stands: the kinds of consents have the name `Kind` in the document."""
Seats = Annotated[int, Field(ge=1, le=10_000_000), BeforeValidator(a_number)]
Words = Annotated[
    str, StringConstraints(strict=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]
OrderNumber = Annotated[str, StringConstraints(strict=True, pattern=r"^ORD-[0-9A-HJKMNP-TV-Z]{8}$")]


class Order(Schema):
    """What a customer has ordered: by accepting a quote, or as the vendor's ERP has booked it."""

    number: str = Field(examples=["ORD-4K7M2QXA"])
    transaction: str = Field(description="The ERP's own number; empty for a quote's order.")
    quote: str | None = Field(description="The number of the quote that was accepted.")
    kind: Kinds
    account: str | None = Field(
        description="The account's number; null for a partner that is not of record any more and "
        "made no quote."
    )
    partner: str = Field(description="The account number of the partner it was bought from.")
    agreements: list[str] = Field(description="The agreements it is about, or has begun.")
    partner_changes: list[str] = Field(
        description="The changes of partner that it has caused; a partner is told of none."
    )
    corrected_by: list[str] = Field(
        description="The changes with which support has put those right."
    )
    purchase_order: str
    currency: str = Field(examples=["EUR"])
    net: Money
    tax: Money
    total: Money
    begins_on: date = Field(description="The first day of what was ordered.")
    booked_at: datetime


class OrderPage(Schema):
    """Orders, the newest first."""

    orders: list[Order]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class OrderFilters(Strict):
    cursor: OrderNumber | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 50


class TransactionLine(Strict):
    product: Text
    seats: Seats = Field(description="Of added seats how many more, else how many there are.")
    replaces: Words = Field("", description="The product that a switch replaces.")


class TransactionRequest(Strict):
    """A transaction that is booked already, under its own number."""

    transaction: Reference = Field(
        description="The ERP's number of it. Posted again it is booked once.",
        examples=["SO-2026-000118"],
    )
    kind: Kinds
    account: Text = Field(description="The account's number.", examples=["5100000001"])
    partner: Text = Field(
        description="The account number of the partner that it was bought from.",
        examples=["7200000002"],
    )
    agreement: Reference | None = Field(None, description="Null for a new purchase.")
    purchasing_model: PurchasingModel = Field(
        PurchasingModel.SUBSCRIPTION, description="What a new purchase begins."
    )
    country: Annotated[str, StringConstraints(strict=True, pattern=r"^([A-Z]{2})?$")] = Field(
        "", description="Where a new purchase is used; empty: the account's country."
    )
    start_on: Day | None = Field(None, description="The first day of a new term.")
    end_on: Day | None = Field(None, description="The last day of a new or an extended term.")
    auto_renew: Flag = False
    lines: Annotated[list[TransactionLine], Field(min_length=1, max_length=200)]
    currency: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]
    net: Amount
    tax: Amount = "0"
    purchase_order: Words = ""
