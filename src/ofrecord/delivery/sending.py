"""Sending one event to one endpoint, once, and what became of it."""

import asyncio
import os
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import structlog

from ofrecord.delivery import ladder, signing
from ofrecord.delivery.lines import BROKEN, Answer, Lines, place
from ofrecord.delivery.reach import Resolve

DEADLINE = 10.0
LEASE = 20.0
ANSWER_KEPT = 2_000
GONE = 410
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Claim:
    """A delivery that this worker may try until `lease`, and nobody else meanwhile."""

    id: int
    endpoint_id: int
    event_id: UUID
    attempts: int
    lease: datetime
    url: str
    secret: bytes
    body: bytes
    old_secret: bytes | None = None
    kind: str = ""
    stream: str = ""
    subject_id: int = 0
    type: str = ""

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """What signs it, the newest first."""
        return (self.secret, self.old_secret) if self.old_secret else (self.secret,)

    @property
    def steps(self) -> Sequence[int]:
        """When it is tried again: `kind` is replay, test, or nothing."""
        return {"replay": ladder.OF_REPLAYS, "test": ladder.OF_TESTS}.get(
            self.kind, ladder.OF_DELIVERIES
        )


@dataclass(frozen=True)
class Outcome:
    """How a try went. `retry_in` is in seconds, None when it is given up (or acknowledged)."""

    claim: Claim
    acknowledged: bool
    started_at: datetime
    milliseconds: int
    status: int | None
    answer: str
    error: str
    retry_in: float | None


def connections(resolve: Resolve | None = None) -> Lines:
    """Connections that are kept alive, verify certificates, and follow nothing."""
    return Lines(resolve)


async def send(lines: Lines, claim: Claim) -> Outcome:
    """Post the event's frozen bytes, within the deadline; never raises for what a receiver does."""
    started_at, start = datetime.now(UTC), time.monotonic()
    answer = Answer()
    try:
        async with asyncio.timeout(DEADLINE):
            await _post(lines, claim, started_at, answer)
    except TimeoutError:
        answer.error = f"no answer within {DEADLINE:.0f} s"
    except BROKEN as error:
        answer.error = _said(error)
    except Exception as error:  # whatever it is, one delivery must not stop the others
        answer.error = f"{type(error).__name__}: {error}"
        log.warning("delivery_failed_oddly", delivery=claim.id, exc_info=error)
    acknowledged = answer.is_acknowledgement
    return Outcome(
        claim=claim,
        acknowledged=acknowledged,
        started_at=started_at,
        milliseconds=round((time.monotonic() - start) * 1000),
        status=answer.status,
        answer=_storable(answer.text, ANSWER_KEPT),
        error="" if acknowledged else _storable(answer.error or f"answered {answer.status}", 500),
        retry_in=None if acknowledged else _retry_in(claim, answer),
    )


def _retry_in(claim: Claim, answer: Answer) -> float | None:
    """What is gone is not given up: its endpoint is paused, and it goes on when that is resumed."""
    if answer.status == GONE and claim.kind != "test":
        return 0.0
    step = ladder.retry_in(claim.steps, claim.attempts)
    return ladder.later(step, ladder.wished(answer.retry_after, datetime.now(UTC)))


async def _post(lines: Lines, claim: Claim, at: datetime, answer: Answer) -> None:
    headers = {
        **plain_headers(claim.url, len(claim.body), replayed=claim.kind == "replay"),
        **signing.headers(claim.secrets, claim.event_id, claim.body, at),
    }
    await lines.post(claim.url, headers, claim.body, answer)


def _said(error: Exception) -> str:
    """What went wrong, in words and not in numbers where there are some."""
    number = error.errno if isinstance(error, OSError) else None
    named = number is not None and not isinstance(error, ssl.SSLError)
    return (os.strerror(number) if named and number else str(error)) or type(error).__name__


def plain_headers(url: str, length: int, *, replayed: bool) -> dict[str, str]:
    """The headers of a delivery but for those that sign it."""
    headers = {
        "host": place(url).said,
        "user-agent": "OfRecord",
        "accept": "*/*",
        "accept-encoding": "identity",
        "content-type": "application/cloudevents+json; charset=utf-8",
        "content-length": str(length),
    }
    return {**headers, "ofrecord-replay": "true"} if replayed else headers


def _storable(text: str, limit: int) -> str:
    """Text that the database takes, whatever a receiver put in it."""
    return text.replace("\x00", "")[:limit]
