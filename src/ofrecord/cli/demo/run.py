"""`ofrecord demo`: everything at once with an invented vendor, until interrupted."""

import os
import signal
import sys
from typing import Annotated, Any

import django
import typer

from ofrecord.cli import embedded
from ofrecord.cli.demo import place

CHOSEN = {
    "OFRECORD_MAILBOX": "true",
    "OFRECORD_PRIVATE_ENDPOINTS": "true",
    "OFRECORD_SUPPORT_EMAIL": "support@larkfield.example",
}
"""Settings of the demo, where the environment says nothing else."""


def demo(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on; else 8000 or the next.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over with a new database in the same home.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one line of JSON when everything is ready.")
    ] = False,
) -> None:
    """Try it all: database, server, worker and receiving systems, with an invented vendor."""
    signal.signal(signal.SIGINT, _leave)
    signal.signal(signal.SIGTERM, _leave)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as nohup has it
        signal.signal(signal.SIGHUP, _leave)
    try:
        with place.alone():
            _choose_and_run(place.choose_port(port), fresh=fresh, as_json=as_json)
    except place.CannotStart as error:
        django.setup()
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        embedded.let_go()


def _leave(_number: int, _frame: Any) -> None:
    sys.exit(0)


def _choose_and_run(port: int, *, fresh: bool, as_json: bool) -> None:
    """Settings are chosen first, and read by everything that is imported after that."""
    url = f"http://127.0.0.1:{port}"
    for name, value in {**CHOSEN, "OFRECORD_BASE_URL": url}.items():
        os.environ.setdefault(name, value)
    if fresh:
        place.start_over()
    django.setup()
    from ofrecord.cli.demo import everything

    everything.run(port, url, as_json=as_json)
