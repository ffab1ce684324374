"""Verdicts, checks and partner changes."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from ofrecord.api.strict import (
    ChangeNumber,
    Day,
    Email,
    Flag,
    Instant,
    Limit,
    MemberName,
    Reason,
    Reference,
    Strict,
    Text,
)
from ofrecord.changes.models import Answer, Kind, Occasion, State

MOST = 10_000
References = Annotated[
    list[Reference],
    Field(
        description="Contract numbers or subscription IDs; duplicates count once.",
        min_length=1,
        max_length=MOST,
        examples=[["400000000001", "71-00000002"]],
    ),
]
EffectiveOn = Annotated[
    Day | None,
    Field(description="The day on which it takes effect, in the vendor's zone; null: now."),
]
States = State
Occasions = Occasion


Only = Annotated[
    list[MemberName],
    Field(
        description="Replace only these members of the partner set, each ROLE[:SUBSCRIPTION]"
        "[@PARTNER], and leave the others untouched; for the vendor's clients. Empty: all.",
        max_length=100,
        examples=[["reseller"]],
    ),
]


class Remedy(Schema):
    """What a person can do about it."""

    text: str
    url: str | None = None


class Verdict(Schema):
    """A rule that refuses, with the days on which it does."""

    code: str = Field(examples=["near_expiration"])
    reason: str
    since: date | None = Field(description="The first day on which it refuses, if known.")
    until: date | None = Field(description="The last day on which it refuses, if known.")
    remedy: Remedy


class Party(Schema):
    """A partner in its role on an agreement."""

    partner: str = Field(description="The partner's account number.", examples=["7200000002"])
    name: str
    role: str = Field(examples=["reseller"])
    subscription: str | None = Field(
        description="The subscription it is limited to; null: all of the agreement."
    )


class Check(Schema):
    """Whether the partner of an agreement can be changed, why not, and to what."""

    agreement: str
    partner: str | None
    available: bool = Field(description="True exactly when there are no verdicts.")
    available_until: date | None = Field(description="The last available day, where there is one.")
    verdicts: list[Verdict]
    remedy: Remedy | None = Field(description="One remedy composed from all verdicts.")
    before: list[Party]
    after: list[Party] | None
    fingerprint: str | None = Field(description="To be given to the submit that applies this.")


class Checks(Schema):
    checks: list[Check]


class CheckRequest(Strict):
    """What to check."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"agreements": ["400000000001"], "partner": "7200000002"}]},
    )

    agreements: References
    partner: Text | None = Field(None, description="The new partner's account number.")
    effective_on: EffectiveOn = None
    only: Only = []
    on_behalf_of: Email | None = Field(
        None, description="Judge this person's permission too; their email address."
    )


class ChangeRequest(Strict):
    """A partner change of 1 to 10,000 agreements, for a person whose permission is judged."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "agreements": ["400000000001"],
                    "partner": "7200000002",
                    "on_behalf_of": "pia@example.com",
                    "reason": "Closer to our main site.",
                }
            ]
        },
    )

    agreements: References
    partner: Text = Field(description="The new partner's account number.")
    on_behalf_of: Email = Field(description="The email address of the person who wants it.")
    reason: Reason = Field(description="Why; kept with the change.")
    effective_on: EffectiveOn = None
    only: Only = []
    fingerprints: list[Text] = Field(
        [],
        description="Those of the checks that were shown, in any order. Without them the state "
        "found under the lock is judged.",
        max_length=MOST,
    )
    all_or_nothing: Flag = Field(False, description="Change nothing when one is refused.")


class Outcome(Schema):
    """What became of one agreement."""

    number: str | None = Field(description="The change's number; null when refused.")
    agreement: str
    state: str = Field(description="The state as of the commit, or `refused`.")
    refusals: list[Verdict]


class Outcomes(Schema):
    """What became of each agreement, in the order of the request."""

    changes: list[Outcome]


class TakeBack(Strict):
    """Who wants a change to be taken back, and why."""

    on_behalf_of: Email = Field(description="The email address of the person who wants it.")
    reason: Reason = Field(description="Why; kept with the change.")


class Person(Schema):
    email: str
    name: str


class Step(Schema):
    """How far one system has learned of the applied change."""

    endpoint: str
    required: bool = Field(description="The change is complete only when this one knows.")
    state: str = Field(examples=["acknowledged"])
    created_at: datetime
    acknowledged_at: datetime | None
    seconds: float | None = Field(description="How long it took.")
    usual_seconds: float | None = Field(description="Within which it usually knows.")
    late_since: datetime | None
    attempts: int
    next_try_at: datetime | None


class AskedConsent(Schema):
    """A consent that the change waits for, or waited for."""

    id: UUID
    kind: Kind
    partner: str | None = Field(description="Of which partner it was asked, by account number.")
    due_at: datetime
    answer: Answer = Field(description="Empty while it is waited for.")
    answered_at: datetime | None
    ground: str
    reason: str


class ChangeSummary(Schema):
    """A partner change, in a list."""

    number: str = Field(examples=["PC-4K8TR2W9"])
    agreement: str
    account: str = Field(description="The account's number.")
    partner: str | None = Field(description="The new partner's account number.")
    occasion: str
    state: str
    effective_at: datetime
    submitted_at: datetime


class Change(ChangeSummary):
    """A partner change: both partner sets, its instants, who acted, and the tracker."""

    decided_at: datetime | None
    applied_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None
    by: Person | None = Field(
        description="Who acted; to an account only people who work or worked for it: null is the "
        "vendor, a partner or a system, as `occasion`, `door` and `cause` tell."
    )
    on_behalf_of: Person | None = Field(description="For whom; named as `by` is.")
    door: str = Field(examples=["api"])
    reason: str
    closed_by: Person | None = Field(description="Who called it off; named as `by` is.")
    closed_reason: str
    policy_version: int
    effective_until: datetime | None = Field(description="Where a correction ends in time.")
    settled_at: datetime | None = Field(
        description="When the last consent was given, or its deadline passed."
    )
    cause: str = Field(description="What it came from, where that was not a request alone.")
    only: list[str] = Field(description="The named members that it replaces; empty: the whole set.")
    overridden: list[str] = Field(description="The rules that support overrode.")
    undoes: str | None = Field(description="The change that it takes back.")
    undone_by: str | None
    corrects: str | None = Field(description="The change that it puts right.")
    supersedes: str | None = Field(description="The open change that was called off by it.")
    superseded_by: str | None
    consents: list[AskedConsent]
    before: list[Party]
    after: list[Party]
    tracker: list[Step]


class ChangePage(Schema):
    """Changes, the newest first."""

    changes: list[ChangeSummary]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class ChangeFilters(Strict):
    agreement: Reference | None = Field(None, description="Only of this agreement.")
    state: States | None = Field(None, description="Only in this state.")
    partner: Text | None = Field(None, description="Only to this partner, by account number.")
    submitted_since: Instant | None = Field(None, description="Only submitted at or after this.")
    cursor: ChangeNumber | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 50
