"""Any sequence of verbs under a moving clock, against a small model of what must come of it.

The model knows nothing of tenures, versions or events: it keeps a line of partner sets for each
agreement, and what is open. At the end both say the same at every instant, and verify agrees.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.codes.make import make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.consents.settle import settle
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.members import Member
from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.changes.refusals import Refused
from ofrecord.changes.support import Wish, support
from ofrecord.changes.undo import undo
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, of_record

Set = frozenset[str]
TICK = timedelta(microseconds=1)
GORSE, DUNE, LARKSPUR = "7200000002", "7200000003", "7200000001"
NAMES = {GORSE: "Gorse Digital", DUNE: "Dune Distribution", LARKSPUR: "Larkspur Systems"}
NUMBERS = st.sampled_from([GORSE, DUNE, LARKSPUR])
AGREEMENTS = st.integers(0, 2)


@dataclass
class Line:
    """The partner sets of one agreement through time."""

    sets: list[tuple[datetime, Set]]

    def at(self, instant: datetime) -> Set:
        return next((s for since, s in reversed(self.sets) if since <= instant), frozenset())

    def put(self, since: datetime, until: datetime | None, new: Set) -> None:
        after = [] if until is None else [(until, self.at(until))]
        after += [each for each in self.sets if until and each[0] > until]
        self.sets = [each for each in self.sets if each[0] < since] + [(since, new), *after]

    def resellers(self, since: datetime) -> set[str]:
        """Those from an instant on."""
        held = [self.at(since), *(each for begins, each in self.sets if begins > since)]
        return {number for each in held for number in each if number != DUNE}

    def replace_reseller(self, since: datetime, number: str) -> None:
        """From an instant on another reseller, beside whoever distributes then."""
        self.sets = [
            *(each for each in self.sets if each[0] < since),
            (since, self.at(since) & {DUNE} | {number}),
            *((begins, held & {DUNE} | {number}) for begins, held in self.sets if begins > since),
        ]

    def copy(self) -> "Line":
        return Line(list(self.sets))


@dataclass
class Open:
    """A change that is scheduled, or that awaits the consents with these deadlines."""

    number: str
    reference: str
    effective_at: datetime
    before: Set
    after: Set
    due: dict[UUID, tuple[str, datetime]] = field(default_factory=dict)
    given: list[datetime] = field(default_factory=list)

    @property
    def is_due(self) -> bool:
        return not self.due and self.effective_at <= clock.business_now()


class Life(RuleBasedStateMachine):
    """Three agreements, three partners, everybody who acts on them, and the clock."""

    today: Any

    def __init__(self) -> None:
        super().__init__()
        self.undoing = transaction.atomic()
        self.undoing.__enter__()
        self.today.OFRECORD_TODAY = None
        self.cast = Cast.enter()
        with seeing(Actor.system("cli")):
            self.cast._person("otis", "operations")
        both = (Of(self.cast.larkspur), Of(self.cast.dune, "distributor"))
        self.references = [
            self.cast.contract(days=400, lasting=500),
            self.cast.contract(days=400, lasting=500, partners=both),
            self.cast.contract(days=400, lasting=500, partners=()),
        ]
        since = clock.midnight(clock.today() - timedelta(days=100))
        loaded = (frozenset({LARKSPUR}), frozenset({LARKSPUR, DUNE}), frozenset[str]())
        self.lines = {
            ref: Line([(since, held)]) for ref, held in zip(self.references, loaded, strict=True)
        }
        self.open: dict[str, Open] = {}
        self.states: dict[str, str] = {}

    @initialize(
        days=st.dictionaries(st.sampled_from(["gaining", "losing", "approval"]), st.just(3))
    )
    def policy(self, days: dict[str, int]) -> None:
        if days:
            self.cast.policy(consent_days=days)

    @rule(place=AGREEMENTS, number=NUMBERS, later=st.integers(0, 6))
    def submit(self, place: int, number: str, later: int) -> None:
        reference = self.references[place]
        day = clock.today() + timedelta(days=later)
        with self.expected(reference, number, clock.midnight(day) if later else None):
            outcome = self.cast.submit(reference, partner=number, effective_on=day)
            self.begun(str(outcome.items[0].number), reference, number)

    @rule(place=AGREEMENTS, number=st.sampled_from([GORSE]))
    def take_over_by_code(self, place: int, number: str) -> None:
        reference = self.references[place]
        with self.expected(reference, number, None):
            made = make([reference], number, by=self.cast.actor("pia"), reason="A code.")
            outcome = redeem(made.code, by=self.cast.actor("gil"))
            self.begun(str(outcome.items[0].number), reference, number, accepted=True)

    @rule(place=AGREEMENTS)
    def cancel(self, place: int) -> None:
        self.settle()
        opened = self.open.get(self.references[place])
        if opened:
            cancel(opened.number, by=self.cast.actor("sam"), reason="No.")
            self.close(opened, "cancelled")

    @rule(place=AGREEMENTS)
    def undo(self, place: int) -> None:
        self.settle()
        reference = self.references[place]
        with seeing(Actor.system()):
            found = PartnerChange.objects.filter(agreement__reference=reference)
            latest = found.exclude(decided_at=None).order_by("-id")[0]
            before = {m.partner.account_number for m in latest.members.filter(before=True)}
        try:
            (item,) = undo([latest.number], by=self.cast.actor("pia"), reason="A slip.").items
        except Refused:
            return
        undone_at = self.row(str(item.number)).effective_at
        self.lines[reference].put(undone_at, None, frozenset(before))
        self.states[str(item.number)] = "complete"

    @rule(place=AGREEMENTS, number=NUMBERS, ago=st.integers(0, 60), supersedes=st.booleans())
    def correct(self, place: int, number: str, ago: int, supersedes: bool) -> None:
        self.settle()
        reference = self.references[place]
        try:
            proposed = propose(
                reference,
                by=self.cast.actor("opal"),
                reason="Put right.",
                partner=number,
                effective_on=clock.today() - timedelta(days=ago),
                supersedes=supersedes,
            )
        except Refused:
            return
        change = self.row(approve(proposed.pk, by=self.cast.actor("otis")).number)
        opened = self.open.get(reference)
        if supersedes and opened:
            self.close(opened, "cancelled")
        until = opened.effective_at if opened and not (supersedes or opened.due) else None
        assert change.effective_until == until
        self.lines[reference].put(change.effective_at, until, frozenset({number}))
        self.states[change.number] = "complete"

    @rule(place=AGREEMENTS, number=st.sampled_from([GORSE, LARKSPUR]), supersedes=st.booleans())
    def support(self, place: int, number: str, supersedes: bool) -> None:
        self.settle()
        reference = self.references[place]
        opened, line = self.open.get(reference), self.lines[reference]
        foreseen = self.against_support(line, number)
        if opened and supersedes and not foreseen:
            foreseen = self.against_support(self.without(opened), number)
        if opened and not supersedes:
            foreseen.add("change_in_progress")
        wish = Wish(number, (Member("reseller"),), supersedes=supersedes)
        by = self.cast.actor("opal", door="console")
        try:
            (item,) = support([reference], wish, by=by, reason="By phone.").items
        except Refused as refused:
            assert {verdict.code for verdict in refused.verdicts} == foreseen
            return
        assert not foreseen
        if opened:
            self.close(opened, "cancelled")
        self.lines[reference].replace_reseller(self.row(str(item.number)).effective_at, number)
        self.states[str(item.number)] = "complete"

    def against_support(self, line: Line, number: str) -> set[str]:
        held = line.resellers(clock.business_now())
        return {"member_unknown"} if not held else {"partner_same"} if held == {number} else set()

    def without(self, opened: Open) -> Line:
        """The line as it is once an open change is called off."""
        line = self.lines[opened.reference].copy()
        if not opened.due:
            line.put(opened.effective_at, None, line.at(opened.effective_at - TICK))
        return line

    @rule(place=AGREEMENTS, which=st.integers(0, 3), given=st.booleans())
    def answer(self, place: int, which: int, given: bool) -> None:
        self.settle()
        opened = self.open.get(self.references[place])
        if not opened or not opened.due:
            return
        id = sorted(opened.due)[which % len(opened.due)]
        kind, _ = opened.due.pop(id)
        with seeing(Actor.system()):
            asked = Consent.objects.select_related("partner").get(pk=id)
        firms = {GORSE: "gil", DUNE: "dee", LARKSPUR: "lou"}
        who = firms[asked.partner.account_number] if asked.partner else "sam"
        said = {"ground": "open_order"} if kind == "losing" else {"reason": "No."}
        answer([id], given=given, by=self.cast.actor(who), **({} if given else said))
        with seeing(Actor.system()):
            opened.given.append(Consent.objects.get(pk=id).answered_at or clock.business_now())
        if not given:
            self.close(opened, "declined")
        elif not opened.due:
            self.decide(opened, max(opened.given))

    @rule(days=st.integers(1, 5))
    def wait(self, days: int) -> None:
        self.today.OFRECORD_TODAY = clock.today() + timedelta(days=days)

    @rule()
    def clock(self) -> None:
        settle(by=Actor.system())
        apply(by=Actor.system())

    def teardown(self) -> None:
        try:
            self.clock()
            self.settle()
            self.compare()
        finally:
            transaction.set_rollback(True)
            self.undoing.__exit__(None, None, None)
            self.today.OFRECORD_TODAY = None

    def compare(self) -> None:
        for reference, line in self.lines.items():
            for edge, _set in line.sets:
                for instant in (edge - TICK, edge, edge + timedelta(hours=1)):
                    kept = {name for name, _role, _scope in of_record(reference, instant)}
                    assert kept == {NAMES[number] for number in line.at(instant)}, instant
        for opened in self.open.values():
            self.states[opened.number] = "awaiting_consent" if opened.due else "scheduled"
        assert {number: self.row(number).state for number in self.states} == self.states
        assert {each.name: each.examples for each in verify(samples=100) if each.violations} == {}

    @contextmanager
    def expected(self, reference: str, number: str, at: datetime | None) -> Iterator[None]:
        """What follows is refused by the rules that the model foresees, and by no other."""
        self.settle()
        since, line = at or clock.business_now(), self.lines[reference]
        opened = self.open.get(reference)
        foreseen = {"change_in_progress"} if opened else set[str]()
        later = [line.at(since), *(held for begins, held in line.sets if begins > since)]
        if {number} in later and all(held in ({number}, set()) for held in later):
            foreseen.add("partner_same")
        try:
            yield
        except Refused as refused:
            assert {verdict.code for verdict in refused.verdicts} == foreseen
        else:
            assert not foreseen

    def begun(self, number: str, reference: str, partner: str, *, accepted: bool = False) -> None:
        """A change was submitted: it is decided at once, or what it waits for is noted."""
        change, line = self.row(number), self.lines[reference]
        before = line.at(change.effective_at)
        opened = Open(number, reference, change.effective_at, before, frozenset({partner}))
        with seeing(Actor.system()):
            for asked in Consent.objects.filter(change=change):
                if asked.kind == "gaining" and accepted:
                    opened.given.append(asked.answered_at or clock.business_now())
                else:
                    opened.due[asked.pk] = asked.kind, asked.due_at
        self.open[reference] = opened
        if not opened.due:
            self.decide(opened, change.effective_at)

    def settle(self) -> None:
        """What has come of deadlines by now, as the model has it."""
        now = clock.business_now()
        for opened in [each for each in self.open.values() if each.due]:
            passed = [at for _kind, at in opened.due.values() if at <= now]
            fatal = [at for kind, at in opened.due.values() if at <= now and kind != "losing"]
            if fatal:
                self.close(opened, "expired")
            elif len(passed) == len(opened.due):
                opened.due.clear()
                self.decide(opened, max([*passed, *opened.given]))
        for opened in [each for each in self.open.values() if each.is_due]:
            self.states[opened.number] = "complete"
            del self.open[opened.reference]

    def decide(self, opened: Open, settled_at: datetime) -> None:
        line = self.lines[opened.reference]
        at = max(opened.effective_at, settled_at)
        if line.at(at) != opened.before:
            self.close(opened, "declined")
            return
        opened.effective_at = at
        line.put(at, None, opened.after)
        self.states[opened.number] = "complete"
        self.open[opened.reference] = opened
        if opened.is_due:
            del self.open[opened.reference]

    def close(self, opened: Open, state: str) -> None:
        self.states[opened.number] = state
        del self.open[opened.reference]
        if state == "cancelled":
            self.lines[opened.reference] = self.without(opened)

    def row(self, number: str) -> PartnerChange:
        with seeing(Actor.system()):
            return PartnerChange.objects.get(number=number)


@pytest.mark.slow
def test_whatever_is_done_the_model_says_the_same(db: None, settings: Any) -> None:
    Life.today = settings
    run_state_machine_as_test(Life, settings=PATIENT)


PATIENT = settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=[Phase.explicit, Phase.generate],
)
