"""What a partner reads of the invitations that it has sent: never whom they reached.

It comes from the one function of the database that tells it: open is open, whether or not somebody
was written to, or has looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from ofrecord.invitations.models import State
from ofrecord.journal import clock


@dataclass(frozen=True)
class Sent:
    """One of a firm's own. `closed_reason` is what the customer wrote who declined it."""

    id: UUID
    partner_id: int
    account_number: str
    email: str
    references: list[str]
    message: str
    sent_at: datetime
    sent_by: int | None
    expires_at: datetime
    state: str
    closed_at: datetime | None
    closed_reason: str

    @property
    def standing(self) -> str:
        """The state as it is by now, whether or not the clock has come to it."""
        over = self.state == State.SENT and self.expires_at <= clock.business_now()
        return State.EXPIRED if over else self.state


def page(firm_id: int, most: int, after: tuple[datetime, UUID] | None = None) -> list[Sent]:
    """Some of a firm's own, the latest first, behind a place. Call it inside `seeing`."""
    return _read([firm_id], None, after, most)


def one(id: UUID, firms: Sequence[int]) -> Sent | None:
    """One that these firms have sent. Call it inside `seeing`."""
    return next(iter(_read(firms, id, None, 1)), None)


def _read(
    firms: Sequence[int], id: UUID | None, after: tuple[datetime, UUID] | None, most: int
) -> list[Sent]:
    at, last = after or (None, None)
    given = [list(firms), id, at, last, most]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM own_invitations(%s, %s, %s, %s, %s)", given)
        rows = cursor.fetchall()
    return [Sent(*row) for row in rows]
