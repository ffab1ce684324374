"""Two people at the same moment: one order, and for the other a clear refusal."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ofrecord.changes.refusals import Refused
from ofrecord.journal import clock
from ofrecord.quotes.accept import Accepted, accept
from ofrecord.quotes.decline import decline
from ofrecord.quotes.draft import draft
from ofrecord.quotes.issue import issue
from ofrecord.quotes.withdraw import withdraw
from tests.cast import Cast, of_record, types
from tests.changes.test_concurrency import at_once
from tests.quotes.selling import GORSE, asked, ends_on, issued, now, offer, orders, sound

pytestmark = pytest.mark.slow


def test_of_many_who_accept_one_orders(fresh_cast: Cast) -> None:
    reference = fresh_cast.subscription(days=39)
    quote = issued(fresh_cast, reference)
    people = [fresh_cast.actor(name) for name in ("pia", "sam")] * 6
    outcomes = at_once([partial(accept, quote.number, by=each) for each in people])
    refused = [each.code for each in outcomes if isinstance(each, Refused)]
    assert refused == ["quote_accepted"] * 11, outcomes
    assert orders() == 1
    assert types(reference) == ["agreement.loaded", "agreement.updated", "partner_change.scheduled"]
    assert of_record(reference, clock.midnight(ends_on(reference))) == {GORSE}
    sound()


def test_two_quotes_for_the_same_renewal_are_one_order(fresh_cast: Cast) -> None:
    reference = fresh_cast.subscription(days=39)
    quotes = [issued(fresh_cast, reference), issued(fresh_cast, reference, by="lou", ask=False)]
    pia = fresh_cast.actor("pia")
    outcomes = at_once([partial(accept, each.number, by=pia) for each in quotes])
    assert [each.code for each in outcomes if isinstance(each, Refused)] == ["agreement_moved"]
    assert orders() == 1
    sound()


def test_accepted_declined_and_withdrawn_at_once_it_is_one_of_them(fresh_cast: Cast) -> None:
    quotes = [issued(fresh_cast, fresh_cast.subscription(days=39)) for _ in range(5)]
    pia, sam, gil = (fresh_cast.actor(name) for name in ("pia", "sam", "gil"))
    acts: list[Callable[[], Any]] = []
    for each in quotes:
        acts.append(partial(accept, each.number, by=pia))
        acts.append(partial(decline, each.number, by=sam, reason="No."))
        acts.append(partial(withdraw, each.number, by=gil))
    outcomes = at_once(acts)
    for place, quote in enumerate(quotes):
        three = outcomes[3 * place : 3 * place + 3]
        refused = [each.code for each in three if isinstance(each, Refused)]
        assert refused == [f"quote_{now(quote.number).state}"] * 2, three
    assert orders() == sum(isinstance(each, Accepted) for each in outcomes)
    sound()


def test_of_those_who_write_one_draft_again_or_issue_it_one_has_seen_what_it_says(
    fresh_cast: Cast,
) -> None:
    """Nobody overwrites, or offers to a customer, what a colleague wrote a moment before."""
    lou = fresh_cast.actor("lou", door="desk")
    reference = fresh_cast.subscription(days=39)
    made = draft(offer(reference), by=lou)
    shown: dict[str, Any] = {"by": lou, "drafted_at": made.drafted_at}
    again = partial(draft, offer(reference, notes="Anew."), number=made.number, **shown)
    outcomes = at_once([again, partial(issue, made.number, **shown)] * 4)
    refused = {each.code for each in outcomes if isinstance(each, Refused)}
    assert sum(not isinstance(each, Refused) for each in outcomes) == 1, outcomes
    issued_first = now(made.number).state == "issued"
    assert refused == ({"quote_frozen", "quote_issued"} if issued_first else {"draft_moved"})
    assert now(made.number).notes == ("" if issued_first else "Anew.")
    sound()


def test_a_partner_asked_twice_at_once_is_asked_once(fresh_cast: Cast) -> None:
    reference = fresh_cast.subscription(days=39)
    outcomes = at_once(
        [partial(asked, fresh_cast, reference, by=name) for name in ("pia", "sam", "pia", "sam")]
    )
    refused = [each.code for each in outcomes if isinstance(each, Refused)]
    assert refused == ["asked_already"] * 3, outcomes
    sound()


def test_purchases_at_once_draw_references_of_their_own(fresh_cast: Cast) -> None:
    quotes = []
    for partner, by in (("7200000001", "lou"), ("7200000002", "gil"), ("7200000003", "dee")):
        asked(fresh_cast, kind="purchase", partner=partner)
        given: dict[str, Any] = {"kind": "purchase", "start_on": clock.today(), "ask": False}
        quotes.append(issued(fresh_cast, by=by, **given))
    pia = fresh_cast.actor("pia")
    outcomes = at_once([partial(accept, each.number, by=pia) for each in quotes])
    assert len({each.agreements for each in outcomes}) == 3, outcomes
    sound()
