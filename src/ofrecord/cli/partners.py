"""`ofrecord partner`: look a partner up by its exact account number."""

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import RenderableType

from ofrecord.changes import refusals
from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Look partners up by account number."
)


@app.callback()
def _group() -> None:
    """Keeps `find` a word of its own while it is the only one."""


@app.command()
def find(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The whole account number.")],
    as_json: Json = False,
) -> None:
    """Find the partner with exactly this account number.

    Exit 4: not found.
    """
    make_ready()
    with seeing(operator()):
        partner = Partner.objects.filter(account_number=number.strip()).first()
    if partner is None:
        typer.echo(refusals.not_found(number, what=_("partner")).reason, err=True)
        raise typer.Exit(output.NOT_FOUND)
    output.answer(_as_data(partner), as_json, _drawn)


def _as_data(partner: Partner) -> dict[str, Any]:
    return {
        "account_number": partner.account_number,
        "name": partner.name,
        "kind": partner.kind,
        "status": partner.status,
        "street": partner.street,
        "city": partner.city,
        "postal_code": partner.postal_code,
        "country": partner.country,
        "email": partner.email,
        "website": partner.website,
        "authorized_countries": partner.authorized_countries,
        "authorized_products": partner.authorized_products,
    }


def _drawn(told: dict[str, Any]) -> RenderableType:
    address = f"{told['street']}, {told['postal_code']} {told['city']}, {told['country']}"
    return output.facts(
        [
            (_("Account number"), told["account_number"]),
            (_("Name"), told["name"]),
            (_("Kind"), told["kind"]),
            (_("Status"), told["status"]),
            (_("Address"), address),
            (_("Email"), told["email"]),
            (_("Website"), told["website"]),
            (_("Countries"), ", ".join(told["authorized_countries"]) or _("everywhere")),
            (_("Products"), ", ".join(told["authorized_products"]) or _("everything")),
        ]
    )
