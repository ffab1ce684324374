"""`ofrecord endpoint`: the systems that are told of events."""

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import RenderableType

from ofrecord.changes.models import PartnerChange
from ofrecord.changes.numbers import normalized
from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.delivery import endpoints
from ofrecord.delivery.change import move_endpoint
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.delivery.refusals import Refused
from ofrecord.delivery.waive import waive as waive_delivery
from ofrecord.parties.context import seeing

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Add and list systems that are told of events."
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
    try:
        endpoint, secret = endpoints.add_endpoint(
            url, name, required=required, by=operator(), types=chosen
        )
    except Refused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(output.REFUSED) from refused
    output.answer({**_as_data(endpoint), "secret": secret}, as_json, _added)


@app.command()
def move(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call the system.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="Where events are posted to.")],
    as_json: Json = False,
) -> None:
    """Have a system told at another address from now on, with the same secret.

    Exit 3: refused.
    """
    make_ready()
    try:
        endpoint = move_endpoint(name, url, by=operator())
    except Refused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(output.REFUSED) from refused
    output.answer({"endpoints": [_as_data(endpoint)]}, as_json, _listed)


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
        delivery = Delivery.objects.filter(event__in=event, endpoint__name=name).first()
    if delivery is None:
        words = _("No delivery of %(change)s to %(name)s is known.")
        typer.echo(words % {"change": change, "name": name}, err=True)
        raise typer.Exit(output.NOT_FOUND)
    try:
        waived = waive_delivery(delivery, by=operator(), reason=reason)
    except Refused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(output.REFUSED) from refused
    told = {"change": normalized(change), "endpoint": name, "state": waived.state}
    output.answer(told, as_json, lambda _told: _("The delivery is waived."))


@app.command("list")
def list_endpoints(as_json: Json = False) -> None:
    """List the systems that are told of events."""
    make_ready()
    with seeing(operator()):
        told = {"endpoints": [_as_data(each) for each in Endpoint.objects.order_by("name")]}
    output.answer(told, as_json, _listed)


def _as_data(endpoint: Endpoint) -> dict[str, Any]:
    return {
        "name": endpoint.name,
        "url": endpoint.url,
        "required": endpoint.required,
        "active": endpoint.active,
        "types": endpoint.types,
    }


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


def _listed(told: dict[str, Any]) -> RenderableType:
    headings = (_("Name"), _("Address"), _("Required"), _("Active"), _("Told of"))
    return output.table(
        headings,
        [
            (
                *(each["name"], each["url"], _("yes") if each["required"] else _("no")),
                *(_("yes") if each["active"] else _("no"), ", ".join(each["types"])),
            )
            for each in told["endpoints"]
        ],
    )
