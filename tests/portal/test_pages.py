"""The other pages of the portal."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from ofrecord.agreements.models import Subscription
from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.portal import export, listing
from ofrecord.rules import policy
from ofrecord.rules.publish import publish
from ofrecord.web.drawing import Period
from ofrecord.web.records import guide, happenings, words
from tests.cast import Cast, Of, of_record
from tests.portal.conftest import Visit
from tests.portal.reading import text

LIST = "/billing/agreements/"
DAY = timedelta(days=1)


def details(reference: str) -> str:
    return reverse("portal:agreement", args=[reference])


class TestList:
    def test_the_menu_leads_to_it(self, cast: Cast, visit: Visit) -> None:
        cast.contract()
        home = visit("pia").get("/home/")
        assert '<a href="/billing/">Billing and Orders</a>' in home.content.decode()
        billing = visit("pia").get("/billing/").content.decode()
        assert f'<a href="{LIST}">Subscriptions and Contracts</a>' in billing

    def test_a_row_says_what_there_is(self, cast: Cast, visit: Visit) -> None:
        reference = cast.contract(days=200, products=("Atlas",), manager="cora")
        subscription = cast.subscription(days=100)
        said = text(visit("pia").get(LIST))
        for words_ in ("Atlas", f"Contract {reference}", f"Subscription {subscription}"):
            assert words_ in said
        for words_ in ("Ends in 200 days", "Larkspur Systems", "With the next transaction"):
            assert words_ in said
        assert "2 subscriptions" in said
        for action in ("Actions", "Contract details", "Subscription details"):
            assert action in said

    def test_the_entry_that_is_not_available_is_there_with_why_and_when(
        self, cast: Cast, visit: Visit
    ) -> None:
        cast.contract(days=90)
        page = visit("pia").get(LIST).content.decode()
        menu = page[page.index('class="menu menu-end" id="actions-') :]
        entry = menu[: menu.index("</div></div>")]
        assert 'aria-disabled="true" tabindex="0"' in entry
        assert "Update Reseller Information" in entry
        assert "within 90 days of its expiration" in entry
        assert "Renew through the new partner, until" in entry

    def test_what_moves_has_a_badge(self, cast: Cast, visit: Visit) -> None:
        later = clock.today() + timedelta(days=9)
        cast.change(cast.contract(), effective_on=later)
        assert "Gorse Digital from" in text(visit("pia").get(LIST))

    def test_nothing_matches_is_said(self, cast: Cast, visit: Visit) -> None:
        cast.contract()
        assert "Nothing matches" in text(visit("pia").get(LIST, {"q": "zzz"}))
        assert "No subscriptions yet" in text(visit("bo").get(LIST))

    def test_a_hostile_address_is_the_plain_list(self, cast: Cast, visit: Visit) -> None:
        cast.contract()
        for query in ({"after": "x"}, {"before": "WzEsMiwzXQ"}, {"q": "\x00'%_\\"}, {"sort": "x"}):
            assert visit("pia").get(LIST, query).status_code == 200


class TestExport:
    def rows(self, client: Client, **query: str) -> list[list[str]]:
        answer = client.get(reverse("portal:agreements_export"), query)
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # it streams
        return list(csv.reader(StringIO(body)))

    def test_it_has_every_row_that_matches(
        self, cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing.every_line, "__defaults__", (2,))
        own = [cast.contract(days=100 + n, products=("Atlas",)) for n in range(5)]
        cast.contract(products=("Borer",))
        cast.contract(account=cast.birch, products=("Atlas",))
        head, *rows = self.rows(visit("pia"), product="Atlas")
        assert head[:3] == ["Product", "Seats", "Contract number or subscription ID"]
        assert [row[2] for row in rows] == own
        assert rows[0][8] == "Larkspur Systems (Reseller)"

    def test_it_says_why_not_and_when(self, cast: Cast, visit: Visit) -> None:
        cast.contract(days=90)
        _head, row = self.rows(visit("pia"))
        assert row[10:12] == ["no", ""]
        assert "within 90 days of its expiration" in row[12]

    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1"])
    def test_no_cell_is_a_formula(self, cast: Cast, visit: Visit, cell: str) -> None:
        cast.contract(products=("Atlas",))
        with seeing(Actor.system("cli")):
            Subscription.objects.update(product=cell, product_key=cell)
        _head, row = self.rows(visit("pia"))
        assert row[0] == f"'{cell}"
        assert export.plain("Atlas = 1") == "Atlas = 1"


class TestDetails:
    def test_the_first_sentence_answers_with_its_date_in_bold(
        self, cast: Cast, visit: Visit
    ) -> None:
        page = visit("pia").get(details(cast.contract(days=91))).content.decode()
        assert "You can change the authorized partner of this contract until <b>" in page
        page = visit("pia").get(details(cast.contract(days=90))).content.decode()
        assert "<b>You cannot change the authorized partner of this contract now.</b>" in page

    def test_partners_now_before_and_to_come(self, cast: Cast, visit: Visit) -> None:
        reference = cast.contract()
        cast.partner("7200000004", "Heath")
        cast.change(reference)
        cast.change(reference, partner="7200000004", effective_on=clock.today() + DAY)
        page = visit("pia").get(details(reference))
        for key, name in (
            ("present", "Gorse Digital"),
            ("past", "Larkspur Systems"),
            ("to_come", "Heath"),
        ):
            assert [card["partner"].name for card in page.context[key]] == [name]

    def test_who_was_it_on_a_date_as_known_on_a_date(self, cast: Cast, visit: Visit) -> None:
        reference, pia = cast.contract(), visit("pia")
        cast.change(reference)
        before = clock.today() - timedelta(days=50)
        said = text(pia.get(details(reference), {"on": before.isoformat()}))
        assert "as known today: Larkspur Systems, reseller" in said
        said = text(pia.get(details(reference), {"on": clock.today().isoformat()}))
        assert "as known today: Gorse Digital, reseller" in said
        known = {"on": clock.today().isoformat(), "known_on": before.isoformat()}
        assert "Nobody was partner of record." in text(pia.get(details(reference), known))
        for odd in ("x", "0001-01-01", "9999-12-31"):
            assert pia.get(details(reference), {"on": odd}).status_code == 200

    def test_the_history_is_told_in_words(self, cast: Cast, visit: Visit) -> None:
        reference, pia = cast.contract(), visit("pia")
        pia.post(f"{details(reference)}update-reseller/", {"number": "7200000009"})
        number = cast.change(reference)
        said = text(pia.get(f"{details(reference)}history/"))
        assert "Pia changed the partner from Larkspur Systems to Gorse Digital" in said
        assert f"{number}, reason: Closer to us." in said
        assert "Pia looked up partner 7200000009 the number is unknown" in said
        assert "The agreement was loaded" in said

    def test_every_event_type_of_an_agreement_has_words(self) -> None:
        from ofrecord.changes.lifecycle import MOVES

        assert {move.event for move in MOVES} <= set(happenings.WORDS)

    def test_a_reference_of_any_shape_has_an_address(self, cast: Cast, visit: Visit) -> None:
        from ofrecord.agreements.models import Agreement

        reference = cast.contract()
        for odd in ("A/1~2", "x y?#", "ü%2F"):
            with seeing(Actor.system("cli")):
                Agreement.objects.filter(reference=reference).update(reference=odd)
            reference = odd
            page = visit("pia").get(details(reference))
            assert page.status_code == 200
            assert visit("pia").get(LIST).status_code == 200


class TestTimeline:
    def periods(self, cast: Cast, reference: str, by: str = "pia") -> list[Period]:
        found = cast.check(reference, by=by, partner="")
        return words.timeline(found)

    def test_it_turns_where_the_rules_turn(self, cast: Cast) -> None:
        end = clock.today() + timedelta(days=200)
        self_service, renewal, support = self.periods(cast, cast.contract(days=200))
        assert (self_service.state, self_service.end) == ("good", end - timedelta(days=91))
        assert (renewal.start, renewal.end) == (end - timedelta(days=90), end + timedelta(days=30))
        assert (support.start, support.end) == (end + timedelta(days=31), None)

    def test_it_leaves_out_the_person_and_what_is_open(self, cast: Cast) -> None:
        reference = cast.contract(days=200)
        plain = self.periods(cast, reference)
        cast.change(reference, effective_on=clock.today() + DAY)
        assert self.periods(cast, reference, by="vera") == plain

    def test_a_subscription_has_one_stretch(self, cast: Cast) -> None:
        (only,) = self.periods(cast, cast.subscription())
        assert (only.label, only.end) == ("With the next transaction", None)


def publish_today(parameters: dict[str, Any]) -> None:
    by = Actor.system("cli")
    with seeing(by):
        publish(parameters, in_force_on=clock.today(), by=by, note="From today on.")


class TestGuide:
    @pytest.mark.django_db
    def test_it_has_every_rule_that_judges_a_request(self) -> None:
        terms = policy.live()
        told = [each.code for each in guide.rulings(terms)]
        assert told == [code for code in terms.judged_by["request"] if code != "cool_down"]
        waiting = [each.code for each in guide.rulings(replace(terms, cool_down_days=30))]
        assert waiting == list(terms.judged_by["request"])
        assert len(told) > 12

    def test_it_says_what_the_live_policy_says(self, visit: Visit) -> None:
        publish_today({"near_expiration_days": 60})
        page = visit("pia").get("/help/when/")
        assert "60 days before it ends" in text(page)
        assert "version 2" in text(page)
        end = clock.today() + timedelta(days=guide.ENDS_IN)
        first = page.context["examples"][0].periods[0]
        assert first.end == end - timedelta(days=61)

    def test_who_else_is_asked_is_told_when_somebody_is(self, visit: Visit) -> None:
        pia = visit("pia")
        assert "Nobody else is asked: it counts at once" in text(pia.get("/help/when/"))
        publish_today(
            {
                "consent_days": {"gaining": 3, "losing": 5, "approval": 1, "confirmation": 2},
                "objection_grounds": ["unpaid_invoice", "open_order"],
            }
        )
        said = text(pia.get("/help/when/"))
        assert "Nobody else is asked" not in said
        for sentence in (
            "The new partner accepts it within 3 days; otherwise it ends there.",
            "may object within 5 days, on these grounds only: an unpaid invoice and an open order.",
            "A second admin of your account approves it within 1 day;",
            "The vendor's own system confirms it within 2 days;",
        ):
            assert sentence in said

    def test_only_those_who_are_asked_are_told_of(self, visit: Visit) -> None:
        publish_today({"consent_days": {"losing": 5}})
        said = text(visit("pia").get("/help/when/"))
        assert "may object within 5 days" in said
        assert "accepts it within" not in said

    def test_undo_and_cool_down_are_told_as_they_are(self, visit: Visit) -> None:
        pia = visit("pia")
        assert "undone within 5 working days" in text(pia.get("/help/when/"))
        assert "the new partner stays" not in text(pia.get("/help/when/"))
        publish_today({"undo_working_days": 2, "cool_down_days": 30})
        said = text(pia.get("/help/when/"))
        assert "undone within 2 working days" in said
        assert "the new partner stays for 30 days" in said


class TestChanges:
    def test_the_page_of_a_change(self, cast: Cast, visit: Visit) -> None:
        reference = cast.contract(partners=[Of(cast.larkspur), Of(cast.dune, "distributor")])
        number = cast.change(reference)
        page = visit("sam").get(f"/changes/{number}/")
        said = text(page)
        assert "moved from Larkspur Systems and Dune Distribution to Gorse Digital" in said
        assert "by Pia, reason: Closer to us." in said
        assert "Judged by version 1" in said
        assert "letters to people of your account" in said
        assert "Cancel the change" not in said
        assert visit("sam").get(f"/changes/{number.lower()}/").status_code == 200

    def test_an_open_change_can_be_cancelled_with_a_reason(self, cast: Cast, visit: Visit) -> None:
        reference, pia = cast.contract(), visit("pia")
        number = cast.change(reference, effective_on=clock.today() + DAY)
        assert "Cancel the change" in text(pia.get(f"/changes/{number}/"))
        assert pia.post(f"/changes/{number}/cancel/", {"reason": ""}).status_code == 422
        answer = pia.post(f"/changes/{number}/cancel/", {"reason": "Not now."})
        assert answer.status_code == 302
        said = text(pia.get(f"/changes/{number}/"))
        assert "stays as it was" in said
        assert "reason: Not now." in said
        again = pia.post(f"/changes/{number}/cancel/", {"reason": "Again."})
        assert again.status_code == 409
        assert "cannot be cancelled" in text(again)
        assert of_record(reference) == {("Larkspur Systems", "reseller", None)}

    def test_a_viewer_sees_it_and_cannot_cancel_it(self, cast: Cast, visit: Visit) -> None:
        number = cast.change(cast.contract(), effective_on=clock.today() + DAY)
        vera = visit("vera")
        assert "Ask someone who can" in text(vera.get(f"/changes/{number}/"))
        assert vera.post(f"/changes/{number}/cancel/", {"reason": "x"}).status_code == 403

    def test_what_is_of_another_account_is_not_there(self, cast: Cast, visit: Visit) -> None:
        reference = cast.contract(account=cast.birch)
        number = cast.change(reference, by="bo", effective_on=clock.today() + DAY)
        pia = visit("pia")
        assert pia.get(f"/changes/{number}/").status_code == 404
        assert pia.post(f"/changes/{number}/cancel/", {"reason": "x"}).status_code == 404
        assert number not in text(pia.get("/changes/"))

    def test_the_list_goes_on_where_the_page_ended(
        self, cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from ofrecord.portal.views import changes

        monkeypatch.setattr(changes, "PAGE", 2)
        numbers = [cast.change(cast.contract()) for _ in range(5)]
        pia, seen, address = visit("pia"), [], "/changes/"
        while address:
            page = pia.get(address)
            seen += [row["change"].number for row in page.context["rows"]]
            address = page.context["later_url"] and f"/changes/{page.context['later_url']}"
        assert seen == numbers[::-1]

    def test_tabs_tell_the_states_apart(self, cast: Cast, visit: Visit) -> None:
        now = cast.change(cast.contract())
        later = cast.change(cast.contract(), effective_on=clock.today() + DAY)
        pia = visit("pia")
        assert text(pia.get("/changes/?state=open")).count("PC-") == 1
        assert later in text(pia.get("/changes/?state=open"))
        assert now in text(pia.get("/changes/?state=complete"))

    def test_the_tracker_looks_again_while_it_moves(self, cast: Cast, visit: Visit) -> None:
        number = cast.change(cast.contract())
        pia = visit("pia")
        assert "hx-trigger" not in pia.get(f"/changes/{number}/").content.decode()
        with seeing(Actor.system("cli")):
            PartnerChange.objects.filter(number=number).update(state="applied", completed_at=None)
        page = pia.get(f"/changes/{number}/").content.decode()
        assert 'hx-trigger="every 1500ms"' in page
        assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page


def test_another_door_is_shut(cast: Cast, visit: Visit, settings: Settings) -> None:
    for name in ("lou", "opal", "stan"):
        assert visit(name).get(LIST).status_code == 403
    assert Client(SERVER_NAME="127.0.0.1").get(LIST).status_code == 302


def test_a_load_is_told_as_a_load(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    with seeing(Actor.system()):
        loaded = PartnerChange.objects.get(agreement__reference=reference)
    page = text(visit("pia").get(f"/changes/{loaded.number}/"))
    assert "was loaded from the vendor" in page and "sold direct before" not in page
