"""Quotes: what partners offer, what accepting one would do, and what a partner writes down."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints, WithJsonSchema

from ofrecord.agreements.models import PurchasingModel
from ofrecord.api.amounts import Amount, Money, Percent
from ofrecord.api.shapes.changes import Party, Verdict
from ofrecord.api.shapes.orders import Kinds, Seats, Words
from ofrecord.api.shapes.problem import example
from ofrecord.api.strict import Day, Email, Flag, Limit, Number, Reason, Reference, Strict, Text
from ofrecord.quotes.models import State
from ofrecord.quotes.offers import MOST_LINES, Line, Offer

States = Annotated[State, WithJsonSchema({"type": "string", "enum": State.values})]
"""Written out where it stands: the states of changes have the name `State` in the document."""
SYMBOLS = "[0-9A-HJKMNP-TV-Z]{8}"
LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Words on as many lines as somebody wants."""
Notes = Annotated[str, StringConstraints(strict=True, max_length=10_000, pattern=LINES)]
Country = Annotated[str, StringConstraints(strict=True, pattern=r"^([A-Z]{2})?$")]
Currency = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Z]{3}$")]
QuoteCursor = Annotated[
    str, StringConstraints(strict=True, pattern=rf"^Q-{SYMBOLS}\.[1-9][0-9]{{0,5}}$")
]
READ_REVISION = "The one that was read: another one is refused as `quote_revised`."
LINE_DATES = "Where it differs from the quote's."


class Named(Schema):
    """Somebody by account number, as they were called when it was written down."""

    account_number: str = Field(examples=["7200000002"])
    name: str = Field(examples=["Gorse Digital"])


class QuoteLine(Schema):
    """Seats of a product at a price each for the term, less a percentage or an amount."""

    product: str
    replaces: str = Field(description="The product that a switch replaces; else empty.")
    seats: int = Field(description="Of added seats how many more, else how many there are.")
    unit_price: Money
    discount_percent: Money | None
    discount_amount: Money | None
    start_on: date | None
    end_on: date | None
    total: Money = Field(description="What the line costs, in the currency's minor units.")


class Revision(Schema):
    """One of the revisions of a quote that this client may see."""

    revision: int
    state: States
    issued_at: datetime | None


class QuoteSummary(Schema):
    """A quote, in a list: of each number the revision that counts."""

    number: str = Field(examples=["Q-4K7M2QXA"])
    revision: int
    state: States = Field(description="Past its last day an offer is `expired`.")
    kind: Kinds
    partner: Named
    account: Named
    agreement: str | None = Field(description="Null for a new purchase.")
    currency: str = Field(examples=["EUR"])
    total: Money
    expires_on: date = Field(description="The last day on which it can be accepted.")
    issued_at: datetime | None = Field(description="Null for a draft.")


class Quote(QuoteSummary):
    """What a partner offers. Nothing of it is altered once it was issued."""

    request: UUID | None = Field(description="The request that it answers.")
    purchasing_model: PurchasingModel
    country: str
    start_on: date | None = Field(description="The first day of a new term.")
    end_on: date | None = Field(description="The last day of a new or an extended term.")
    auto_renew: bool
    lines: list[QuoteLine]
    net: Money
    tax: Money = Field(description="As the partner states it.")
    notes: str
    recipients: list[str] = Field(description="To whom it is addressed, besides the admins.")
    drafted_at: datetime
    viewed_at: datetime | None = Field(description="When somebody of the account first opened it.")
    closed_at: datetime | None
    closed_reason: str
    order: str | None = Field(description="The number of the order that it became.")
    revisions: list[Revision]
    acts: list[str] = Field(description="What this client can do with it now.")


class QuotePage(Schema):
    """Quotes, the newest first."""

    quotes: list[QuoteSummary]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class QuoteFilters(Strict):
    state: States | None = Field(None, description="Only those in this state.")
    agreement: Reference | None = Field(None, description="Only of this agreement.")
    cursor: QuoteCursor | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 50


Counted = Annotated[
    Number,
    Field(ge=1, le=999_999),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 999_999}),
]


class WhichRevision(Strict):
    revision: Annotated[int, Field(ge=1, le=999_999)] | None = Field(
        None, description="This one; else the one that counts."
    )


class OfferLine(Strict):
    product: Text
    seats: Seats = Field(description="Of added seats how many more, else how many there are.")
    unit_price: Amount = Field(description="The price of one seat for the term.")
    discount_percent: Percent | None = Field(None, description="A percentage, or an amount.")
    discount_amount: Amount | None = None
    replaces: Words = Field(
        "", description="The product that a switch replaces; needed where there are several."
    )
    start_on: Day | None = Field(None, description=LINE_DATES)
    end_on: Day | None = Field(None, description=LINE_DATES)

    def line(self) -> Line:
        """The line as the verbs take it."""
        amounts = ("unit_price", "discount_percent", "discount_amount")
        given = {name: _amount(getattr(self, name)) for name in amounts}
        return Line(**{**self.model_dump(), **given})


class OfferRequest(Strict):
    """What is offered to an account, on one of its agreements or, for a purchase, without one."""

    model_config = example(
        kind="renewal",
        account="5100000001",
        agreement="71-40000001",
        lines=[{"product": "Draft", "seats": 10, "unit_price": "120.00"}],
        currency="EUR",
        tax="228.00",
        start_on="2027-01-01",
        end_on="2027-12-31",
        expires_on="2026-12-15",
        notes="As we talked about.",
    )

    kind: Kinds
    account: Text = Field(description="The account's number.")
    agreement: Reference | None = Field(None, description="Null for a new purchase.")
    lines: Annotated[list[OfferLine], Field(min_length=1, max_length=MOST_LINES)]
    currency: Currency = Field(description="Its code of three letters.")
    expires_on: Day = Field(description="The last day on which it can be accepted.")
    start_on: Day | None = Field(None, description="The first day of a new term.")
    end_on: Day | None = Field(None, description="The last day of a new or an extended term.")
    auto_renew: Flag = False
    tax: Amount = "0"
    notes: Notes = ""
    recipients: Annotated[list[Email], Field(max_length=50)] = Field(
        [], description="People of the account to whom it is addressed, besides the admins."
    )
    country: Country = Field(
        "", description="Where a new purchase is used; empty: the account's country."
    )
    purchasing_model: PurchasingModel = Field(
        PurchasingModel.SUBSCRIPTION, description="What a new purchase begins."
    )

    def offer(self) -> Offer:
        """The offer as the verbs take it."""
        given = self.model_dump(exclude={"lines", "tax", "agreement", "recipients"})
        return Offer(
            lines=tuple(each.line() for each in self.lines),
            tax=Decimal(self.tax),
            agreement=self.agreement or "",
            recipients=tuple(self.recipients),
            **given,
        )


class QuoteWithdrawal(Strict):
    reason: Reason | None = Field(None, description="Why; the customer reads it.")


class QuoteAsking(Strict):
    on_behalf_of: Email | None = Field(
        None, description="Judge this person's permission too; their email address."
    )


class Acceptance(Strict):
    """Who accepts a quote, and under which purchase order."""

    model_config = example(
        on_behalf_of="pia@example.com", purchase_order="PO 4711", name="Pia Alder", revision=1
    )

    on_behalf_of: Email = Field(description="The email address of the person who accepts it.")
    purchase_order: Words = Field(
        "", description="The customer's own number; the partner reads it."
    )
    name: Words = Field("", description="The person's name, as the partner reads it.")
    revision: Counted | None = Field(None, description=READ_REVISION)


class Declination(Strict):
    """Who declines a quote, and why."""

    model_config = example(on_behalf_of="pia@example.com", reason="We stay as we are.", revision=1)

    on_behalf_of: Email = Field(description="The email address of the person who declines it.")
    reason: Reason = Field(description="Why; the partner reads it.")
    revision: Counted | None = Field(None, description=READ_REVISION)


class AcceptanceCheck(Schema):
    """What accepting would do now. Accepting does exactly this, or nothing."""

    quote: str
    revision: int
    acceptable: bool = Field(description="True exactly when there are no verdicts.")
    verdicts: list[Verdict] = Field(description="What stands against it.")
    changes_partner: bool | None = Field(
        description="Whether the authorized partner changes; null where it cannot be accepted."
    )
    effective_at: datetime | None = Field(description="From when on the partner is of record.")
    before: list[Party]
    after: list[Party]


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
