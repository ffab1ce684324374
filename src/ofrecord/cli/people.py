"""`ofrecord person`: add or invite people, change and end their roles, disable who has left."""

import getpass
import sys
from collections.abc import Callable
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from ofrecord.cli import output
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.parties import add_person as adding
from ofrecord.parties import disable_person as disabling
from ofrecord.parties import enable_person as enabling
from ofrecord.parties import set_password as setting
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.parties.people import change_role as changing
from ofrecord.parties.people import hand_over as handing_over
from ofrecord.parties.people import invite as inviting
from ofrecord.parties.people import remove as removing
from ofrecord.parties.people.places import number_of, of
from ofrecord.parties.refusals import Refused

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Add or invite people, change and end their roles, set passwords, disable them.",
)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address they sign in with.")]


Name = Annotated[str, typer.Option(help="Their name.")]
BelongsTo = Annotated[
    str,
    typer.Option(metavar="NUMBER|vendor", help="An account's or partner's number, or vendor."),
]
RoleHeld = Annotated[str, typer.Option(help="The role held there, such as secondary_admin.")]


@app.command()
def add(
    email: Email, name: Name, belongs_to: BelongsTo, role: RoleHeld, as_json: Json = False
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
def invite(
    email: Email, name: Name, belongs_to: BelongsTo, role: RoleHeld, as_json: Json = False
) -> None:
    """Send somebody a link with which they take on a role; a new person chooses a password.

    Exit 3: refused.
    """
    make_ready()
    try:
        made = inviting.invite(email, name, belongs_to=belongs_to, role=role, by=operator())
    except Refused as refused:
        raise _refused(refused) from refused
    told = {"invitation": str(made.pk), "email": made.person.email, "expires_at": made.expires_at}
    output.answer(told, as_json, lambda _told: _("The letter to %(email)s is on its way.") % told)


@app.command("change-role")
def change_role(
    email: Email,
    belongs_to: BelongsTo,
    role: RoleHeld,
    to: Annotated[str, typer.Option(help="The role that comes in its place.")],
) -> None:
    """Give somebody another role at the same place.

    Exit 3: refused.
    """
    make_ready()
    held = _held(email, belongs_to, role)
    _done(lambda: changing.change_role(held.pk, to, by=operator()))
    typer.echo(_("%(name)s holds another role now.") % {"name": held.person.name}, err=True)


@app.command("hand-over")
def hand_over(
    email: Email,
    belongs_to: BelongsTo,
    reason: Annotated[str, typer.Option(help="Why; the admins of the account read it.")],
) -> None:
    """Make somebody of an account its primary admin; the one before becomes a secondary admin.

    Exit 3: refused.
    """
    make_ready()
    held = _held(email, belongs_to, "")
    _done(lambda: handing_over.hand_over(held.pk, by=operator(), reason=reason))
    typer.echo(_("%(name)s is the primary admin.") % {"name": held.person.name}, err=True)


@app.command()
def remove(email: Email, belongs_to: BelongsTo, role: RoleHeld) -> None:
    """End a role. With the last one of all, their sessions end too.

    Exit 3: refused.
    """
    make_ready()
    held = _held(email, belongs_to, role)
    _done(lambda: removing.remove(held.pk, by=operator()))
    typer.echo(_("%(name)s holds the role no longer.") % {"name": held.person.name}, err=True)


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


@app.command()
def enable(email: Email) -> None:
    """Let somebody who was disabled sign in again, with the roles they still hold.

    Exit 3: refused.
    """
    make_ready()
    _done(lambda: enabling.enable_person(email, by=operator()))
    typer.echo(_("%(email)s can sign in again.") % {"email": email}, err=True)


def _held(email: str, belongs_to: str, role: str) -> Role:
    """The role that somebody holds at a place; bad usage when they hold none."""
    with seeing(operator()):
        held = Role.objects.filter(person__email=email.strip().lower())
        every = held.select_related("person", "account", "partner").order_by("pk")
        here = [each for each in every if number_of(of(each)) == belongs_to.strip()]
    found = next((each for each in here if role in ("", each.name)), None)
    if found is None:
        raise typer.BadParameter(
            _("%(email)s does not hold that role at %(belongs_to)s.")
            % {"email": email, "belongs_to": belongs_to}
        )
    return found


def _done(act: Callable[[], object]) -> None:
    try:
        act()
    except Refused as refused:
        raise _refused(refused) from refused


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
