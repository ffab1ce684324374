"""Signed documents: receipts and statements, as the JSON that was signed."""

from datetime import date, datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from ofrecord.agreements.models import PurchasingModel
from ofrecord.api.as_of import AsOf
from ofrecord.api.shapes.agreements import AccountName, PartnerOfRecord
from ofrecord.api.shapes.changes import MOST, Party
from ofrecord.api.shapes.problem import example
from ofrecord.api.strict import Reference
from ofrecord.changes.models import Occasion, State


class Head(Schema):
    """The last event of an agreement's journal that was known then."""

    sequence: int
    hash: str = Field(description="SHA-256, in hexadecimal digits.")


class Anchor(Schema):
    """The signature over the whole journal that was the latest at that moment."""

    number: int
    until: datetime = Field(description="Up to when it covers what was recorded.")
    sha256: str


class Issuer(Schema):
    name: str
    address: str = Field(description="Where its keys are published, below /.well-known/.")


class Issued(Schema):
    """What every signed document says of itself."""

    kind: str
    format: int
    issuer: Issuer
    issued_at: datetime
    time_zone: str = Field(description="The vendor's, in which its days begin and end.")
    anchor: Anchor | None


class Acted(Schema):
    """Who acted, by name; an empty name is the vendor."""

    name: str | None
    on_behalf_of: str | None
    door: str
    strength: str


class Asked(Schema):
    """Who was asked for what, and said what; a partner by its number, and nobody by name."""

    kind: str
    partner: str | None
    due_at: datetime
    answer: str | None
    answered_at: datetime | None


class ReceiptEvent(Schema):
    """An event of the change, with its hash."""

    sequence: int
    type: str
    recorded_at: datetime
    hash: str


class Receipt(Issued):
    """The signed record of a change, as it stood."""

    kind: Literal["receipt"]
    change: str
    occasion: Occasion
    state: State
    agreement: str
    purchasing_model: PurchasingModel
    account: AccountName
    before: list[Party]
    after: list[Party]
    effective_at: datetime
    effective_until: datetime | None = Field(description="Until when a correction counts.")
    submitted_at: datetime
    settled_at: datetime | None = Field(description="When its consents were settled.")
    decided_at: datetime | None
    applied_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None
    by: Acted
    proposed_by: str | None = Field(description="Who asked for a correction.")
    reason: str
    cause: str | None
    only: list[str] = Field(description="The named members that it replaces; empty: the whole set.")
    overridden: list[str] = Field(description="The rules that support overrode.")
    policy_version: int
    consents: list[Asked]
    undoes: str | None
    undone_by: str | None
    corrects: str | None
    corrected_by: list[str]
    supersedes: str | None
    superseded_by: str | None
    events: list[ReceiptEvent]
    head: Head | None


class StatedAgreement(Schema):
    """The partners of record of one agreement."""

    agreement: str
    purchasing_model: PurchasingModel
    account: AccountName
    starts_on: date | None
    known: bool = Field(description="False when nothing was recorded of it by then.")
    head: Head | None
    partners_of_record: list[PartnerOfRecord]


class Statement(Issued):
    """Who was partner of record at an instant, as known at an instant, signed."""

    kind: Literal["statement"]
    effective_at: datetime
    known_at: datetime
    final: bool
    agreements: list[StatedAgreement]


class StatementRequest(AsOf):
    """A statement of 1 to 10,000 agreements."""

    model_config = example(agreements=["400000000001"], as_of="2026-03-02")

    agreements: list[Reference] = Field(
        description="Contract numbers or subscription IDs; duplicates count once.",
        min_length=1,
        max_length=MOST,
    )
