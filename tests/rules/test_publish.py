"""Publishing a policy: judged, in its order, told, and in force from midnight on."""

import json
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import DatabaseError, connection

from ofrecord.changes.models.consent import Kind
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules import policy
from ofrecord.rules.models import Policy
from ofrecord.rules.parameters import CONSENTS, KINDS, differences, values
from ofrecord.rules.policy import JUDGED_BY, Terms
from ofrecord.rules.publish import draft, publish
from ofrecord.rules.refusals import PolicyRefused
from ofrecord.rules.versions import versions
from ofrecord.rules.words import MEANINGS, WHEN, when
from tests.cast import Cast

DAY = timedelta(days=1)


def published(
    parameters: dict[str, Any] | None = None,
    *,
    on: date | None = None,
    by: Actor | None = None,
    note: str = "The channel asked for it.",
    **given: Any,
) -> int:
    by = by or Actor.system("cli")
    with seeing(by):
        return publish(
            {"near_expiration_days": 60} if parameters is None else parameters,
            in_force_on=on or clock.today(),
            by=by,
            note=note,
            **given,
        )


def refused(*args: Any, **given: Any) -> list[tuple[str, str]]:
    """The codes of what was refused, each with what it is about."""
    with pytest.raises(PolicyRefused) as refusal:
        published(*args, **given)
    assert all(verdict.reason for verdict in refusal.value.verdicts)
    return [(each.verdict.code, each.about) for each in refusal.value.defects]


def told() -> list[dict[str, Any]]:
    """What the journal tells of the policy."""
    with seeing(Actor.system()):
        found = Event.objects.filter(stream="policy").order_by("sequence")
        return [json.loads(bytes(each.body)) for each in found]


@pytest.mark.django_db
class TestWhatIsKept:
    def test_what_is_not_named_stays_as_it_is(self) -> None:
        assert published({"near_expiration_days": 60, "consent_days": {"losing": 5}}) == 2
        assert published({"consent_days.gaining": 3}) == 3
        live = policy.live()
        assert (live.version, live.near_expiration_days) == (3, 60)
        assert (live.consent_days["losing"], live.consent_days["gaining"]) == (5, 3)
        named = {each.name for each in differences(Terms(), live)}
        assert named == {"near_expiration_days", "consent_days.losing", "consent_days.gaining"}

    def test_the_journal_tells_who_changed_what(self, cast: Cast) -> None:
        opal = cast.actor("opal", door="console")
        later = clock.today() + 3 * DAY
        published(on=later, by=opal, note="  For the\nsummer. ")
        (event,) = told()
        assert (event["type"], event["subject"], event["sequence"]) == (
            "policy.published",
            "policy",
            1,
        )
        by = event["data"].pop("by")
        assert (by["person"], by["door"]) == (cast.people["opal"].pk, "console")
        assert event["data"] == {
            "version": 2,
            "in_force_on": later.isoformat(),
            "note": "For the summer.",
            "changed": [{"name": "near_expiration_days", "before": 90, "after": 60}],
        }

    def test_versions_say_who_and_for_how_long(self, cast: Cast) -> None:
        today, opal = clock.today(), cast.actor("opal")
        published(by=opal)
        published({"near_expiration_days": 70}, on=today + 5 * DAY, by=opal)
        published({"near_expiration_days": 75}, on=today + 5 * DAY, by=opal)
        told_of = [(each.number, each.state, each.until) for each in versions()]
        assert told_of == [
            (4, "coming", None),
            (3, "replaced", today + 4 * DAY),
            (2, "in_force", today + 4 * DAY),
            (1, "past", today - DAY),
        ]
        assert [each.published_by_id for each in versions()] == [cast.people["opal"].pk] * 3 + [
            None
        ]
        (changed,) = versions()[0].changed
        assert (changed.before, changed.after) == (70, 75)

    def test_lists_are_kept_in_one_order(self) -> None:
        published({"holidays": ["2026-12-25", "2026-12-24"]})
        assert list(policy.live().holidays) == ["2026-12-24", "2026-12-25"]
        assert refused({"may_change": ["contract_manager", "primary_admin", "secondary_admin"]})


@pytest.mark.django_db
class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("parameters", "about"),
        [
            ({"near_expiration_days": 367}, "near_expiration_days"),
            ({"near_expiration_days": -1}, "near_expiration_days"),
            ({"near_expiration_days": True}, "near_expiration_days"),
            ({"near_expiration_days": "60"}, "near_expiration_days"),
            ({"near_expiration_days": 60.5}, "near_expiration_days"),
            ({"undo_working_days": 0}, "undo_working_days"),
            ({"cool_down_days": None}, "cool_down_days"),
            ({"may_change": []}, "may_change"),
            ({"may_change": ["partner_admin"]}, "may_change"),
            ({"may_change": ["viewer", "viewer"]}, "may_change"),
            ({"may_change": "viewer"}, "may_change"),
            ({"holidays": ["2026-02-30"]}, "holidays"),
            ({"holidays": ["20261224"]}, "holidays"),
            ({"holidays": [20261224]}, "holidays"),
            ({"consent_days": {"gaining": -1}}, "consent_days.gaining"),
            ({"objection_grounds": ["Not Paid"]}, "objection_grounds"),
            ({"judged_by": {"request": ["no_such_rule"]}}, "judged_by.request"),
            ({"judged_by.request": []}, "judged_by.request"),
        ],
    )
    def test_a_value_that_cannot_be(self, parameters: dict[str, Any], about: str) -> None:
        assert refused(parameters) == [("parameter_unusable", about)]

    @pytest.mark.parametrize(
        "name",
        ["near_expiry_days", "version", "consent_days", "consent_days.nobody", "judged_by.x"],
    )
    def test_a_name_that_there_is_not(self, name: str) -> None:
        assert refused({name: 5}) == [("parameter_unknown", "")]

    def test_all_that_is_wrong_is_said_at_once(self) -> None:
        given = {"near_expiration_days": 999, "cool_down_days": 999}
        assert refused(given, on=clock.today() - DAY, note=" ") == [
            ("policy_in_past", "in_force_on"),
            ("parameter_unusable", "near_expiration_days"),
            ("parameter_unusable", "cool_down_days"),
            ("note_missing", "note"),
        ]

    @pytest.mark.parametrize("code", ["change_in_progress", "not_permitted", "partner_unknown"])
    def test_what_nobody_overrides_cannot_be_left_out(self, code: str) -> None:
        rules = [each for each in JUDGED_BY["request"] if each != code]
        assert refused({"judged_by": {"request": rules}})
        assert draft({"judged_by.request": rules}, in_force_on=clock.today()).changed == ()

    def test_a_day_before_today(self) -> None:
        assert refused(on=clock.today() - DAY) == [("policy_in_past", "in_force_on")]

    def test_a_day_before_a_version_that_is_published_for_later(self) -> None:
        later = clock.today() + 9 * DAY
        published(on=later)
        other = {"near_expiration_days": 75}
        assert refused(other, on=later - DAY) == [("policy_before_another", "in_force_on")]
        assert published(other, on=later) == 3

    def test_a_slip_of_the_year(self) -> None:
        assert refused(on=clock.today() + 367 * DAY) == [("policy_too_far", "in_force_on")]
        assert published(on=clock.today() + 366 * DAY) == 2

    def test_what_changes_nothing(self) -> None:
        for same in ({}, {"near_expiration_days": 90}, {"consent_days": {"losing": 0}}):
            assert refused(same) == [("policy_unchanged", "")]

    def test_a_draft_that_was_compared_with_another_version(self) -> None:
        published()
        other = {"near_expiration_days": 75}
        assert refused(other, compared_with=1) == [("policy_moved", "")]
        assert published(other, compared_with=2) == 3

    @pytest.mark.parametrize("name", ["aude", "pia", "lou", "stan"])
    def test_whoever_holds_no_role_that_publishes(self, cast: Cast, name: str) -> None:
        assert refused(by=cast.actor(name)) == [("not_permitted", "")]

    def test_nothing_is_kept_of_what_was_refused(self) -> None:
        refused({"near_expiration_days": 999})
        assert Policy.objects.count() == 1
        assert told() == []

    def test_without_the_vendors_sight_the_database_refuses(self, cast: Cast) -> None:
        with pytest.raises(DatabaseError), seeing(cast.actor("pia")):
            publish(
                {"cool_down_days": 1},
                in_force_on=clock.today(),
                by=Actor.system("cli"),
                note="From nowhere.",
            )


@pytest.mark.usefixtures("fresh_cast")
def test_what_was_published_is_whole_for_verify() -> None:
    published()
    published({"cool_down_days": 30}, on=clock.today() + DAY)
    assert [each.name for each in verify(samples=10) if each.violations] == []


@pytest.mark.usefixtures("fresh_cast")
def test_two_who_publish_at_once_follow_each_other() -> None:
    made: list[int] = []
    together = Barrier(4)

    def one(days: int) -> None:
        together.wait()
        made.append(published({"near_expiration_days": days}))
        connection.close()

    threads = [Thread(target=one, args=(days,)) for days in (50, 55, 60, 65)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(made) == [2, 3, 4, 5]
    assert [each["sequence"] for each in told()] == [1, 2, 3, 4]


class TestWords:
    def test_every_parameter_and_every_rule_has_words(self) -> None:
        assert set(KINDS) <= set(MEANINGS)
        assert {name.split(".")[0] for name in KINDS} == set(Terms().as_parameters())
        for code in WHEN:
            assert "%(" not in when(code, Terms())

    def test_a_rule_is_told_with_the_values_in_force(self) -> None:
        assert "60 or fewer days" in when("near_expiration", Terms(near_expiration_days=60))
        assert "among: viewer" in when("not_permitted", Terms(may_change=("viewer",)))

    def test_the_default_is_usable_itself(self) -> None:
        for name, value in values(Terms()).items():
            assert KINDS[name].wrong(value) is None, name
            written = str(value) if isinstance(value, int) else ", ".join(value)
            assert KINDS[name].settled(KINDS[name].read(written)) == value

    def test_the_kinds_of_consent_are_those_that_changes_know(self) -> None:
        assert set(CONSENTS) == set(Kind.values)
