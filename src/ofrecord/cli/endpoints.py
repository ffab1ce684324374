"""`ofrecord endpoint`: the systems that are told of events."""

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import RenderableType

from ofrecord.changes.models import PartnerChange
from ofrecord.changes.numbers import normalized
from ofrecord.cli import endpoint_acts as acts
from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.delivery import endpoints
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.delivery.waive import waive as waive_delivery
from ofrecord.parties.context import seeing

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The systems that are told of events."
)


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where events are posted to.")],
    name: Annotated[str, typer.Option(help="What people call the system.")],
    required: Annotated[
        bool, typer.Option("--required", help="Changes wait for it before they are complete.")
    ] = False,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="An event type, or prefix.*; repeat it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a system that is told of events from now on; its secret is shown this once.

    Exit 3: refused.
    """
    make_ready()
    chosen = types or endpoints.PARTNER_CHANGES
    with acts.refusing():
        endpoint, secret = endpoints.add_endpoint(
            url, name, required=required, by=operator(), types=chosen
        )
    output.answer({**acts.as_data(endpoint), "secret": secret}, as_json, _added)


@app.command()
def waive(
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="A change's number, PC-...")],
    name: Annotated[str, typer.Option(help="The system that need not learn of it.")],
    reason: Annotated[str, typer.Option(help="Why; kept in the journal.")],
    as_json: Json = False,
) -> None:
    """Decide that a system need not learn of a change after all; the change goes on.

    Exit 3: refused; 4: no such delivery.
    """
    make_ready()
    with seeing(operator()):
        event = PartnerChange.objects.filter(number=normalized(change) or "").values(
            "applied_event"
        )
        found = Delivery.objects.filter(event__in=event, endpoint__name=name, replay=None)
        delivery = found.order_by("-endpoint__active", "-pk").first()
    if delivery is None:
        words = _("No delivery of %(change)s to %(name)s is known.")
        typer.echo(words % {"change": change, "name": name}, err=True)
        raise typer.Exit(output.NOT_FOUND)
    with acts.refusing():
        waived = waive_delivery(delivery, by=operator(), reason=reason)
    told = {"change": normalized(change), "endpoint": name, "state": waived.state}
    output.answer(told, as_json, lambda _told: _("The delivery is waived."))


@app.command("list")
def list_endpoints(
    every: Annotated[bool, typer.Option("--all", help="Also those that were removed.")] = False,
    as_json: Json = False,
) -> None:
    """List the systems that are told of events."""
    make_ready()
    with seeing(operator()):
        found = Endpoint.objects.order_by("name", "pk")
        shown = found if every else found.filter(active=True)
        told = {"endpoints": [acts.as_data(each) for each in shown]}
    output.answer(told, as_json, acts.drawn)


for act in (
    *(acts.change, acts.move, acts.pause, acts.resume, acts.remove, acts.rotate),
    *(acts.test, acts.replay),
):
    app.command()(act)


def _added(told: dict[str, Any]) -> RenderableType:
    return output.facts(
        [
            (_("Name"), told["name"]),
            (_("Address"), told["url"]),
            (_("Required"), _("yes") if told["required"] else _("no")),
            (_("Told of"), ", ".join(told["types"])),
            (_("Secret"), told["secret"]),
            ("", _("Keep the secret: it signs every delivery and is not shown again.")),
        ]
    )
