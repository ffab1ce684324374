"""Transfer codes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, Field, StringConstraints

from ofrecord.api.shapes.changes import Person, References
from ofrecord.api.strict import Email, Limit, Reason, Strict, Text, a_number


class TransferCode(Schema):
    """A code as its account sees it: for which partner and agreements, and what became of it."""

    id: UUID
    partner: str = Field(description="The one partner that can redeem it, by account number.")
    agreements: list[str]
    reason: str
    made_at: datetime
    made_by: Person
    valid_until: datetime
    redeemed_at: datetime | None
    withdrawn_at: datetime | None
    changes: list[str] = Field(description="The changes that its redemption led to.")


class MadeCode(Schema):
    """A new code. It is shown this once; only its hash is kept."""

    id: UUID
    code: str
    partner: str
    agreements: list[str]
    valid_until: datetime


class CodePage(Schema):
    """Codes, the newest first."""

    transfer_codes: list[TransferCode]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class CodeFilters(Strict):
    cursor: UUID | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 50


class CodeRequest(Strict):
    """For which partner and agreements a code is made, and by whom."""

    agreements: References
    partner: Text = Field(description="The account number of the partner that may redeem it.")
    on_behalf_of: Email = Field(description="The email address of the admin who makes it.")
    reason: Reason = Field(description="Why; kept with the changes that it leads to.")
    days: Annotated[int, Field(ge=1, le=366), BeforeValidator(a_number)] | None = Field(
        None, description="For how many days it is valid; null: as long as the policy allows."
    )


class Withdrawal(Strict):
    on_behalf_of: Email = Field(description="The email address of the person who wants it.")


class Redemption(Strict):
    code: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64)] = Field(
        description="The code as it was received; case, blanks and dashes do not matter."
    )
