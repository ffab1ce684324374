"""Whoever of the vendor reads what is a customer's, the journal has it."""

import pytest

from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.reading import TYPE
from tests.cast import Cast
from tests.databases import Copy
from tests.security.doors import TABLE, World
from tests.security.doors import world as made
from tests.security.trying import address, browser, undone

OF_A_CUSTOMER = (
    *("account", "agreement", "change", "correction", "invitation"),
    *("quote", "order", "case", "case_file"),
)
READING = [
    route
    for route, row in TABLE.items()
    if route.startswith("console:") and row.get and row.of in OF_A_CUSTOMER
]


@pytest.fixture(scope="module")
def world(shared_database: Copy) -> World:
    return made(Cast.enter())


@pytest.mark.parametrize("route", READING)
def test_a_page_of_a_customer_is_not_read_unseen(world: World, route: str) -> None:
    with undone():
        before = noted(world)
        answer = browser(world, "opal").get(address(world, route, "own", "absent"))
        assert answer.status_code == 200
        assert noted(world) == before + 1


def noted(world: World) -> int:
    """How often the journal tells that Opal has looked at Alder."""
    account, opal = world.cast.alder.account_number, world.people["opal"].pk
    with seeing(Actor.system()):
        return Event.objects.filter(type=TYPE, about=account, actor_id=opal).count()
