"""Whom an account's system learns by name: the account's own people, present and past."""

from datetime import timedelta
from typing import Any

import pytest

from ofrecord.changes.codes.make import make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.receipt import receipt
from ofrecord.changes.support import Wish, support
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.parties.people.remove import remove
from tests.api.systems import Systems, said
from tests.cast import Cast

PIA = {"email": "pia@example.com", "name": "Pia"}
SAM = {"email": "sam@example.com", "name": "Sam"}
ACTED = ("by", "on_behalf_of", "closed_by")


@pytest.fixture
def agents(cast: Cast) -> Cast:
    with seeing(Actor.system("cli")):
        cast._person("sia", "support_agent")
        cast._person("ada", "administrator")
    return cast


def acted(answer: Any) -> dict[str, Any]:
    shown = said(answer)
    return {name: shown[name] for name in ACTED}


def leave(cast: Cast, name: str, by: str) -> None:
    with seeing(Actor.system()):
        role = Role.objects.get(person=cast.people[name])
    remove(role.pk, by=cast.actor(by))


def supported(cast: Cast, reference: str, by: Actor, **given: Any) -> str:
    wish = Wish(partner=cast.gorse.account_number, **given)
    made = support([reference], wish, by=by, reason="By telephone.", cause="ticket/1")
    return str(made.items[0].number)


def for_pia(cast: Cast) -> str:
    """Sia changes a contract for Pia; the change's number."""
    sia = cast.actor("sia", door="console").acting_for(cast.people["pia"].pk)
    return supported(cast, cast.contract(), sia)


def test_an_agent_of_the_vendor_is_the_vendor(agents: Cast, systems: Systems) -> None:
    path = f"/partner-changes/{for_pia(agents)}"
    own = {"by": None, "on_behalf_of": PIA, "closed_by": None}
    assert acted(systems.alder.get(path)) == own
    sia = {"email": "sia@example.com", "name": "Sia"}
    assert acted(systems.vendor.get(path)) == {**own, "by": sia}


def test_so_is_one_who_left(agents: Cast, systems: Systems) -> None:
    number = for_pia(agents)
    leave(agents, "sia", by="ada")
    assert said(systems.alder.get(f"/partner-changes/{number}"))["by"] is None
    assert receipt(number, by=agents.actor("pia")).content["by"]["name"] == ""


def test_whoever_redeemed_a_code_at_the_partner_has_no_name(cast: Cast, systems: Systems) -> None:
    code = make([cast.contract()], "7200000002", by=cast.actor("pia"), reason="They know us.")
    number = str(redeem(code.code, by=cast.actor("gil", door="desk")).items[0].number)
    answer = systems.alder.get(f"/partner-changes/{number}")
    assert acted(answer) == {"by": None, "on_behalf_of": PIA, "closed_by": None}
    assert b"gil" not in answer.content.lower()
    by = receipt(number, by=cast.actor("pia")).content["by"]
    assert (by["name"], by["on_behalf_of"]) == (None, "Pia")


def test_who_called_a_change_off_is_named_like_that_too(agents: Cast, systems: Systems) -> None:
    cast = agents
    reference = cast.contract()
    number = cast.change(reference, effective_on=clock.today() + timedelta(days=9))
    supported(cast, reference, cast.actor("sia", door="console"), supersedes=True)
    assert said(systems.alder.get(f"/partner-changes/{number}"))["closed_by"] is None
    assert said(systems.vendor.get(f"/partner-changes/{number}"))["closed_by"]["name"] == "Sia"


def test_people_who_left_the_account_are_named_to_it(cast: Cast, systems: Systems) -> None:
    number = cast.change(cast.contract(), by="sam")
    leave(cast, "sam", by="pia")
    assert acted(systems.alder.get(f"/partner-changes/{number}"))["by"] == SAM
    assert receipt(number, by=cast.actor("pia")).content["by"]["name"] == "Sam"
