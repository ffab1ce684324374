"""Consents that partner changes wait for, and answers to them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from ofrecord.api.strict import Email, Instant, Limit, Reason, Strict, Switch
from ofrecord.changes.models import Answer, Kind

Ground = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=64, pattern=r"^[a-z_]+$")
]


class Consent(Schema):
    """One party's consent to a change, as far as the caller may know the change.

    A partner is not told the change's number, nor which other partners it is about.
    """

    id: UUID
    kind: Kind = Field(
        description="Of the gaining or a losing partner, an `approval` by a second admin of the "
        "account, or the `confirmation` by the system of record."
    )
    change: str | None = Field(description="The change's number; null for partners.")
    agreement: str
    account: str = Field(description="The account's name.")
    partner: str | None = Field(description="Of which partner it is asked, by account number.")
    role: str | None = Field(description="The partner's role on the agreement.")
    effective_at: datetime = Field(description="When the change was to take effect, when asked.")
    asked_at: datetime
    due_at: datetime = Field(
        description="Until when it can be given. Silence of a losing partner means proceed; any "
        "other silence lets the change expire. Either counts from this instant."
    )
    answer: Answer = Field(description="Empty while it is waited for.")
    answered_at: datetime | None
    ground: str
    reason: str


class ConsentPage(Schema):
    """Consents, those asked last first."""

    consents: list[Consent]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class ConsentFilters(Strict):
    waiting: Switch | None = Field(None, description="Only those that are waited for, or not.")
    due_before: Instant | None = Field(None, description="Only those due before this.")
    cursor: UUID | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 50


class ConsentAnswer(Strict):
    """The answer of the party that was asked."""

    answer: Literal["give", "refuse"]
    ground: Ground | None = Field(
        None, description="On which ground a losing partner objects; the policy has the list."
    )
    reason: Reason | None = Field(
        None,
        description="Why it is refused; kept with the answer. Needed to refuse, but by "
        "a losing partner: 422 `reason_missing`.",
    )
    on_behalf_of: Email | None = Field(
        None, description="The person who approves, for an `approval`."
    )
