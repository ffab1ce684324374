"""What the ERP posts together is one act: everybody has one letter of it, however much it is."""

import json
from collections import Counter
from decimal import Decimal

import pytest

from ofrecord.delivery.models import Letter
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner, Person
from ofrecord.quotes.book import book
from tests.cast import Cast, of_record
from tests.quotes.selling import DUNE, GORSE, accepted, issued, letters, sound
from tests.quotes.test_book import ERP, booked, sale


def test_many_renewals_are_one_letter_to_each(cast: Cast) -> None:
    references = [cast.subscription(days=30 + each, manager="cora") for each in range(3)]
    references.append(cast.subscription(days=60))
    done = book([sale(each) for each in references], by=ERP)
    assert written() == {
        ("order.booked.account", "Pia"): 1,
        ("order.booked.account", "Sam"): 1,
        ("order.booked.account", "Cora"): 1,
        ("order.booked.partner", "Gorse Digital"): 1,
        ("scheduled.account", "Pia"): 1,
        ("scheduled.account", "Sam"): 1,
        ("scheduled.account", "Cora"): 1,
        ("scheduled.gaining", "Gorse Digital"): 1,
        ("scheduled.losing", "Larkspur Systems"): 1,
    }
    of = {letter.person_id: letter for letter in letters("order.booked.account")}
    to_pia, to_cora = of[cast.people["pia"].pk], of[cast.people["cora"].pk]
    assert (to_pia.subject, to_cora.subject) == ("4 orders", "3 orders")
    for each in done:
        assert each.order
        assert f"{each.order.number} (renewal)" in to_pia.text
        assert (each.order.number in to_cora.about) is (each.agreements[0] in references[:3])
    assert references[3] in to_pia.text and references[3] not in to_cora.text
    assert "The partner of record becomes Gorse Digital." in to_pia.text
    (change,) = [
        each for each in letters("scheduled.account") if each.person_id == to_pia.person_id
    ]
    assert "4 orders" in change.text and all(each in change.text for each in references)
    sound()


def test_a_letter_tells_of_one_new_partner(cast: Cast) -> None:
    to_gorse, to_dune = cast.subscription(), cast.subscription()
    more = sale(to_dune, "seats", partner=cast.dune.account_number)
    book([sale(to_gorse, "seats"), more], by=ERP)
    assert (of_record(to_gorse), of_record(to_dune)) == ({GORSE}, {DUNE})
    count = written()
    assert count["applied.account", "Pia"] == 2 and count["order.booked.account", "Pia"] == 1
    for letter in letters("applied.account"):
        assert ("Gorse Digital" in letter.text) is (to_gorse in letter.text)
    sound()


def test_what_is_refused_is_in_no_letter(cast: Cast) -> None:
    good, bad = cast.subscription(), cast.subscription()
    book([sale(good, "seats"), sale(bad, "seats", net=Decimal("1.005"))], by=ERP)
    assert all(bad not in each.text for each in letters("order.booked.account"))
    book([sale(good, "seats")], by=ERP)
    assert written()["order.booked.account", "Pia"] == 1, "of what was known nobody is told again"


@pytest.mark.parametrize("way", ["quote", "erp"])
def test_an_order_is_told_in_one_shape(cast: Cast, way: str) -> None:
    reference = cast.subscription(days=39)
    if way == "quote":
        quote = issued(cast, reference)
        order, changes = accepted(cast, quote).order, 1
        own = {"quote": quote.number, "revision": 1, "transaction": None}
    else:
        found = booked(sale(reference, "seats", partner="7200000001")).order
        assert found
        order, changes = found, 0
        own = {"quote": None, "revision": None, "transaction": f"SO-{reference}-seats"}
    with seeing(Actor.system()):
        said = json.loads(bytes(Event.objects.get(type="order.booked").body))["data"]
    assert len(said.pop("changes")) == changes and said.pop("by")
    assert said == {
        **own,
        "kind": order.kind,
        "partner": order.partner.account_number,
        "account": "5100000001",
        "agreement": reference,
        "agreements": [reference],
        "order": order.number,
        "purchase_order": "",
        "begins_on": order.begins_on.isoformat(),
        "currency": "EUR",
        "total": said["total"],
    }


def written() -> Counter[tuple[str, str]]:
    """How many letters of each kind there are to each reader."""
    with seeing(Actor.system()):
        people = dict(Person.objects.values_list("pk", "name"))
        firms = dict(Partner.objects.values_list("pk", "name"))
        found = Letter.objects.exclude(kind__startswith="quote")
        return Counter(
            (each.kind, people[each.person_id] if each.person_id else firms[each.partner_id or 0])
            for each in found
        )
