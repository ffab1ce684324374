"""Agreements, and who was partner of record of them when."""

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from ofrecord.agreements.models import PurchasingModel
from ofrecord.api.shapes.changes import Party, Person
from ofrecord.api.strict import Cursor, Day, Limit, Strict, Text


class AccountName(Schema):
    account_number: str
    name: str


class Term(Schema):
    number: int
    start_on: date
    end_on: date
    auto_renew: bool


class Subscription(Schema):
    reference: str
    product: str
    seats: int


class Agreement(Schema):
    """A contract or a stand-alone subscription, with its partners of record now."""

    agreement: str = Field(description="Its reference.", examples=["400000000001"])
    purchasing_model: PurchasingModel
    account: AccountName
    program: str = Field(examples=["standard"])
    token_flex: bool
    country: str = Field(examples=["DE"])
    contract_manager: Person | None
    ends_on: date = Field(description="The end of the last term.")
    version: int = Field(description="The last sequence of its events.")
    terms: list[Term]
    subscriptions: list[Subscription]
    partners_of_record: list[Party]
    open_change: str | None = Field(description="The number of a change that is still open.")


class AgreementPage(Schema):
    """Agreements in the order of their references."""

    agreements: list[Agreement]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class AgreementFilters(Strict):
    account: Text | None = Field(None, description="Only of this account, by its number.")
    partner: Text | None = Field(
        None, description="Only where this partner is of record now, by account number."
    )
    purchasing_model: PurchasingModel | None = Field(None, description="Only bought this way.")
    ends_from: Day | None = Field(None, description="Only where the last term ends then or later.")
    ends_to: Day | None = Field(None, description="Only where the last term ends then or before.")
    cursor: Cursor | None = None
    limit: Limit = 50


class PartnerOfRecord(Party):
    effective_from: datetime
    effective_until: datetime | None
    recorded_at: datetime


class PartnersOfRecord(Schema):
    """The partner set at an instant, as it was known at an instant. Empty: sold direct."""

    agreement: str
    as_of: datetime
    known_at: datetime | None = Field(description="Null: as known now.")
    final: bool = Field(
        description="Whether nothing can be added any more to what was known then; false while a "
        "transaction is open that began before."
    )
    partners_of_record: list[PartnerOfRecord]
