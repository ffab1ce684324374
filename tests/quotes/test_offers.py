"""Quotes on offer: issued, seen, declined, withdrawn, over; and what is never issued."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from ofrecord.quotes.decline import decline
from ofrecord.quotes.draft import revise
from ofrecord.quotes.expire import expire
from ofrecord.quotes.issue import issue
from ofrecord.quotes.lifecycle import MOVES, acts
from ofrecord.quotes.models import State
from ofrecord.quotes.offers import Line
from ofrecord.quotes.view import view
from ofrecord.quotes.withdraw import withdraw
from tests.cast import Cast, Of
from tests.quotes.selling import accepted, asked, issued, letters, now, offer, refusal, sound, told


def test_those_who_can_accept_are_told_and_those_it_is_addressed_to(cast: Cast) -> None:
    addressed = ("vera@example.com", "bo@example.com", "nobody@example.com")
    quote = issued(cast, cast.subscription(days=39), recipients=addressed)
    written = letters("quote.issued.account")
    people = {cast.people[name].pk for name in ("pia", "sam", "vera")}
    assert {letter.person_id for letter in written} == people
    assert quote.number in written[0].text and "€1,200.00" in written[0].text


def test_letters_name_the_purchase_order_and_say_what_is_counted(cast: Cast) -> None:
    quote = issued(cast, cast.subscription(days=39))
    accepted(cast, quote, purchase_order="PO 7")
    for kind in ("quote.accepted.partner", "order.booked.account"):
        assert all(re.search(r"Purchase order:?\s+PO 7\b", each.text) for each in letters(kind))
    for letter in (*letters("quote.issued.account"), *letters("order.booked.account")):
        assert re.search(r"Draft:?\s+10 seats", letter.text)


def test_totals_are_frozen_when_it_is_issued(cast: Cast) -> None:
    lines = (Line("Draft", 3, Decimal("0.335")),)
    quote = issued(cast, cast.subscription(days=39), lines=lines, tax=Decimal("0.19"))
    assert (quote.net, quote.total) == (Decimal("1.00"), Decimal("1.19"))


def test_the_first_person_of_the_account_who_opens_it_has_seen_it(cast: Cast) -> None:
    quote = issued(cast, cast.subscription(days=39))
    for somebody in ("gil", "opal", "vera", "pia"):
        view(quote.number, by=cast.actor(somebody))
    seen = now(quote.number)
    assert seen.state == "viewed" and seen.viewed_at
    assert told(quote.number) == ["quote.drafted", "quote.issued", "quote.viewed"]
    assert refusal(view, quote.number, by=cast.actor("bo")) == "not_found"
    sound()


def test_another_revision_than_the_one_that_was_read_is_not_declined(cast: Cast) -> None:
    quote, gil = issued(cast, reference := cast.subscription(days=39)), cast.actor("gil")
    revise(quote.number, offer(reference), by=gil)
    issue(quote.number, by=gil)
    said: dict[str, Any] = {"by": cast.actor("pia"), "reason": "Too dear."}
    assert refusal(decline, quote.number, revision=1, **said) == "quote_revised"
    assert now(quote.number).state == "issued"
    assert decline(quote.number, revision=2, **said).state == "declined"


def test_declined_with_a_reason_that_the_partner_reads(cast: Cast) -> None:
    quote = issued(cast, cast.subscription(days=39))
    pia = cast.actor("pia")
    assert refusal(decline, quote.number, by=pia, reason=" ") == "reason_missing"
    decline(quote.number, by=pia, reason="Too dear.")
    assert now(quote.number).state == "declined"
    (letter,) = letters("quote.declined.partner")
    assert "Too dear." in letter.text
    assert refusal(decline, quote.number, by=pia, reason="No.") == "quote_declined"
    sound()


@pytest.mark.parametrize(
    ("by", "code"), [("vera", "not_permitted"), ("gil", "not_permitted"), ("bo", "not_found")]
)
def test_who_may_not_decline(cast: Cast, by: str, code: str) -> None:
    quote = issued(cast, cast.subscription(days=39))
    assert refusal(decline, quote.number, by=cast.actor(by), reason="No.") == code


def test_withdrawn_and_the_customer_is_told(cast: Cast) -> None:
    quote = issued(cast, cast.subscription(days=39))
    for somebody, code in (("pia", "not_permitted"), ("lou", "not_found")):
        assert refusal(withdraw, quote.number, by=cast.actor(somebody)) == code
    withdraw(quote.number, by=cast.actor("gil"), reason="A wrong price.")
    assert "A wrong price." in letters("quote.withdrawn.account")[0].text
    assert refusal(withdraw, quote.number, by=cast.actor("gil")) == "quote_withdrawn"
    sound()


def test_past_its_last_day_it_has_expired_before_any_clock_says_so(
    cast: Cast, settings: Any
) -> None:
    quote = issued(cast, cast.subscription(days=39))
    settings.OFRECORD_TODAY = quote.expires_on + timedelta(days=1)
    late = now(quote.number)
    assert (late.state, late.standing) == ("issued", "expired")
    decided = refusal(decline, quote.number, by=cast.actor("pia"), reason="No.")
    assert decided == refusal(withdraw, quote.number, by=cast.actor("gil")) == "quote_expired"
    assert expire(by=Actor.system()) == 1
    assert expire(by=Actor.system()) == 0
    assert now(quote.number).state == "expired"
    assert len(letters("quote.expired.partner")) == 1
    sound()


def test_the_clock_leaves_others_alone(cast: Cast, settings: Any) -> None:
    quote = issued(cast, cast.subscription(days=39))
    settings.OFRECORD_TODAY = quote.expires_on
    assert expire(by=Actor.system()) == 0


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (91, "renewal_too_early"),
        (90, None),
        (0, None),
        (-30, None),
        (-31, "renewal_too_late"),
    ],
)
def test_contracts_are_renewed_within_their_days(cast: Cast, days: int, code: str | None) -> None:
    reference = cast.contract(days=days)
    given: dict[str, Any] = {"by": "lou", "ask": False}
    if code:
        assert refusal(issued, cast, reference, **given) == code
    else:
        assert issued(cast, reference, **given).state == "issued"


def test_the_policy_says_the_days(cast: Cast) -> None:
    cast.policy(near_expiration_days=120, renewal_grace_days=10)
    early, late = cast.contract(days=110), cast.contract(days=-11)
    assert issued(cast, early).state == "issued"
    assert refusal(issued, cast, late, by="lou", ask=False) == "renewal_too_late"


@pytest.mark.parametrize("kind", ["extension", "seats", "switch"])
def test_on_a_contract_only_a_renewal_names_another_partner(cast: Cast, kind: str) -> None:
    reference = cast.contract(days=60)
    assert refusal(asked, cast, reference, kind=kind) == "contract_keeps_partner"
    assert asked(cast, reference, kind="renewal").state == "open"


def test_token_flex_is_renewed_by_support(cast: Cast) -> None:
    reference = cast.contract(days=60, program="eba", token_flex=True)
    assert refusal(issued, cast, reference, by="lou", ask=False) == "token_flex"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"status": "suspended"}, "partner_inactive"),
        ({"authorized_countries": ["FR"]}, "partner_territory"),
        ({"authorized_products": ["Render"]}, "partner_product"),
    ],
)
def test_a_partner_that_may_not_serve_it_does_not_quote(
    cast: Cast, given: dict[str, Any], code: str
) -> None:
    with seeing(Actor.system()):
        Partner.objects.filter(pk=cast.larkspur.pk).update(**given)
    reference = cast.subscription(days=39)
    assert refusal(issued, cast, reference, by="lou", ask=False) == code


def test_a_purchase_is_judged_by_the_same_rules(cast: Cast) -> None:
    with seeing(Actor.system()):
        Partner.objects.filter(pk=cast.gorse.pk).update(authorized_products=["Render"])
    today = clock.today()
    assert refusal(issued, cast, kind="purchase", start_on=today) == "partner_product"
    sound()


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("renewal", {"start_on": clock.today()}, "term_unusable"),
        ("renewal", {"lines": (Line("Render", 1, Decimal(1)),)}, "lines_unusable"),
        ("extension", {"end_on": clock.today() + timedelta(days=39)}, "term_unusable"),
        ("seats", {"lines": (Line("Render", 1, Decimal(1)),)}, "lines_unusable"),
        ("switch", {"lines": (Line("Pro", 1, Decimal(1), replaces="X"),)}, "lines_unusable"),
    ],
)
def test_what_does_not_fit_the_agreement_is_not_issued(
    cast: Cast, kind: str, given: dict[str, Any], code: str
) -> None:
    reference = cast.subscription(days=39)
    assert refusal(issued, cast, reference, kind, by="lou", ask=False, **given) == code


def test_what_is_over_gets_no_seats(cast: Cast) -> None:
    reference = cast.subscription(days=-3)
    assert refusal(issued, cast, reference, "seats", by="lou", ask=False) == "term_over"


def test_what_was_renewed_is_not_renewed_again(cast: Cast) -> None:
    from tests.quotes.selling import accepted

    reference = cast.subscription(days=39)
    accepted(cast, issued(cast, reference, by="lou", ask=False))
    assert refusal(issued, cast, reference, by="lou", ask=False) == "already_renewed"


def test_business_that_ended_before_it_was_issued_ends_the_draft(cast: Cast) -> None:
    from ofrecord.quotes.draft import draft
    from ofrecord.quotes.issue import issue
    from tests.quotes.selling import offer

    reference = cast.contract(days=100, partners=[Of(cast.larkspur)])
    lou = cast.actor("lou")
    quote = draft(offer(reference, "seats"), by=lou)
    cast.change(reference)
    assert refusal(issue, quote.number, by=lou) == "no_business"


def test_every_state_is_reached_and_what_can_be_done_is_in_the_table() -> None:
    assert {each.after for each in MOVES} == set(State)
    assert acts(State.ISSUED, "customer") == ("view", "accept", "decline")
    assert acts(State.VIEWED, "partner") == ("revise", "withdraw")
    assert acts(State.EXPIRED) == acts(State.WITHDRAWN) == ("revise",)
    assert acts(State.ACCEPTED) == ()
