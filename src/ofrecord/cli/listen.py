"""`ofrecord listen`: a receiver in the terminal that verifies events and prints them."""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ofrecord.cli import output
from ofrecord.cli.endpoint_acts import refusing
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.delivery import endpoints
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.remove import remove
from ofrecord.parties.context import seeing

LARGEST = 10_000_000


def listen(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of this machine; 0: any free one.")
    ] = 0,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="An event type, or prefix.*; repeat it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print events as they arrive and are verified, until interrupted.

    An endpoint is added for as long as this runs, and removed at its end; no change waits for
    it. A worker has to run. With --json: one event a line, as it was sent. Exit 3: refused.
    """
    make_ready()
    server = Server(port, as_json)
    name = f"listen {server.server_port}"
    _remove(name, _("Its terminal was closed."))
    with refusing(), _added(name, server, types or endpoints.PARTNER_CHANGES):
        said = _("Listening at %(url)s. Interrupt to end.") % {"url": server.url}
        output.screen(err=True).print(said)
        _serve(server)


class Server(ThreadingHTTPServer):
    """Listens on loopback alone."""

    daemon_threads = True

    def __init__(self, port: int, as_json: bool) -> None:
        try:
            super().__init__(("127.0.0.1", port), Exchange)
        except OSError as error:
            words = _("Port %(port)s cannot be used: %(error)s.")
            raise typer.BadParameter(words % {"port": port, "error": error.strerror}) from error
        self.as_json = as_json
        self.webhook: Webhook | None = None
        self.writing = Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that leaves is no error."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def is_verified(self, body: bytes, headers: dict[str, str]) -> bool:
        try:
            return bool(self.webhook and self.webhook.verify(body, headers))
        except (WebhookVerificationError, ValueError):
            return False

    def show(self, event: dict[str, Any], *, replayed: bool) -> None:
        """Write an event: one line for a program, or a heading and its data."""
        with self.writing:
            if self.as_json:
                output.write_json(event)
                return
            again = _("(replayed)") if replayed else ""
            heading = (event["time"], event["type"], event["subject"], event["sequence"], again)
            screen = output.screen()
            screen.print(*heading, style="bold")
            screen.print(json.dumps(event["data"], ensure_ascii=False, indent=2))


class Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: Server

    def do_POST(self) -> None:  # the standard library names it
        length = self.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            self.close_connection = True
            return self._answer(411)
        body = self.rfile.read(int(length))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not self.server.is_verified(body, headers):
            return self._answer(401)
        self.server.show(json.loads(body), replayed="ofrecord-replay" in headers)
        return self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as inherited
        """Only events are written."""


@contextmanager
def _added(name: str, server: Server, types: Any) -> Iterator[None]:
    """An endpoint for as long as this lasts."""
    _endpoint, secret = endpoints.add_endpoint(
        server.url, name, required=False, by=operator(), types=types
    )
    server.webhook = Webhook(secret)
    try:
        yield
    finally:
        server.server_close()
        _remove(name, _("Its terminal was closed."))


def _remove(name: str, reason: str) -> None:
    """Also what a terminal that was killed has left at the same port."""
    with seeing(operator()):
        is_known = Endpoint.objects.filter(name=name, active=True).exists()
    if is_known:
        remove(name, by=operator(), reason=reason)


def _serve(server: Server) -> None:
    """Until interrupted, by a person or by whoever started it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        output.screen(err=True).print(_("The endpoint is removed."))
