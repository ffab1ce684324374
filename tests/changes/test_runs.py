"""Runs: an act on more agreements than one act takes, in batches that call the same verb."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from ofrecord.changes import refusals
from ofrecord.changes.models import PartnerChange, Request, Run, RunBatch
from ofrecord.changes.refusals import NotAvailable, NotFound, NotPermitted, Refused, Unusable
from ofrecord.changes.runs import numbers
from ofrecord.changes.runs.cancel import cancel
from ofrecord.changes.runs.carry_on import carry_on, under_way
from ofrecord.changes.runs.resume import resume
from ofrecord.changes.runs.show import Place, listed, outcomes, show
from ofrecord.changes.runs.start import MOST, start
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.clients import add_client, revoke_client
from ofrecord.parties.context import as_one, seeing
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.models import Role
from tests.cast import Cast, bodies, of_record

SYSTEM = Actor.system()
GORSE = {("Gorse Digital", "reseller", None)}
LARKSPUR = {("Larkspur Systems", "reseller", None)}

Start = Callable[..., Run]


@pytest.fixture
def begin(cast: Cast) -> Start:
    """Somebody starts a run of small batches."""

    def start_it(*references: str, by: Actor | str = "pia", **given: Any) -> Run:
        actor = cast.actor(by) if isinstance(by, str) else by
        asked: dict[str, Any] = {"reason": "Closer to us.", "batch_size": 2, **given}
        number = asked.pop("partner", cast.gorse.account_number)
        return start(references, number, by=actor, **asked)

    return start_it


def carried(number: str) -> int:
    """Carry a run on until there is no more to take; how many batches that were."""
    batches = 0
    while carry_on(number, by=SYSTEM):
        batches += 1
    return batches


def told(cast: Cast, name: str = "pia") -> list[tuple[str, dict[str, Any]]]:
    """What the journal tells of somebody's runs."""
    with seeing(SYSTEM):
        found = Event.objects.filter(stream="person", subject_id=cast.people[name].pk)
        said = [json.loads(bytes(each.body)) for each in found.order_by("sequence")]
    return [(each["type"], each["data"]) for each in said if each["type"].startswith("run.")]


def codes(number: str, by: Actor = SYSTEM) -> list[list[str]]:
    items = outcomes(number, by=by).items
    return [[verdict.code for verdict in item.refusals] for item in items]


def client(cast: Cast, **given: Any) -> Actor:
    """A system of Alder's account that acts for Pia."""
    asked: dict[str, Any] = {"belongs_to": cast.alder.account_number, "scopes": ["changes:write"]}
    made, _secret = add_client("Order desk", by=Actor.system("cli"), **{**asked, **given})
    return Actor(
        person_id=None,
        door="api",
        accounts=(cast.alder.pk,),
        strength="client",
        client=made.client_id,
        on_behalf_of=cast.people["pia"].pk,
    )


def test_every_agreement_of_a_run_changes_once_batch_by_batch(cast: Cast, begin: Start) -> None:
    refs = [cast.contract() for _ in range(5)]
    run = begin(*refs)
    assert (run.items, run.batches, run.state) == (5, 3, "under_way")
    assert of_record(refs[0]) == LARKSPUR, "nothing has changed yet"
    assert carry_on(run.number, by=SYSTEM)
    assert [of_record(ref) == GORSE for ref in refs] == [True, True, False, False, False]
    assert show(run.number, by=SYSTEM).waiting == 3
    assert carried(run.number) == 2
    done = show(run.number, by=SYSTEM)
    assert (done.accepted, done.refused, done.waiting, done.batches_done) == (5, 0, 0, 3)
    assert done.run.state == "complete" and done.run.ended_at
    assert all(of_record(ref) == GORSE for ref in refs)
    with seeing(SYSTEM):
        assert PartnerChange.objects.filter(occasion="request").count() == 5
    assert carried(run.number) == 0


def test_a_run_acts_as_who_started_it_through_the_door_they_came_by(
    cast: Cast, begin: Start
) -> None:
    ref = cast.contract()
    carried(begin(ref, by=cast.actor("pia", request_id="req-1")).number)
    by = bodies(ref)[1]["data"]["by"]
    assert by == {
        "person": cast.people["pia"].pk,
        "on_behalf_of": None,
        "door": "portal",
        "strength": "password",
        "request": "req-1",
    }


def test_the_journal_tells_of_a_run_in_the_stream_of_the_person(cast: Cast, begin: Start) -> None:
    run = begin(cast.contract(), cast.contract(days=3), cast.contract())
    carried(run.number)
    (first, started), (last, completed) = told(cast)
    assert (first, last) == ("run.started", "run.completed")
    assert started["by"]["person"] == cast.people["pia"].pk
    assert {name: started[name] for name in ("run", "verb", "items", "batches", "reason")} == {
        "run": run.number,
        "verb": "submit",
        "items": 3,
        "batches": 2,
        "reason": "Closer to us.",
    }
    assert (completed["accepted"], completed["refused"]) == (2, 1)


def test_items_are_judged_singly_and_each_has_its_outcome(cast: Cast, begin: Start) -> None:
    good, near, other = cast.contract(), cast.contract(days=3), cast.contract()
    run = begin(good, near, "999", other)
    carried(run.number)
    assert codes(run.number) == [[], ["near_expiration"], ["not_found"], []]
    items = outcomes(run.number, by=SYSTEM).items
    assert [item.agreement for item in items] == [good, near, "999", other]
    assert items[0].number and items[0].state == "complete"
    done = show(run.number, by=SYSTEM)
    assert (done.accepted, done.refused) == (2, 2)


def test_a_last_batch_of_one_that_is_refused_is_an_outcome(cast: Cast, begin: Start) -> None:
    run = begin(cast.contract(), cast.contract(), cast.contract(days=3))
    assert carried(run.number) == 2
    assert codes(run.number) == [[], [], ["near_expiration"]]


def test_outcomes_are_paged_across_batches(cast: Cast, begin: Start) -> None:
    refs = [cast.contract() for _ in range(5)]
    run = begin(*refs)
    carried(run.number)
    seen: list[list[str]] = []
    after: Place | None = (0, 0)
    while after:
        page = outcomes(run.number, by=SYSTEM, after=after, limit=3)
        seen.append([item.agreement for item in page.items])
        after = page.next
    assert seen == [refs[:3], refs[3:]]
    exact = outcomes(run.number, by=SYSTEM, limit=5)
    assert (len(exact.items), exact.next) == (5, None)


def test_only_the_refused_are_asked_for(cast: Cast, begin: Start) -> None:
    run = begin(*[cast.contract() for _ in range(4)], "998", cast.contract(), "999")
    carried(run.number)
    page = outcomes(run.number, by=SYSTEM, limit=1, only_refused=True)
    assert [item.agreement for item in page.items] == ["998"]
    assert page.next
    page = outcomes(run.number, by=SYSTEM, limit=1, only_refused=True, after=page.next)
    assert ([item.agreement for item in page.items], page.next) == (["999"], None)


def test_an_agreement_that_is_named_twice_is_one(cast: Cast, begin: Start) -> None:
    one, two = cast.contract(), cast.contract()
    run = begin(one, two, one, batch_size=1)
    assert (run.items, run.batches) == (2, 2)
    carried(run.number)
    assert codes(run.number) == [[], []]


def test_each_batch_writes_one_letter_to_each_person(cast: Cast, begin: Start) -> None:
    run = begin(*[cast.contract() for _ in range(4)])
    carried(run.number)
    with seeing(SYSTEM):
        assert Letter.objects.filter(person_id=cast.people["sam"].pk).count() == 2


def test_a_run_for_a_later_day_schedules_its_changes(cast: Cast, begin: Start) -> None:
    ref, later = cast.contract(), clock.today() + timedelta(days=5)
    run = begin(ref, effective_on=later)
    carried(run.number)
    (item,) = outcomes(run.number, by=SYSTEM).items
    assert item.state == "scheduled"
    with seeing(SYSTEM):
        assert PartnerChange.objects.get(number=item.number).effective_at == clock.midnight(later)


def test_a_day_that_went_by_meanwhile_refuses_the_rest(
    cast: Cast, begin: Start, settings: Any
) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    run = begin(*[cast.contract() for _ in range(3)], effective_on=tomorrow)
    carry_on(run.number, by=SYSTEM)
    settings.OFRECORD_TODAY = tomorrow + timedelta(days=1)
    carried(run.number)
    assert codes(run.number) == [[], [], ["effective_in_past"]]
    done = show(run.number, by=SYSTEM)
    assert (done.accepted, done.refused, done.run.state) == (2, 1, "complete")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"effective_on": timedelta(days=-1)}, "effective_in_past"),
        ({"batch_size": 0}, "batch_size_unusable"),
        ({"batch_size": refusals.LIMIT + 1}, "batch_size_unusable"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_at_once(
    cast: Cast, begin: Start, given: dict[str, Any], code: str
) -> None:
    if "effective_on" in given:
        given = {"effective_on": clock.today() + given["effective_on"]}
    with pytest.raises(Unusable) as refused:
        begin(cast.contract(), idempotency_key="k", **given)
    assert refused.value.code == code
    assert begin(cast.contract(), idempotency_key="k").items == 1, "the key is free"


def test_a_run_names_between_one_and_a_million_agreements(cast: Cast, begin: Start) -> None:
    with pytest.raises(Unusable) as refused:
        begin()
    assert refused.value.code == "nothing_named"
    with pytest.raises(Unusable) as refused:
        begin(*map(str, range(MOST + 1)))
    assert refused.value.code == "too_many"


def test_a_run_is_for_a_person(cast: Cast, begin: Start) -> None:
    with pytest.raises(NotPermitted):
        begin(cast.contract(), by=Actor.system("cli"))


def test_the_same_key_is_the_same_run(cast: Cast, begin: Start) -> None:
    refs = [cast.contract() for _ in range(3)]
    run = begin(*refs, idempotency_key="move")
    carry_on(run.number, by=SYSTEM)
    again = begin(*refs, idempotency_key="move")
    assert (again.pk, len(told(cast))) == (run.pk, 1)
    with pytest.raises(Refused) as refused:
        begin(cast.contract(), idempotency_key="move")
    assert refused.value.code == "idempotency_key_reused"


def test_the_same_key_for_somebody_else_is_another_request(cast: Cast, begin: Start) -> None:
    by, ref = client(cast), cast.contract()
    begin(ref, by=by, idempotency_key="move")
    with pytest.raises(Unusable) as refused:
        begin(ref, by=by.acting_for(cast.people["sam"].pk), idempotency_key="move")
    assert refused.value.code == "idempotency_key_reused"


def test_a_run_is_started_within_the_transaction_of_a_door(cast: Cast, begin: Start) -> None:
    by = client(cast)
    ref = cast.contract()
    with as_one(replace(by, on_behalf_of=None)):
        run = begin(ref, by=by)
    assert carried(run.number) == 1
    assert of_record(ref) == GORSE
    assert bodies(ref)[1]["data"]["by"]["client"] == by.client
    assert show(run.number, by=by).accepted == 1


def test_the_right_is_asked_for_anew_by_each_batch(cast: Cast, begin: Start) -> None:
    refs = [cast.contract() for _ in range(4)]
    run = begin(*refs, by="sam")
    carry_on(run.number, by=SYSTEM)
    with seeing(SYSTEM):
        Role.objects.filter(person=cast.people["sam"]).update(name="viewer")
    assert carried(run.number) == 1
    assert codes(run.number) == [[], [], ["not_permitted"], ["not_permitted"]]
    assert of_record(refs[3]) == LARKSPUR


def test_the_right_of_whom_the_operator_acts_for_is_asked_for_anew(
    cast: Cast, begin: Start
) -> None:
    run = begin(cast.contract(), by=Actor.system("cli").acting_for(cast.people["sam"].pk))
    with seeing(SYSTEM):
        Role.objects.filter(person=cast.people["sam"]).delete()
    carried(run.number)
    assert codes(run.number) == [["not_permitted"]]


def test_a_run_stops_when_no_role_is_left_and_goes_on_when_it_is_back(
    cast: Cast, begin: Start
) -> None:
    run = begin(cast.contract(), by="sam")
    with seeing(SYSTEM):
        role = Role.objects.get(person=cast.people["sam"])
        role.delete()
    assert not carry_on(run.number, by=SYSTEM)
    stopped = show(run.number, by=SYSTEM)
    assert (stopped.run.state, stopped.waiting) == ("stopped", 1)
    assert stopped.stopped_for and stopped.stopped_for.code == "not_permitted"
    with seeing(SYSTEM):
        role.save()
    resume(run.number, by=cast.actor("sam"))
    assert carried(run.number) == 1
    assert [type for type, _ in told(cast, "sam")] == [
        "run.started",
        "run.stopped",
        "run.resumed",
        "run.completed",
    ]


def test_a_run_sees_no_account_that_its_person_came_to_later(cast: Cast, begin: Start) -> None:
    elsewhere = cast.contract(account=cast.birch)
    run = begin(cast.contract(), elsewhere)
    with seeing(SYSTEM):
        Role.objects.create(person=cast.people["pia"], name="secondary_admin", account=cast.birch)
    carried(run.number)
    assert codes(run.number) == [[], ["not_found"]]


def test_a_person_who_was_disabled_stops_the_run(cast: Cast, begin: Start) -> None:
    run = begin(*[cast.contract() for _ in range(3)])
    carry_on(run.number, by=SYSTEM)
    disable_person("pia@example.com", by=Actor.system("cli"))
    assert carried(run.number) == 0
    stopped = show(run.number, by=SYSTEM)
    assert (stopped.run.state, stopped.accepted, stopped.waiting) == ("stopped", 2, 1)
    assert stopped.as_data()["stopped_for"]["code"] == "person_disabled"
    assert run.number not in under_way()
    resume(run.number, by=cast.actor("opal"))
    assert carried(run.number) == 0
    assert show(run.number, by=SYSTEM).run.state == "stopped", "what stopped it still stands"


def test_a_system_whose_credentials_are_gone_stops_the_run(cast: Cast, begin: Start) -> None:
    by = client(cast)
    run = begin(cast.contract(), by=by)
    revoke_client(str(by.client), by=Actor.system("cli"))
    assert carried(run.number) == 0
    assert show(run.number, by=SYSTEM).run.stopped_for == "client_revoked"


def test_a_system_whose_credentials_have_run_out_stops_the_run(cast: Cast, begin: Start) -> None:
    by = client(cast, expires_at=now() + timedelta(days=1))
    run = begin(cast.contract(), cast.contract(), cast.contract(), by=by)
    carry_on(run.number, by=SYSTEM)
    with seeing(SYSTEM), connection.cursor() as cursor:
        cursor.execute("UPDATE api_client SET expires_at = clock_timestamp()")
    assert carried(run.number) == 0
    assert show(run.number, by=SYSTEM).run.stopped_for == "client_revoked"


def test_what_was_not_begun_is_not_carried_out_after_a_cancel(cast: Cast, begin: Start) -> None:
    refs = [cast.contract() for _ in range(4)]
    run = begin(*refs)
    carry_on(run.number, by=SYSTEM)
    cancel(run.number, by=cast.actor("pia"), reason="Enough.")
    assert carried(run.number) == 0
    done = show(run.number, by=cast.actor("pia"))
    assert (done.run.state, done.accepted, done.waiting) == ("cancelled", 2, 2)
    assert of_record(refs[3]) == LARKSPUR
    assert told(cast)[-1][1] | {"by": None} == {
        "run": run.number,
        "reason": "Enough.",
        "accepted": 2,
        "refused": 0,
        "not_done": 2,
        "by": None,
    }
    acts: list[Callable[[], Run]] = [
        lambda: cancel(run.number, by=SYSTEM, reason="Again."),
        lambda: resume(run.number, by=SYSTEM),
    ]
    for act in acts:
        with pytest.raises(NotAvailable) as refused:
            act()
        assert refused.value.code == "run_over"


def test_a_cancel_has_a_reason(cast: Cast, begin: Start) -> None:
    run = begin(cast.contract())
    with pytest.raises(Unusable) as refused:
        cancel(run.number, by=cast.actor("pia"), reason=" ")
    assert refused.value.code == "reason_missing"


def test_a_run_that_is_under_way_is_not_resumed(cast: Cast, begin: Start) -> None:
    run = begin(cast.contract())
    with pytest.raises(NotAvailable):
        resume(run.number, by=cast.actor("pia"))


@pytest.mark.parametrize("name", ["sam", "bo", "gil", "stan"])
def test_a_run_of_somebody_else_is_not_found(cast: Cast, begin: Start, name: str) -> None:
    run, by = begin(cast.contract()), cast.actor(name)
    acts: list[Callable[[], object]] = [
        lambda: show(run.number, by=by),
        lambda: outcomes(run.number, by=by),
        lambda: carry_on(run.number, by=by),
        lambda: cancel(run.number, by=by, reason="Mine."),
        lambda: resume(run.number, by=by),
    ]
    for act in acts:
        with pytest.raises(NotFound):
            act()
    assert listed(by=by) == []
    with seeing(by):
        assert (Run.objects.count(), RunBatch.objects.count()) == (0, 0)
    with seeing(SYSTEM):
        assert not Run.objects.visible_to(by).exists(), "without row-level security too"


def test_a_run_is_seen_by_its_person_its_system_and_the_vendor(cast: Cast, begin: Start) -> None:
    by = client(cast)
    run = begin(cast.contract(), by=by)
    sees = [by, cast.actor("pia"), cast.actor("aude"), cast.actor("opal"), SYSTEM]
    for each in sees:
        assert [found.run.number for found in listed(by=each)] == [run.number]
        with seeing(each):
            assert RunBatch.objects.count() == 1


def test_an_auditor_reads_and_decides_nothing(cast: Cast, begin: Start) -> None:
    run = begin(cast.contract())
    acts: list[Callable[[], object]] = [
        lambda: cancel(run.number, by=cast.actor("aude"), reason="No."),
        lambda: carry_on(run.number, by=cast.actor("aude")),
    ]
    for act in acts:
        with pytest.raises(NotPermitted):
            act()
    assert cancel(run.number, by=cast.actor("opal"), reason="No.").state == "cancelled"


def test_runs_are_listed_the_newest_first(cast: Cast, begin: Start) -> None:
    runs = [begin(cast.contract()).number for _ in range(3)]
    assert [each.run.number for each in listed(by=SYSTEM, limit=2)] == runs[:0:-1]
    assert [each.run.number for each in listed(by=SYSTEM, before=runs[1])] == runs[:1]


def test_a_list_of_many_runs_takes_as_many_statements_as_one_of_few(
    cast: Cast, begin: Start
) -> None:
    begin(cast.contract())
    with CaptureQueriesContext(connection) as few:
        assert len(listed(by=SYSTEM)) == 1
    runs = [begin(cast.contract(), cast.contract()).number for _ in range(4)]
    carry_on(runs[0], by=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        found = {each.run.number: each for each in listed(by=SYSTEM)}
    assert len(many) == len(few)
    assert [found[number].waiting for number in runs] == [0, 2, 2, 2]


def test_a_number_is_understood_as_people_write_it(cast: Cast, begin: Start) -> None:
    number = begin(cast.contract()).number
    assert number.startswith("RUN-")
    assert numbers.normalized(number.lower().replace("-", " ")) == number
    assert numbers.normalized(number.removeprefix("RUN-")) == number
    assert numbers.normalized("RUN-00000001") is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE run SET reason = 'Another'",
        "UPDATE run SET state = 'under_way', ended_at = NULL",
        "DELETE FROM run",
        "UPDATE run_batch SET agreements = '{}'",
        "UPDATE run_batch SET accepted = 0, refused = 1",
        "DELETE FROM run_batch",
    ],
)
def test_what_a_run_did_is_history(cast: Cast, begin: Start, statement: str) -> None:
    carried(begin(cast.contract()).number)
    with seeing(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_batch_counts_what_it_holds(cast: Cast, begin: Start) -> None:
    begin(cast.contract(), cast.contract())
    cast.change(cast.contract(), idempotency_key="one")
    with seeing(SYSTEM):
        done: dict[str, Any] = {"done_at": now(), "request": Request.objects.get(key="one")}
        with pytest.raises(DatabaseError, match="run_batch_done_whole"), transaction.atomic():
            RunBatch.objects.update(**done, accepted=1, refused=0)
        assert RunBatch.objects.update(**done, accepted=1, refused=1) == 1
