"""Accounts, partners, and the calling client itself."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from ofrecord.api.shapes.changes import Verdict
from ofrecord.api.strict import Cursor, Email, Limit, Reference, Strict
from ofrecord.parties.models import PartnerKind, PartnerStatus


class Account(Schema):
    """A customer organisation."""

    account_number: str = Field(examples=["5100000001"])
    name: str
    country: str
    language: str
    version: int


class AccountPage(Schema):
    """Accounts in the order of their numbers."""

    accounts: list[Account]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class AccountFilters(Strict):
    cursor: Cursor | None = None
    limit: Limit = 50


class Partner(Schema):
    """A partner as whoever looks it up by its number may know it."""

    account_number: str = Field(examples=["7200000002"])
    name: str
    kind: PartnerKind
    role: str = Field(description="The role in which it would be partner of record.")
    street: str
    postal_code: str
    city: str
    country: str
    email: str
    website: str
    status: PartnerStatus | None = Field(None, description="For the vendor and the partner.")
    authorized_countries: list[str] | None = Field(
        None, description="For the vendor and the partner. Empty: everywhere."
    )
    authorized_products: list[str] | None = Field(
        None, description="For the vendor and the partner. Empty: everything."
    )
    verdicts: list[Verdict] = Field(
        [], description="What stands against it for all of the agreements asked about."
    )
    able: list[str] = Field([], description="The agreements asked about that it can serve.")


class PartnerPage(Schema):
    """Partners in the order of their account numbers."""

    partners: list[Partner]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class PartnerFilters(Strict):
    kind: PartnerKind | None = Field(None, description="Only of this kind.")
    status: PartnerStatus | None = Field(None, description="Only in this state.")
    cursor: Cursor | None = None
    limit: Limit = 50


class LookUp(Strict):
    agreement: list[Reference] = Field(
        [],
        description="For clients of an account, which name what they look the partner up for: "
        "agreements whose partner is to change.",
        max_length=100,
    )
    on_behalf_of: Email | None = Field(
        None, description="Judge this person's permission too; their email address."
    )


class Client(Schema):
    """The system that is calling."""

    client_id: str
    name: str
    belongs_to: str = Field(description="`vendor`, `account` or `partner`.")
    scopes: list[str]
    expires_at: datetime | None
    calls_per_minute: int
