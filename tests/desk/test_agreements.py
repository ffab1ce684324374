"""Agreements at the desk: of record, to be, formerly and never see what each may."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.agreements.models import Agreement, Subscription, Term
from ofrecord.changes.undo import undo
from ofrecord.cli.verify import verify
from ofrecord.desk import tenures
from ofrecord.journal import clock
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account
from ofrecord.web.templatetags.web import day
from tests.cast import Cast, Of
from tests.desk.conftest import Visit

NOW, COMING, FORMERLY = ("/desk/agreements/", "?show=coming", "?show=formerly")


def said(visit: Visit, who: str, where: str, status: int = 200) -> str:
    answer = visit(who).get(where if where.startswith("/") else NOW + where)
    assert answer.status_code == status
    return answer.content.decode()


def page_of(reference: str) -> str:
    return f"{NOW}{reference}/"


def sound() -> None:
    assert {each.name: each.examples for each in verify(samples=50) if each.violations} == {}


def test_of_record_it_sees_the_agreement_its_seats_and_its_term(cast: Cast, visit: Visit) -> None:
    reference = cast.contract(products=("Atlas", "Borer"))
    listed = said(visit, "lou", NOW)
    assert reference in listed
    for words in ("Alder Works", "Atlas and Borer", "20", "Reseller", "1 agreement"):
        assert words in listed
    page = said(visit, "lou", page_of(reference))
    for words in ("Alder Works", "Atlas", "Borer", "20 seats", "Germany", "Auto-renew"):
        assert words in page
    sound()


def test_a_partner_that_never_was_of_record_learns_nothing(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    assert reference not in said(visit, "gil", NOW)
    assert refusal(visit, reference) == refusal(visit, "400000009999")


def refusal(visit: Visit, reference: str) -> str:
    """The page that says there is no such agreement, without the id of the request."""
    page = said(visit, "gil", page_of(reference), 404)
    return re.sub(r"[0-9a-f]{32}", "", page[page.index("<main") : page.index("</main>")])


def test_formerly_of_record_it_sees_its_own_time_and_not_the_agreement(
    cast: Cast, visit: Visit
) -> None:
    reference = cast.contract(products=("Atlas",))
    number = cast.change(reference)
    assert reference not in said(visit, "lou", NOW)
    listed, page = said(visit, "lou", FORMERLY), said(visit, "lou", page_of(reference))
    for words in ("Alder Works", "Reseller", day(clock.today())):
        assert words in listed
        assert words in page
    with seeing(cast.actor("pia")):
        end = Term.objects.get(agreement__reference=reference).end_on
    for secret in ("Atlas", "seats", "Gorse", number, day(end), "Germany"):
        assert secret not in page
        assert secret not in listed
    assert "Atlas" in said(visit, "gil", page_of(reference))
    assert "Larkspur" not in said(visit, "gil", page_of(reference))
    sound()


def test_what_is_decided_for_a_later_day_comes_and_goes_on_it(
    cast: Cast, visit: Visit, settings: Any
) -> None:
    """No job has run: who is of record follows from the day."""
    reference = cast.contract(products=("Atlas",))
    day_of = clock.today() + timedelta(days=9)
    number = cast.change(reference, effective_on=day_of)
    for words in ("Going in the next 30 days", "in 9 days", "Alder Works"):
        assert words in said(visit, "lou", "/desk/")
        assert words.replace("Going", "Coming") in said(visit, "gil", "/desk/")
    assert f"ends {day(day_of)}" in said(visit, "lou", NOW)
    assert reference in said(visit, "gil", COMING)
    assert reference not in said(visit, "gil", NOW)
    to_come, going = said(visit, "gil", page_of(reference)), said(visit, "lou", page_of(reference))
    assert "Atlas" not in to_come
    assert "Atlas" in going
    for page, other in ((to_come, "Larkspur Systems"), (going, "Gorse")):
        assert other not in page
        assert number not in page
    settings.OFRECORD_TODAY = day_of
    assert reference in said(visit, "lou", FORMERLY)
    assert "Atlas" not in said(visit, "lou", page_of(reference))
    assert "Atlas" in said(visit, "gil", page_of(reference))
    sound()


def test_after_an_undo_the_first_partner_sees_it_again(cast: Cast, visit: Visit) -> None:
    reference = cast.contract(products=("Atlas",))
    number = cast.change(reference)
    undo([number], by=cast.actor("pia"), reason="Too early.")
    assert "Atlas" in said(visit, "lou", page_of(reference))
    assert "Atlas" not in said(visit, "gil", page_of(reference))


def test_a_partner_of_one_subscription_sees_that_one(cast: Cast, visit: Visit) -> None:
    partners = (Of(cast.larkspur, product="Atlas"), Of(cast.gorse, product="Borer"))
    reference = cast.contract(products=("Atlas", "Borer"), partners=partners)
    for who, own, other in (("lou", "Atlas", "Borer"), ("gil", "Borer", "Atlas")):
        for where in (NOW, page_of(reference)):
            assert own in said(visit, who, where)
            assert other not in said(visit, who, where)
    with seeing(cast.actor("lou")):
        assert [each.product for each in Subscription.objects.all()] == ["Atlas"]
    sound()


def test_a_distributor_is_told_apart_from_a_reseller(cast: Cast, visit: Visit) -> None:
    both = (Of(cast.larkspur), Of(cast.dune, "distributor"))
    shared, alone = cast.contract(partners=both), cast.contract()
    assert shared in said(visit, "dee", "?role=distributor")
    assert shared not in said(visit, "dee", "?role=reseller")
    assert {shared, alone} == {
        each for each in (shared, alone) if each in said(visit, "lou", "?role=reseller")
    }
    assert "Larkspur Systems" not in said(visit, "dee", page_of(shared))


def test_pages_follow_each_other_without_gap_or_repeat(cast: Cast) -> None:
    wanted = {cast.contract(account=cast.birch) for _ in range(7)}
    with seeing(cast.actor("lou")):
        seen: list[str] = []
        after, pages = "", 0
        while after or not pages:
            found = tenures.page(cast.larkspur.pk, "now", "", after, size=3)
            seen += [line.reference for line in found.rows]
            after, pages = found.later, pages + 1
    assert pages == 3
    assert sorted(seen) == sorted(wanted)


@pytest.mark.parametrize("show", tenures.SHOWS)
def test_the_number_of_statements_does_not_depend_on_how_many(cast: Cast, show: str) -> None:
    def statements() -> int:
        with seeing(cast.actor("lou")), CaptureQueriesContext(connection) as said:
            tenures.page(cast.larkspur.pk, show, "")
        return len(said)

    cast.contract()
    few = statements()
    for _ in range(4):
        cast.contract()
    assert statements() == few <= 3


@pytest.mark.parametrize("after", ["x", "2026-01-01~1", "2026-01-01T00:00:00+00:00~x", "~"])
def test_a_place_that_is_none_is_the_beginning(cast: Cast, visit: Visit, after: str) -> None:
    reference = cast.contract()
    assert reference in said(visit, "lou", f"?after={after.replace('+', '%2B')}")


def test_a_firm_sees_no_tenure_of_another_and_no_account_without_one(cast: Cast) -> None:
    cast.contract()
    with seeing(cast.actor("gil")):
        assert not Agreement.objects.exists()
        assert not Account.objects.exists()
        assert tenures.names_of(list(range(1, 50))) == {}
    with seeing(cast.actor("lou")):
        assert [each.name for each in Account.objects.all()] == ["Alder Works"]
