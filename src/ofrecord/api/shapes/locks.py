"""The lock that an account sets on the partner of an agreement."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from ofrecord.api.shapes.changes import Person


class Lock(Schema):
    """Whether the partner of an agreement is locked. Two people lift a lock, at the portal."""

    agreement: str
    locked: bool
    reason: str | None
    locked_at: datetime | None
    locked_by: Person | None
    lift_asked_at: datetime | None = Field(
        description="When the first of the two people asked for it to be lifted."
    )
    lift_asked_by: Person | None
