"""A receiving system of the demo, as a process of its own: the vendor's CRM, ERP or Commissions.

It believes nothing that isn't signed, keeps a delivery before it acknowledges it, and knows a
double by its id. When it listens it says so in one line of JSON on standard output.
"""

import argparse
import binascii
import json
import os
import signal
import sys
import time
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ofrecord.cli.demo.receiver_page import page
from ofrecord.cli.demo.receiver_store import Store

LARGEST_BODY = 1_048_576


class Receiver(ThreadingHTTPServer):
    """Answers on loopback. `fail_first` good deliveries get 503, with `status` all get that."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, options: argparse.Namespace) -> None:
        super().__init__(("127.0.0.1", options.port), Exchange)
        self.name: str = options.name
        self.store = Store(options.store)
        self.webhook = Webhook(options.secret)
        self.delay = options.delay_ms / 1000
        self.status: int | None = options.status
        self._failures = options.fail_first
        self._lock = Lock()

    def refuses(self) -> HTTPStatus | None:
        """The status that this delivery gets instead of being kept, if any."""
        with self._lock:
            if self._failures:
                self._failures -= 1
                return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus(self.status) if self.status else None


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    server: Receiver
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(HTTPStatus.OK, page(self.server.name, self.server.store), "text/html")
        elif self.path == "/deliveries":
            kept = [asdict(delivery) for delivery in self.server.store.deliveries()]
            self._say(HTTPStatus.OK, {"name": self.server.name, "deliveries": kept})
        else:
            self._say(HTTPStatus.NOT_FOUND, {"error": "not_found"})

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not length.isascii() or not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "body"})
            return
        body = self.rfile.read(int(length))
        if not self._is_signed(body):
            self._say(HTTPStatus.UNAUTHORIZED, {"error": "signature"})
            return
        self._receive(body)

    def _receive(self, body: bytes) -> None:
        time.sleep(self.server.delay)
        if refusal := self.server.refuses():
            self._say(refusal, {"error": "refused"})
            return
        try:
            event = json.loads(body)
            delivery = self.server.store.keep(self.headers["webhook-id"], event)
        except (ValueError, TypeError, AttributeError):
            self._say(HTTPStatus.BAD_REQUEST, {"error": "not an event"})
            return
        self._say(HTTPStatus.OK, {"position": delivery.position, "double": delivery.double})

    def _is_signed(self, body: bytes) -> bool:
        try:
            self.server.webhook.verify(body, dict(self.headers.items()), json_parse=False)
        except (WebhookVerificationError, ValueError, binascii.Error):
            return False
        return True

    def _say(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        self._answer(status, json.dumps(content, ensure_ascii=False), "application/json")

    def _answer(self, status: HTTPStatus, text: str, kind: str) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", f"{kind}; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        policy = "default-src 'none'; style-src 'unsafe-inline'"
        self.send_header("content-security-policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
        """Standard error is for what goes wrong."""


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--secret", default=os.environ.get("OFRECORD_RECEIVER_SECRET"))
    parser.add_argument("--delay-ms", type=int, default=0)
    parser.add_argument("--fail-first", type=int, default=0)
    parser.add_argument("--status", type=int)
    found = parser.parse_args(arguments)
    if not found.secret:
        parser.error("--secret or OFRECORD_RECEIVER_SECRET is needed")
    return found


def main(arguments: list[str]) -> None:
    receiver = Receiver(options(arguments))
    for number in (signal.SIGINT, signal.SIGTERM):
        # `shutdown` waits for the loop that this very thread runs, hence the other thread.
        signal.signal(number, lambda *_: Thread(target=receiver.shutdown).start())
    url = f"http://127.0.0.1:{receiver.server_port}/"
    sys.stdout.write(json.dumps({"name": receiver.name, "url": url}) + "\n")
    sys.stdout.flush()
    with receiver:
        receiver.serve_forever(poll_interval=0.2)


if __name__ == "__main__":
    main(sys.argv[1:])
