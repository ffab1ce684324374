"""A receiving system on loopback, as good or as bad as a test wants it."""

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from standardwebhooks.webhooks import Webhook


@dataclass(frozen=True)
class Got:
    """One request as it arrived."""

    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    @property
    def place(self) -> tuple[str, int]:
        """The subject, and how far it has come."""
        return self.event["subject"], self.event["sequence"]


class Quiet(ThreadingHTTPServer):
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What a client does to a receiver is not told to the terminal."""


Behaviour = Callable[["Exchange", Got], None]


@dataclass
class Receiver:
    behaviour: Behaviour
    url: str = ""
    got: list[Got] = field(default_factory=list)
    acknowledged: list[Got] = field(default_factory=list)
    under_way: int = 0
    most_at_once: int = 0
    lock: Lock = field(default_factory=Lock)

    def ids(self) -> list[str]:
        return [each.id for each in self.got]

    def verify(self, secret: str) -> None:
        """Every request carries the signature of its very bytes."""
        for each in self.got:
            Webhook(secret).verify(each.body, each.headers)

    def in_order(self) -> bool:
        """Each subject's events came first in their order; what came again had come before."""
        seen: dict[str, int] = {}
        for subject, sequence in (each.place for each in self.got):
            if sequence > seen.get(subject, 0) + 1:
                return False
            seen[subject] = max(sequence, seen.get(subject, 0))
        return True


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:  # the standard library names it
        length = int(self.headers["content-length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        got = Got({k.lower(): v for k, v in self.headers.items()}, body, time.monotonic())
        receiver = self.receiver
        with receiver.lock:
            receiver.got.append(got)
            receiver.under_way += 1
            receiver.most_at_once = max(receiver.most_at_once, receiver.under_way)
        try:
            receiver.behaviour(self, got)
        except OSError:
            self.close_connection = True
        finally:
            with receiver.lock:
                receiver.under_way -= 1

    def do_GET(self) -> None:  # the standard library names it
        self.receiver.got.append(Got({"webhook-id": "GET"}, b"", time.monotonic()))
        self.answer(200)

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        if 200 <= status < 300:
            self.receiver.acknowledged.append(self.receiver.got[-1])
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
        """Quiet."""


def acknowledge(exchange: Exchange, _got: Got) -> None:
    exchange.answer(200, b"{}")


def answering(*statuses: int) -> Behaviour:
    """These statuses in turn, and the last one ever after."""
    left = list(statuses)

    def behave(exchange: Exchange, _got: Got) -> None:
        exchange.answer(left.pop(0) if len(left) > 1 else left[0], b"as it was told")

    return behave


def slow(seconds: float) -> Behaviour:
    def behave(exchange: Exchange, _got: Got) -> None:
        time.sleep(seconds)
        exchange.answer(200)

    return behave


def dripping(exchange: Exchange, _got: Got) -> None:
    """A byte now and then, and never an end."""
    exchange.send_response(200)
    exchange.send_header("content-length", "1000")
    exchange.end_headers()
    for _ in range(1000):
        exchange.wfile.write(b".")
        exchange.wfile.flush()
        time.sleep(0.2)


def flooding(exchange: Exchange, _got: Got) -> None:
    """A failure with more to say than anybody reads."""
    exchange.send_response(500)
    exchange.send_header("content-length", str(10**9))
    exchange.end_headers()
    for _ in range(15_000):
        exchange.wfile.write(b"x" * 65_536)


def redirecting(url: str) -> Behaviour:
    def behave(exchange: Exchange, _got: Got) -> None:
        exchange.answer(307, location=url)

    return behave


@contextmanager
def receiving(
    behaviour: Behaviour = acknowledge, tls: ssl.SSLContext | None = None
) -> Iterator[Receiver]:
    receiver = Receiver(behaviour)
    exchange = type("Bound", (Exchange,), {"receiver": receiver})
    server = Quiet(("127.0.0.1", 0), exchange)
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/events"
    thread = Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
