"""Runs: the same act on more agreements than one act takes."""

from datetime import date, datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, StringConstraints

from ofrecord.api.shapes.changes import EffectiveOn, Outcome, Verdict
from ofrecord.api.strict import Email, Limit, Reason, Reference, Strict, Switch, Text
from ofrecord.changes.runs.start import MOST

RunNumber = Annotated[str, StringConstraints(strict=True, pattern=r"^RUN-[0-9A-HJKMNP-TV-Z]{8}$")]
Place = Annotated[str, StringConstraints(strict=True, pattern=r"^\d{1,7}\.\d{1,5}$")]


class Run(Schema):
    """A run and how far it is. It is carried out in batches, one after another."""

    number: str = Field(examples=["RUN-4K8TR2W9"])
    state: str = Field(examples=["under_way"])
    verb: str = Field(description="The act that each batch is.")
    partner: str = Field(description="The new partner's account number.")
    reason: str
    effective_on: date | None
    items: int = Field(description="How many agreements were named, each once.")
    accepted: int
    refused: int
    waiting: int = Field(description="How many are not done yet; of a cancelled run, never.")
    batches: int
    batches_done: int
    started_at: datetime
    ended_at: datetime | None
    stopped_for: Verdict | None = Field(description="Why a stopped run does not go on.")


class RunPage(Schema):
    """Runs, the newest first."""

    runs: list[Run]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class RunFilters(Strict):
    cursor: RunNumber | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 50


class RunRequest(Strict):
    """A partner change of 1 to 1,000,000 agreements, for a person whose permission is judged."""

    agreements: Annotated[
        list[Reference],
        Field(
            description="Contract numbers or subscription IDs; duplicates count once.",
            min_length=1,
            max_length=MOST,
        ),
    ]
    partner: Text = Field(description="The new partner's account number.")
    on_behalf_of: Email = Field(description="The email address of the person who wants it.")
    reason: Reason = Field(description="Why; kept with each change.")
    effective_on: EffectiveOn = None


class OutcomePage(Schema):
    """What became of each agreement of the batches that are done, in the order named."""

    changes: list[Outcome]
    next_cursor: str | None = Field(description="Where the next page begins; null at the end.")


class OutcomeFilters(Strict):
    refused: Switch = Field(False, description="Only those that were refused.")
    cursor: Place | None = Field(
        None, description="Where to go on: the `next_cursor` of the page before."
    )
    limit: Limit = 100
