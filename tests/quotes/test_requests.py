"""Asking a partner for a quote: by its exact number, in the account's own name."""

import json
from typing import Any

import pytest

from ofrecord.changes.refusals import NotFound, NotPermitted
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from ofrecord.quotes.close_request import decline_request, withdraw_request
from ofrecord.quotes.models import QuoteRequest
from tests.cast import Cast
from tests.quotes.selling import asked, issued, letters, refusal, sound, told


def state(request: QuoteRequest) -> str:
    with seeing(Actor.system()):
        return QuoteRequest.objects.get(pk=request.pk).state


def test_the_partner_reads_who_asks_and_for_what(cast: Cast) -> None:
    request = asked(cast, reference := cast.subscription(days=39), wish="Two years, please.")
    with seeing(cast.actor("gil")):
        shown = QuoteRequest.objects.get().shown
    assert (shown["name"], shown["agreement"]) == ("Alder Works", reference)
    assert shown["products"] == [{"product": "Draft", "seats": 10}]
    (letter,) = letters("quote.requested.partner")
    assert letter.partner_id == cast.gorse.pk and "Two years, please." in letter.text
    assert told(str(request.pk)) == ["quote.requested"]
    sound()


def test_those_it_is_not_about_see_nothing(cast: Cast) -> None:
    asked(cast, cast.subscription(days=39))
    seen = {}
    for somebody in ("pia", "vera", "bo", "gil", "lou", "dee", "opal", "stan"):
        with seeing(cast.actor(somebody)):
            seen[somebody] = QuoteRequest.objects.count()
    assert seen == {
        **dict.fromkeys(("pia", "vera", "gil", "opal"), 1),
        **dict.fromkeys(("bo", "lou", "dee", "stan"), 0),
    }


@pytest.mark.parametrize("by", ["vera", "lou", "gil", "aude", "bo", "stan"])
def test_who_may_not_ask(cast: Cast, by: str) -> None:
    with pytest.raises((NotPermitted, NotFound)):
        asked(cast, cast.subscription(days=39), by=by)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("72", "partner_malformed"),
        ("7299999999", "partner_unknown"),
        ("7200000002", "partner_inactive"),
    ],
)
@pytest.mark.parametrize("kind", ["renewal", "purchase"])
def test_numbers_that_cannot_be_asked(cast: Cast, number: str, code: str, kind: str) -> None:
    with seeing(Actor.system()):
        Partner.objects.filter(pk=cast.gorse.pk).update(status="terminated")
    reference = cast.subscription(days=39) if kind == "renewal" else ""
    assert refusal(asked, cast, reference, kind=kind, partner=number) == code


def test_a_number_is_understood_with_blanks(cast: Cast) -> None:
    request = asked(cast, cast.subscription(days=39), partner=" 7200 000 002 ")
    assert request.partner == cast.gorse


def test_a_purchase_needs_no_agreement(cast: Cast) -> None:
    request = asked(cast, kind="purchase", wish="Ten seats of Draft.")
    assert (request.agreement, request.shown["country"]) == (None, "DE")


def test_the_account_of_a_purchase_is_one_of_the_persons_own(cast: Cast) -> None:
    assert asked(cast, kind="purchase", account="5100000001").account == cast.alder
    assert refusal(asked, cast, kind="purchase", account="5100000002") == "not_found"


def test_a_partner_is_asked_once_for_the_same(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    asked(cast, reference)
    assert refusal(asked, cast, reference, by="sam", kind="seats") == "asked_already"
    assert asked(cast, reference, partner=cast.dune.account_number).state == "open"


def test_looking_numbers_up_by_asking_ends_soon(cast: Cast, settings: Any) -> None:
    settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR = 2
    reference = cast.subscription(days=39)
    unknown = [refusal(asked, cast, reference, partner="7299999999") for _ in range(3)]
    assert unknown == ["partner_unknown", "partner_unknown", "lookup_limit"]


def test_every_number_that_is_asked_in_vain_is_in_the_journal(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    asked(cast, reference)
    tried = {
        "partner_unknown": "7299999999",
        "partner_malformed": "nosuchform",
        "asked_already": cast.gorse.account_number,
    }
    for code, number in tried.items():
        assert refusal(asked, cast, reference, partner=number) == code
    assert refusal(asked, cast, kind="purchase", partner="7299999999") == "partner_unknown"
    told = looked_up()
    assert [each["outcome"] for each in told] == [*tried, "partner_unknown"]
    assert [each["number"] for each in told] == [*tried.values(), "7299999999"]
    assert [each["agreements"] for each in told] == [[reference]] * 3 + [[]]
    assert {each["by"]["person"] for each in told} == {cast.people["pia"].pk}
    sound()


def looked_up() -> list[dict[str, Any]]:
    with seeing(Actor.system()):
        found = Event.objects.filter(type="partner.looked_up").order_by("sequence")
        return [json.loads(bytes(each.body))["data"] for each in found]


def test_a_quote_answers_it(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    quote = issued(cast, reference)
    assert quote.request and state(quote.request) == "answered"
    for close in (decline_request, withdraw_request):
        by = cast.actor("gil" if close is decline_request else "pia")
        assert refusal(close, quote.request.pk, by=by, reason="No.") == "request_closed"


def test_the_partner_declines_and_says_why(cast: Cast) -> None:
    request = asked(cast, cast.subscription(days=39))
    gil = cast.actor("gil")
    assert refusal(decline_request, request.pk, by=gil, reason="") == "reason_missing"
    for somebody, code in (("pia", "not_permitted"), ("lou", "not_found"), ("bo", "not_found")):
        by = cast.actor(somebody)
        assert refusal(decline_request, request.pk, by=by, reason="No.") == code
    decline_request(request.pk, by=gil, reason="We are fully booked.")
    assert state(request) == "declined"
    assert "We are fully booked." in letters("quote_request.declined.account")[0].text
    assert told(str(request.pk)) == ["quote.requested", "quote_request.declined"]
    sound()


def test_the_customer_withdraws_it(cast: Cast) -> None:
    request = asked(cast, cast.subscription(days=39))
    for somebody, code in (
        ("vera", "not_permitted"),
        ("gil", "not_permitted"),
        ("bo", "not_found"),
    ):
        assert refusal(withdraw_request, request.pk, by=cast.actor(somebody)) == code
    withdraw_request(request.pk, by=cast.actor("sam"))
    assert state(request) == "withdrawn"
    assert len(letters("quote_request.withdrawn.partner")) == 1
    sound()
