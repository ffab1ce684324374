"""What an operator does with a system that is told of events."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.delivery import change as changing
from ofrecord.delivery import pause as pausing
from ofrecord.delivery import remove as removing
from ofrecord.delivery import rotate as rotating
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Refused
from ofrecord.delivery.replay import replay_range
from ofrecord.delivery.trial import send_test
from ofrecord.journal import clock

Name = Annotated[str, typer.Argument(metavar="NAME", help="What people call the system.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the journal.")]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPE", help="An event type, or prefix.*; repeat it."),
]


@contextmanager
def refusing() -> Iterator[None]:
    """What is refused is one sentence, and exit 3."""
    try:
        yield
    except Refused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(output.REFUSED) from refused


def change(
    name: Name,
    url: Annotated[str | None, typer.Option(help="Where events are posted to.")] = None,
    types: Types = None,
    required: Annotated[
        bool | None,
        typer.Option("--required/--optional", help="Whether changes wait for it from now on."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Change where a system is, what it is told of, or whether changes wait for it.

    Exit 3: refused.
    """
    make_ready()
    with refusing():
        endpoint = changing.change_endpoint(
            name, by=operator(), url=url, types=types, required=required
        )
    _answer(endpoint, as_json)


def move(
    name: Name,
    url: Annotated[str, typer.Argument(metavar="URL", help="Where events are posted to.")],
    as_json: Json = False,
) -> None:
    """Have a system told at another address from now on, with the same secret.

    Exit 3: refused.
    """
    make_ready()
    with refusing():
        endpoint = changing.move_endpoint(name, url, by=operator())
    _answer(endpoint, as_json)


def pause(name: Name, reason: Reason, as_json: Json = False) -> None:
    """Send a system nothing until it is resumed; what it is told of waits, in order.

    Exit 3: refused.
    """
    make_ready()
    with refusing():
        endpoint = pausing.pause(name, by=operator(), reason=reason)
    _answer(endpoint, as_json)


def resume(name: Name, as_json: Json = False) -> None:
    """Send a paused system what it has missed, and go on.

    Exit 3: refused.
    """
    make_ready()
    with refusing():
        endpoint = pausing.resume(name, by=operator())
    _answer(endpoint, as_json)


def remove(name: Name, reason: Reason, as_json: Json = False) -> None:
    """Tell a system nothing any more; what waits for it is waived with the reason.

    Exit 3: refused.
    """
    make_ready()
    with refusing():
        endpoint = removing.remove(name, by=operator(), reason=reason)
    _answer(endpoint, as_json)


def rotate(
    name: Name,
    overlap: Annotated[
        int, typer.Option(metavar="HOURS", help="How long the old secret signs along.")
    ] = rotating.OVERLAP,
    as_json: Json = False,
) -> None:
    """Give a system a new secret, shown this once; the old one signs along for a while.

    Exit 3: refused.
    """
    make_ready()
    with refusing():
        endpoint, secret = rotating.rotate(name, by=operator(), overlap=overlap)
    told = {"name": name, "secret": secret, "old_secret_until": endpoint.old_secret_until}
    rows = [(_("Secret"), secret), (_("The old one signs until"), endpoint.old_secret_until)]
    output.answer(told, as_json, lambda _told: output.facts(rows))


def test(name: Name, as_json: Json = False) -> None:
    """Send a system a test of its own, tried once. `delivery list` shows how it went.

    Exit 3: refused.
    """
    make_ready()
    with refusing():
        event = send_test(name, by=operator())
    said = _("A test is on its way to %(name)s.") % {"name": name}
    output.answer({"endpoint": name, "event": str(event)}, as_json, lambda _told: said)


def replay(
    name: Name,
    since: Annotated[str, typer.Option(help="From this day or instant on (ISO).")],
    until: Annotated[str, typer.Option(help="Until before this one; now when empty.")] = "",
    types: Types = None,
    as_json: Json = False,
) -> None:
    """Send a system again what was recorded in a range of time, also before it was added.

    Exit 3: refused.
    """
    make_ready()
    start, end = _instant(since), _instant(until) if until else datetime.now(UTC)
    with refusing():
        done = replay_range(name, start, end, by=operator(), types=types or ())
    told = {"endpoint": name, "replay": str(done.id)}
    counts = {"reopened": done.reopened, "repeated": done.repeated}
    rows = [
        (_("Sent again after they were given up"), done.reopened),
        (_("Sent once more"), done.repeated),
    ]
    output.answer({**told, **counts}, as_json, lambda _told: output.facts(rows))


def as_data(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint as programs read it."""
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "required": endpoint.required,
        "active": endpoint.active,
        "types": endpoint.types,
        "paused_at": endpoint.paused_at,
        "paused_reason": endpoint.paused_reason,
    }


def drawn(told: dict[str, Any]) -> Any:
    """Endpoints as a table."""
    headings = (_("Name"), _("Address"), _("Required"), _("State"), _("Told of"))
    return output.table(
        headings,
        [
            (
                *(each["name"], each["url"], _("yes") if each["required"] else _("no")),
                *(_state(each), ", ".join(each["types"])),
            )
            for each in told["endpoints"]
        ],
    )


def _state(each: dict[str, Any]) -> str:
    if not each["active"]:
        return _("removed")
    if each["paused_at"]:
        return _("paused: %(reason)s") % {"reason": each["paused_reason"]}
    return _("active")


def _answer(endpoint: Endpoint, as_json: bool) -> None:
    output.answer({"endpoints": [as_data(endpoint)]}, as_json, drawn)


def _instant(text: str) -> datetime:
    """A day begins at midnight in the vendor's zone, where an instant without one is meant too."""
    try:
        if day := parse_date(text):
            return clock.midnight(day)
        if instant := parse_datetime(text):
            return instant if instant.tzinfo else instant.replace(tzinfo=clock.vendor_zone())
    except ValueError:
        pass
    raise typer.BadParameter(_("%(text)s is no day and no instant.") % {"text": repr(text)})
