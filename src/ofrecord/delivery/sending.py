"""Sending one event to one endpoint, once, and what became of it."""

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import httpcore
import structlog

from ofrecord.delivery import ladder, signing
from ofrecord.delivery.reach import CheckedNetwork, Resolve, resolved

DEADLINE = 10.0
LEASE = 20.0
ANSWER_LIMIT = 65_536
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


@dataclass
class Answer:
    status: int | None = None
    text: str = ""
    error: str = ""
    retry_after: str = ""

    @property
    def is_acknowledgement(self) -> bool:
        return not self.error and self.status is not None and 200 <= self.status < 300


def connections(resolve: Resolve = resolved) -> httpcore.AsyncConnectionPool:
    """Connections that are kept alive, verify certificates, and follow nothing."""
    return httpcore.AsyncConnectionPool(
        ssl_context=ssl.create_default_context(),
        max_connections=1000,
        max_keepalive_connections=200,
        keepalive_expiry=15.0,
        network_backend=CheckedNetwork(resolve),
    )


async def send(pool: httpcore.AsyncConnectionPool, claim: Claim) -> Outcome:
    """Post the event's frozen bytes, within the deadline; never raises for what a receiver does."""
    started_at, start = datetime.now(UTC), time.monotonic()
    answer = Answer()
    try:
        async with asyncio.timeout(DEADLINE):
            await _post_surely(pool, claim, started_at, answer)
    except TimeoutError:
        answer.error = f"no answer within {DEADLINE:.0f} s"
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        answer.error = str(error) or type(error).__name__
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


async def _post_surely(
    pool: httpcore.AsyncConnectionPool, claim: Claim, at: datetime, answer: Answer
) -> None:
    """A kept connection may have been closed meanwhile: then a fresh one is tried at once."""
    try:
        await _post(pool, claim, at, answer)
    except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
        if answer.status is not None:
            raise
        await _post(pool, claim, at, answer)


async def _post(
    pool: httpcore.AsyncConnectionPool, claim: Claim, at: datetime, answer: Answer
) -> None:
    headers = {
        **plain_headers(claim.url, len(claim.body), replayed=claim.kind == "replay"),
        **signing.headers(claim.secrets, claim.event_id, claim.body, at),
    }
    async with pool.stream(
        "POST", claim.url, headers=list(headers.items()), content=claim.body
    ) as response:
        answer.status = response.status
        answer.retry_after = _header(response, b"retry-after")
        answer.text = (await _limited(response)).decode(errors="replace")


def plain_headers(url: str, length: int, *, replayed: bool) -> dict[str, str]:
    """The headers of a delivery but for those that sign it."""
    headers = {
        "host": httpcore.URL(url).host.decode() + _port(url),
        "user-agent": "OfRecord",
        "accept": "*/*",
        "accept-encoding": "identity",
        "content-type": "application/cloudevents+json; charset=utf-8",
        "content-length": str(length),
    }
    return {**headers, "ofrecord-replay": "true"} if replayed else headers


def _header(response: httpcore.Response, wanted: bytes) -> str:
    """A header's value, or nothing."""
    found = (value for name, value in response.headers if name.lower() == wanted)
    return next(found, b"").decode("ascii", errors="replace").strip()


async def _limited(response: httpcore.Response) -> bytes:
    """The answer as far as it is read; a longer one costs the receiver its connection."""
    read = b""
    async for chunk in response.aiter_stream():
        read += chunk
        if len(read) > ANSWER_LIMIT:
            break
    return read


def _port(url: str) -> str:
    port = httpcore.URL(url).port
    return f":{port}" if port else ""


def _storable(text: str, limit: int) -> str:
    """Text that the database takes, whatever a receiver put in it."""
    return text.replace("\x00", "")[:limit]
