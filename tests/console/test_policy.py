"""The policy at the console: read by everybody there, drafted, compared and published by some."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from ofrecord.changes.refusals import AgreementMoved, NotAvailable
from ofrecord.console import policy_draft
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules import policy
from ofrecord.rules.parameters import KINDS, NEVER_LEFT_OUT
from ofrecord.rules.policy import Terms
from ofrecord.rules.publish import publish
from ofrecord.rules.rule import CODES
from tests.cast import Cast, of_record
from tests.cli.conftest import Type, type_in
from tests.portal.reading import text

__all__ = ["type_in"]

DAY = timedelta(days=1)
Visit = Callable[[str], Client]


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """A browser of somebody of the cast who has signed in."""

    def entered(name: str) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(cast.people[name], backend=backend)
        return client

    return entered


def drafted(client: Client, **other: Any) -> dict[str, Any]:
    """What the form sends as it is first shown, but for what somebody changes."""
    form = client.get(reverse("console:policy_draft")).context["form"]
    shown = {field.name: _sent(field) for field in form}
    return {**shown, "note": "For the summer.", "step": "compare", **other}


def _sent(field: Any) -> Any:
    """What a browser sends of a field: of a text its lines, of boxes those that are ticked."""
    if field.widget_type == "checkboxselectmultiple":
        return [value for value, _label in field.field.choices if value in field.initial]
    return (
        "\n".join(field.initial)
        if isinstance(field.initial, list)
        else ""
        if field.initial is None
        else field.initial
    )


def posted(client: Client, **other: Any) -> Any:
    return client.post(reverse("console:policy_draft"), drafted(client, **other))


def publish_it(client: Client, compared: Any) -> Any:
    """Press Publish on the page that compares."""
    names = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)"', compared.content.decode()
    )
    form: dict[str, list[str]] = {}
    for name, value in names:
        form.setdefault(name, []).append(value)
    note = compared.context["form"]["note"].value()
    return client.post(reverse("console:policy_draft"), {**form, "note": note, "step": "publish"})


def as_system(parameters: dict[str, Any], **given: Any) -> int:
    by = Actor.system("cli")
    with seeing(by):
        return publish(parameters, by=by, note="Before.", **{"in_force_on": clock.today(), **given})


class TestReading:
    @pytest.mark.parametrize("name", ["opal", "aude"])
    def test_everybody_at_the_vendor_reads_it(self, visit: Visit, name: str) -> None:
        page = visit(name).get(reverse("console:policy"))
        said = text(page)
        assert "The default policy is in force." in said
        assert "90 or fewer days are left" in said
        assert all(code in said for code in CODES)
        assert len(page.context["parameters"]) == len(
            [name for name in KINDS if not name.startswith("judged_by.")]
        )
        assert ("Write a new version" in said) == (name == "opal")

    def test_it_says_who_published_what_and_when_it_counts(self, cast: Cast, visit: Visit) -> None:
        opal, today = visit("opal"), clock.today()
        by = cast.actor("opal")
        with seeing(by):
            publish({"near_expiration_days": 60}, in_force_on=today, by=by, note="Shorter.")
            later = {"cool_down_days": 30, "judged_by": {"request": _without("auto_renews")}}
            publish(later, in_force_on=today + 9 * DAY, by=by, note="Calmer.")
        page = opal.get(reverse("console:policy"))
        said = text(page)
        assert "Version 2 is in force since" in said
        assert "published by Opal" in said
        assert "Version 3 follows on" in said
        assert "60 or fewer days are left" in said
        rows = page.context["rows"]
        assert [(row.version.number, row.version.state) for row in rows] == [
            (3, "coming"),
            (2, "in_force"),
            (1, "past"),
        ]
        assert "90 days → 60 days" in said
        assert "without: auto_renews" in said
        assert "“Calmer.”" in said

    def test_two_versions_are_compared(self, visit: Visit) -> None:
        as_system({"near_expiration_days": 60})
        as_system({"cool_down_days": 1})
        aude, where = visit("aude"), reverse("console:policy_version", args=[3])
        assert "0 days → 1 day" in text(aude.get(where))
        assert "90 days" not in text(aude.get(where)).partition("What stands")[0]
        both = text(aude.get(where, {"with": "1"})).partition("What stands")[0]
        assert "0 days → 1 day" in both
        assert "90 days → 60 days" in both
        first = aude.get(reverse("console:policy_version", args=[1]), {"with": "3"})
        assert "90 days → 60 days" in text(first)

    def test_a_version_that_there_is_not(self, visit: Visit) -> None:
        for version in (2, 10**30):
            where = f"/console/policy/{version}/"
            assert visit("opal").get(where).status_code == 404
        where = reverse("console:policy_version", args=[1])
        for other in ("7", "1", "x", "９", "1" * 40):
            assert visit("opal").get(where, {"with": other}).status_code == 200


class TestDrafting:
    def test_the_form_begins_with_the_latest_version(self, visit: Visit) -> None:
        later = clock.today() + 9 * DAY
        as_system({"near_expiration_days": 60}, in_force_on=later)
        form = visit("opal").get(reverse("console:policy_draft")).context["form"]
        assert form["near_expiration_days"].initial == 60
        assert form["in_force_on"].initial == later
        offered = {name for name in KINDS if name != "judged_by.load"}
        assert offered <= set(form.fields)

    def test_nothing_changed_is_said(self, visit: Visit) -> None:
        answer = posted(visit("opal"))
        assert answer.status_code == 422
        assert "Nothing would change: version 1 says the same." in text(answer)

    def test_comparing_keeps_nothing(self, cast: Cast, visit: Visit) -> None:
        for days in (200, 90, 61, 60):
            cast.contract(days=days)
        answer = posted(visit("opal"), near_expiration_days=60)
        assert answer.status_code == 200
        said = text(answer)
        assert "90 days → 60 days" in said
        assert "2 more agreements would be available today." in said
        assert "Of 4 agreements, the partner of 1 can be changed today" in said
        assert "with this version it would be 3" in said
        assert policy.live(clock.today() + DAY).version == 1

    def test_what_is_taken_away_is_counted_too(self, cast: Cast, visit: Visit) -> None:
        cast.contract(days=91)
        said = text(posted(visit("opal"), near_expiration_days=91))
        assert "1 agreement would not be available any more." in said

    def test_a_book_too_large_to_be_counted_here(
        self, cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for days in range(100, 130):
            cast.contract(days=days)
        monkeypatch.setattr(policy_draft, "PATIENCE", 0.001)
        answer = posted(visit("opal"), near_expiration_days=60)
        assert "ofrecord policy compare counts it" in text(answer)

    def test_publishing_what_was_compared(self, visit: Visit) -> None:
        opal = visit("opal")
        compared = posted(
            opal,
            near_expiration_days=60,
            may_change=["primary_admin"],
            holidays="2026-12-25\n2026-12-24",
            **{"consent_days.losing": 5, "judged_by.request": _offered("auto_renews")},
        )
        answer = publish_it(opal, compared)
        assert answer.status_code == 302
        assert "Version 2 is published." in text(opal.get(answer.headers["location"]))
        made = policy.live(clock.today() + DAY)
        assert (made.version, made.near_expiration_days) == (2, 60)
        assert list(made.may_change) == ["primary_admin"]
        assert list(made.holidays) == ["2026-12-24", "2026-12-25"]
        assert made.consent_days["losing"] == 5
        assert list(made.judged_by["request"]) == _without("auto_renews")
        assert policy.live().version == 1

    def test_what_is_wrong_is_said_beside_its_field_and_kept(self, visit: Visit) -> None:
        past = (clock.today() - DAY).isoformat()
        wrong: tuple[tuple[dict[str, Any], str, str], ...] = (
            ({"near_expiration_days": 367}, "near_expiration_days", "from 0 to 366"),
            ({"cool_down_days": "soon"}, "cool_down_days", "Enter a whole number."),
            ({"may_change": []}, "may_change", "Name at least one."),
            ({"holidays": "30 February"}, "holidays", "is no date"),
            ({"cool_down_days": 7, "in_force_on": past}, "in_force_on", "before today"),
            ({"cool_down_days": 7, "note": " "}, "note", "Say why"),
        )
        opal = visit("opal")
        for given, field, said in wrong:
            answer = posted(opal, **given)
            assert answer.status_code == 422
            assert set(answer.context["form"].errors) == {field}
            assert said in text(answer)

    def test_all_that_is_wrong_is_said_at_once(self, visit: Visit) -> None:
        given = {"near_expiration_days": 999, "cool_down_days": "", "in_force_on": "", "note": ""}
        answer = posted(visit("opal"), **given)
        errors = answer.context["form"].errors
        assert set(errors) == set(given)
        assert all(len(sentences) == 1 for sentences in errors.values())

    def test_a_rule_that_somebody_slips_in_is_refused(self, visit: Visit) -> None:
        answer = posted(visit("opal"), **{"judged_by.request": ["nonsense"]})
        assert answer.status_code == 422
        assert set(answer.context["form"].errors) == {"judged_by.request"}

    def test_the_draft_can_be_edited_again(self, visit: Visit) -> None:
        answer = posted(visit("opal"), near_expiration_days=61, step="edit")
        assert answer.status_code == 200
        assert answer.context["form"]["near_expiration_days"].value() == "61"

    def test_what_was_published_meanwhile_is_not_overwritten(self, visit: Visit) -> None:
        opal = visit("opal")
        compared = posted(opal, near_expiration_days=60)
        as_system({"cool_down_days": 30})
        answer = publish_it(opal, compared)
        assert answer.status_code == 409
        assert "Version 2 was published meanwhile." in text(answer)
        assert policy.live(clock.today() + DAY).version == 2

    def test_publishing_what_nobody_compared_is_refused(self, visit: Visit) -> None:
        answer = posted(visit("opal"), near_expiration_days=60, step="publish")
        assert answer.status_code == 409
        assert policy.live(clock.today() + DAY).version == 1

    @pytest.mark.parametrize("name", ["aude", "pia", "lou"])
    def test_others_may_neither_draft_nor_publish(self, visit: Visit, name: str) -> None:
        client = visit(name)
        form = {**drafted(visit("opal")), "near_expiration_days": 60}
        assert client.get(reverse("console:policy_draft")).status_code == 403
        for step in ("compare", "edit", "publish"):
            where = reverse("console:policy_draft")
            answer = client.post(where, {**form, "step": step, "compared_with": "1"})
            assert answer.status_code == 403
        assert policy.live(clock.today() + DAY).version == 1


class TestMidnight:
    """90 becomes 60, published for tomorrow: all doors change at once, at the vendor's midnight."""

    ZONE = ZoneInfo("Pacific/Auckland")
    BEFORE = datetime(2026, 6, 30, 23, 59, 50, tzinfo=ZONE)
    AFTER = datetime(2026, 7, 1, 0, 0, 10, tzinfo=ZONE)

    def test_every_door_changes_at_once(
        self, cast: Cast, visit: Visit, type_in: Type, settings: Settings
    ) -> None:
        settings.TIME_ZONE = "Pacific/Auckland"
        with time_machine.travel(self.BEFORE, tick=False):
            references = [cast.contract(days=71) for _ in range(3)]
            opal = visit("opal")
            assert publish_it(opal, posted(opal, near_expiration_days=60)).status_code == 302
            assert self.seen(visit, type_in, references[0]) == {
                "portal": False,
                "terminal": (3, False),
                "list": False,
                "help": 90,
                "console": 90,
            }
            with pytest.raises(NotAvailable):
                cast.submit(references[0])
            reviewed = cast.shown(references[1])
        with time_machine.travel(self.AFTER, tick=False):
            assert self.seen(visit, type_in, references[0]) == {
                "portal": True,
                "terminal": (0, True),
                "list": True,
                "help": 60,
                "console": 60,
            }
            cast.submit(references[0])
            assert {name for name, *_ in of_record(references[0])} == {"Gorse Digital"}
            with pytest.raises(AgreementMoved, match="the policy"):
                cast.submit(references[1], fingerprints=[reviewed])

    def seen(self, visit: Visit, type_in: Type, reference: str) -> dict[str, Any]:
        """What each door says of a contract that ends in 70 or 71 days."""
        pia, opal = visit("pia"), visit("opal")
        checked = type_in("change", "check", reference, "--json")
        details = text(pia.get(reverse("portal:agreement", args=[reference])))
        available = pia.get(reverse("portal:agreements"), {"eligibility": "available"})
        (days,) = re.findall(r"here, until (\d+) days before it ends", text(pia.get("/help/when/")))
        (told,) = re.findall(r"(\d+) or fewer days", text(opal.get(reverse("console:policy"))))
        return {
            "portal": "You cannot change the authorized partner" not in details,
            "terminal": (checked.code, checked.json["checks"][0]["available"]),
            "list": reference in text(available),
            "help": int(days),
            "console": int(told),
        }


def _without(code: str) -> list[str]:
    return [each for each in Terms().judged_by["request"] if each != code]


def _offered(code: str) -> list[str]:
    """The boxes that stay ticked without this one."""
    return [each for each in _without(code) if each not in NEVER_LEFT_OUT]
