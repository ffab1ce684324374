"""`ofrecord policy`: the vendor's rules, their versions, and a new one."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Group, RenderableType

from ofrecord.changes.simulate import simulate
from ofrecord.cli import answers, output
from ofrecord.cli.operator import operator, person_with
from ofrecord.cli.options import Json, day
from ofrecord.cli.ready import make_ready
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.rules import publish as publishing
from ofrecord.rules.kinds import Value
from ofrecord.rules.parameters import KINDS, Difference, values
from ofrecord.rules.refusals import PolicyRefused
from ofrecord.rules.versions import Version, in_force, versions
from ofrecord.rules.words import MEANINGS, STATES

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The vendor's rules, and their versions."
)

Set = Annotated[
    list[str],
    typer.Option("--set", metavar="NAME=VALUE", help="A parameter that changes; repeat it."),
]
From = Annotated[
    date,
    typer.Option("--from", parser=day, metavar="DATE", help="The day from which on it counts."),
]


@app.command()
def show(
    on: Annotated[
        date | None,
        typer.Option(parser=day, metavar="DATE", help="In force on this day; else today."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the policy in force, with every parameter."""
    make_ready()
    with seeing(operator()):
        told = _as_data(in_force(on or clock.today()))
    output.answer(told, as_json, _drawn)


@app.command("versions")
def every_version(as_json: Json = False) -> None:
    """List every version, the latest first, with who published it and what it changed."""
    make_ready()
    with seeing(operator()):
        told = [_as_data(each) for each in versions()]
    output.answer({"versions": told}, as_json, _listed)


@app.command()
def compare(given: Set, in_force_on: From, as_json: Json = False) -> None:
    """Show what a new version would change, in the policy and in the whole book today.

    Exit 3: it would be refused.
    """
    make_ready()
    with seeing(operator()):
        made = publishing.draft(_parameters(given), in_force_on=in_force_on)
        if made.defects:
            _refuse(PolicyRefused(made.defects), as_json)
        counted = simulate(made.base, made.terms)
    told = {
        "compared_with": made.base.version,
        "in_force_on": in_force_on,
        "changed": [each.as_data() for each in made.changed],
        "book": counted.as_data(),
    }
    output.answer(told, as_json, _compared)


@app.command()
def publish(
    given: Set,
    in_force_on: From,
    by: Annotated[
        str, typer.Option(metavar="EMAIL", help="Who publishes it: operations or administrator.")
    ],
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why; kept with the version.")],
    as_json: Json = False,
) -> None:
    """Publish the next version of the policy; what is not named stays as it is on that day.

    Exit 3: refused.
    """
    make_ready()
    actor = _acting(person_with(by))
    try:
        with seeing(actor):
            publishing.publish(_parameters(given), in_force_on=in_force_on, by=actor, note=note)
            told = _as_data(versions()[0])
    except PolicyRefused as refusal:
        _refuse(refusal, as_json)
    output.answer(told, as_json, _drawn)


def _acting(person: Person) -> Actor:
    """The operator for a person, whose own roles at the vendor count."""
    held = for_person(person, door="cli").vendor_roles
    return replace(operator(person), is_system=False, vendor_roles=held)


def _parameters(given: list[str]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for each in given:
        name, equals, text = each.partition("=")
        if not equals or name in named:
            once = _("%(given)s: write NAME=VALUE, each name once.")
            raise typer.BadParameter(once % {"given": repr(each)})
        named[name] = KINDS[name].read(text) if name in KINDS else text
    return named


def _refuse(refusal: PolicyRefused, as_json: bool) -> None:
    for defect in refusal.defects:
        about = f"{defect.about}: " if defect.about else ""
        said = f"{about}{defect.verdict.reason} {defect.verdict.remedy.text}"
        typer.echo(output.harmless(said.strip()), err=True)
    if as_json:
        refused = [{"about": each.about, **each.verdict.as_data()} for each in refusal.defects]
        output.write_json({"version": None, "refusals": refused})
    raise typer.Exit(output.REFUSED) from refusal


def _as_data(version: Version) -> dict[str, Any]:
    publisher = version.published_by_id
    person = Person.objects.get(pk=publisher) if publisher else None
    return {
        "version": version.number,
        "state": version.state,
        "in_force_on": version.in_force_on,
        "in_force_until": version.until,
        "published_at": version.published_at,
        "published_by": answers.of_person(person),
        "note": version.note,
        "changed": [each.as_data() for each in version.changed],
        "parameters": values(version.terms),
    }


def _drawn(told: dict[str, Any]) -> RenderableType:
    head = output.facts(
        [
            (_("Version"), told["version"]),
            (_("In force from"), _since(told)),
            (_("Published by"), _who(told)),
            (_("Note"), told["note"]),
        ]
    )
    rows = [
        (name, given if isinstance(given, int) else ", ".join(given), str(MEANINGS[name]))
        for name, given in told["parameters"].items()
    ]
    return Group(head, "", output.table((_("Parameter"), _("Value"), _("Meaning")), rows))


def _listed(told: dict[str, Any]) -> RenderableType:
    headings = (_("Version"), _("In force from"), _("State"), _("Published by"), _("Changed"))
    rows = [
        (
            *(each["version"], _since(each), str(STATES[each["state"]]), _who(each)),
            "; ".join(_difference(**one) for one in each["changed"]) or each["note"],
        )
        for each in told["versions"]
    ]
    return output.table(headings, rows)


def _compared(told: dict[str, Any]) -> str:
    lines = [_difference(**each) for each in told["changed"]]
    book = _(
        "Available today: %(after)s of %(agreements)s instead of %(before)s"
        " (%(gained)s more, %(lost)s fewer)."
    )
    return "\n".join([*lines, book % told["book"]])


def _difference(name: str, before: Value, after: Value) -> str:
    """A difference in the words that are typed: what became of a number, or of a list."""
    if isinstance(before, int):
        return f"{name}: {before} → {after}"
    found = Difference(name, before, after)
    words = [*(f"-{one}" for one in found.gone), *(f"+{one}" for one in found.new)]
    return f"{name}: {' '.join(words)}"


def _since(told: dict[str, Any]) -> str:
    return _("the beginning") if told["version"] == 1 else output.shown(told["in_force_on"])


def _who(told: dict[str, Any]) -> str:
    return str(told["published_by"]["name"]) if told["published_by"] else ""
