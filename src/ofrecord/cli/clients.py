"""`ofrecord client`: systems that call the API, and their credentials."""

from datetime import datetime
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import RenderableType

from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json, instant
from ofrecord.cli.ready import make_ready
from ofrecord.parties import clients
from ofrecord.parties.models import ApiClient
from ofrecord.parties.refusals import Refused

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Give systems credentials for the API; take them away.",
)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What the system is called.")],
    belongs_to: Annotated[
        str,
        typer.Option(metavar="NUMBER|vendor", help="An account's or partner's number, or vendor."),
    ],
    scope: Annotated[
        list[str], typer.Option(help="What it may do, such as agreements:read; repeat it.")
    ],
    network: Annotated[
        list[str] | None,
        typer.Option(metavar="CIDR", help="Where it may call from; repeat it. Else anywhere."),
    ] = None,
    expires_at: Annotated[
        datetime | None,
        typer.Option(parser=instant, metavar="DATE", help="When the credentials end; else never."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Give a system credentials. The secret is shown this once.

    Exit 3: refused.
    """
    make_ready()
    try:
        client, secret = clients.add_client(
            name,
            belongs_to=belongs_to,
            scopes=scope,
            networks=network or (),
            expires_at=expires_at,
            by=operator(),
        )
    except Refused as refused:
        raise _refused(refused) from refused
    told = {**_as_data(client, belongs_to.strip()), "client_secret": secret}
    output.answer(told, as_json, lambda told: output.facts(_drawn(told)))


@app.command()
def revoke(
    client_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the client.")],
    as_json: Json = False,
) -> None:
    """Take a system's credentials away; its next call is refused.

    Exit 3: refused.
    """
    make_ready()
    try:
        client = clients.revoke_client(client_id, by=operator())
    except Refused as refused:
        raise _refused(refused) from refused
    told = {"client_id": client.client_id, "revoked_at": client.revoked_at}
    output.answer(told, as_json, lambda _told: _("%(name)s is revoked.") % {"name": client})


@app.command("list")
def list_clients(as_json: Json = False) -> None:
    """List the systems that have credentials, or had them."""
    make_ready()
    known = [_as_data(client, place) for client, place in clients.clients(by=operator())]
    output.answer({"clients": known}, as_json, _table)


def _as_data(client: ApiClient, belongs_to: str) -> dict[str, Any]:
    return {
        "client_id": client.client_id,
        "name": client.name,
        "belongs_to": belongs_to,
        "scopes": client.scopes,
        "networks": client.networks,
        "expires_at": client.expires_at,
        "revoked_at": client.revoked_at,
    }


def _drawn(told: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (_("Client id"), told["client_id"]),
        (_("Secret, shown this once"), told["client_secret"]),
        (_("Belongs to"), told["belongs_to"]),
        (_("Scopes"), " ".join(told["scopes"])),
        (_("From"), ", ".join(told["networks"]) or _("anywhere")),
        (_("Ends"), told["expires_at"] or _("never")),
    ]


def _table(told: dict[str, Any]) -> RenderableType:
    headings = (_("Client id"), _("Name"), _("Belongs to"), _("Scopes"), _("Ends"), _("Revoked"))
    names = ("client_id", "name", "belongs_to", "scopes", "expires_at", "revoked_at")
    known = ({**each, "scopes": " ".join(each["scopes"])} for each in told["clients"])
    rows = [[each[name] for name in names] for each in known]
    return output.table(headings, rows)


def _refused(refused: Refused) -> typer.Exit:
    typer.echo(str(refused), err=True)
    return typer.Exit(output.REFUSED)
