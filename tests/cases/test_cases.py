"""Cases from their opening to their end: who may do what, who is told, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.cases.answer import answer
from ofrecord.cases.assign import assign
from ofrecord.cases.close import close, close_due
from ofrecord.cases.models import Message, Note
from ofrecord.cases.note import note
from ofrecord.cases.reopen import reopen
from ofrecord.cases.resolve import resolve
from ofrecord.cases.wishes import Wished, title
from ofrecord.changes.letter_addresses import addresses
from ofrecord.changes.members import Member
from ofrecord.cli.verify import verify
from ofrecord.console import case_queue
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.portal.cases import listing
from tests.cases.asking import (
    agent,
    answered,
    now,
    of_three,
    opened,
    refusal,
    replacing,
    something,
    told,
    types,
    with_agents,
    written,
)
from tests.cast import Cast


@pytest.fixture
def cast(cast: Cast) -> Cast:
    return with_agents(cast)


def sound() -> None:
    offended = {each.name: each.examples for each in verify(samples=20) if each.violations}
    assert not offended


def messages(case: Any) -> list[tuple[str, str]]:
    with seeing(Actor.system()):
        found = Message.objects.filter(case=case).order_by("place")
        return list(found.values_list("side", "text"))


def test_a_case_carries_agreement_and_wish_as_data(cast: Cast) -> None:
    reference = of_three(cast)
    case = opened(cast, replacing(reference))
    assert case.number.startswith("CS-") and len(case.number) == 11
    kept = now(case)
    with seeing(Actor.system()):
        assert title(kept) == "Replace Larkspur Systems as reseller"
        assert kept.agreement and kept.agreement.reference == reference
        assert kept.member_partner == cast.larkspur
    assert (kept.wish, kept.member_role, kept.new_partner) == (
        *("replace_one", "reseller"),
        "7200000002",
    )
    assert (kept.new_partner_name, kept.state) == ("Gorse Digital", "open")
    ((type, data),) = told(case)
    assert type == "case.opened"
    assert data["member"] == {"partner": "7200000001", "role": "reseller", "subscription": None}
    assert data["new_partner"] == "7200000002" and data["agreement"] == reference
    assert "Please help us." not in str(data)
    assert written(case) == [
        ("case.opened.account", "Pia"),
        *(("case.opened.staff", name) for name in ("Ali", "Opal", "Sue")),
    ]
    sound()


def test_one_reseller_of_a_shared_contract_is_named_by_its_subscription(cast: Cast) -> None:
    from tests.cast import Of

    shared = (Of(cast.larkspur, product="Draft"), Of(cast.gorse, product="Ink"))
    reference = cast.contract(products=("Draft", "Ink"), partners=shared)
    of_draft = f"S-{reference}-1"
    member = Member("reseller", of_draft)
    vague = replacing(reference, member=Member("reseller"), new_partner="7200000009")
    cast.partner("7200000009", "Hazel Trading")
    assert refusal(opened, cast, vague) == "member_missing"
    case = opened(cast, replacing(reference, member=member, new_partner="7200000009"))
    assert told(case)[0][1]["member"]["subscription"] == of_draft


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"new_partner": "12"}, "partner_malformed"),
        ({"new_partner": "7209999999"}, "partner_unknown"),
        ({"new_partner": ""}, "number_missing"),
        ({"new_partner": "7200000001"}, "member_same"),
        ({"member": None}, "member_missing"),
        ({"new_partner": "7200000003"}, "partner_role"),
        ({"member": Member("reseller", partner="7200000003")}, "member_unknown"),
    ],
)
def test_a_wish_that_is_not_complete_is_refused(
    cast: Cast, wrong: dict[str, Any], code: str
) -> None:
    assert refusal(opened, cast, replacing(of_three(cast), **wrong)) == code


def test_other_wishes_are_refused_by_what_they_lack(cast: Cast) -> None:
    reference, foreign = cast.contract(), cast.contract(account=cast.birch)
    change = cast.change(cast.contract())
    assert refusal(opened, cast, Wished("other")) == "subject_missing"
    assert refusal(opened, cast, Wished("tea", agreement=reference)) == "wish_unknown"
    assert refusal(opened, cast, Wished("token_flex")) == "wish_needs_agreement"
    wrong = Wished("erroneous_change", agreement=reference, change=change)
    assert refusal(opened, cast, wrong) == "change_unknown"
    assert refusal(opened, cast, something(agreement=foreign)) == "not_found"
    assert refusal(opened, cast, something(), text="  ") == "text_missing"


def test_who_may_not_change_the_partner_reports_errors_and_asks_for_anything_else(
    cast: Cast,
) -> None:
    reference = of_three(cast)
    assert refusal(opened, cast, replacing(reference), by="vera") == "not_permitted"
    assert refusal(opened, cast, something(), by="stan") == "not_found"
    case = opened(cast, something(), by="vera")
    answered(cast, case, "vera")
    assert refusal(answered, cast, case, by="cora") == "not_permitted"
    answered(cast, case, "sam")
    changed = cast.contract()
    wrong = Wished("erroneous_change", agreement=changed, change=cast.change(changed))
    assert now(opened(cast, wrong, by="vera")).about_change_id


def test_cases_and_numbers_are_counted(cast: Cast, settings: Any) -> None:
    settings.OFRECORD_CASES_PER_PERSON_PER_HOUR = 2
    settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR = 1
    reference = of_three(cast)
    unknown = replacing(reference, new_partner="7209999999")
    assert refusal(opened, cast, unknown) == "partner_unknown"
    assert refusal(opened, cast, unknown) == "lookup_limit"
    assert refusal(opened, cast, something()) == "case_limit"


def test_each_side_answers_and_the_other_one_is_told(cast: Cast) -> None:
    case = opened(cast)
    assert refusal(answered, cast, case, by="aude") == "not_permitted"
    answered(cast, case, "pia", text="One thing more.")
    assert now(case).state == "open"
    answered(cast, case, text="Which invoice?")
    waiting = now(case)
    assert (waiting.state, waiting.due_at) == ("waiting_for_customer", None)
    assert waiting.answered_at is not None
    answered(cast, case, "sam", text="That of March.")
    assert now(case).state == "waiting_for_vendor" and now(case).due_at is not None
    answered(cast, case, "ali", text="We ask the bank.", waits_for="waiting_for_vendor")
    assert now(case).state == "waiting_for_vendor"
    assert [side for side, _text in messages(case)] == [
        *("customer", "customer", "staff"),
        *("customer", "staff"),
    ]
    assert types(case) == ["case.opened", *["case.answered"] * 4]
    later = [(kind, name) for kind, name in written(case) if kind == "case.answered.account"]
    assert later == [
        *(("case.answered.account", "Pia"),) * 2,
        ("case.answered.account", "Sam"),
    ]
    assert "bank" not in str(told(case))
    sound()


def test_a_note_is_read_by_staff_and_told_to_no_account(cast: Cast) -> None:
    case = opened(cast)
    note(case.number, text="Calls every week.", by=agent(cast))
    assert refusal(note, case.number, text="x", by=agent(cast, "aude")) == "not_permitted"
    assert refusal(note, case.number, text="x", by=cast.actor("pia")) == "not_permitted"
    for name, read in (("pia", 0), ("sue", 1), ("aude", 1)):
        with seeing(cast.actor(name)):
            assert Note.objects.count() == read
    from ofrecord.journal.models import Event

    with seeing(cast.actor("pia")):
        assert list(Event.objects.filter(about=case.number).values_list("type", flat=True)) == [
            "case.opened"
        ]
    assert types(case) == ["case.opened", "case.noted"]
    sound()


def test_a_case_is_assigned_to_an_agent_who_then_gets_its_letters(cast: Cast) -> None:
    case, sue = opened(cast), cast.people["sue"].pk
    assign(case.number, sue, by=agent(cast, "opal"), shown=None)
    assert written(case)[-1] == ("case.assigned.staff", "Sue")
    answered(cast, case, "pia")
    assert written(case)[-1] == ("case.answered.staff", "Sue")
    count = len(written(case))
    assign(case.number, cast.people["ali"].pk, by=agent(cast, "ali"), shown=sue)
    assert len(written(case)) == count
    given: dict[str, Any] = {"by": agent(cast, "opal"), "shown": cast.people["ali"].pk}
    assert refusal(assign, case.number, cast.people["aude"].pk, **given) == "not_an_agent"
    assert refusal(assign, case.number, cast.people["pia"].pk, **given) == "not_an_agent"
    late = {"by": agent(cast), "shown": None}
    assert refusal(assign, case.number, sue, **late) == "assigned_meanwhile"
    assert refusal(assign, case.number, sue, by=agent(cast, "aude"), shown=None) == (
        "not_permitted"
    )
    assign(case.number, None, **given)
    assert now(case).assignee is None


def test_a_case_of_an_agent_who_has_left_is_everybodys(cast: Cast) -> None:
    case, sue = opened(cast), cast.people["sue"].pk
    assign(case.number, sue, by=agent(cast, "opal"), shown=None)
    with seeing(Actor.system("cli")):
        Role.objects.filter(person=sue).delete()
    answered(cast, case, "pia")
    assert {name for kind, name in written(case) if kind == "case.answered.staff"} == {
        *("Ali", "Opal"),
    }
    for view, found in (("unassigned", [case.number]), ("", [case.number]), ("mine", [])):
        with seeing(agent(cast, "ali")):
            rows, _later = case_queue.page(view, "", agent(cast, "ali"))
        assert [row["case"].number for row in rows] == found


def test_support_that_opens_an_unanswered_case_again_has_answered_it(cast: Cast) -> None:
    case = opened(cast)
    resolve(case.number, by=cast.actor("pia"))
    reopen(case.number, by=agent(cast), text="We are not done.")
    assert now(case).answered_at is not None
    sound()


def test_who_holds_a_role_in_the_account_does_not_work_on_its_cases(cast: Cast) -> None:
    case = opened(cast)
    with seeing(Actor.system("cli")):
        Role.objects.create(person=cast.people["sue"], name="viewer", account=cast.alder)
    assert refusal(answered, cast, case) == "not_permitted"
    assert refusal(resolve, case.number, by=agent(cast), text="Done.") == "not_permitted"


def test_resolved_opened_again_and_closed(cast: Cast) -> None:
    case = opened(cast)
    assert refusal(reopen, case.number, by=cast.actor("pia"), text="x") == "not_resolved"
    assert refusal(resolve, case.number, by=agent(cast)) == "text_missing"
    resolve(case.number, by=agent(cast), text="Sent it again.")
    done = now(case)
    assert (done.state, done.due_at) == ("resolved", None) and done.answered_at
    assert written(case)[-1] == ("case.resolved.account", "Pia")
    assert refusal(answered, cast, case, by="pia") == "case_resolved"
    assert refusal(resolve, case.number, by=cast.actor("pia")) == "case_resolved"
    reopen(case.number, by=cast.actor("pia"), text="Not here yet.")
    assert (now(case).state, now(case).resolved_at) == ("waiting_for_vendor", None)
    resolve(case.number, by=cast.actor("pia"))
    assert messages(case)[-1] == ("customer", "Not here yet.")
    assert refusal(close, case.number, by=cast.actor("pia")) == "not_permitted"
    close(case.number, by=agent(cast))
    for act, more in ((answer, {"text": "x"}), (reopen, {"text": "x"}), (resolve, {})):
        assert refusal(act, case.number, by=cast.actor("pia"), **more) == "case_over"
    assert types(case)[-4:] == [
        *("case.resolved", "case.reopened", "case.resolved"),
        "case.closed",
    ]
    sound()


def test_what_nobody_opens_again_is_closed_by_the_clock(cast: Cast, settings: Any) -> None:
    solved, waiting = opened(cast), opened(cast)
    resolve(solved.number, by=cast.actor("pia"))
    assert close_due(by=Actor.system()) == 0
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=10)
    assert close_due(by=Actor.system()) == 1
    assert (now(solved).state, now(waiting).state) == ("closed", "open")
    assert told(solved)[-1][1]["by"]["person"] is None
    sound()


def test_targets_are_the_ends_of_working_days(cast: Cast, settings: Any) -> None:
    from datetime import date

    cast.policy(holidays=["2026-12-25"])
    settings.OFRECORD_TODAY = date(2026, 12, 24)
    cast.policy(holidays=["2026-12-25"], cool_down_days=1)
    case = opened(cast)
    local = [at.astimezone(clock.vendor_zone()) for at in (case.answer_due_at,)]
    assert local == [clock.midnight(date(2026, 12, 29))]
    assert case.resolution_due_at == clock.midnight(date(2027, 1, 2))
    assert django_settings.OFRECORD_CASE_ANSWER_DAYS == 1


def test_a_target_moves_by_as_long_as_the_customer_was_waited_for(
    cast: Cast, settings: Any
) -> None:
    case = opened(cast)
    due = now(case).resolution_due_at
    answered(cast, case)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=3)
    answered(cast, case, "pia")
    moved = now(case).resolution_due_at - due
    assert timedelta(days=2, hours=23) < moved <= timedelta(days=3, minutes=5)


def test_a_letter_to_staff_is_withheld_from_whoever_left_the_vendor(cast: Cast) -> None:
    case = opened(cast)
    with seeing(Actor.system()):
        letters = list(Letter.objects.filter(about=[case.number], kind="case.opened.staff"))
        Role.objects.filter(person=cast.people["ali"]).delete()
        found = addresses([each.pk for each in letters])
    withheld = {each.person_id: found[each.pk].withheld for each in letters}
    assert withheld[cast.people["ali"].pk] == "the person no longer holds a role in the account"
    assert withheld[cast.people["sue"].pk] == ""


def test_letters_say_what_was_written_and_where_to_go(cast: Cast, settings: Any) -> None:
    case = opened(cast, text="Our <b>invoice</b>.")
    answered(cast, case, text="We look\ninto it.")
    with seeing(Actor.system()):
        known = Letter.objects.filter(about=[case.number])
        to_sue = known.get(kind="case.opened.staff", person_id=cast.people["sue"].pk)
        to_pia = known.get(kind="case.answered.account")
    assert case.number in to_sue.subject
    assert f"{settings.OFRECORD_BASE_URL}/console/cases/{case.number}/" in to_sue.text
    assert "Our &lt;b&gt;invoice&lt;/b&gt;." in to_sue.html and to_sue.account_id is None
    assert f"{settings.OFRECORD_BASE_URL}/cases/{case.number}/" in to_pia.text
    assert "We look" in to_pia.text and to_pia.account_id == cast.alder.pk


def test_a_list_takes_as_many_statements_for_one_as_for_many(cast: Cast) -> None:
    def statements() -> tuple[int, int]:
        with seeing(cast.actor("pia")), CaptureQueriesContext(connection) as own:
            listing.page(cast.alder.pk, "", "", cast.actor("pia"))
        with seeing(agent(cast)), CaptureQueriesContext(connection) as queue:
            case_queue.page("", "", agent(cast))
        return len(own), len(queue)

    opened(cast, replacing(of_three(cast)))
    few = statements()
    for _more in range(5):
        opened(cast)
    assert statements() == few
