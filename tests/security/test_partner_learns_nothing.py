"""A partner cannot tell what is somebody else's from what there is not.

Three kinds of partner try every route of the desk with numbers and ids that are not their
business: in the path, in the query and in the body. The answer has to be the one that a number
gets which nobody has, word for word, and to say nothing of what was meant.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from difflib import unified_diff
from functools import cache
from urllib.parse import quote as quoted

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from ofrecord.desk.urls import urlpatterns
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Role
from ofrecord.quotes.close_request import decline_request, withdraw_request
from ofrecord.quotes.draft import draft
from ofrecord.quotes.models import Order, Quote
from ofrecord.quotes.offers import Line, Offer
from ofrecord.quotes.request import request
from ofrecord.web.templatetags.web import grouped
from tests.cast import Cast
from tests.databases import Copy
from tests.security.doors import World
from tests.security.doors import world as made
from tests.security.people import PASSWORD, enter, with_password
from tests.security.trying import browser, undone

PARTNERS = {
    "lou": "of record on agreements of Alder",
    "fay": "formerly of record on one of them",
    "noa": "never of record anywhere, nor to be",
}
KINDS = {
    "agreement": ("agreement", "reference", "number", "agreement_reference"),
    "account": ("account", "account_number", "number", "customer", "belongs_to"),
    "partner": ("partner", "partner_account_number", "number"),
    "change": ("change", "number", "id"),
    "quote": ("quote", "number", "revises", "id"),
    "request": ("request", "quote_request", "id"),
    "order": ("order", "number", "cause"),
    "consent": ("consent", "id"),
    "code": ("code", "id"),
    "email": ("email", "recipients", "to"),
    "row": ("id", "after", "role", "person"),
}
"""The names under which a form or an address might take an identifier of each kind."""
BY_CONVERTER = {
    "uuid": ("request", "consent", "code"),
    "str": ("quote", "order", "change", "agreement", "account"),
    "reference": ("agreement", "quote"),
    "int": ("row",),
}
ABSENT = {
    "agreement": "499999999999",
    "account": "5199999999",
    "partner": "7299999999",
    "change": "PC-00000000",
    "quote": "Q-00000000",
    "request": "00000000-0000-4000-8000-000000000000",
    "order": "ORD-00000000",
    "consent": "00000000-0000-4000-8000-000000000000",
    "code": "00000000-0000-4000-8000-000000000000",
    "email": "nobody@example.com",
    "row": "999999999",
}

FAR = 880_000_017
"""A number of a row that stands nowhere else on a page."""


@dataclass(frozen=True)
class Foreign:
    """What is none of a firm's business: its identifiers by kind, and the words that tell of it."""

    ids: dict[str, str]
    secrets: frozenset[str]


@pytest.fixture(scope="module")
def world(shared_database: Copy) -> World:
    world = made(Cast.enter())
    cast = world.cast
    never = cast.partner("7200000099", "Nettle Nowhere")
    with seeing(Actor.system("cli")):
        cast._person("noa", "partner_rep", partner=never)
        far = {"pk": FAR, "person": cast.people["vera"], "account": cast.birch}
        Role.objects.create(name="viewer", **far)
    world.browsers["noa"] = Client(REMOTE_ADDR="192.0.2.99")
    assert enter(world.browsers["noa"], with_password(cast.people["noa"]), PASSWORD)
    return world


def foreign(world: World, person: str) -> Foreign:
    """Of an account with which the firm never had to do: numbers of people, money and papers."""
    with seeing(Actor.system()):
        account = Account.objects.get(name="Birch Line")
        offered = Quote.objects.get(number=world.quotes["foreign"])
        order = Order.objects.exclude(partner__account_number="7200000002").latest("pk")
        ids = {
            "agreement": world.agreements["foreign"],
            "account": account.account_number,
            "partner": "7200000012",
            "change": world.changes["foreign"],
            "quote": offered.number,
            "request": str(world.quote_requests["foreign"]),
            "order": order.number if person != "lou" else "ORD-00000001",
            "consent": str(world.consents["foreign"]),
            "code": world.codes["foreign"],
            "email": "bo@example.com",
            "row": str(FAR),
        }
    return Foreign(ids, frozenset({*world.secrets["foreign"], *ids.values(), account.name}))


def routes(with_path: bool) -> Iterator[tuple[str, dict[str, str]]]:
    """The routes of the desk, those about something or the others, with their converters."""
    for each in urlpatterns:
        assert isinstance(each, URLPattern)
        converters = {
            name: type(converter).__name__.removesuffix("Converter").lower().removeprefix("string")
            or "str"
            for name, converter in each.pattern.converters.items()
        }
        if bool(converters) is with_path:
            yield f"desk:{each.name}", converters


def asked(world: World, person: str, method: str, where: str, data: dict[str, str]) -> str:
    """The whole answer, and the page to which it leads, without what is chance in it."""
    with undone():
        client = browser(world, person)
        answer = getattr(client, method)(where, data, follow=True)
        body = b"".join(answer) if answer.streaming else answer.content
        chain = [location for location, _status in getattr(answer, "redirect_chain", ())]
        return f"{answer.status_code} {chain} {body.decode(errors='replace')}"


def without(said: str, value: str) -> str:
    """An answer without the value that was asked about, however it is written, and chance."""
    for way in (value, grouped(value), quoted(value, safe=""), quoted(value)):
        said = re.sub(rf"(?<![0-9A-Za-z]){re.escape(way)}(?![0-9A-Za-z])", "ASKED", said)
    said = re.sub(r"[0-9a-f]{32}|(nonce|csrfmiddlewaretoken)\W+(value=)?\"[^\"]+\"", "", said)
    said = re.sub(r'value="[A-Za-z0-9]{64}"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', "", said)
    return re.sub(
        r"(T?\d\d:\d\d(:\d\d(\.\d+)?(\+\d\d:\d\d)?)?)|(ASKED|\d+) (second|minute)s? ago|Q-\w{8}",
        "",
        said,
    )


def body(value: str, kind: str) -> dict[str, str]:
    """A form that is whole but for what it is about: so far that a verb would be called."""
    later = (clock.today() + timedelta(days=400)).isoformat()
    soon = (clock.today() + timedelta(days=9)).isoformat()
    line = {"product": "Ware", "seats": "1", "unit_price": "1"}
    whole = {"reason": "So.", "answer": "given", "message": "Hello.", "name": "Nora"}
    whole |= {"kind": "seats", "currency": "EUR", "lines": "1"}
    whole |= {"expires_on": soon, "start_on": soon, "end_on": later}
    whole |= {f"line-0-{name}": said for name, said in line.items()}
    return whole | dict.fromkeys(KINDS[kind], value)


def leaks(said: str, absent: str, value: str, nothing: str, secrets: frozenset[str]) -> list[str]:
    """In what an answer about something foreign differs from one about nothing."""
    told = [each for each in secrets - {value} if each in said]
    lines = unified_diff(without(absent, nothing).splitlines(), without(said, value).splitlines())
    differs = [line for line in lines if line.startswith(("+", "-"))][2:6]
    return [*(f"tells {each!r}" for each in told), *([f"differs: {differs}"] if differs else [])]


@pytest.mark.parametrize("person", PARTNERS)
def test_in_the_path(world: World, person: str) -> None:
    of, found = foreign(world, person), []
    for route, converters in routes(with_path=True):
        ((name, converter),) = converters.items()
        for kind in BY_CONVERTER[converter]:
            where = {
                each: reverse(route, kwargs={name: int(each) if converter == "int" else each})
                for each in (of.ids[kind], ABSENT[kind])
            }
            for method in ("get", "post"):
                given = body("", kind) if method == "post" else {}
                said, absent = (asked(world, person, method, where[e], given) for e in where)
                wrong = leaks(said, absent, of.ids[kind], ABSENT[kind], of.secrets)
                if not said.startswith(("404", "405", "403")):
                    wrong.append(f"is {said[:3]}")
                found += [f"{method} {route} of a {kind} {each}" for each in wrong]
    assert found == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("person", PARTNERS)
def test_in_the_query_and_in_the_body(world: World, person: str, method: str) -> None:
    of, found = foreign(world, person), []
    tried = [reverse(route) for route, _converters in routes(with_path=False)]
    if person == "lou":
        tried.append(f"{reverse('desk:quote_new')}?agreement={world.agreements['own']}")
    for where in tried:
        for kind in KINDS:
            given = {
                each: body(each, kind) if method == "post" else dict.fromkeys(KINDS[kind], each)
                for each in (of.ids[kind], ABSENT[kind])
            }
            said, absent = (asked(world, person, method, where, given[e]) for e in given)
            wrong = leaks(said, absent, of.ids[kind], ABSENT[kind], of.secrets)
            found += [f"{method} {where} with a {kind} {each}" for each in wrong]
    assert found == []


@pytest.mark.parametrize("name", ["agreement", "request"])
@pytest.mark.parametrize("person", PARTNERS)
def test_a_quote_begins_with_nothing_foreign(world: World, person: str, name: str) -> None:
    """What the address names decides for whom a quote is: the form has no field for it."""
    of = foreign(world, person)
    where = reverse("desk:quote_new")
    for method, data in (("get", {}), ("post", body(of.ids["account"], "account"))):
        said, absent = (
            asked(world, person, method, f"{where}?{name}={each[name]}", data)
            for each in (of.ids, ABSENT)
        )
        assert said.startswith("404")
        assert leaks(said, absent, of.ids[name], ABSENT[name], of.secrets) == []


def test_of_an_agreement_that_it_has_lost_a_firm_learns_no_more_than_of_none(world: World) -> None:
    """Fay's firm was of record on it, and may know its reference; its seats it cannot ask for."""
    where, own = reverse("desk:quote_new"), world.agreements["own"]
    said, absent = (
        asked(world, "fay", "get", f"{where}?agreement={each}", {})
        for each in (own, ABSENT["agreement"])
    )
    assert said.startswith("404") and without(said, own) == without(absent, ABSENT["agreement"])


def test_another_agreement_of_its_own_customer_is_none_of_its_business(world: World) -> None:
    """Of record on one agreement of an account, a firm does not learn of the others."""
    cast = world.cast
    with undone():
        with seeing(Actor.system("cli")):
            other = cast.contract(products=("Hushed",), partners=())
        client = browser(world, "lou")
        for where in (
            reverse("desk:agreement", args=[other]),
            f"{reverse('desk:quote_new')}?agreement={other}",
        ):
            answer = client.get(where)
            assert answer.status_code == 404 and "Hushed" not in answer.content.decode()


@pytest.mark.parametrize("close", [withdraw_request, decline_request])
def test_of_its_own_request_that_is_closed_a_firm_reads_the_name_alone(
    world: World, close: Callable[..., object]
) -> None:
    """What the customer let it know is hidden again, also beside the draft that it made of it."""
    cast = world.cast
    with undone():
        with seeing(Actor.system("cli")):
            on = cast.subscription(products=("Hushed",), partners=())
        asked_of = {"kind": "seats", "agreement": on, "wish": "Hushed, and soon."}
        made = request("7200000099", by=cast.actor("pia"), **asked_of)
        by = cast.actor("noa", door="desk")
        lines, until = (Line("Loud", 5, Decimal(10)),), clock.today() + timedelta(days=9)
        drafted = draft(Offer("seats", "5100000001", lines, "EUR", until, agreement=on), by=by)
        new = f"{reverse('desk:quote_new')}?request={made.pk}"
        of_draft = reverse("desk:quote", args=[drafted.number])
        pages = {
            new: 404,
            reverse("desk:request", args=[made.pk]): 200,
            f"{reverse('desk:requests')}?show=answered": 200,
            of_draft: 200,
            reverse("desk:quote_edit", args=[drafted.number]): 200,
        }
        client = browser(world, "noa")
        told = [where for where in pages if "Hushed" in client.get(where).content.decode()]
        assert len(told) == 3 and client.get(of_draft).context["compared"]
        close(made.pk, by=by if close is decline_request else cast.actor("pia"), reason="So.")
        for where, status in pages.items():
            answer = client.get(where)
            assert answer.status_code == status, where
            assert "Hushed" not in answer.content.decode(), where
        assert not client.get(of_draft).context["compared"]
        sent = client.post(new, body("", "quote"))
        assert (sent.status_code, "Hushed" in sent.content.decode()) == (409, False)


def test_the_book_has_what_is_asked_for(world: World) -> None:
    """So that no test above passes because there is nothing to be found."""

    @cache
    def seen(route: str, *args: str) -> int:
        with undone():
            return browser(world, "lou").get(reverse(route, args=args)).status_code

    assert seen("desk:agreement", world.agreements["own"]) == 200
    assert seen("desk:quote", world.quotes["own"]) == 200
    assert seen("desk:request", str(world.quote_requests["own"])) == 200
    assert seen("desk:consent", str(world.consents["own"])) == 200
    for person in PARTNERS:
        assert set(foreign(world, person).ids) == set(KINDS) == set(ABSENT)
