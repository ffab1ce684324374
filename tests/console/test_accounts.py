"""The pages of accounts, partners, quotes, orders and events; and that reading them is noted."""

from typing import Any

import pytest
from django.test import Client

from ofrecord.console import journal
from ofrecord.console.keyset import PAGE
from ofrecord.invitations.introduction import Introduction
from ofrecord.invitations.invite import invite
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner
from ofrecord.quotes.draft import revise
from ofrecord.transitions.suspend import suspend
from tests.cast import Cast, Of
from tests.portal.reading import text
from tests.quotes.selling import accepted, issued, offer


@pytest.fixture
def aude(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["aude"])
    return client


def read(cast: Cast) -> list[tuple[int | None, str]]:
    """Who of the vendor looked at which account."""
    with seeing(Actor.system()):
        found = Event.objects.filter(type="account.viewed").order_by("recorded_at")
        return list(found.values_list("actor_id", "about"))


def test_an_account_has_everything_on_one_page(cast: Cast, aude: Client) -> None:
    reference = cast.contract()
    number = cast.change(reference)
    quote = issued(cast, cast.subscription(products=("Draft",)))
    page = text(aude.get("/console/accounts/5100000001/"))
    for said in ("Alder Works", "Pia", "Primary admin", number, quote.number, "Gorse Digital"):
        assert said in page
    assert reference in page.replace(" ", "")
    history = text(aude.get("/console/accounts/5100000001/history/"))
    assert f"Gorse Digital issued quote {quote.number}" in history


def test_its_agreements_come_in_pages(cast: Cast, aude: Client) -> None:
    references = sorted(cast.contract() for _each in range(25))
    first = aude.get("/console/accounts/5100000001/")
    assert references[19] in text(first).replace(" ", "")
    assert references[20] not in text(first).replace(" ", "")
    second = aude.get("/console/accounts/5100000001/", {"after": references[19]})
    assert references[20] in text(second).replace(" ", "")


def test_the_lists_come_in_pages_by_name(cast: Cast, aude: Client) -> None:
    with seeing(Actor.system()):
        numbers = [f"61{n:08}" for n in range(120)]
        said = {"name": "Same Name", "country": "DE"}
        Account.objects.bulk_create(Account(account_number=n, **said) for n in numbers)
        more = {**said, "kind": "reseller", "status": "active"}
        Partner.objects.bulk_create(Partner(account_number=n, **more) for n in numbers)
    for kind in ("accounts", "partners"):
        seen: list[str] = []
        url = f"/console/{kind}/"
        while url:
            page = aude.get(url)
            rows = page.context["rows"]
            seen += [(row[0] if kind == "partners" else row).account_number for row in rows]
            url = page.context["later_url"]
        assert len(seen) == len(set(seen)) == 120 + (2 if kind == "accounts" else 3)


def test_partners_are_filtered(cast: Cast, aude: Client) -> None:
    cast.partner("7200000031", "Hazel Held", status="suspended")
    page = text(aude.get("/console/partners/", {"status": "suspended"}))
    assert "Hazel Held" in page and "Gorse Digital" not in page
    page = text(aude.get("/console/partners/", {"kind": "distributor"}))
    assert "Dune Distribution" in page and "Hazel Held" not in page
    page = text(aude.get("/console/partners/", {"q": "hazel", "status": "active"}))
    assert "Nothing matches" in page


def test_a_filter_counts_for_all_that_are_called_so_not_for_the_first(
    cast: Cast, aude: Client
) -> None:
    for n in range(PAGE + 5):
        cast.partner(f"73{n:08}", f"Hazel {n:03}", status="suspended")
    cast.partner("7400000000", "Hazel Zephyr")
    cast.partner("7400000001", "Zephyr Hazel")
    asked = {"q": "hazel", "status": "active"}
    page = text(aude.get("/console/partners/", asked))
    assert "Hazel Zephyr" in page and "Zephyr Hazel" in page and "Hazel 0" not in page
    first: Any = aude.get("/console/partners/", {**asked, "status": "suspended"})
    assert "Hazel 054" not in text(first)
    later = text(aude.get(first.context["later_url"]))
    assert "Hazel 054" in later and "Zephyr" not in later


def test_a_partner_says_who_gave_it_its_status_unless_an_import_did(
    cast: Cast, aude: Client
) -> None:
    suspend("7200000002", by=cast.actor("opal", door="console"), reason="Unpaid bills.")
    assert "by Opal: Unpaid bills." in text(aude.get("/console/partners/7200000002/"))
    with seeing(Actor.system()):
        Partner.objects.filter(account_number="7200000002").update(status="active")
    page = text(aude.get("/console/partners/7200000002/"))
    assert "since" not in page.split("History")[0]


def test_an_order_names_what_it_caused(cast: Cast, aude: Client) -> None:
    order = accepted(cast, issued(cast, cast.subscription(products=("Draft",)))).order
    page = text(aude.get(f"/console/orders/{order.number}/"))
    assert "Alder Works ordered from Gorse Digital" in page
    assert f"Order {order.number} was booked" in page


def test_an_event_shows_its_place_in_the_chain(cast: Cast, aude: Client) -> None:
    number = cast.change(cast.contract())
    with seeing(Actor.system()):
        event = Event.objects.filter(about=number, type="partner_change.applied").get()
    page = text(aude.get(f"/console/events/{event.pk}/"))
    assert "Chain holds" in page and bytes(event.hash).hex() in page
    assert "Pia changed the partner from Larkspur Systems to Gorse Digital" in page


def test_reading_an_account_is_noted_once_a_day(cast: Cast, aude: Client) -> None:
    reference = cast.contract()
    assert read(cast) == []
    for page in ("accounts/5100000001", f"agreements/{reference}", "accounts/5100000001/history"):
        assert aude.get(f"/console/{page}/").status_code == 200
    assert read(cast) == [(cast.people["aude"].pk, "5100000001")]
    client = Client()
    client.force_login(cast.people["opal"])
    assert "Aude looked at account 5100000001" in text(client.get("/console/accounts/5100000001/"))
    assert read(cast)[1:] == [(cast.people["opal"].pk, "5100000001")]


def test_beside_a_draft_of_its_firm_a_quote_is_what_is_on_offer(cast: Cast, aude: Client) -> None:
    quote, gil = issued(cast, reference := cast.subscription()), cast.actor("gil", door="desk")
    revise(quote.number, offer(reference), by=gil)
    where = f"/console/quotes/{quote.number}/"
    assert aude.get(where).context["quote"].revision == 1
    assert aude.get(where, {"revision": "2"}).context["quote"].revision == 2


@pytest.mark.parametrize("place", ["accounts", "partners", "quotes", "orders"])
def test_what_there_is_not(cast: Cast, aude: Client, place: str) -> None:
    assert aude.get(f"/console/{place}/9999999999/").status_code == 404
    assert aude.get(f"/console/{place}/%00/").status_code == 404


def test_a_partner_lists_where_it_is_of_record_and_whom_it_was_introduced_to(
    cast: Cast, aude: Client
) -> None:
    references = [cast.contract(partners=(Of(cast.gorse),)) for _ in range(22)]
    moved = cast.contract(partners=(Of(cast.gorse),))
    cast.change(moved, partner="7200000003")
    opal = cast.actor("opal", door="console")
    invite(Introduction("7200000002", "5100000001"), by=opal)
    first: Any = aude.get("/console/partners/7200000002/")
    later: Any = aude.get(first.context["later_url"])
    seen = [each.agreement.reference for page in (first, later) for each in page.context["tenures"]]
    assert sorted(seen) == sorted(references) and len(set(seen)) == 22
    assert references[-1] in text(first) and "by the vendor" in text(first)
    assert 'href="/console/invitations/?partner=7200000002"' in first.content.decode()
    assert "From the beginning" in text(later)
    assert aude.get("/console/partners/7200000002/?after=x").status_code == 200


def test_a_history_that_is_cut_says_so_and_where_the_rest_is(
    cast: Cast, aude: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = issued(cast, cast.subscription(products=("Draft",)))
    where = f"/console/quotes/{quote.number}/"
    assert "the earlier ones" not in text(aude.get(where))
    monkeypatch.setattr(journal.about, "__kwdefaults__", {"most": 1})
    page = aude.get(where)
    assert "This is the latest event; the earlier ones are in the history" in text(page)
    assert 'href="/console/accounts/5100000001/history/"' in page.content.decode()
