"""Agreements as a partner sees them: its own part, and the rest only while it is of record."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from ofrecord.agreements.models import PartnerRole, PurchasingModel
from ofrecord.api.shapes.agreements import Subscription, Term
from ofrecord.api.strict import Limit, Strict

Shows = Literal["now", "coming", "formerly"]
OwnCursor = Annotated[
    str, StringConstraints(strict=True, max_length=60, pattern=r"^[0-9TZ:.-]{20,32}~[0-9]{1,18}$")
]


class OwnTerm(Schema):
    """The term that contains today, or the last one."""

    start_on: date
    end_on: date
    auto_renew: bool


class OwnLine(Schema):
    """One role of the firm on an agreement. What it is about is told only while it is of record."""

    agreement: str = Field(description="Its reference.", examples=["400000000001"])
    purchasing_model: PurchasingModel
    account: str = Field(description="The account's name.")
    role: PartnerRole
    effective_from: datetime
    effective_until: datetime | None = Field(description="When the role ends, where that is so.")
    products: list[str]
    seats: int | None
    term: OwnTerm | None


class OwnPage(Schema):
    """What the firm is of record for, the latest first; or what is to come, the nearest first."""

    agreements_of_record: list[OwnLine]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class OwnFilters(Strict):
    show: Shows = Field(
        "now", description="Where the firm is of record, where it is to be, or where it was."
    )
    role: PartnerRole | None = Field(None, description="Only in this role.")
    cursor: OwnCursor | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 50


class OwnTenure(Schema):
    """A tenure of the firm's own, as it is known now."""

    role: PartnerRole
    subscription: str | None = Field(
        description="The one that it is about; null: all of them, or one not seen any more."
    )
    effective_from: datetime
    effective_until: datetime | None


class OwnAccount(Schema):
    account_number: str | None = Field(description="Null unless the firm is of record now.")
    name: str


class OwnAgreement(Schema):
    """A firm's own part of an agreement.

    Without other partners, without changes that are not decided, and, unless the firm is of
    record now, without anything but its own tenures, the reference and the account's name.
    """

    agreement: str
    purchasing_model: PurchasingModel
    account: OwnAccount
    of_record: bool = Field(description="Whether the firm is of record now.")
    country: str | None
    tenures: list[OwnTenure]
    terms: list[Term]
    subscriptions: list[Subscription]
