"""Connections to receivers that are kept: HTTP/1.1 with one request at a time on each.

Each is opened to an address that was checked (`reach`), and lives a few minutes at most, so that
a name which leads elsewhere by now is noticed. No redirect is followed, nothing is unpacked, and
of an answer no more is read than is kept of it.
"""

import asyncio
import ssl
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from urllib.parse import urlsplit

import h11

from ofrecord.delivery import reach
from ofrecord.delivery.names import Names
from ofrecord.delivery.reach import Resolve

HEADERS_LIMIT = 65_536
ANSWER_LIMIT = 16_384
CHUNK = 4_096
MOST_PROVISIONAL = 10
IDLE, OLDEST = 15.0, 300.0
KEPT = 8
BROKEN = (OSError, h11.ProtocolError)


@dataclass(frozen=True)
class Place:
    """Where an address leads: the machine, and what is asked of it. `said` goes into `host`."""

    scheme: str
    host: str
    port: int
    said: str
    target: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


@lru_cache(maxsize=1024)
def place(url: str) -> Place:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, parts.hostname or "", port, parts.netloc, target)


@dataclass
class Answer:
    """What came back, as far as it came. `error` is set by who gave up waiting for the rest."""

    status: int | None = None
    text: str = ""
    error: str = ""
    retry_after: str = ""

    @property
    def is_acknowledgement(self) -> bool:
        return not self.error and self.status is not None and 200 <= self.status < 300


class Line:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADERS_LIMIT)
        self._opened = self._used = time.monotonic()

    async def post(
        self, target: str, headers: Mapping[str, str], body: bytes, answer: Answer
    ) -> None:
        """Send one request, and fill in the answer as it comes."""
        asked = h11.Request(method="POST", target=target, headers=list(headers.items()))
        parts = (asked, h11.Data(data=body), h11.EndOfMessage())
        self._writer.write(b"".join(self._http.send(part) or b"" for part in parts))
        await self._writer.drain()
        read, provisional = b"", 0
        while len(read) <= ANSWER_LIMIT and provisional <= MOST_PROVISIONAL:
            event = await self._next()
            if isinstance(event, h11.InformationalResponse):
                provisional += 1
            elif isinstance(event, h11.Response):
                answer.status = event.status_code
                answer.retry_after = _header(event, b"retry-after")
            elif isinstance(event, h11.Data):
                read += event.data
            elif isinstance(event, h11.EndOfMessage):
                break
        answer.text = read.decode(errors="replace")
        self._used = time.monotonic()

    async def _next(self) -> h11.Event:
        """The next part of the answer."""
        while (event := self._http.next_event()) is h11.NEED_DATA:
            read = await self._reader.read(CHUNK)
            self._http.receive_data(read)
            if len(read) == CHUNK:
                await asyncio.sleep(0)  # who has much to say does not keep others waiting
        if isinstance(event, h11.Event) and not isinstance(event, h11.ConnectionClosed):
            return event
        raise h11.RemoteProtocolError("the connection is of no use any more")

    def goes_on(self) -> bool:
        """Whether another request may follow the one that is answered, and make ready for it."""
        done = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
        if not done or self._http.trailing_data[0]:
            return False
        self._http.start_next_cycle()
        return True

    def is_fresh(self) -> bool:
        """Whether it may still be there."""
        now = time.monotonic()
        young = now - self._used < IDLE and now - self._opened < OLDEST
        return young and not self._reader.at_eof() and not self._writer.is_closing()

    def end(self) -> None:
        """Let it go at once, whatever is under way."""
        self._writer.transport.abort()


class Lines:
    """The connections that are kept, a few to each place."""

    def __init__(self, resolve: Resolve | None = None) -> None:
        self._names = Names()
        self._resolve = resolve or self._names.resolve
        self._tls = ssl.create_default_context()
        self._kept: defaultdict[tuple[str, str, int], list[Line]] = defaultdict(list)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._names.close()
        for lines in self._kept.values():
            for line in lines:
                line.end()

    def tidy(self) -> None:
        """Let go what is too old to be used again."""
        for origin, lines in list(self._kept.items()):
            kept = [line for line in lines if line.is_fresh()]
            for line in lines:
                if line not in kept:
                    line.end()
            self._kept[origin] = kept
            if not kept:
                del self._kept[origin]

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, answer: Answer) -> None:
        """Post to an address. A kept connection may have been closed meanwhile: then a new one."""
        to = place(url)
        if line := self._take(to):
            try:
                await self._through(line, to, headers, body, answer)
            except BROKEN:
                if answer.status is not None:
                    raise
            else:
                return
        await self._through(await self._opened(to), to, headers, body, answer)

    def _take(self, to: Place) -> Line | None:
        lines = self._kept.get(to.origin, [])
        while lines:
            if (line := lines.pop()).is_fresh():
                return line
            line.end()
        return None

    async def _opened(self, to: Place) -> Line:
        tls = self._tls if to.scheme == "https" else None
        return Line(*await reach.connect(to.host, to.port, tls, self._resolve))

    async def _through(
        self, line: Line, to: Place, headers: Mapping[str, str], body: bytes, answer: Answer
    ) -> None:
        goes_on = False
        try:
            await line.post(to.target, headers, body, answer)
            goes_on = len(self._kept[to.origin]) < KEPT and line.goes_on()
        finally:
            if goes_on:
                self._kept[to.origin].append(line)
            else:
                line.end()


def _header(response: h11.Response, wanted: bytes) -> str:
    """A header's value, or nothing."""
    found = (value for name, value in response.headers if name == wanted)
    return next(found, b"").decode("ascii", errors="replace").strip()
