"""The list: its rows, its pages, its filters; whatever it says of a rule is what check says."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.changes.check import check
from ofrecord.parties.context import seeing
from ofrecord.portal import choices, listing
from ofrecord.portal.listing import Asked, Line
from ofrecord.portal.wanted import SORTS, Wanted, place, token, wanted
from tests.cast import Cast, Of

EVERY_SORT = [*SORTS, *(f"-{sort}" for sort in SORTS)]


def asked(cast: Cast, by: str = "pia", **given: str) -> Asked:
    return Asked.by(cast.alder.pk, cast.people[by].pk, Wanted(**given))


def lines(cast: Cast, size: int = 100, by: str = "pia", **given: str) -> tuple[Line, ...]:
    with seeing(cast.actor(by)):
        return listing.page(asked(cast, by, **given), size).lines


def rows(cast: Cast, **given: Any) -> list[tuple[str, str]]:
    return [(line.check.reference, line.product) for line in lines(cast, **given)]


def mixed(cast: Cast) -> list[str]:
    """One agreement for every rule of availability, and some that can be changed."""
    return [
        cast.contract(days=91),
        cast.contract(days=90),
        cast.contract(days=-1),
        cast.contract(days=300, auto_renew=True),
        cast.contract(days=300, program="eba", token_flex=True),
        cast.subscription(days=300),
        cast.contract(days=300, manager="vera"),
    ]


def test_a_row_is_a_subscription_or_an_agreement_without_one(cast: Cast) -> None:
    two = cast.contract(days=100, products=("Atlas", "Borer"))
    none = cast.contract(days=200, products=())
    assert rows(cast) == [(two, "Atlas"), (two, "Borer"), (none, "")]


def test_what_is_of_another_account_is_no_row(cast: Cast) -> None:
    own = cast.contract()
    cast.contract(account=cast.birch)
    assert rows(cast) == [(own, "Draft")]


@pytest.mark.parametrize("sort", EVERY_SORT)
def test_pages_show_every_row_once_in_one_order_under_ties(cast: Cast, sort: str) -> None:
    for number in range(5):
        cast.contract(days=100 + number % 2, products=("Same", "Same", "Other"))
        cast.contract(days=100, products=(), partners=() if number % 2 else None)
    whole = [line.key for line in lines(cast, sort=sort)]
    assert len(whole) == len(set(whole)) == 20

    forward, state = [], Wanted(sort=sort)
    with seeing(cast.actor("pia")):
        while True:
            page = listing.page(Asked.by(cast.alder.pk, None, state), 3)
            forward += [line.key for line in page.lines]
            if not page.later:
                break
            state = Wanted(sort=sort, after=page.later)
        backward = [line.key for line in page.lines]
        while page.earlier:
            page = listing.page(
                Asked.by(cast.alder.pk, None, Wanted(sort=sort, before=page.earlier)), 3
            )
            backward = [line.key for line in page.lines] + backward
    assert forward == whole
    assert backward == whole


def test_a_row_says_of_its_agreement_what_check_says(cast: Cast) -> None:
    references = mixed(cast)
    actor = cast.actor("vera")
    with seeing(actor):
        said = {each.reference: each for each in check(references, by=actor)}
    found = {line.check.reference: line.check for line in lines(cast, by="vera")}
    assert set(found) == set(references)
    for reference, each in found.items():
        assert each.verdicts == said[reference].verdicts
        assert each.available_until == said[reference].available_until


@pytest.mark.parametrize("by", ["pia", "vera"])
def test_the_filter_by_eligibility_leaves_what_check_leaves(cast: Cast, by: str) -> None:
    references = mixed(cast)
    cast.change(references[0])
    actor = cast.actor(by)
    with seeing(actor):
        said = {each.reference: each.available for each in check(references, by=actor)}
    for eligibility, available in (("available", True), ("unavailable", False)):
        left = {line.check.reference for line in lines(cast, by=by, eligibility=eligibility)}
        assert left == {reference for reference, can in said.items() if can == available}


def test_search_finds_product_number_and_partner(cast: Cast) -> None:
    atlas = cast.contract(products=("Atlas 100%",))
    other = cast.contract(products=("Borer",), partners=[Of(cast.dune, "distributor")])
    assert rows(cast, q="atl") == [(atlas, "Atlas 100%")]
    assert rows(cast, q="100%") == [(atlas, "Atlas 100%")]
    assert rows(cast, q="_tlas") == []
    assert rows(cast, q="dune") == [(other, "Borer")]
    assert rows(cast, q=f"{other[:3]} {other[3:]}") == [(other, "Borer")]
    assert rows(cast, q=cast.dune.account_number) == [(other, "Borer")]


def test_filters_by_partner_product_status_and_end(cast: Cast) -> None:
    soon = cast.contract(days=20, products=("Atlas",))
    over = cast.contract(days=-5, products=("Borer",))
    direct = cast.contract(days=300, products=("Borer",), partners=())
    moved = cast.contract(days=200, products=("Crane",))
    cast.change(moved, effective_on=None)
    assert rows(cast, partner=cast.gorse.account_number) == [(moved, "Crane")]
    assert rows(cast, partner="none") == [(direct, "Borer")]
    assert rows(cast, product="Borer") == [(over, "Borer"), (direct, "Borer")]
    assert rows(cast, status="expired") == [(over, "Borer")]
    assert rows(cast, expiring="30") == [(soon, "Atlas")]


def test_what_a_subscription_has_for_itself_shows_in_its_row_only(cast: Cast) -> None:
    cast.contract(
        products=("Atlas", "Borer"),
        partners=[
            Of(cast.larkspur, product="Atlas"),
            Of(cast.gorse, product="Borer"),
            Of(cast.dune, "distributor"),
        ],
    )
    shown = {line.product: [each.name for each in line.partners] for line in lines(cast)}
    assert shown == {
        "Atlas": ["Larkspur Systems", "Dune Distribution"],
        "Borer": ["Gorse Digital", "Dune Distribution"],
    }


def test_the_count_is_exact_and_stops(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(4):
        cast.contract()
    with seeing(cast.actor("pia")):
        assert listing.count(asked(cast)) == 4
        monkeypatch.setattr(listing, "COUNTED", 2)
        assert listing.count(asked(cast)) == 3


def test_a_page_takes_as_many_statements_whatever_its_size(cast: Cast) -> None:
    def statements() -> int:
        with (
            seeing(cast.actor("pia")),
            CaptureQueriesContext(
                connection,
            ) as captured,
        ):
            listing.page(asked(cast))
        return len(captured)

    cast.contract()
    few = statements()
    for _number in range(10):
        cast.contract()
    assert statements() == few


def test_the_chips_offer_what_the_account_has(cast: Cast) -> None:
    cast.contract(products=("Borer", "Atlas"))
    cast.contract(account=cast.birch, products=("Elsewhere",), partners=[Of(cast.dune)])
    with seeing(cast.actor("pia")):
        chips = {chip.name: chip for chip in choices.chips(cast.alder.pk, Wanted())}
    products = [option.label for option in chips["product"].options]
    partners = [option.label for option in chips["partner"].options]
    assert products == ["any", "Atlas", "Borer"]
    assert partners == ["any", "Larkspur Systems", "none (sold direct)"]


def test_an_address_that_is_not_understood_is_the_plain_list() -> None:
    assert (
        wanted({"sort": "price", "status": "x", "expiring": "7", "eligibility": "maybe"})
        == Wanted()
    )
    for text in ("", "x", "W10", token(("a", 1, 2)) + "x", "WzEsMiwzXQ", "WyJhIiwtMSwyXQ"):
        assert place(text) is None
    assert place(token(("2027-01-29", 7, 0))) == ("2027-01-29", 7, 0)
