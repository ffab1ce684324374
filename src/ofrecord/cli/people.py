"""`ofrecord person`: add people and their roles, set passwords, disable who has left."""

import getpass
import sys
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.parties import add_person as adding
from ofrecord.parties import disable_person as disabling
from ofrecord.parties import set_password as setting
from ofrecord.parties.refusals import Refused

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Add people and their roles, set passwords, disable them.",
)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")]


@app.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="Their name.")],
    belongs_to: Annotated[
        str,
        typer.Option(metavar="NUMBER|vendor", help="An account's or partner's number, or vendor."),
    ],
    role: Annotated[str, typer.Option(help="The role held there, such as secondary_admin.")],
    as_json: Json = False,
) -> None:
    """Give somebody a role, and make them known first where they are not.

    Exit 3: refused.
    """
    make_ready()
    try:
        person = adding.add_person(email, name, belongs_to=belongs_to, role=role, by=operator())
    except Refused as refused:
        raise _refused(refused) from refused
    told = {"email": person.email, "name": person.name, "role": role, "belongs_to": belongs_to}
    output.answer(told, as_json, lambda _told: _("%(name)s now holds the role.") % told)


@app.command()
def password(
    email: Email,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read it from the first line of standard input.")
    ] = False,
) -> None:
    """Set the password that somebody signs in with; their sessions end.

    Exit 3: refused.
    """
    make_ready()
    chosen = _first_line() if stdin else _asked()
    try:
        setting.set_password(email, chosen, by=operator())
    except Refused as refused:
        raise _refused(refused) from refused
    typer.echo(_("The password is set."), err=True)


@app.command()
def disable(email: Email) -> None:
    """End everything that somebody could do here, their sessions included.

    Exit 3: refused.
    """
    make_ready()
    try:
        person = disabling.disable_person(email, by=operator())
    except Refused as refused:
        raise _refused(refused) from refused
    typer.echo(_("%(name)s can do nothing here any more.") % {"name": person.name}, err=True)


def _first_line() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _asked() -> str:
    if not sys.stdin.isatty():
        raise typer.BadParameter(_("Standard input is no terminal: use --stdin."))
    chosen = getpass.getpass(_("New password: "))
    if chosen != getpass.getpass(_("Once more: ")):
        raise typer.BadParameter(_("The two are not the same."))
    return chosen


def _refused(refused: Refused) -> typer.Exit:
    typer.echo(str(refused), err=True)
    return typer.Exit(output.REFUSED)
