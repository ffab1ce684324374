"""Consents on the customer's pages: before the submit, while they are waited for, and after."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from ofrecord.changes.consents.answer import answer
from ofrecord.changes.consents.settle import settle
from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.web.templatetags.web import day as written
from ofrecord.web.templatetags.web import long_day
from tests.cast import Cast, Of, of_record
from tests.portal.conftest import Visit
from tests.portal.reading import text
from tests.portal.test_update import GORSE, address, filled, reviewed

ALL = {"gaining": 3, "losing": 7, "approval": 5, "confirmation": 4}


def last(days: int) -> str:
    return long_day(clock.today() + timedelta(days=days))


def state(number: str) -> str:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number).state


def consent(number: str, kind: str) -> UUID:
    with seeing(Actor.system()):
        return Consent.objects.get(change__number=number, kind=kind).pk


def later(settings: Any, days: int) -> None:
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=days)


class TestReview:
    def test_it_says_who_is_asked_for_what_and_until_when(self, cast: Cast, visit: Visit) -> None:
        cast.policy(consent_days=ALL)
        reference, pia = cast.contract(), visit("pia")
        said = text(reviewed(pia, reference))
        assert "Who is asked first" in said
        for who, days in (
            ("Gorse Digital is asked to accept", 3),
            ("Larkspur Systems may object", 7),
            ("A second admin (Sam) is asked to approve", 5),
            ("The vendor's system of record is asked to confirm", 4),
        ):
            assert f"{who} until the end of {last(days)}" in said
        assert "no answer means that it proceeds" in said
        assert "without an answer the change expires" in said
        assert f"consented, at the latest on {last(8)}" in said
        assert "It takes effect at once." not in said
        assert "With the last consent" in said and "At once" not in said

    def test_without_consents_nothing_of_it_is_there(self, cast: Cast, visit: Visit) -> None:
        said = text(reviewed(visit("pia"), cast.contract()))
        assert "asked" not in said.lower().replace("you are asked", "")
        assert "It takes effect at once." in said

    def test_a_later_date_is_the_latest_that_it_takes_effect(
        self, cast: Cast, visit: Visit
    ) -> None:
        cast.policy(consent_days={"gaining": 3})
        on = (clock.today() + timedelta(days=20)).isoformat()
        said = text(reviewed(visit("pia"), cast.contract(), on=on))
        assert f"It takes effect on {last(20)}, if all who are asked have consented by then" in said
        number = cast.change(cast.contract(), effective_on=clock.today() + timedelta(days=20))
        shown = text(visit("pia").get(f"/changes/{number}/"))
        assert f"takes effect on {last(20)}, if nobody is waited for any more" in shown

    def test_of_many_it_says_for_how_many_each_is_asked(self, cast: Cast, visit: Visit) -> None:
        cast.policy(consent_days={"losing": 3})
        pia = visit("pia")
        refs = [cast.contract(), cast.contract(), cast.contract(partners=())]
        find = pia.post(reverse("portal:update_start"), {"ref": refs}).headers["location"]
        pia.post(find, {"number": GORSE})
        page = pia.get(f"{find}review/", {"partner": GORSE})
        assert "Larkspur Systems may object 2 agreements" in text(page)
        assert "For 1 of them nobody is asked." in text(page)
        done = pia.post(f"{find}review/", filled(page, reason="One for all."), follow=True)
        assert "1 agreement was changed. 2 changes await consent" in text(done)


class TestConfirmation:
    def test_it_says_that_it_awaits_consent_and_what_happens_next(
        self, cast: Cast, visit: Visit
    ) -> None:
        cast.policy(consent_days={"gaining": 3})
        reference, pia = cast.contract(), visit("pia")
        page = pia.post(
            address(reference, "_review"), filled(reviewed(pia, reference)), follow=True
        )
        said = text(page)
        assert "It awaits consent. Nothing has changed yet: Gorse Digital becomes" in said
        assert f"That is at the latest on {last(3)}" in said
        assert "is your authorized partner now" not in said
        assert 'http-equiv="refresh"' not in page.content.decode()
        details = text(pia.get(reverse("portal:agreement", args=[reference])))
        assert "Larkspur Systems" in details
        assert "change to Gorse Digital awaits consent" in text(pia.get("/billing/agreements/"))


class TestChange:
    @pytest.fixture
    def number(self, cast: Cast) -> str:
        """A change that waits for everybody."""
        cast.policy(consent_days=ALL)
        partners = (Of(cast.larkspur), Of(cast.dune, "distributor"))
        return cast.change(cast.contract(partners=partners))

    def page(self, visit: Visit, number: str, who: str = "pia") -> str:
        return text(visit(who).get(f"/changes/{number}/"))

    def test_each_consent_has_its_line(self, number: str, visit: Visit) -> None:
        said = self.page(visit, number)
        for line in (
            f"Gorse Digital is asked to accept until {written(clock.today() + timedelta(3))[:-5]}",
            "Larkspur Systems may object",
            "Dune Distribution may object",
            "A second admin is asked to approve",
            "The vendor's system of record is asked to confirm",
        ):
            assert line in said
        assert f"when nobody is waited for any more, at the latest on {last(8)}" in said
        assert f"awaits consent until {written(clock.today() + timedelta(3))}" in text(
            visit("pia").get("/changes/")
        )

    def test_answers_are_shown_with_who_and_why(
        self, cast: Cast, number: str, visit: Visit
    ) -> None:
        answer([consent(number, "gaining")], given=True, by=cast.actor("gil"))
        with seeing(Actor.system()):
            objecting = Consent.objects.get(change__number=number, partner=cast.larkspur).pk
        answer([objecting], given=False, ground="unpaid_invoice", by=cast.actor("lou"))
        said = self.page(visit, number)
        assert "Gorse Digital has accepted" in said
        assert "Larkspur Systems objects" in said and "ground: an unpaid invoice" in said
        assert "Dune Distribution is not asked any more" in said
        assert "Declined" in said and "stays as it was. Declined" in said
        assert "Gil" not in said and "Lou" not in said
        row = text(visit("pia").get("/changes/?state=declined"))
        assert f"declined {written(clock.today())}" in row
        history = text(visit("pia").get(self.history(number)))
        for line in (
            "Pia asked for the partner to change",
            "Gorse Digital accepted",
            "Larkspur Systems objected",
            "was declined; the partner stays",
        ):
            assert line in history
        assert "ground: an unpaid invoice" in history

    def history(self, number: str) -> str:
        with seeing(Actor.system()):
            change = PartnerChange.objects.select_related("agreement").get(number=number)
        return reverse("portal:agreement_history", args=[change.agreement.reference])

    def test_silence_is_what_it_means_also_before_the_clock_comes_to_it(
        self, cast: Cast, visit: Visit, settings: Any
    ) -> None:
        cast.policy(consent_days={"losing": 2, "approval": 6})
        number = cast.change(cast.contract())
        due = last(2)
        later(settings, 3)
        for _when in ("before", "after"):
            said = self.page(visit, number)
            assert f"no answer until {due}, so it proceeds" in said
            settle(by=Actor.system())
        assert state(number) == "awaiting_consent"

    def test_what_nobody_answered_in_time_has_expired(
        self, cast: Cast, visit: Visit, settings: Any
    ) -> None:
        cast.policy(consent_days={"gaining": 2})
        number = cast.change(cast.contract())
        due = last(2)
        later(settings, 9)
        settle(by=Actor.system())
        said = self.page(visit, number)
        assert f"no answer until {due}, so the change has expired" in said
        assert "stays as it was. Expired" in said
        assert "expired" in text(visit("pia").get("/changes/?state=expired"))
        assert "expired without an answer" in text(visit("pia").get(self.history(number)))

    def test_when_all_have_consented_it_says_when_that_was(self, cast: Cast, visit: Visit) -> None:
        cast.policy(consent_days={"gaining": 2})
        number = cast.change(cast.contract())
        answer([consent(number, "gaining")], given=True, by=cast.actor("gil"))
        said = self.page(visit, number)
        assert "Consents settled" in said and "Gorse Digital is partner of record" in said


class TestApproval:
    @pytest.fixture
    def number(self, cast: Cast) -> str:
        cast.policy(consent_days={"approval": 5})
        return cast.change(cast.contract())

    def test_a_second_admin_approves(self, number: str, visit: Visit) -> None:
        sam = visit("sam")
        page = text(sam.get(f"/changes/{number}/"))
        assert "Approve" in page and "Decline" in page
        done = text(sam.post(f"/changes/{number}/approve/", follow=True))
        assert state(number) == "complete"
        assert "A second admin has approved" in done and "by Sam" in done
        again = sam.post(f"/changes/{number}/approve/")
        assert again.status_code == 409 and "not asked any more: given" in text(again)

    def test_a_second_admin_declines_with_a_reason(self, number: str, visit: Visit) -> None:
        sam = visit("sam")
        empty = sam.post(f"/changes/{number}/decline/", {"reason": " "})
        assert empty.status_code == 422 and "Give a reason." in text(empty)
        assert "<details open>" in empty.content.decode()
        done = sam.post(f"/changes/{number}/decline/", {"reason": "Not now."}, follow=True)
        assert state(number) == "declined"
        assert "by Sam, reason: Not now." in text(done)

    def test_the_requester_sees_who_can(self, number: str, visit: Visit) -> None:
        pia = visit("pia")
        page = text(pia.get(f"/changes/{number}/"))
        assert "You asked for the change, so somebody else approves it." in page
        assert "it can be approved by: Sam" in page
        assert "Decline instead" not in page
        refused = pia.post(f"/changes/{number}/approve/")
        assert refused.status_code == 403
        assert state(number) == "awaiting_consent"

    def test_who_only_looks_cannot(self, number: str, visit: Visit) -> None:
        vera = visit("vera")
        assert "it can be approved by: Sam" in text(vera.get(f"/changes/{number}/"))
        for act in ("approve", "decline"):
            answered = vera.post(f"/changes/{number}/{act}/", {"reason": "Mine."})
            assert answered.status_code == 403
        assert visit("bo").post(f"/changes/{number}/approve/").status_code == 404
        assert state(number) == "awaiting_consent"

    def test_where_nobody_else_may_it_says_what_to_do(
        self, cast: Cast, number: str, visit: Visit
    ) -> None:
        with seeing(Actor.system("cli")):
            Role.objects.filter(person=cast.people["sam"]).delete()
        page = text(visit("pia").get(f"/changes/{number}/"))
        assert "nobody can approve it. Add a second admin, or cancel the change." in page

    def test_a_change_that_nobody_has_to_approve_says_so(self, cast: Cast, visit: Visit) -> None:
        reference = cast.contract()
        number = cast.change(reference)
        answered = visit("sam").post(f"/changes/{number}/approve/")
        assert answered.status_code == 409
        assert "nobody has to approve it" in text(answered)
        assert of_record(reference) == {("Gorse Digital", "reseller", None)}
