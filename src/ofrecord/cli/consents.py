"""`ofrecord change consents` and `consent`: whom a change waits for, and what they answer."""

from collections.abc import Callable
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from ofrecord.changes import refusals
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.models import Consent, Kind, PartnerChange
from ofrecord.changes.numbers import normalized
from ofrecord.cli import output
from ofrecord.cli.consent_answers import drawn, of_answered, of_consents
from ofrecord.cli.endings import refusals_told
from ofrecord.cli.operator import operator, person_with, speaking_for
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="A change's number, PC-...")]


def consents(number: Number, as_json: Json = False) -> None:
    """Show whom a change waits for, until when, and what they have answered.

    Exit 4: not found.
    """
    make_ready()
    with refusals_told(), seeing(operator()):
        told = of_consents(_change(number))
    output.answer(told, as_json, drawn)


def consent(
    number: Number,
    kind: Annotated[Kind, typer.Option(help="Whose consent it is.")],
    given: Annotated[
        bool, typer.Option("--give/--refuse", help="What is answered.", show_default=False)
    ],
    partner: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="Whose consent, where several partners are asked."),
    ] = None,
    ground: Annotated[
        str, typer.Option(help="On what ground a losing partner objects.", show_default=False)
    ] = "",
    reason: Annotated[
        str, typer.Option(help="Why it is refused; kept with the answer.", show_default=False)
    ] = "",
    by: Annotated[
        str | None,
        typer.Option(metavar="EMAIL", help="The person who is acted for; a system needs none."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Give or refuse a consent for a person, whose own roles count.

    The confirmation of a system of record is the operator's, without --by. Exit 3: refused;
    4: there is no such change, or no such consent for this person.
    """
    make_ready()
    actor = speaking_for(person_with(by)) if by else operator()
    with refusals_told():
        asked = _asked(number, kind, partner and partner.strip(), actor)
    about = {"change": asked.change.number, "consent": str(asked.pk), "kind": kind.value}
    with refusals_told(as_json, **about, answer=None, state=asked.change.state):
        (said,) = answer([asked.pk], given=given, by=actor, ground=ground, reason=reason)
    with seeing(operator()):
        state = _change(number).state
    told = {**about, "answer": said.answer, "state": state, "refusals": []}
    output.answer(told, as_json, of_answered)


def _change(number: str) -> PartnerChange:
    found = PartnerChange.objects.filter(number=normalized(number) or "").first()
    if found is None:
        raise refusals.refused([refusals.no_change(number)])
    return found


def _asked(number: str, kind: Kind, partner: str | None, by: Actor) -> Consent:
    """The one consent that is meant: of several, that of the person's own firm.

    Bad usage where it is not said which.
    """
    with seeing(operator()):
        known = Consent.objects.filter(change=_change(number), kind=kind)
        if partner:
            known = known.filter(partner__account_number=partner)
        found = list(known.select_related("change", "partner").order_by("partner__account_number"))
    if not found:
        raise refusals.refused([refusals.not_found(f"{number}, {kind.value}", what=_("consent"))])
    own = [each for each in found if each.partner_id in by.partners]
    if len(found) > 1 and len(own) != 1:
        several = ", ".join(each.partner.account_number for each in found if each.partner)
        raise typer.BadParameter(_("Say whose, with --partner: %(one)s.") % {"one": several})
    return own[0] if own else found[0]


COMMANDS: dict[str, Callable[..., None]] = {"consents": consents, "consent": consent}
"""They join those of `ofrecord change`."""
