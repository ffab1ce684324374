"""Events, and the feed of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field, JsonValue

from ofrecord.api.strict import Cursor, EventType, Limit, Strict, Whole

EVENT: dict[str, JsonValue] = {
    "specversion": "1.0",
    "id": "8e0c7a52-0c3b-5b9f-9d2b-4f6f0e4f1c11",
    "source": "https://partners.example",
    "type": "partner_change.applied",
    "subject": "400000000001",
    "time": "2026-03-02T09:14:27.318042+00:00",
    "sequence": 2,
    "datacontenttype": "application/json",
    "data": {"change": "PC-4K8TR2W9"},
}


class Event(Schema):
    """A CloudEvent, in the very bytes that endpoints receive. See the reference of events."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [EVENT]})

    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    sequence: int = Field(
        description="Its place in the stream of its subject: 1, 2, 3 ... An account misses the "
        "numbers of what the vendor weighs among its own people."
    )
    datacontenttype: str
    data: dict[str, Any]


class EventPage(Schema):
    """Events of one agreement, in order."""

    events: list[Event]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class EventFilters(Strict):
    cursor: Whole | None = Field(None, description="After this sequence.")
    limit: Limit = 50


class Feed(Schema):
    """The next events for a system that cannot receive them.

    Keep `next_cursor` with what you did for the events, and ask with it again: none is lost, also
    not one whose transaction ended late, and those of one subject come in order.
    """

    events: list[Event]
    next_cursor: str = Field(description="Where to go on, now or next week.")
    more: bool = Field(description="Whether there are more now.")


class FeedFilters(Strict):
    type: list[EventType] = Field(
        ["partner_change.*"],
        description="Types of events, or `noun.*`; `*` is all that this client may see.",
        max_length=20,
    )
    cursor: Cursor | None = Field(None, description="Null: from the first event on.")
    limit: Limit = 100
