"""The story of a renewal: accepted today, begun in 40 days, corrected before it and after."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from ofrecord.changes.apply import apply
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.undo import preview as undoing
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.draft import draft
from ofrecord.quotes.issue import issue
from ofrecord.quotes.view import view
from tests.cast import Cast, of_record
from tests.quotes.selling import (
    DUNE,
    GORSE,
    LARKSPUR,
    accepted,
    asked,
    change_of,
    letters,
    offer,
    sound,
)


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a second person of operations, Otis."""
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    return cast


def correct(cast: Cast, reference: str, **given: Any) -> str:
    opal, otis = (cast.actor(name, door="console") for name in ("opal", "otis"))
    proposed = propose(reference, by=opal, reason="The customer's letter.", **given)
    return approve(proposed.pk, by=otis).number


def renewed(cast: Cast, reference: str) -> Any:
    """Pia sees that only a transaction changes the partner, asks Gorse, and accepts."""
    assert [each.code for each in cast.check(reference).verdicts] == ["transaction_only"]
    asked(cast, reference)
    gil = cast.actor("gil", door="desk")
    quote = issue(draft(offer(reference), by=gil).number, by=gil)
    view(quote.number, by=cast.actor("pia"))
    return accepted(cast, quote, purchase_order="PO 7", name="Pia Alder")


def test_corrected_before_and_after_it_begins_the_right_partner_is_of_record_on_every_day(
    cast: Cast, settings: Any
) -> None:
    reference = cast.subscription(days=39)
    today = clock.today()

    def on(days: int) -> datetime:
        return clock.midnight(today + timedelta(days=days))

    done = renewed(cast, reference)
    (number,) = done.changes
    as_ordered = clock.business_now()
    settings.OFRECORD_TODAY = today + timedelta(days=20)
    correct(cast, reference, partner=cast.dune.account_number, effective_on=on(10).date())
    assert of_record(reference, on(9)) == {LARKSPUR}
    assert of_record(reference, on(10)) == of_record(reference, on(39)) == {DUNE}
    assert of_record(reference, on(40)) == {GORSE}
    sound()
    settings.OFRECORD_TODAY = today + timedelta(days=41)
    assert of_record(reference) == {GORSE}, "and every job was down"
    assert apply(by=Actor.system()) == 1
    with seeing(cast.actor("pia")):
        check = undoing(number, by=cast.actor("pia"))
    assert check and "not_undoable" in {each.code for each in check.verdicts}
    assert check.remedy and "support" in check.remedy.text.lower()
    correct(cast, reference, corrects=number, partner=cast.dune.account_number)
    assert of_record(reference) == of_record(reference, on(40)) == {DUNE}
    assert of_record(reference, on(9)) == {LARKSPUR}
    assert of_record(reference, on(41), as_ordered) == {GORSE}, "as it was known then"
    sound()


def test_the_losing_partner_sees_it_go_and_not_where_to(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    done = renewed(cast, reference)
    written = [each for each in letters("scheduled.losing") if each.partner_id == cast.larkspur.pk]
    assert len(written) == 1 and reference in written[0].text
    for secret in ("Gorse", cast.gorse.account_number, done.order.number, done.changes[0]):
        assert secret not in written[0].text
    with seeing(cast.actor("lou")):
        from ofrecord.quotes.models import Order, Quote, QuoteRequest

        assert not Quote.objects.exists() | Order.objects.exists() | QuoteRequest.objects.exists()


def test_the_change_says_which_order_it_came_from(cast: Cast) -> None:
    done = renewed(cast, cast.subscription(days=39))
    change = change_of(done)
    assert change.cause == f"order/{done.order.number}"
    console = Client(SERVER_NAME="127.0.0.1")
    console.force_login(cast.people["opal"])
    page = console.get(f"/console/changes/{change.number}/").content.decode()
    number = done.order.number
    assert f'<a href="/console/orders/{number}/">order {number}</a>' in page
    assert f"order/{number}" not in page
    assert change.by_id == cast.people["pia"].pk
