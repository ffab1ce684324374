"""Calls of the API from many connections at once, by a client that costs next to nothing."""

import asyncio
import json
import statistics
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from bench.changes_ground import book

Bodies = Iterator[dict[str, Any]]
PATH = "/api/v1/partner-changes"


@dataclass
class Run:
    """How a load went: milliseconds of every answer, and seconds of the whole."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p99(self) -> float:
        return statistics.quantiles(self.times, n=100)[98]


@dataclass
class Submits:
    """An endless row of submits that nothing refuses, each agreement in its turn."""

    agreements: int
    turn: int = 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        while True:
            past, k = divmod(self.turn, self.agreements)
            self.turn += 1
            at = book.account(k, self.agreements)
            yield submit([book.reference(k)], book.partner(k + past + 1), at)


def submit(references: Sequence[str], partner: str, account: str) -> dict[str, Any]:
    return {
        "agreements": references,
        "partner": partner,
        "on_behalf_of": book.email("admin", account),
        "reason": "The new partner is closer to our main site.",
    }


def load(
    url: str, token: str, bodies: Iterable[dict[str, Any]], connections: int, seconds: float
) -> Run:
    """As many as go through on these connections, one after the other on each."""
    return asyncio.run(_load(url, token, iter(bodies), connections, seconds))


def offer(
    url: str, token: str, bodies: Iterable[dict[str, Any]], connections: int, calls: Sequence[float]
) -> Run:
    """One call at each of these instants (seconds from the start), whatever became of others."""
    return asyncio.run(_offer(url, token, iter(bodies), connections, calls))


async def _load(
    url: str, token: str, bodies: Iterator[dict[str, Any]], connections: int, seconds: float
) -> Run:
    run = Run()
    begun = time.perf_counter()

    async def work() -> None:
        line = await Line.open(url, token)
        while time.perf_counter() - begun < seconds:
            run.times.append(await line.call(next(bodies)))
        line.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    run.seconds = time.perf_counter() - begun
    return run


async def _offer(
    url: str,
    token: str,
    bodies: Iterator[dict[str, Any]],
    connections: int,
    calls: Sequence[float],
) -> Run:
    run, due = Run(), asyncio.Queue[dict[str, Any] | None]()
    begun = time.perf_counter()

    async def work() -> None:
        line = await Line.open(url, token)
        while body := await due.get():
            run.times.append(await line.call(body))
        line.close()

    working = [asyncio.create_task(work()) for _ in range(connections)]
    for at, body in zip(calls, islice(bodies, len(calls)), strict=True):
        await asyncio.sleep(max(0.0, begun + at - time.perf_counter()))
        due.put_nowait(body)
    for _ in working:
        due.put_nowait(None)
    await asyncio.gather(*working)
    run.seconds = time.perf_counter() - begun
    return run


class Line:
    """One connection that is kept; each call has an idempotency key of its own."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str
    ) -> None:
        self._reader, self._writer, self._head = reader, writer, head

    @classmethod
    async def open(cls, url: str, token: str) -> "Line":
        to = urlsplit(url)
        reader, writer = await asyncio.open_connection(to.hostname, to.port)
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: {to.netloc}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nIdempotency-Key: {key}\r\n"
            "Content-Length: {length}\r\n\r\n"
        )
        return cls(reader, writer, head)

    async def call(self, said: dict[str, Any]) -> float:
        """Milliseconds until the whole answer was there; any refusal ends the bench."""
        body = json.dumps(said).encode()
        head = self._head.format(key=uuid.uuid4(), length=len(body))
        begun = time.perf_counter()
        self._writer.write(head.encode() + body)
        answered = await self._reader.readuntil(b"\r\n\r\n")
        status, *headers = answered.decode().lower().split("\r\n")
        lengths = [h.partition(":")[2] for h in headers if h.startswith("content-length:")]
        answer = await self._reader.readexactly(int(lengths[0]))
        took = (time.perf_counter() - begun) * 1000
        if " 20" not in status or b'"refused"' in answer:
            raise RuntimeError(f"{status}: {answer[:500]!r}")
        return took

    def close(self) -> None:
        self._writer.close()
