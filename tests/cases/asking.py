"""Cases in the tests: an agreement of three partners, what is asked, and what became of it."""

import json
from typing import Any

import pytest

from ofrecord.cases.answer import answer
from ofrecord.cases.files import Upload
from ofrecord.cases.models import Case, Message
from ofrecord.cases.open import open_case
from ofrecord.cases.wishes import Wished
from ofrecord.changes.members import Member
from ofrecord.changes.refusals import Refused
from ofrecord.delivery.models import Letter
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, Role
from tests.cast import Cast, Of

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE = ("Dune Distribution", "distributor", None)
FERN = ("Fern Services", "services", None)
RESELLER = Member("reseller", partner="7200000001")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"
NOTE = Upload("note.txt", "Grüße".encode())


def with_agents(cast: Cast) -> Cast:
    """With two support agents, Sue and Ali, and a services partner, Fern."""
    with seeing(Actor.system("cli")):
        for name in ("sue", "ali"):
            cast.people[name] = Person.objects.create(
                email=f"{name}@example.com", name=name.title()
            )
            Role.objects.create(person=cast.people[name], name="support_agent")
    return cast


def of_three(cast: Cast, **given: Any) -> str:
    """An agreement with a reseller, a distributor and a services partner."""
    fern = cast.partner("7200000004", "Fern Services")
    partners = (Of(cast.larkspur), Of(cast.dune, "distributor"), Of(fern, "services"))
    return cast.contract(partners=partners, **given)


def replacing(reference: str, **given: Any) -> Wished:
    """The wish to have Gorse in the place of Larkspur, and nobody else touched."""
    said: dict[str, Any] = {"member": RESELLER, "new_partner": "7200000002", **given}
    return Wished("replace_one", agreement=reference, **said)


def something(subject: str = "An invoice", **given: Any) -> Wished:
    return Wished("other", subject=subject, **given)


def opened(cast: Cast, wished: Wished | None = None, by: str = "pia", **given: Any) -> Case:
    """Pia opens a case, about an invoice unless it is said what about."""
    text = given.pop("text", "Please help us.")
    return open_case(wished or something(), text=text, by=cast.actor(by), **given)


def agent(cast: Cast, name: str = "sue") -> Actor:
    """Somebody at the console."""
    return cast.actor(name, door="console").only(vendor=True)


def answered(cast: Cast, case: Case, by: str = "sue", **given: Any) -> Message:
    """Support answers, or somebody of the account."""
    actor = agent(cast, by) if by in ("sue", "ali", "opal", "aude") else cast.actor(by)
    return answer(case.number, text=given.pop("text", "We look into it."), by=actor, **given)


def now(case: Case) -> Case:
    """The case as it is."""
    with seeing(Actor.system()):
        return Case.objects.select_related("assignee", "made_change").get(pk=case.pk)


def told(case: Case) -> list[tuple[str, dict[str, Any]]]:
    """What the journal tells of the case: type and data, in order."""
    with seeing(Actor.system()):
        found = Event.objects.filter(about=case.number).order_by("recorded_at", "sequence")
        return [(e.type, json.loads(bytes(e.body))["data"]) for e in found]


def types(case: Case) -> list[str]:
    return [type for type, _data in told(case)]


def written(case: Case) -> list[tuple[str, str]]:
    """The letters about the case: their kind, and who gets them, in order."""
    with seeing(Actor.system()):
        found = Letter.objects.filter(about=[case.number]).order_by("pk")
        names = dict(Person.objects.values_list("pk", "name"))
        return [(each.kind, names[each.person_id or 0]) for each in found]


def refusal(act: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*given, **more)
    return refused.value.code
