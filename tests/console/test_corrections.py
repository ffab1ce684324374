"""Corrections at the console: one of operations proposes, another one approves."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.models import Consent, Correction, PartnerChange
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.browsers import complaints, sideways, violations
from tests.cast import Cast, Of, of_record, types
from tests.portal.reading import text

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE = ("Dune Distribution", "distributor", None)
WHY = "The ERP says so."
Enter = Callable[[str], Client]


def otis(cast: Cast) -> Cast:
    """With a second person of operations, Otis."""
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    return cast


@pytest.fixture
def cast(cast: Cast) -> Cast:
    return otis(cast)


@pytest.fixture
def enter(cast: Cast) -> Enter:
    """A browser of somebody who has signed in."""

    def entered(name: str) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(cast.people[name])
        return client

    return entered


def day(count: int) -> date:
    return clock.today() + timedelta(days=count)


def put_forward(cast: Cast, reference: str, **given: Any) -> UUID:
    by = cast.actor("opal", door="console")
    given = given or {"partner": cast.gorse.account_number, "effective_on": day(-30)}
    return propose(reference, by=by, reason=WHY, **given).pk


def draft(reference: str) -> str:
    return f"/console/agreements/{reference}/correction/"


def proposed(client: Client, reference: str, **wish: Any) -> Any:
    """Look at what a wish would do, and send what that page sends with *Propose*."""
    shown = client.get(draft(reference), wish)
    assert shown.status_code == 200, text(shown)
    page = shown.content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    if wish.get("supersedes"):
        hidden["supersedes"] = "on"
    return client.post(draft(reference), {**hidden, "reason": WHY})


def only(reference: str) -> Correction:
    with seeing(Actor.system()):
        related = ("corrects", "proposed_by")
        found = Correction.objects.select_related(*related)
        return found.get(agreement__reference=reference)


class TestProposing:
    def test_what_stood_before_a_change_is_wished_for(self, cast: Cast, enter: Enter) -> None:
        wrong = cast.change(ref := cast.contract())
        opal = enter("opal")
        page = opal.get(f"/console/changes/{wrong}/").content.decode()
        assert f"{draft(ref)}?corrects={wrong}" in page
        ways = opal.get(draft(ref), {"corrects": wrong})
        assert ways.context["forms"]["restore"]["corrects"].value() == wrong
        assert "Call off" not in text(ways)
        shown = text(opal.get(draft(ref), {"way": "restore", "corrects": wrong}))
        assert "Gorse Digital Reseller CSN 7200000002 ends" in shown
        assert "Larkspur Systems Reseller CSN 7200000001 new" in shown
        assert "Pia" in shown
        answer = proposed(opal, ref, way="restore", corrects=wrong)
        found = only(ref)
        assert answer.headers["location"] == f"/console/corrections/{found.pk}/"
        assert found.corrects and found.corrects.number == wrong
        assert found.proposed_by == cast.people["opal"]
        assert of_record(ref) == {GORSE}

    def test_the_right_partner_is_named_for_a_time(self, cast: Cast, enter: Enter) -> None:
        ref = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))
        wish: dict[str, Any] = {
            "way": "name",
            "partner": " 720 000 0002 ",
            "effective_on": day(-30),
        }
        shown = text(enter("opal").get(draft(ref), {**wish, "until": day(-10)}))
        assert "until before" in shown
        proposed(enter("opal"), ref, **wish, until=day(-10))
        found = only(ref)
        assert (found.effective_at, found.effective_until) == (
            clock.midnight(day(-30)),
            clock.midnight(day(-10)),
        )

    def test_an_open_change_is_called_off_where_that_is_wished(
        self, cast: Cast, enter: Enter
    ) -> None:
        opened = cast.change(ref := cast.contract(), effective_on=day(9))
        opal = enter("opal")
        assert f"Call off the open change {opened}" in text(opal.get(draft(ref)))
        wish: dict[str, Any] = {"way": "name", "partner": "7200000003", "effective_on": day(-30)}
        assert f"The open change {opened} goes on." in text(opal.get(draft(ref), wish))
        wish |= {"supersedes": "on"}
        said = text(opal.get(draft(ref), wish))
        assert f"The open change {opened} is called off with it." in said
        proposed(opal, ref, **wish)
        assert only(ref).supersedes

    @pytest.mark.parametrize(
        ("wish", "field", "said"),
        [
            ({"partner": "7299999999", "effective_on": -3}, "partner", "7299999999"),
            ({"partner": "7200000002", "effective_on": 3}, "effective_on", "from now on"),
            ({"partner": "7200000002", "effective_on": -500}, "effective_on", "began only"),
            ({"partner": "7200000002", "effective_on": -3, "until": -3}, "until", "before it"),
            ({"partner": "7200000002"}, "effective_on", "required"),
        ],
    )
    def test_a_refusal_stands_beside_its_cause(
        self, cast: Cast, enter: Enter, wish: dict[str, Any], field: str, said: str
    ) -> None:
        ref = cast.contract()
        dated: dict[str, Any] = {k: day(v) if isinstance(v, int) else v for k, v in wish.items()}
        page = enter("opal").get(draft(ref), {"way": "name", **dated})
        assert page.status_code == 422
        assert said in str(page.context["forms"]["name"].errors[field])
        assert not page.context["forms"]["restore"].errors

    def test_what_is_restored_already_is_said_beside_the_change(
        self, cast: Cast, enter: Enter
    ) -> None:
        first = cast.change(ref := cast.contract())
        cast.change(ref, partner=cast.larkspur.account_number)
        answer = proposed(enter("opal"), ref, way="restore", corrects=first)
        assert answer.status_code == 302
        waits = text(enter("otis").get(draft(ref)))
        assert "A correction waits already" in waits

    def test_what_moved_since_the_preview_is_shown_again(self, cast: Cast, enter: Enter) -> None:
        ref, opal = cast.contract(), enter("opal")
        wish: dict[str, Any] = {"way": "name", "partner": "7200000003", "effective_on": day(-30)}
        shown = opal.get(draft(ref), wish)
        fingerprint = str(shown.context["fingerprint"])
        cast.change(ref)
        sent = {**wish, "reason": WHY, "fingerprint": fingerprint}
        answer = opal.post(draft(ref), sent)
        assert answer.status_code == 409
        assert "Moved since it was reviewed" in text(answer)
        assert "Gorse Digital" in text(answer)
        again = {**sent, "fingerprint": str(answer.context["fingerprint"])}
        assert opal.post(draft(ref), again).status_code == 302

    def test_without_a_reason_nothing_is_proposed(self, cast: Cast, enter: Enter) -> None:
        ref = cast.contract()
        wish: dict[str, Any] = {"way": "name", "partner": "7200000003", "effective_on": day(-30)}
        answer = enter("opal").post(draft(ref), {**wish, "reason": " "})
        assert answer.status_code == 422
        assert "Give a reason." in text(answer)
        assert types(ref) == ["agreement.loaded"]

    def test_others_see_why_they_cannot(self, cast: Cast, enter: Enter) -> None:
        ref = cast.contract()
        page = enter("aude").get(f"/console/agreements/{ref}/")
        assert "Only the vendor's operations correct the partner of record." in text(page)
        assert draft(ref) not in page.content.decode()
        assert enter("aude").get(draft(ref)).status_code == 403
        assert draft(ref) in enter("opal").get(f"/console/agreements/{ref}/").content.decode()
        assert enter("opal").get(draft("400000009999")).status_code == 404


class TestDeciding:
    def test_a_second_person_approves_and_the_change_says_who(
        self, cast: Cast, enter: Enter
    ) -> None:
        id = put_forward(cast, ref := cast.contract())
        where = f"/console/corrections/{id}/"
        assert "Whoever asked for it cannot approve it." in text(enter("opal").get(where))
        assert enter("opal").post(f"{where}approve/").status_code == 403
        assert of_record(ref) == {LARKSPUR}
        otis = enter("otis")
        assert "cannot approve" not in text(otis.get(where))
        answer = otis.post(f"{where}approve/", follow=True)
        assert of_record(ref, clock.midnight(day(-30))) == {GORSE}
        said = text(answer)
        assert "It is corrected by change PC-" in said
        assert "Approved by Otis" in said
        assert "Opal" in said
        assert "It was approved and carried out by change" in text(otis.get(where))
        assert otis.post(f"{where}approve/").status_code == 409

    def test_customers_do_not_read_who_of_the_vendor_it_was(self, cast: Cast, enter: Enter) -> None:
        id = put_forward(cast, ref := cast.contract())
        enter("otis").post(f"/console/corrections/{id}/approve/")
        with seeing(Actor.system()):
            number = PartnerChange.objects.get(
                agreement__reference=ref, corrects=None, occasion="correction"
            ).number
        for path in (f"/changes/{number}/", f"/agreements/{ref}/"):
            said = text(enter("pia").get(path, follow=True))
            assert "Otis" not in said
            assert "Opal" not in said

    def test_it_is_declined_by_another_or_taken_back(self, cast: Cast, enter: Enter) -> None:
        id = put_forward(cast, ref := cast.contract())
        where = f"/console/corrections/{id}/"
        assert "Decline it" in text(enter("otis").get(where))
        opal = enter("opal")
        assert "Take it back" in text(opal.get(where))
        answer = opal.post(f"{where}decline/", {"reason": ""})
        assert answer.status_code == 422
        assert "Give a reason." in text(answer)
        answer = opal.post(f"{where}decline/", {"reason": "The wrong one."}, follow=True)
        assert "It was declined" in text(answer)
        assert "The wrong one." in text(answer)
        assert types(ref)[-1] == "correction.declined"
        again = opal.post(f"{where}decline/", {"reason": "Once more."})
        assert again.status_code == 409
        assert "declined already" in text(again)

    def test_what_moved_meanwhile_cannot_be_approved(self, cast: Cast, enter: Enter) -> None:
        id = put_forward(cast, ref := cast.contract(), partner="7200000003", effective_on=day(-9))
        cast.change(ref)
        where, otis = f"/console/corrections/{id}/", enter("otis")
        said = text(otis.get(where))
        assert "Moved since it was reviewed" in said
        assert "cannot be carried out as it was proposed" in said
        assert otis.post(f"{where}approve/").status_code == 409
        assert of_record(ref) == {GORSE}

    def test_an_auditor_reads_and_decides_nothing(self, cast: Cast, enter: Enter) -> None:
        id = put_forward(cast, cast.contract())
        aude = enter("aude")
        said = text(aude.get(f"/console/corrections/{id}/"))
        assert "Only the vendor's operations correct" in said
        assert "Decline it" not in said
        for act in ("approve", "decline"):
            assert aude.post(f"/console/corrections/{id}/{act}/").status_code == 403
        assert aude.get(f"/console/corrections/{uuid4()}/").status_code == 404


def test_the_list_has_what_waits_and_then_what_was_decided(cast: Cast, enter: Enter) -> None:
    refs = [cast.contract() for _ in range(3)]
    ids = [put_forward(cast, ref) for ref in refs]
    opal, otis = enter("opal"), enter("otis")
    otis.post(f"/console/corrections/{ids[1]}/approve/")
    page = opal.get("/console/corrections/")
    waiting = [row["correction"].pk for row in page.context["waiting"]]
    assert waiting == [ids[0], ids[2]]
    assert [row["correction"].pk for row in page.context["decided"]] == [ids[1]]
    first = page.context["decided"][0]["correction"]
    at = first.decided_at.isoformat().replace("+00:00", "Z")
    older = opal.get("/console/corrections/", {"before": f"{at},{first.pk}"})
    assert older.context["decided"] == []
    for place in ("x", "2026-13-41T00:00:00Z,x", f"{at},", "2026-01-01,1"):
        assert opal.get("/console/corrections/", {"before": place}).status_code == 200


def test_nothing_waits_on_an_empty_list(enter: Enter) -> None:
    assert "Nothing waits" in text(enter("aude").get("/console/corrections/"))


class TestConfirming:
    @pytest.fixture
    def waiting(self, cast: Cast) -> str:
        """A change that waits for the system of record."""
        cast.policy(consent_days={"confirmation": 3})
        return cast.change(cast.contract())

    def consent(self, number: str) -> Consent:
        with seeing(Actor.system()):
            return Consent.objects.select_related("answered_by").get(change__number=number)

    def test_operations_confirm(self, enter: Enter, waiting: str) -> None:
        where = f"/console/changes/{waiting}/consents/{self.consent(waiting).pk}/"
        opal = enter("opal")
        page = f"/console/changes/{waiting}/"
        assert "Confirm for the system of record" in text(opal.get(page))
        assert "Confirm for the system" not in text(enter("aude").get(page))
        assert enter("aude").post(where, {"answer": "give"}).status_code == 403
        said = text(opal.post(where, {"answer": "give"}, follow=True))
        assert "It is confirmed." in said
        assert "Confirm for the system" not in said
        assert "Opal" in said
        assert self.consent(waiting).answer == "given"
        assert opal.post(where, {"answer": "give"}).status_code == 409

    def test_operations_refuse_with_a_reason(self, enter: Enter, waiting: str) -> None:
        where = f"/console/changes/{waiting}/consents/{self.consent(waiting).pk}/"
        opal = enter("opal")
        answer = opal.post(where, {"answer": "refuse", "reason": " "})
        assert answer.status_code == 422
        assert "Give a reason." in text(answer)
        opal.post(where, {"answer": "refuse", "reason": "Unknown to the ERP."})
        assert self.consent(waiting).reason == "Unknown to the ERP."
        with seeing(Actor.system()):
            assert PartnerChange.objects.get(number=waiting).state == "declined"

    def test_no_other_consent_and_none_of_another_change(
        self, cast: Cast, enter: Enter, waiting: str
    ) -> None:
        other = cast.change(cast.contract())
        id = self.consent(waiting).pk
        opal = enter("opal")
        assert opal.post(f"/console/changes/{other}/consents/{id}/").status_code == 404
        assert opal.post(f"/console/changes/{waiting}/consents/{uuid4()}/").status_code == 404
        cast.policy(consent_days={"gaining": 3, "confirmation": 0})
        accepts = cast.change(cast.contract())
        id = self.consent(accepts).pk
        page = opal.get(f"/console/changes/{accepts}/")
        assert page.context["confirms"] is None
        where = f"/console/changes/{accepts}/consents/{id}/"
        assert opal.post(where, {"answer": "give"}).status_code == 403

    def test_the_first_page_says_what_waits_for_a_person(
        self, cast: Cast, enter: Enter, waiting: str
    ) -> None:
        cast.policy(consent_days={"confirmation": 0})
        for _ in range(6):
            put_forward(cast, cast.contract())
        page = enter("opal").get("/console/")
        said = text(page)
        assert "Waits for a person" in said
        assert "All corrections that wait" in said
        assert len(page.context["corrections"]) == 5
        assert f"/console/changes/{waiting}/" in page.content.decode()


def test_nothing_waits_on_the_first_page(enter: Enter) -> None:
    home = text(enter("opal").get("/console/"))
    assert "Nothing: no case is overdue, nothing was given up" in home


@pytest.fixture
def address(address: str, fresh_cast: Cast) -> str:
    """With a second person of operations."""
    otis(fresh_cast)
    return address


def page_of(browser: Browser, address: str, cast: Cast, name: str, **look: Any) -> Page:
    """The window of somebody who has signed in."""
    client = Client()
    client.force_login(cast.people[name])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    given = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **look}
    context = browser.new_context(base_url=address, **given)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    return context.new_page()


@pytest.mark.browser
def test_two_people_put_the_past_right(fresh_cast: Cast, address: str, browser: Browser) -> None:
    cast = fresh_cast
    wrong = cast.change(ref := cast.contract())
    opal, otis = (page_of(browser, address, cast, name) for name in ("opal", "otis"))
    said = [complaints(opal), complaints(otis)]

    opal.goto(f"/console/agreements/{ref}/")
    opal.get_by_role("link", name="Propose a correction").click()
    restore = opal.locator("#restore")
    restore.get_by_label(wrong).check()
    restore.get_by_role("button", name="See what it would do").click()
    expect(opal.locator("#preview .party-ends")).to_contain_text("Gorse Digital")
    expect(opal.locator("#preview .party-new")).to_contain_text("Larkspur Systems")
    assert violations(opal) == []
    opal.get_by_label("Reason").fill("The customer had named the other one.")
    opal.get_by_role("button", name="Propose").click()
    expect(opal.locator("#approve")).to_contain_text("Whoever asked for it cannot approve it.")
    assert of_record(ref) == {GORSE}

    otis.goto("/console/")
    otis.locator("#waits").get_by_role("link", name="Correction").click()
    expect(otis.get_by_text("The customer had named the other one.")).to_be_visible()
    assert violations(otis) == []
    otis.get_by_role("button", name="Approve").click()
    otis.wait_for_url("**/console/changes/**")
    expect(otis.get_by_text("It is corrected by change")).to_be_visible()
    assert of_record(ref) == {LARKSPUR}

    opal.reload()
    expect(opal.get_by_text("It was approved and carried out")).to_be_visible()
    assert said == [[], []]
    for page in (opal, otis):
        page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390), ("light", 320)])
def test_every_page_is_whole_and_accessible(
    fresh_cast: Cast, address: str, browser: Browser, scheme: Any, width: int
) -> None:
    cast = fresh_cast
    cast.policy(consent_days={"confirmation": 3})
    confirm = cast.change(cast.contract())
    cast.policy(consent_days={"confirmation": 0})
    ids = [put_forward(cast, cast.contract()) for _ in range(3)]
    wrong = cast.change(
        ref := cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))
    )
    opened = cast.change(cast.contract(), effective_on=day(7))
    with seeing(Actor.system()):
        of_opened = PartnerChange.objects.get(number=opened).agreement.reference
    look: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    page = page_of(browser, address, cast, "otis", **look)
    said = complaints(page)
    page.goto(f"/console/corrections/{ids[0]}/")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**/console/changes/**")
    for path in (
        page.url.removeprefix(address),
        "/console/",
        "/console/corrections/",
        *(f"/console/corrections/{id}/" for id in ids),
        f"/console/agreements/{ref}/",
        draft(ref),
        draft(of_opened),
        f"{draft(ref)}?way=restore&corrects={wrong}",
        f"{draft(ref)}?way=name&partner=7200000009&effective_on={day(3)}",
        f"/console/changes/{confirm}/",
    ):
        page.goto(path)
        assert violations(page) == [], path
        assert sideways(page) <= 0, path
    assert [each for each in said if "status of 422" not in each] == []
    page.context.close()
