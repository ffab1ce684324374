"""Submits of one system that come at the same moment: in one transaction, each by itself."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.changes import requests, reviewed
from ofrecord.changes.models import PartnerChange, Request
from ofrecord.changes.submit_together import Made, Wish, submit_together
from ofrecord.delivery.models import Letter
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import as_one, seeing
from tests.cast import Cast, bodies, of_record, types
from tests.changes.test_concurrency import is_clean

ERP = Actor(person_id=None, door="api", vendor_roles=("client",), strength="client", client="erp")
GORSE = {("Gorse Digital", "reseller", None)}
LARKSPUR = {("Larkspur Systems", "reseller", None)}
SYSTEM = Actor.system()


def wish(cast: Cast, agreement: str, **given: Any) -> Wish:
    """Pia's, for a contract of hers, to Gorse."""
    person = cast.people[given.pop("person", "pia")]
    by = replace(ERP.acting_for(person.pk), request_id=f"request of {agreement}")
    asked = {"partner": "7200000002", "reason": "Closer to us.", "fingerprints": ()}
    key, content = f"key of {agreement}", {"agreement": agreement}
    return Wish(agreement=agreement, by=by, content=content, **{"key": key, **asked, **given})


def numbers(made: dict[int, Made]) -> dict[int, str | None]:
    return {place: each.outcome.items[0].number for place, each in made.items()}


def test_each_has_its_change_its_partner_its_actor_and_its_request(cast: Cast) -> None:
    one, two, three = cast.contract(), cast.contract(), cast.contract(account=cast.birch)
    made = submit_together(
        [
            wish(cast, one, key="a"),
            wish(cast, two, key="b", person="sam", partner="7200000003", reason=" Nearer. "),
            wish(cast, three, person="bo"),
        ],
        by=ERP,
    )
    assert sorted(made) == [0, 1, 2]
    assert len(set(numbers(made).values())) == 3
    assert [of_record(each) for each in (one, three)] == [GORSE, GORSE]
    assert of_record(two) == {("Dune Distribution", "distributor", None)}
    with seeing(SYSTEM):
        kept = {
            change.number: (change.on_behalf_of, change.reason, change.request_id)
            for change in PartnerChange.objects.filter(occasion="request")
        }
        ids = dict(Request.objects.values_list("key", "pk"))
    assert [kept[str(number)] for number in numbers(made).values()] == [
        (cast.people["pia"], "Closer to us.", ids["a"]),
        (cast.people["sam"], "Nearer.", ids["b"]),
        (cast.people["bo"], "Closer to us.", ids[f"key of {three}"]),
    ]
    told = [bodies(each)[1]["data"]["by"] for each in (one, two, three)]
    assert [each["on_behalf_of"] for each in told] == [
        cast.people[name].pk for name in ("pia", "sam", "bo")
    ]
    assert [each["request"] for each in told] == [f"request of {e}" for e in (one, two, three)]


def test_each_has_letters_of_its_own(cast: Cast) -> None:
    one, two = cast.contract(), cast.contract()
    made = submit_together([wish(cast, one), wish(cast, two, person="sam")], by=ERP)
    with seeing(SYSTEM):
        letters = list(Letter.objects.order_by("id"))
    names = {person.pk: person.name for person in cast.people.values()}
    assert len({each.act for each in letters}) == 2
    for reference, number in zip((one, two), numbers(made).values(), strict=True):
        own = {each.act for each in letters if each.about == [number]}
        (act,) = own
        assert sorted(
            (each.kind, names.get(each.person_id or 0, ""), *each.about)
            for each in letters
            if each.act == act
        ) == [
            ("applied.account", "Pia", number),
            ("applied.account", "Sam", number),
            ("applied.gaining", "", reference),
            ("applied.losing", "", reference),
        ]


def test_what_is_not_clear_is_left_untouched_and_the_others_go_through(cast: Cast) -> None:
    clear, near, open_, locked = (cast.contract(days=days) for days in (200, 20, 200, 200))
    moved = cast.contract()
    shown = cast.shown(moved)
    cast.change(moved, partner="7200000003")
    before = {each: types(each) for each in (near, open_, moved)}
    made = submit_together(
        [
            wish(cast, near, key="near"),
            wish(cast, open_, person="vera", key="viewer"),
            wish(cast, moved, fingerprints=(shown,), key="moved"),
            wish(cast, clear, key="clear"),
            wish(cast, "400000099999", key="nowhere"),
            wish(cast, locked, reason=" ", key="no reason"),
            wish(cast, locked, partner="x", key="malformed"),
        ],
        by=ERP,
    )
    assert list(made) == [3]
    assert of_record(clear) == GORSE
    assert {each: types(each) for each in before} == before
    with seeing(SYSTEM):
        assert set(Request.objects.values_list("key", flat=True)) == {"clear"}


def test_a_preview_that_is_stale_or_unusable_is_left_out_without_asking_why(cast: Cast) -> None:
    counts = []
    for size in (1, 4):
        moved = [cast.contract() for _ in range(size)]
        wishes = [wish(cast, each, fingerprints=(cast.shown(each),)) for each in moved]
        for each in moved:
            cast.change(each, partner="7200000003")
        with CaptureQueriesContext(connection) as queries:
            assert (
                submit_together([*wishes, wish(cast, cast.contract(), fingerprints=("x",))], by=ERP)
                == {}
            )
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_what_waits_for_consent_is_left_out(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5})
    assert submit_together([wish(cast, cast.contract())], by=ERP) == {}


def test_of_two_for_one_agreement_and_of_two_with_one_key_the_first_goes(cast: Cast) -> None:
    one, two, three = cast.contract(), cast.contract(), cast.contract()
    wishes = [
        wish(cast, one, key="a"),
        wish(cast, one, key="b", partner="7200000003"),
        wish(cast, two, key="a"),
        wish(cast, three, key="c"),
    ]
    assert list(submit_together(wishes, by=ERP)) == [0, 3]
    assert [of_record(each) for each in (one, two, three)] == [GORSE, LARKSPUR, GORSE]


def test_a_key_that_is_known_is_left_out(cast: Cast) -> None:
    one, two = cast.contract(), cast.contract()
    assert list(submit_together([wish(cast, one, key="a")], by=ERP)) == [0]
    again = [wish(cast, two, key="a"), wish(cast, one, key="b", partner="7200000003")]
    assert list(submit_together(again, by=ERP)) == [1]
    assert of_record(two) == LARKSPUR


def test_agreements_of_others_are_not_there_for_a_system_of_one_account(cast: Cast) -> None:
    tool = Actor(None, "api", accounts=(cast.alder.pk,), strength="client", client="tool")
    own, foreign = cast.contract(), cast.contract(account=cast.birch)
    wishes = [replace(wish(cast, each), by=tool) for each in (foreign, own)]
    assert list(submit_together(wishes, by=tool)) == [1]
    assert of_record(foreign) == LARKSPUR


def test_the_number_of_statements_does_not_depend_on_how_many(cast: Cast) -> None:
    counts = []
    for size in (1, 8):
        wishes = [wish(cast, cast.contract(), key=f"{size}/{k}") for k in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert len(submit_together(wishes, by=ERP)) == size
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.slow
def test_what_somebody_has_locked_is_left_to_them(fresh_cast: Cast) -> None:
    cast = fresh_cast
    busy, free = cast.contract(), cast.contract()

    def go() -> list[int]:
        try:
            with as_one(ERP):
                made = submit_together([wish(cast, busy), wish(cast, free)], by=ERP)
                answers = {each.request_id: each.outcome.as_data() for each in made.values()}
                requests.keep({id: json.dumps(a).encode() for id, a in answers.items()}, 201)
            return list(made)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, seeing(SYSTEM):
        reviewed.lock([busy], SYSTEM)
        assert pool.submit(go).result(30) == [1]
    assert [of_record(each) for each in (busy, free)] == [LARKSPUR, GORSE]
    is_clean()
