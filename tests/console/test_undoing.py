"""An agent takes a change back for the customer, on its page at the console."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from ofrecord.cases.wishes import Wished
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cases.asking import opened
from tests.cast import Cast, of_record
from tests.portal.reading import text

LARKSPUR = ("Larkspur Systems", "reseller", None)
WHY = {"reason": "Pia chose the wrong number and called us."}


@pytest.fixture
def cast(cast: Cast) -> Cast:
    with seeing(Actor.system("cli")):
        cast._person("sia", "support_agent")
    return cast


def enter(cast: Cast, name: str) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(cast.people[name])
    return client


def test_it_is_undone_with_a_reason_and_the_customer_reads_who_did_it(cast: Cast) -> None:
    reference = cast.contract()
    sia, where = enter(cast, "sia"), f"/console/changes/{cast.change(reference)}/"
    assert "Undo this change for the customer" in text(sia.get(where))
    nothing = sia.post(f"{where}undo/", {"reason": "  "})
    assert (nothing.status_code, "Give a reason." in text(nothing)) == (422, True)
    done = sia.post(f"{where}undo/", WHY, follow=True)
    assert "The change is undone." in text(done)
    assert of_record(reference) == {LARKSPUR}
    assert "Undo this change for the customer" not in text(sia.get(where))
    again = sia.post(f"{where}undo/", WHY)
    assert again.status_code == 409
    page = text(enter(cast, "pia").get(f"/billing/agreements/{reference}/"))
    assert "Support (The vendor) changed the partner from Gorse Digital to Larkspur" in page
    assert WHY["reason"] in page and "Sia" not in page


def test_what_stands_against_it_is_said_and_an_auditor_is_offered_nothing(
    cast: Cast, settings: Any
) -> None:
    settings.OFRECORD_TODAY = date(2026, 11, 20)
    where = f"/console/changes/{cast.change(cast.contract())}/"
    assert "Undo this change" not in text(enter(cast, "aude").get(where))
    assert enter(cast, "aude").post(f"{where}undo/", WHY).status_code == 403
    with seeing(Actor.system()):
        own = Role.objects.create(person=cast.people["sia"], name="viewer", account=cast.alder)
    sia = enter(cast, "sia")
    assert "You hold a role in this account" in text(sia.get(where))
    assert sia.post(f"{where}undo/", WHY).status_code == 403
    with seeing(Actor.system()):
        own.delete()
    settings.OFRECORD_TODAY += timedelta(days=8)
    page = text(sia.get(where))
    assert "Undo the change" not in page and "could be undone until 27 November" in page
    assert sia.post(f"{where}undo/", WHY).status_code == 409


def test_a_case_of_an_erroneous_change_leads_to_its_undo_while_it_is_open(
    cast: Cast, settings: Any
) -> None:
    settings.OFRECORD_TODAY = date(2026, 11, 20)
    reference = cast.contract()
    number = cast.change(reference)
    case = opened(cast, Wished("erroneous_change", agreement=reference, change=number))
    sia, where = enter(cast, "sia"), f"/console/cases/{case.number}/"
    page = sia.get(where).content.decode()
    assert f'href="/console/changes/{number}/#undo"' in page
    assert "Propose a correction" not in page
    settings.OFRECORD_TODAY += timedelta(days=8)
    page = sia.get(where).content.decode()
    assert "#undo" not in page and "Propose a correction" in page
