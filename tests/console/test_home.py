"""The console's home: what needs a person now, then the figures."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.second_person import hand_over
from tests.cast import Cast
from tests.portal.reading import text


@pytest.fixture
def aude(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["aude"])
    return client


@pytest.fixture(autouse=True)
def nothing_kept(cast: Cast) -> None:
    cache.clear()


def test_nothing_to_do_is_said(aude: Client) -> None:
    page = text(aude.get("/console/"))
    assert "Nothing: no case is overdue" in page
    assert "Nobody changed a partner within 7 days." in page


def test_agreements_are_counted_by_whether_they_can_be_changed(cast: Cast, aude: Client) -> None:
    for days in (200, 200, 200, 20):
        cast.contract(days=days)
    cast.subscription()
    page = text(aude.get("/console/"))
    assert "can be changed today 3 cannot be changed today 2 all 5" in page


def test_changes_are_counted_by_state(cast: Cast, aude: Client) -> None:
    for _each in range(3):
        cast.change(cast.contract())
    cast.change(cast.contract(), effective_on=clock.today() + timedelta(days=9))
    page = text(aude.get("/console/"))
    assert "scheduled 1 1 complete 3 3 all 4 4" in page
    assert "of 3 changes in 7 days" in page


def test_what_was_given_up_and_a_draft_wait_for_a_person(cast: Cast, aude: Client) -> None:
    by = Actor.system("cli")
    add_endpoint("http://127.0.0.1:9/", "ERP", required=True, by=by)
    cast.change(cast.contract())
    opal = cast.actor("opal", door="console")
    with seeing(opal):
        later = clock.today() + timedelta(days=3)
        hand_over({"near_expiration_days": 60}, in_force_on=later, by=opal, note="So.")
    with seeing(by):
        Delivery.objects.update(state="parked")
    page = text(aude.get("/console/"))
    assert "ERP given up: 1 changes wait for it" in page
    assert "Draft of the policy" in page


def test_the_page_asks_as_often_for_many_as_for_few(cast: Cast, aude: Client) -> None:
    aude.get("/console/")
    counts = []
    for more in (1, 6):
        for _each in range(more):
            cast.change(cast.contract())
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            aude.get("/console/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
