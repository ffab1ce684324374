"""Drafts: what a firm writes down, for whom it may, and in which form."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ofrecord.changes.refusals import NotFound, NotPermitted
from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.close_request import decline_request, withdraw_request
from ofrecord.quotes.draft import draft, revise
from ofrecord.quotes.issue import issue
from ofrecord.quotes.models import Quote
from ofrecord.quotes.offers import Line
from ofrecord.quotes.withdraw import withdraw
from tests.cast import Cast, Of
from tests.quotes.selling import TEN, asked, issued, letters, now, offer, refusal, sound, told


def drafted(cast: Cast, reference: str, *, by: str = "gil", **given: Any) -> Quote:
    return draft(offer(reference, **given), by=cast.actor(by, door="desk"))


def test_a_firm_that_was_asked_drafts_and_the_customer_sees_nothing(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    asked(cast, reference)
    quote = drafted(cast, reference)
    assert (quote.state, quote.revision, quote.total) == ("draft", 1, None)
    for somebody, count in (("pia", 0), ("bo", 0), ("gil", 1), ("lou", 0), ("opal", 1)):
        with seeing(cast.actor(somebody)):
            assert Quote.objects.count() == count
    assert told(quote.number) == ["quote.drafted"]
    assert letters("quote.issued.account") == []
    sound()


def test_a_firm_of_record_drafts_unasked(cast: Cast) -> None:
    assert drafted(cast, cast.subscription(days=39), by="lou").state == "draft"


@pytest.mark.parametrize("by", ["gil", "dee"])
def test_with_whom_a_firm_has_no_business_it_learns_nothing(cast: Cast, by: str) -> None:
    own, foreign = cast.subscription(days=39), cast.subscription(days=39, account=cast.birch)
    asked(cast, own, partner=cast.larkspur.account_number, kind="seats")
    tried = [
        offer(own),
        offer(foreign, account="5100000002"),
        replace(offer(own), account="5100000002"),
        replace(offer(own), agreement="71-99999999"),
        replace(offer(own), account="5199999999"),
        replace(offer(own), account="nobody", agreement="nothing"),
        offer(kind="purchase", start_on=clock.today()),
        replace(offer(kind="purchase", start_on=clock.today()), account="5199999999"),
    ]
    answers = []
    for each in tried:
        with pytest.raises(NotFound) as refused:
            draft(each, by=cast.actor(by))
        answers.append([verdict.as_data() for verdict in refused.value.verdicts])
    assert all(each == answers[0] for each in answers)
    assert answers[0][0]["code"] == "no_business"


def test_who_was_of_record_before_has_no_business_now(cast: Cast) -> None:
    reference = cast.contract()
    cast.change(reference)
    assert refusal(drafted, cast, reference, by="lou") == "no_business"
    assert drafted(cast, reference, by="gil", kind="seats").state == "draft"


def test_to_be_of_record_on_one_agreement_opens_no_other(cast: Cast) -> None:
    cast.subscription(partners=[Of(cast.gorse)])
    other = cast.subscription()
    assert refusal(drafted, cast, other) == "no_business"


@pytest.mark.parametrize("close", [decline_request, withdraw_request])
def test_a_request_that_was_closed_opens_nothing(cast: Cast, close: Any) -> None:
    request = asked(cast, reference := cast.subscription(days=39))
    close(request.pk, by=cast.actor("gil" if close is decline_request else "pia"), reason="No.")
    assert refusal(drafted, cast, reference) == "no_business"


def test_nobody_but_a_firm_quotes(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    for somebody in ("pia", "opal", "stan"):
        with pytest.raises(NotPermitted):
            drafted(cast, reference, by=somebody)


def test_trying_numbers_ends_soon(cast: Cast, settings: Any) -> None:
    settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR = 2
    reference = cast.subscription(days=39)
    tried = [refusal(drafted, cast, reference) for _ in range(3)]
    assert tried == ["no_business", "no_business", "lookup_limit"]


def test_every_number_that_is_tried_is_in_the_journal_of_the_firm(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    assert refusal(drafted, cast, reference) == "no_business"
    assert refusal(drafted, cast, reference, account="5199999999") == "no_business"
    with seeing(Actor.system()):
        found = Event.objects.filter(type="quote.addressed").order_by("sequence")
        told = [(each.partner_id, each.account_id, json.loads(bytes(each.body))) for each in found]
    assert [each[:2] for each in told] == [(cast.gorse.pk, None)] * 2
    data = [each[2]["data"] for each in told]
    assert [(each["account"], each["agreement"], each["outcome"]) for each in data] == [
        (account, reference, "no_business") for account in ("5100000001", "5199999999")
    ]
    assert {each["by"]["person"] for each in data} == {cast.people["gil"].pk}
    sound()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"currency": "EURO"}, "currency_unknown"),
        ({"lines": ()}, "lines_unusable"),
        ({"lines": (replace(TEN, seats=0),)}, "lines_unusable"),
        ({"lines": (replace(TEN, product=" "),)}, "lines_unusable"),
        ({"lines": (replace(TEN, unit_price=Decimal(-1)),)}, "amount_unusable"),
        ({"lines": (replace(TEN, unit_price=Decimal("NaN")),)}, "amount_unusable"),
        ({"lines": (replace(TEN, unit_price=Decimal("0.00001")),)}, "amount_unusable"),
        ({"lines": (replace(TEN, discount_percent=Decimal(101)),)}, "amount_unusable"),
        ({"lines": (replace(TEN, discount_amount=Decimal(1201)),)}, "amount_unusable"),
        (
            {"lines": (replace(TEN, discount_amount=Decimal(1), discount_percent=Decimal(1)),)},
            "amount_unusable",
        ),
        ({"tax": Decimal("0.001")}, "amount_unusable"),
        ({"tax": Decimal("Infinity")}, "amount_unusable"),
        ({"expires_on": clock.today() - timedelta(days=1)}, "expires_in_past"),
        ({"end_on": clock.today()}, "term_unusable"),
        ({"kind": "purchase", "start_on": clock.today()}, "lines_unusable"),
    ],
)
def test_forms_that_are_not_taken(cast: Cast, given: dict[str, Any], code: str) -> None:
    assert refusal(drafted, cast, cast.subscription(days=39), by="lou", **given) == code


def test_a_draft_is_written_again_until_it_is_issued(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    quote = drafted(cast, reference, by="lou", recipients=("Cora@example.com",))
    lou = cast.actor("lou")
    again = offer(reference, lines=(Line("Draft", 12, Decimal(99)),))
    draft(again, by=lou, number=quote.number)
    with seeing(lou):
        assert [line.seats for line in quote.lines.all()] == [12]
        assert not quote.recipients.exists()
    issue(quote.number, by=lou)
    assert refusal(draft, again, by=lou, number=quote.number) == "quote_frozen"
    assert told(quote.number) == ["quote.drafted", "quote.drafted", "quote.issued"]


def test_a_draft_stays_with_its_customer(cast: Cast) -> None:
    one, other = cast.subscription(days=39), cast.subscription(days=39)
    quote = drafted(cast, one, by="lou")
    lou = cast.actor("lou")
    assert refusal(draft, offer(other), by=lou, number=quote.number) == "no_business"


def test_drafts_of_another_firm_are_not_there(cast: Cast) -> None:
    quote = drafted(cast, reference := cast.subscription(days=39), by="lou")
    for act in (
        lambda by: draft(offer(reference), by=by, number=quote.number),
        lambda by: issue(quote.number, by=by),
        lambda by: withdraw(quote.number, by=by),
        lambda by: revise(quote.number, offer(reference), by=by),
    ):
        assert refusal(act, cast.actor("gil")) == "not_found"
        assert refusal(act, cast.actor("pia")) in ("not_found", "not_permitted")


def test_two_quotes_answer_one_request_while_one_of_them_is_on_offer(
    cast: Cast, settings: Any
) -> None:
    asked(cast, reference := cast.subscription(days=39))
    first, second, third = (drafted(cast, reference) for _ in range(3))
    gil = cast.actor("gil")
    issue(first.number, by=gil)
    assert issue(second.number, by=gil).state == "issued"
    withdraw(first.number, by=gil)
    assert draft(offer(reference), by=gil, number=third.number).number == third.number
    settings.OFRECORD_TODAY = second.expires_on + timedelta(days=1)
    assert refusal(issue, third.number, by=gil) == "no_business"
    sound()


def test_a_draft_is_thrown_away_in_silence(cast: Cast) -> None:
    quote = drafted(cast, cast.subscription(days=39), by="lou")
    withdraw(quote.number, by=cast.actor("lou"))
    assert now(quote.number).state == "withdrawn"
    assert letters("quote.withdrawn.account") == []
    with seeing(cast.actor("pia")):
        assert not Quote.objects.exists()
    sound()


def test_a_revision_replaces_what_was_offered_when_it_is_issued(cast: Cast) -> None:
    quote = issued(cast, reference := cast.subscription(days=39))
    gil = cast.actor("gil")
    second = revise(quote.number, offer(reference, lines=(replace(TEN, seats=8),)), by=gil)
    assert (second.number, second.revision, second.revises) == (quote.number, 2, quote)
    assert refusal(revise, quote.number, offer(reference), by=gil) == "drafted_already"
    with seeing(cast.actor("pia")):
        assert Quote.objects.get().revision == 1
    issue(quote.number, by=gil)
    with seeing(cast.actor("pia")):
        kept = dict(Quote.objects.values_list("revision", "state"))
    assert kept == {1: "withdrawn", 2: "issued"}
    assert told(quote.number)[-2:] == ["quote.withdrawn", "quote.issued"]
    sound()


def test_what_was_answered_is_not_revised(cast: Cast) -> None:
    from ofrecord.quotes.decline import decline

    quote = issued(cast, reference := cast.subscription(days=39))
    decline(quote.number, by=cast.actor("pia"), reason="No.")
    assert refusal(revise, quote.number, offer(reference), by=cast.actor("gil")) == "quote_declined"


def test_what_is_over_is_revised_by_the_partner_of_record_alone(cast: Cast, settings: Any) -> None:
    reference = cast.subscription(days=39)
    asked_for, own = issued(cast, reference), issued(cast, reference, by="lou", ask=False)
    again = revise(asked_for.number, offer(reference), by=cast.actor("gil"))
    settings.OFRECORD_TODAY = own.expires_on + timedelta(days=1)
    gil, lou = cast.actor("gil"), cast.actor("lou")
    assert refusal(issue, again.number, by=gil) == "no_business"
    second = revise(own.number, offer(reference), by=lou)
    assert issue(second.number, by=lou).state == "issued"


def test_a_revision_of_what_was_accepted_meanwhile_is_not_issued(cast: Cast) -> None:
    from tests.quotes.selling import accepted

    quote = issued(cast, reference := cast.subscription(days=39))
    gil = cast.actor("gil")
    revise(quote.number, offer(reference), by=gil)
    accepted(cast, quote)
    assert refusal(issue, quote.number, by=gil) == "quote_accepted"


def test_the_database_keeps_what_was_issued(cast: Cast) -> None:
    from django.db import connection, transaction
    from django.db.utils import DatabaseError

    quote = issued(cast, cast.subscription(days=39))
    with seeing(Actor.system()), connection.cursor() as cursor:
        for act in (
            "UPDATE quote SET total = 1, net = 1 WHERE id = %s",
            "UPDATE quote SET expires_on = expires_on + 1 WHERE id = %s",
            "DELETE FROM quote WHERE id = %s",
            "DELETE FROM quote_line WHERE quote_id = %s",
            "UPDATE quote_line SET seats = 1 WHERE quote_id = %s",
            "INSERT INTO quote_recipient (quote_id, email) VALUES (%s, 'x')",
        ):
            with pytest.raises(DatabaseError, match="is refused"), transaction.atomic():
                cursor.execute(act, [quote.pk])
