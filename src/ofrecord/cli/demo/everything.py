"""The whole of the demo in one foreground process and its children."""

import time
from urllib.error import URLError
from urllib.request import urlopen

import typer
from django.db import connections
from django.utils.translation import gettext as _

from ofrecord.cli import migrations, output, ready
from ofrecord.cli.demo import clients, place, systems, welcome
from ofrecord.cli.demo.family import Child, Family
from ofrecord.cli.demo.load import load
from ofrecord.cli.environment import text

_SLOWEST_START = 120.0
_PAUSE = 0.5


def run(port: int, url: str, *, as_json: bool) -> None:
    """Load what is missing, start everybody, say so, and keep them up until interrupted."""
    _say(_("Bringing the database up ..."))
    ready.make_ready()
    if text("DATABASE_OWNER_URL"):
        migrations.migrate(verbosity=0)
    with output.bars() as progress:
        loaded = load(progress)
    receivers = systems.connect()
    api_clients = clients.connect() if loaded else []
    connections.close_all()
    (place.directory() / "logs").mkdir(exist_ok=True)
    _say(_("Starting server, worker and receiving systems ..."))
    with Family(_say) as family:
        for receiver in receivers:
            family.add(receiver.child())
        server = family.add(_child("server", "serve", "--port", str(port)))
        family.add(_child("worker", "worker"))
        _await(server, [f"{url}/readyz", *(receiver.url for receiver in receivers)])
        place.remember(url=url)
        told = welcome.as_data(url, receivers, api_clients, loaded=loaded)
        output.answer(told, as_json, welcome.drawn)
        while True:
            time.sleep(_PAUSE)
            family.keep_up()


def _child(name: str, *words: str) -> Child:
    return Child(name, ("ofrecord", *words), place.directory() / "logs" / f"{name}.log")


def _await(server: Child, addresses: list[str]) -> None:
    deadline = time.monotonic() + _SLOWEST_START
    while not all(map(_answers, addresses)):
        if server.ended is not None or time.monotonic() > deadline:
            words = _("The server did not start. The end of its log %(log)s:\n%(words)s")
            raise place.CannotStart(words, log=server.log, words=server.last_words())
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:  # noqa: S310  # an address of this process
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _say(sentence: str) -> None:
    typer.echo(sentence, err=True)
