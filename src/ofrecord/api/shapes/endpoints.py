"""Endpoints: the systems that are told of events."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from ofrecord.api.shapes.problem import example
from ofrecord.api.strict import (
    Flag,
    Instant,
    Number,
    Reason,
    Strict,
    SubscribedType,
    Switch,
    Text,
    Url,
)
from ofrecord.delivery.endpoints import LONGEST_NAME, PARTNER_CHANGES
from ofrecord.delivery.rotate import LONGEST_OVERLAP, OVERLAP

Name = Annotated[Text, Field(max_length=LONGEST_NAME)]
Types = Annotated[list[SubscribedType], Field(min_length=1, max_length=20)]
ADDRESS = "Where events are posted to. Redirects are not followed."
REQUIRED = "A change is complete only when this system has acknowledged it."
TOLD_OF = "The types of events that it is told of, or `noun.*`."
WHY = "Why; kept in the journal."


class Endpoint(Schema):
    """A system that is told of events. Its secret is not shown."""

    id: int
    name: str = Field(description="What people call it; it stands on every tracker.")
    url: str = Field(description=ADDRESS)
    required: bool = Field(description=REQUIRED)
    active: bool = Field(description="False once it was removed: it is told of nothing any more.")
    types: list[str] = Field(description=TOLD_OF)
    created_at: datetime
    paused_at: datetime | None = Field(description="Since when nothing is sent to it.")
    paused_reason: str
    old_secret_until: datetime | None = Field(
        description="Until when the secret before the present one signs along."
    )
    removed_at: datetime | None
    removed_reason: str


class Endpoints(Schema):
    """Endpoints by name."""

    endpoints: list[Endpoint]


class EndpointFilters(Strict):
    active: Switch = Field(True, description="Those that are told of events; false: the removed.")


class EndpointWithSecret(Endpoint):
    """The same with its secret, which is shown this once."""

    secret: str = Field(description="What its deliveries are signed with.", examples=["whsec_..."])


class NewEndpoint(Strict):
    """A system that is to be told of events from now on."""

    model_config = example(
        name="CRM",
        url="https://crm.example.com/events",
        required=True,
        types=["partner_change.*"],
    )

    name: Name = Field(description="What people call it; no other endpoint has this name.")
    url: Url = Field(description=ADDRESS)
    required: Flag = Field(False, description=REQUIRED)
    types: Types = Field(list(PARTNER_CHANGES), description=TOLD_OF)


class EndpointChange(Strict):
    """What is to be otherwise from now on; what is left out or null stays as it is."""

    model_config = example(required=False)

    name: Name | None = Field(
        None, description="What people call it from now on; no other endpoint has this name."
    )
    url: Url | None = Field(None, description=ADDRESS)
    required: Flag | None = Field(None, description=REQUIRED)
    types: Types | None = Field(None, description=TOLD_OF)


class Because(Strict):
    """Why something is done."""

    reason: Reason = Field(description=WHY)


class Rotation(Strict):
    """How the secrets overlap."""

    overlap_hours: Number = Field(
        OVERLAP,
        description="So many hours the old secret signs along; 0 ends it now.",
        ge=0,
        le=LONGEST_OVERLAP,
    )


class Trial(Schema):
    """A test that is on its way; its delivery is in the list of deliveries."""

    event: UUID = Field(description="The id of the event that is sent.")


class Replay(Strict):
    """A range of recorded time that an endpoint is told of again."""

    model_config = example(since="2026-03-02T00:00:00Z", until="2026-03-03T00:00:00Z")

    since: Instant = Field(description="From this instant on.")
    until: Instant | None = Field(None, description="Until before this one; null: until now.")
    types: Annotated[list[SubscribedType], Field(max_length=20)] = Field(
        [], description="Only these of the types that it is told of; empty: all of them."
    )


class Replayed(Schema):
    """What comes of a replay."""

    replay: UUID
    reopened: int = Field(description="So many that were given up are tried again.")
    repeated: int = Field(description="So many are sent once more.")
