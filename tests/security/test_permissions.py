"""One table of route, method, person and thing: what it says is what happens.

Three times: as the product is; with the application's own filter taken out, so that row-level
security stands alone; and with row-level security taken out, so that the filter stands alone.
"""

import re
from collections.abc import Iterator
from itertools import product

import psycopg
import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from ofrecord.agreements.models import Agreements
from ofrecord.cases.models import Cases
from ofrecord.changes.models.change import PartnerChanges
from ofrecord.changes.models.consent import Consents
from ofrecord.invitations.models import Invitations
from tests.cast import Cast, of_record
from tests.databases import Copy
from tests.security.doors import PEOPLE, TABLE, World, expected
from tests.security.doors import world as made
from tests.security.trying import KNOWN, address, browser, differences, tried, undone

PAGES = {route for route in KNOWN if not route.startswith("api:")}
DOORS = ("portal:", "desk:", "console:")
UNSAFE = ("put", "patch", "delete")


@pytest.fixture(scope="module")
def world(shared_database: Copy) -> World:
    return made(Cast.enter())


def test_every_route_is_in_the_table() -> None:
    assert sorted(PAGES - set(TABLE)) == []
    assert sorted(set(TABLE) - KNOWN) == []


# What anybody may read, and where a system shows its own credentials.
OPEN = ("api:openapi", "api:docs", "api:get_token")


def test_to_be_signed_in_opens_nothing_of_the_door_for_programs(world: World) -> None:
    """A browser's session is no credential there: every route says so, whoever it is."""
    routes = sorted(KNOWN - PAGES - set(OPEN))
    assert len(routes) > 15
    for person, method in product(("pia", "opal", "adam", "nobody"), ("get", "post", "delete")):
        for route in routes:
            with undone():
                where = address_of_program(route, world)
                answer = getattr(browser(world, person), method)(where)
            assert answer.status_code in (401, 404, 405), (person, method, route)
            assert answer.headers["content-type"] == "application/problem+json", route
            assert "location" not in answer.headers


def address_of_program(route: str, world: World) -> str:
    """An address of the API's, about what is of the own account where it is about something."""
    for given in ([], [world.agreements["own"]]):
        try:
            return reverse(route, args=given)
        except NoReverseMatch:
            continue
    return "/api/v1/nothing/of/the/kind"


# One of each kind every time, the others when there is time.
FIRST = ("pia", "vera", "lou", "fay", "aude", "nobody")
EVERYBODY = [
    pytest.param(name, marks=[] if name in FIRST else [pytest.mark.slow]) for name in PEOPLE
]


@pytest.mark.parametrize("person", EVERYBODY)
def test_everybody_gets_what_the_table_says(world: World, person: str) -> None:
    assert not (found := differences(world, person)), "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("person", ["pia", "vera", "tess", "lou", "fay", "gil", "stan"])
def test_row_level_security_alone_shows_nothing_foreign(
    world: World, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has forgotten every filter of the application."""
    for rows in (Agreements, PartnerChanges, Consents, Invitations, Cases):
        monkeypatch.setattr(rows, "visible_to", lambda self, _actor: self.all())
    assert not (found := differences(world, person, DOORS)), "\n".join(found)


@pytest.mark.slow
class TestWithoutRowLevelSecurity:
    """Somebody has dropped the database's own guard."""

    @pytest.fixture(scope="class")
    def unguarded(self, shared_database: Copy, world: World) -> Iterator[World]:
        tables = _guarded(shared_database, "DISABLE")
        assert len(tables) > 8
        yield world
        _guarded(shared_database, "ENABLE")

    @pytest.mark.parametrize("person", ["pia", "vera", "tess", "lou", "fay", "gil", "stan"])
    def test_the_application_alone_shows_nothing_foreign(
        self, unguarded: World, person: str
    ) -> None:
        assert not (found := differences(unguarded, person, DOORS)), "\n".join(found)

    def test_with_neither_guard_the_table_notices(
        self, unguarded: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for rows in (Agreements, PartnerChanges):
            monkeypatch.setattr(rows, "visible_to", lambda self, _actor: self.all())
        found = differences(unguarded, "pia", ("portal:agreement", "portal:change"))
        assert "pia GET portal:agreement of foreign: 200, not 404" in found
        assert "pia GET portal:change of foreign: 200, not 404" in found
        assert any("tells 'Quince Birchside'" in each for each in found)


_switched: list[str] = []


def _guarded(database: Copy, what: str) -> list[str]:
    """Switch row-level security of every table that has it; the tables."""
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        if what == "DISABLE":
            found = admin.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity"
            ).fetchall()
            _switched[:] = [name for (name,) in found]
        for name in _switched:
            admin.execute(f'ALTER TABLE "{name}" {what} ROW LEVEL SECURITY')
    return _switched


@pytest.mark.parametrize("route", [name for name, row in TABLE.items() if row.post])
def test_without_its_token_no_form_does_anything(world: World, route: str) -> None:
    with undone():
        careless = Client(enforce_csrf_checks=True)
        careless.cookies = browser(world, "pia").cookies
        answer = careless.post(address(world, route, "own", "absent"), {})
        assert answer.status_code == 403
        assert "403_csrf.html" in [each.name for each in answer.templates]


@pytest.mark.parametrize("method", UNSAFE)
def test_no_door_answers_another_method(world: World, method: str) -> None:
    for route in (name for name in KNOWN if name.startswith(DOORS)):
        with undone():
            client = browser(world, "pia")
            answer = getattr(client, method)(address(world, route, "own", "absent"))
            assert answer.status_code == 405, route


def test_a_number_that_was_not_found_before_is_no_way_around(world: World) -> None:
    """Review with a partner nobody looked up: first may one see it, then may one do it."""
    wanted = {"own": (302, 302), "foreign": (404, 404), "absent": (404, 404)}
    for thing, (to_see, to_do) in wanted.items():
        where = reverse("portal:update_one_review", args=[world.agreements[thing]])
        form = {"partner": "7200000011", "reason": "x", "fingerprints": "x", "key": "0" * 32}
        with undone():
            assert world.browsers["pia"].get(where, form).status_code == to_see
            assert world.browsers["pia"].post(where, form).status_code == to_do
    own = reverse("portal:update_one_review", args=[world.agreements["own"]])
    with undone():
        assert world.browsers["vera"].post(own, {"partner": "7200000011"}).status_code == 403


def test_a_selection_moves_only_what_is_ones_own(world: World) -> None:
    """Foreign agreements that somebody slips into a selection are not there."""
    refs = [world.agreements[thing] for thing in ("own", "foreign", "absent")]
    with undone():
        client = browser(world, "pia")
        begun = client.post(reverse("portal:update_start"), {"ref": refs})
        find = client.get(begun.headers["location"])
        assert find.status_code == 200
        review = client.get(begun.headers["location"] + "review/", {"partner": world.gorse})
        for page in (find.content.decode(), review.content.decode()):
            assert not any(secret in page for secret in world.secrets["foreign"])
        shown = review.context["submit"]
        form = {
            "partner": world.gorse,
            "reason": "Closer to us.",
            "key": shown["key"].value(),
            "when": "now",
            "reviewed_on": "",
            "fingerprints": " ".join(
                (shown["fingerprints"].value(), world.cast.shown(refs[1], by="bo"))
            ),
        }
        done = client.post(begun.headers["location"] + "review/", form)
        assert done.status_code == 302
        assert b"Birch" not in client.get(done.headers["location"]).content
        assert {name for name, *_ in of_record(refs[0])} == {"Gorse Digital"}
        assert {name for name, *_ in of_record(refs[1])} == {"Quince Birchside"}


def test_a_number_in_a_query_shows_nothing_foreign(world: World) -> None:
    """Filters, searches and pages that name what is somebody else's."""
    for query in (
        {"q": world.agreements["foreign"]},
        {"q": "Quince"},
        {"partner": "7200000012"},
        {"product": "Ware of Birch Line"},
        {"account": str(world.cast.birch.pk)},
        {"change": world.changes["foreign"]},
        {"request": world.changes["foreign"]},
        {"number": "7200000012"},
    ):
        for route in (name for name, row in TABLE.items() if row.get == "portal"):
            with undone():
                answer = world.browsers["pia"].get(reverse(route), query)
                body = b"".join(answer) if answer.streaming else answer.content
                said = body.decode()
            asked = set(query.values())
            told = [each for each in world.secrets["foreign"] if each in said]
            assert not set(told) - asked, (route, query)


def test_the_switcher_leads_only_to_what_is_held(world: World) -> None:
    for person, place, wanted in (
        ("tess", f"account:{world.cast.alder.pk}", "/home/"),
        ("pia", f"account:{world.cast.birch.pk}", "/"),
        ("pia", f"partner:{world.cast.larkspur.pk}", "/"),
        ("pia", "vendor:", "/"),
        ("lou", f"partner:{world.cast.larkspur.pk}", "/desk/"),
        ("opal", "vendor:", "/console/"),
        ("pia", "account:9999999999999999999999", "/"),
        ("pia", "nonsense", "/"),
    ):
        with undone():
            answer = world.browsers[person].post("/switch/", {"place": place})
        assert answer.headers["location"] == wanted, (person, place)


def test_the_doors_say_the_same_of_what_is_absent_and_what_is_foreign(world: World) -> None:
    for route in ("portal:agreement", "portal:change", "portal:update_one"):
        pages = [_without_chance(world, route, thing) for thing in ("foreign", "absent")]
        assert pages[0] == pages[1]


def _without_chance(world: World, route: str, thing: str) -> tuple[int, str]:
    status, said = tried(world, "pia", route, "GET", thing)
    for number in (world.agreements[thing], world.changes[thing]):
        said = said.replace(number, "NUMBER")
    return status, re.sub(r'[0-9a-f]{32}|(nonce|value|content)="[^"]+"', "", said)


def test_a_viewer_who_submits_many_is_refused_as_with_one(world: World) -> None:
    refs = [world.agreements["own"], world.cast.contract(account=world.cast.alder)]
    with undone():
        client = browser(world, "vera")
        begun = client.post(reverse("portal:update_start"), {"ref": refs}).headers["location"]
        shown = " ".join(world.cast.shown(ref, by="vera") for ref in refs)
        form = {"partner": world.gorse, "reason": "x", "fingerprints": shown, "key": "0" * 32}
        assert client.post(begun + "review/", {**form, "when": "now"}).status_code == 403
        assert of_record(refs[1]) == {("Larkspur Systems", "reseller", None)}


def test_who_may_not_is_told_that_first_whatever_else_stands_against_it(world: World) -> None:
    """A viewer's submit is a 403 also on a contract that nobody could change now."""
    with undone():
        late = world.cast.contract(account=world.cast.alder, days=30)
        where = reverse("portal:update_one_review", args=[late])
        form = {"partner": world.gorse, "reason": "x", "key": "0" * 32, "when": "now"}
        for person, status in (("vera", 403), ("pia", 409)):
            shown = world.cast.shown(late, by=person)
            answer = browser(world, person).post(where, {**form, "fingerprints": shown})
            assert answer.status_code == status


def test_an_auditor_reads_the_whole_console_and_changes_nothing() -> None:
    """Whatever is added to the table: what is read they may read, and every act is refused."""
    console = {name: row for name, row in TABLE.items() if name.startswith("console:")}
    acts = [name for name, row in console.items() if row.post]
    assert len(acts) > 20
    for name in acts:
        assert expected(console[name].post, "aude", "own") == 403, name
    for name, row in console.items():
        if row.get and not row.post:
            assert expected(row.get, "aude", "own") == 200, name
