"""Row-level security alone: who reads which quotes, requests and orders, and which names."""

from typing import Any

import pytest
from django.db import connection

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.draft import draft
from tests.cast import Cast
from tests.quotes.selling import accepted, asked, issued, offer, sound

TABLES = ("quote", "quote_line", "quote_recipient", "quote_request", "sales_order")
EVERYTHING = dict.fromkeys(TABLES, 3) | {"quote_request": 2, "sales_order": 1}
ALDER = dict.fromkeys(TABLES, 1) | {"quote_request": 1}
NOTHING = dict.fromkeys(TABLES, 0)
SEEN = {
    "pia": ALDER | {"quote": 1, "quote_line": 1, "quote_recipient": 1},
    "vera": ALDER | {"quote": 1, "quote_line": 1, "quote_recipient": 1},
    "bo": NOTHING | {"quote": 1, "quote_line": 1, "quote_recipient": 1, "quote_request": 1},
    "gil": EVERYTHING | {"quote": 2, "quote_line": 2, "quote_recipient": 2},
    "lou": NOTHING | {"quote": 1, "quote_line": 1, "quote_recipient": 1},
    "dee": NOTHING,
    "stan": NOTHING,
    "opal": EVERYTHING,
    "aude": EVERYTHING,
}


@pytest.fixture
def sold(cast: Cast) -> Cast:
    """Gorse has sold to Alder and offers to Birch, both of whom asked; Larkspur has a draft."""
    given: dict[str, Any] = {"recipients": ("cora@example.com",)}
    accepted(cast, issued(cast, cast.subscription(days=39), **given))
    foreign = cast.subscription(days=39, account=cast.birch)
    asked(cast, foreign, by="bo")
    issued(cast, foreign, ask=False, account="5100000002", **given)
    draft(offer(cast.subscription(days=39), **given), by=cast.actor("lou"))
    return cast


def rows(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize("name", SEEN)
def test_everybody_reads_their_own(sold: Cast, name: str) -> None:
    with seeing(sold.actor(name)):
        assert {table: rows(table) for table in TABLES} == SEEN[name]


def test_without_a_context_there_is_nothing(sold: Cast) -> None:
    assert {table: rows(table) for table in TABLES} == NOTHING


def test_an_account_reads_the_name_of_who_quotes_to_it_and_of_no_other(sold: Cast) -> None:
    sold.partner("7200000009", "Hazel Trading")
    for name, firms in (("pia", 2), ("bo", 2), ("gil", 1), ("stan", 0)):
        with seeing(sold.actor(name)):
            assert rows("partner") == firms


def test_a_system_of_the_partner_is_no_customer(sold: Cast) -> None:
    from dataclasses import replace

    from ofrecord.changes.refusals import NotPermitted
    from ofrecord.quotes.accept import accept
    from ofrecord.quotes.decline import decline

    quote = issued(sold, sold.subscription(days=39))
    system = Actor(None, "api", partners=(sold.gorse.pk,), client="erp-of-gorse")
    with pytest.raises(NotPermitted):
        accept(quote.number, by=system)
    with pytest.raises(NotPermitted):
        decline(quote.number, by=system, reason="No.")
    theirs = replace(system, partners=(), accounts=(sold.alder.pk,))
    assert accept(quote.number, by=theirs).changes
    sound()
