"""Deliveries: one event to one endpoint each, and how that went."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from ofrecord.api.shapes.problem import example
from ofrecord.api.strict import Email, EventType, Limit, Reason, Reference, Strict, Text, Whole
from ofrecord.delivery.models import DeliveryState


class Delivery(Schema):
    """One event to one endpoint."""

    id: int
    endpoint: str
    event: UUID
    type: str
    subject: str
    sequence: int
    required: bool
    replayed: bool = Field(description="Whether it is told again; no change waits for that.")
    state: DeliveryState
    held_back: bool = Field(description="Whether an earlier event has to go first.")
    created_at: datetime
    acknowledged_at: datetime | None
    attempts: int
    next_try_at: datetime | None
    last_status: int | None
    last_error: str
    waived_reason: str


class Try(Schema):
    """One try: what was sent, its signature masked, and what came back."""

    started_at: datetime
    milliseconds: int
    url: str
    headers: dict[str, str]
    status: int | None = Field(description="Null when nothing was answered.")
    answer: str
    error: str


class DeliveryWithTries(Delivery):
    """A delivery with every try of it, the last one first."""

    tries: list[Try]


class DeliveryPage(Schema):
    """Deliveries, the newest first."""

    deliveries: list[Delivery]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class DeliveryFilters(Strict):
    endpoint: Text | None = Field(None, description="Only to this endpoint, by name.")
    state: DeliveryState | None = Field(None, description="Only in this state.")
    type: EventType | None = Field(None, description="Only of this type, or `noun.*`.")
    agreement: Reference | None = Field(None, description="Only of events of this agreement.")
    cursor: Whole | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 50


class Waiver(Strict):
    """Who decides that a system need not learn of an event, and why."""

    model_config = example(on_behalf_of="opal@example.com", reason="Entered in the ERP by hand.")

    on_behalf_of: Email = Field(
        description="The email address of the person of the vendor who decides it."
    )
    reason: Reason = Field(description="Why; kept with the delivery.")
