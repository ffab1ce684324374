"""Corrections of the past, as the customer sees them."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from ofrecord.agreements.models import Agreement
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.decline import decline
from ofrecord.changes.corrections.propose import propose
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.web.records import record
from ofrecord.web.templatetags.web import day as written
from ofrecord.web.templatetags.web import long_day
from tests.cast import Cast
from tests.portal.conftest import Visit
from tests.portal.reading import text


def day(count: int) -> date:
    return clock.today() + timedelta(days=count)


def correct(cast: Cast, reference: str, **given: Any) -> str:
    """Opal proposes, Otis approves; the number."""
    opal, otis = (cast.actor(name, door="console") for name in ("opal", "otis"))
    proposed = propose(reference, by=opal, reason="The ERP says so.", **given)
    return approve(proposed.pk, by=otis).number


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a second person of operations, Otis."""
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    return cast


def address(reference: str, page: str = "agreement") -> str:
    return reverse(f"portal:{page}", args=[reference])


def test_the_change_says_what_was_put_right_and_names_nobody_of_the_vendor(
    cast: Cast, visit: Visit
) -> None:
    reference, pia = cast.contract(), visit("pia")
    number = correct(cast, reference, partner="7200000002", effective_on=day(-30), until=day(-2))
    said = text(pia.get(f"/changes/{number}/"))
    assert "was put right: Gorse Digital instead of Larkspur Systems" in said
    assert f"from {long_day(day(-30))} until {long_day(day(-2))}" in said
    assert "proposed by the vendor, approved by a second person there" in said
    assert "Proposed by the vendor" in said
    assert "Judged by version 1" in said and "Nothing stood against it" not in said
    for page in (f"/changes/{number}/", "/changes/", "/home/", address(reference)):
        shown = text(pia.get(page))
        assert number in shown
        assert "Opal" not in shown and "Otis" not in shown
        assert "correction/" not in shown
    assert "Opal" in text(visit("opal").get(f"/console/changes/{number}/"))


def test_the_changes_point_to_each_other(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    wrong = cast.change(reference)
    right = correct(cast, reference, corrects=wrong)
    assert f"Corrected by {right}" in text(pia.get(f"/changes/{wrong}/"))
    assert f"Corrects {wrong}" in text(pia.get(f"/changes/{right}/"))


def test_what_was_superseded_says_so(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    opened = cast.change(reference, effective_on=day(9))
    given: dict[str, Any] = {"partner": "7200000003", "effective_on": day(-9), "supersedes": True}
    right = correct(cast, reference, **given)
    said = text(pia.get(f"/changes/{opened}/"))
    assert f"Superseded by {right}" in said and "by the vendor" in said
    assert f"Supersedes {opened}" in text(pia.get(f"/changes/{right}/"))


class TestHistory:
    @pytest.mark.parametrize("page", ["agreement", "agreement_history"])
    def test_it_shows_the_past_as_put_right(self, cast: Cast, visit: Visit, page: str) -> None:
        reference, pia = cast.contract(), visit("pia")
        number = correct(cast, reference, partner="7200000002", effective_on=day(-30))
        said = text(pia.get(address(reference, page)))
        right = f"Gorse Digital, Reseller, since {written(day(-30))}: put right by the correction"
        assert f"{right} {number}" in said
        assert f"Larkspur Systems, Reseller, {written(day(-100))} – {written(day(-31))}" in said
        assert f"put right what counts from {written(day(-30))}" in said
        assert f"known_on={day(-1).isoformat()}#history" in unescape(
            pia.get(address(reference, page)).content.decode()
        )

    def test_the_band_is_as_it_was_known_before(self, cast: Cast) -> None:
        reference = cast.contract()
        before = timezone.now()
        correct(cast, reference, partner="7200000002", effective_on=day(-30))
        with seeing(Actor.system()):
            agreement = Agreement.objects.get(reference=reference)
            now = record.record(agreement, "portal").lanes()
            then = record.record(agreement, "portal", before).lanes()
        assert [each.label for each in now[0].periods] == ["Larkspur Systems", "Gorse Digital"]
        assert [(each.label, each.end) for each in then[0].periods] == [("Larkspur Systems", None)]
        assert [each.words != "" for each in now[0].periods] == [False, True]

    def test_as_known_before_the_band_is_as_it_was(self, cast: Cast, visit: Visit) -> None:
        reference, pia = cast.contract(), visit("pia")
        correct(cast, reference, partner="7200000002", effective_on=day(-30))
        asked = {"on": day(0).isoformat(), "known_on": day(-1).isoformat()}
        said = text(pia.get(address(reference, "agreement_history"), asked))
        assert f"As known at the end of {long_day(day(-1))}" in said
        assert "No partner of record was known." in said
        assert "Nobody was partner of record." in said

    def test_the_journal_tells_it_without_what_the_vendor_weighed(
        self, cast: Cast, visit: Visit
    ) -> None:
        reference, pia = cast.contract(), visit("pia")
        opal = cast.actor("opal", door="console")
        idea = propose(
            reference, by=opal, reason="Perhaps.", partner="7200000003", effective_on=day(-5)
        )
        decline(idea.pk, by=opal, reason="No.")
        correct(cast, reference, partner="7200000002", effective_on=day(-30))
        said = text(pia.get(address(reference, "agreement_history")))
        assert "The vendor put the record right: Gorse Digital instead of Larkspur Systems" in said
        assert "proposed a correction" not in said and "Perhaps." not in said
        seen = text(visit("opal").get(f"/console/agreements/{reference}/history/"))
        assert "Opal proposed a correction" in seen and "Opal declined a proposed" in seen
