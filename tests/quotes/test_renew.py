"""Terms that renew by themselves, by a clock that moves and is sometimes down."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.agreements.models import Agreement, Term
from ofrecord.agreements.renewal import due, next_term
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.renew import renew
from tests.cast import Cast, events, of_record, types
from tests.quotes.selling import LARKSPUR, accepted, ends_on, issued, refusal, sound


def terms(reference: str) -> list[tuple[date, date, bool]]:
    with seeing(Actor.system()):
        found = Term.objects.filter(agreement__reference=reference).order_by("number")
        return list(found.values_list("start_on", "end_on", "auto_renew"))


def by_the_clock() -> int:
    return renew(by=Actor.system())


@pytest.mark.parametrize(
    ("start", "end", "then"),
    [
        ("2026-01-01", "2026-12-31", "2027-12-31"),
        ("2027-03-01", "2028-02-29", "2029-02-28"),
        ("2026-03-15", "2029-03-14", "2032-03-14"),
        ("2026-02-01", "2026-02-28", "2026-03-31"),
        ("2026-01-31", "2026-02-27", "2026-03-27"),
        ("2026-05-20", "2027-05-20", "2028-05-21"),
        ("2026-01-01", "2026-02-14", "2026-03-31"),
        ("2026-06-10", "2026-06-10", "2026-06-11"),
    ],
)
def test_a_term_is_followed_by_one_as_long(start: str, end: str, then: str) -> None:
    begins = date.fromisoformat(end) + timedelta(days=1)
    lasts = (date.fromisoformat(start), date.fromisoformat(end))
    assert next_term(*lasts) == (begins, date.fromisoformat(then))


@pytest.mark.parametrize("model", ["contract", "subscription"])
def test_it_renews_the_day_after_its_end_and_keeps_its_partner(
    cast: Cast, settings: Any, model: str
) -> None:
    reference = getattr(cast, model)(days=40, auto_renew=True)
    end = ends_on(reference)
    settings.OFRECORD_TODAY = end
    assert by_the_clock() == 0, "a term is valid through its last day"
    settings.OFRECORD_TODAY = end + timedelta(days=1)
    assert (by_the_clock(), by_the_clock()) == (1, 0)
    first, second = terms(reference)
    assert second == (end + timedelta(days=1), *next_term(*first[:2])[1:], True)
    assert ends_on(reference) == second[1]
    type, data = events(reference)[-1]
    assert type == "agreement.renewed"
    assert data["due_at"] == clock.midnight(second[0]).isoformat()
    assert data["term"]["number"] == 2
    assert of_record(reference) == of_record(reference, clock.midnight(second[1])) == {LARKSPUR}
    assert "expired" not in {each.code for each in cast.check(reference).verdicts}
    sound()


def test_terms_missed_while_all_was_down_follow_each_other_as_if_it_had_been_up(
    cast: Cast, settings: Any
) -> None:
    reference = cast.subscription(days=10, lasting=29, auto_renew=True)
    settings.OFRECORD_TODAY = ends_on(reference) + timedelta(days=70)
    assert by_the_clock() == 1
    found = terms(reference)
    assert len(found) == 4 and types(reference).count("agreement.renewed") == 3
    for before, after in pairwise(found):
        assert after[0] == before[1] + timedelta(days=1)
    assert found[-1][0] <= clock.today() <= found[-1][1]
    due = [data["due_at"] for type, data in events(reference) if type == "agreement.renewed"]
    assert due == [clock.midnight(each[0]).isoformat() for each in found[1:]]
    assert of_record(reference) == {LARKSPUR}
    sound()


def test_what_does_not_renew_or_was_over_when_it_came_stays_over(cast: Cast, settings: Any) -> None:
    plain, missed = cast.contract(days=10), cast.contract(days=-5, auto_renew=True)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=30)
    assert by_the_clock() == 0
    assert len(terms(plain)) == len(terms(missed)) == 1
    codes = {each.code for each in cast.check(missed).verdicts}
    assert codes == {"auto_renews", "expired"}


def test_a_vendor_whose_own_system_renews_turns_the_clock_off(cast: Cast, settings: Any) -> None:
    reference = cast.contract(days=1, auto_renew=True)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=2)
    settings.OFRECORD_RENEWS = False
    assert by_the_clock() == 0
    settings.OFRECORD_RENEWS = True
    assert by_the_clock() == 1
    assert len(terms(reference)) == 2


def test_what_was_renewed_by_quote_follows_what_was_ordered(cast: Cast, settings: Any) -> None:
    reference = cast.subscription(days=39, auto_renew=True)
    accepted(cast, issued(cast, reference, auto_renew=False))
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=50)
    assert by_the_clock() == 0
    settings.OFRECORD_TODAY = ends_on(reference) + timedelta(days=1)
    assert by_the_clock() == 0
    assert [each[2] for each in terms(reference)] == [True, False]


def test_a_renewal_accepted_too_late_finds_the_term_renewed(cast: Cast, settings: Any) -> None:
    reference = cast.contract(days=5, auto_renew=True)
    quote = issued(cast, reference)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=6)
    assert refusal(accepted, cast, quote) == "agreement_moved", "and every job was down"
    assert by_the_clock() == 1
    assert len(terms(reference)) == 2
    sound()


def test_a_thousand_are_one_batch_of_few_statements(cast: Cast, settings: Any) -> None:
    counts = []
    for many in (1, 20):
        for _ in range(many):
            cast.subscription(days=3, lasting=20, auto_renew=True)
        before = settings.OFRECORD_TODAY
        settings.OFRECORD_TODAY = clock.today() + timedelta(days=4)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert by_the_clock() == many
        counts.append(len(queries))
        with seeing(Actor.system()):
            Term.objects.update(auto_renew=False)
        settings.OFRECORD_TODAY = before
    assert counts[0] == counts[1]
    with seeing(Actor.system()):
        assert Agreement.objects.count() == 21


def test_what_is_due_lies_in_an_index_of_its_own_whichever_way_terms_came(
    cast: Cast, settings: Any
) -> None:
    by_clock = cast.contract(days=5, auto_renew=True)
    by_quote = cast.subscription(days=39, auto_renew=True)
    cast.contract(days=-5, auto_renew=True)
    accepted(cast, issued(cast, by_quote, auto_renew=True))
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=6)
    assert by_the_clock() == 1
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT reference, number FROM term JOIN agreement ON agreement.id = agreement_id"
            " WHERE auto_renew AND NOT followed AND known_on <= end_on ORDER BY 1"
        )
        assert cursor.fetchall() == [(by_clock, 2), (by_quote, 2)]
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        with CaptureQueriesContext(connection) as asked:
            assert due(clock.today(), 1_000) == []
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        assert "term_to_renew" in "\n".join(line for (line,) in cursor.fetchall())
