"""Many acts in any order, over many days: what must always be true is true in the end.

Each walk is drawn from a seed. Answers about the past, as known at some moment of the walk, are
asked again at its end and are the same.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from ofrecord.agreements.history import partners_of_record
from ofrecord.agreements.models import Agreement
from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.locks import lift, lock
from ofrecord.changes.models import OPEN, PartnerChange
from ofrecord.changes.refusals import Refused
from ofrecord.changes.undo import undo
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.agreements.test_history import recorded_now
from tests.cast import Cast, Of

pytestmark = pytest.mark.slow
STEPS = 40
Answer = dict[int, list[tuple[str, str, str | None]]]


class Walk:
    """Acts drawn at random on a few agreements of every kind."""

    def __init__(self, cast: Cast, seed: int, settings: Any) -> None:
        self.cast, self.settings = cast, settings
        self.random = Random(seed)
        self.done, self.refused = 0, set[str]()
        three = Of(cast.larkspur), Of(cast.gorse, days=30), Of(cast.dune, "distributor", days=-2)
        split = Of(cast.larkspur, product="Draft"), Of(cast.gorse, product="Sketch")
        self.references = [
            cast.contract(),
            cast.contract(manager="cora", partners=three),
            cast.contract(products=("Draft", "Sketch"), partners=split),
            cast.contract(partners=()),
            cast.contract(days=400, lasting=390),
            cast.contract(days=96),
        ]

    def step(self) -> None:
        acts: list[Callable[[], object]] = [self._submit] * 5
        acts += [self._later, self._later, self._cancel, self._undo, self._undo]
        acts += [self._next_day, self._clock, self._lock, self._lift, self._repeat]
        try:
            self.random.choice(acts)()
            self.done += 1
        except Refused as refusal:
            self.refused.add(refusal.code)

    def answers(self, at: datetime, known: datetime) -> Answer:
        with seeing(Actor.system()):
            ids = Agreement.objects.values_list("pk", flat=True)
            found = partners_of_record(list(ids), at, known)
        return {
            id: [(each.number, each.role, each.subscription) for each in sets]
            for id, sets in found.items()
        }

    def _submit(self, **given: Any) -> None:
        partner = self.random.choice([self.cast.gorse, self.cast.dune, self.cast.larkspur])
        chosen = self.random.sample(self.references, self.random.choice([1, 1, 1, 3]))
        by = self.random.choice(["pia", "sam"])
        self.cast.submit(*chosen, by=by, partner=partner.account_number, **given)

    def _later(self) -> None:
        self._submit(effective_on=clock.today() + timedelta(days=self.random.randint(1, 5)))

    def _repeat(self) -> None:
        """The same key twice: of anything that it did, once."""
        state = self.random.getstate()
        for _ in range(2):
            self.random.setstate(state)
            self._submit(idempotency_key=f"key {self.done} {len(self.refused)}")

    def _cancel(self) -> None:
        if number := self._one_of(state__in=OPEN):
            cancel(number, by=self.cast.actor("sam"), reason="No.")

    def _undo(self) -> None:
        if number := self._one_of(occasion="request"):
            undo([number], by=self.cast.actor("pia"), reason="A slip.")

    def _one_of(self, **wanted: Any) -> str | None:
        with seeing(Actor.system()):
            found = PartnerChange.objects.filter(**wanted).order_by("id")
            numbers = list(found.values_list("number", flat=True))
        return self.random.choice(numbers) if numbers else None

    def _next_day(self) -> None:
        days = self.random.choice([1, 1, 2, 4])
        self.settings.OFRECORD_TODAY = clock.today() + timedelta(days=days)

    def _clock(self) -> None:
        apply(by=Actor.system())

    def _lock(self) -> None:
        lock([self.random.choice(self.references)], by=self.cast.actor("pia"), reason="Ours.")

    def _lift(self) -> None:
        for name in ("pia", "sam"):
            lift(self.references, by=self.cast.actor(name), reason="Free.")


@pytest.mark.parametrize("seed", range(8))
def test_a_walk_leaves_everything_as_it_must_be(cast: Cast, settings: Any, seed: int) -> None:
    walk = Walk(cast, seed, settings)
    asked: list[tuple[datetime, datetime, Answer]] = []
    for step in range(STEPS):
        walk.step()
        if step % 5 == 0:
            at = clock.business_now() + timedelta(days=walk.random.randint(-3, 6))
            known = recorded_now()
            asked.append((at, known, walk.answers(at, known)))
    assert walk.done > STEPS / 4
    for at, known, answer in asked:
        assert walk.answers(at, known) == answer
    assert {each.name: each.examples for each in verify(samples=500) if each.violations} == {}
