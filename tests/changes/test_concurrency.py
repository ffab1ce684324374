"""Many at the same moment: one wins, the others are told who, and nothing is done twice."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.refusals import AgreementMoved, NotAvailable, Refused
from ofrecord.changes.submit import submit
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, of_record, types

pytestmark = pytest.mark.slow


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each act gave, or the exception it ended with; all start at the same moment."""
    ready = Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        connection.ensure_connection()
        ready.wait(30)
        try:
            outcomes[place] = acts[place]()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def submitting(cast: Cast, reference: str, **given: Any) -> Callable[[], Submitted]:
    actor = cast.actor(given.pop("by", "pia"))
    number = given.pop("partner", cast.gorse.account_number)
    return lambda: submit([reference], number, by=actor, reason="Closer.", **given)


def requested() -> int:
    with seeing(Actor.system()):
        return PartnerChange.objects.filter(occasion="request").count()


def is_clean() -> None:
    assert {each.name: each.examples for each in verify() if each.violations} == {}


def test_thirty_two_submits_of_one_preview_are_one_change(fresh_cast: Cast) -> None:
    reference = fresh_cast.contract()
    shown = fresh_cast.shown(reference)
    by = ["pia", "sam"] * 16
    outcomes = at_once([submitting(fresh_cast, reference, by=b, fingerprints=[shown]) for b in by])
    done = [each for each in outcomes if isinstance(each, Submitted)]
    refused = [each for each in outcomes if isinstance(each, AgreementMoved)]
    assert (len(done), len(refused)) == (1, 31), outcomes
    number = done[0].items[0].number
    assert number and all(number in str(each) for each in refused)
    assert requested() == 1
    is_clean()


def test_thirty_two_submits_on_as_many_agreements_are_as_many_changes(fresh_cast: Cast) -> None:
    references = [fresh_cast.contract() for _ in range(32)]
    outcomes = at_once(
        [submitting(fresh_cast, r, fingerprints=[fresh_cast.shown(r)]) for r in references]
    )
    numbers = {each.items[0].number for each in outcomes}
    assert len(numbers) == requested() == 32
    assert all(of_record(r) == {("Gorse Digital", "reseller", None)} for r in references)
    is_clean()


def test_the_same_key_fifty_times_is_one_change_and_fifty_equal_answers(fresh_cast: Cast) -> None:
    reference = fresh_cast.contract()
    outcomes = at_once([submitting(fresh_cast, reference, idempotency_key="k")] * 50)
    assert len({str(each.as_data()) for each in outcomes}) == 1
    assert Counter(each.repeated for each in outcomes) == {True: 49, False: 1}
    assert requested() == 1
    assert types(reference).count("partner_change.applied") == 1
    is_clean()


def test_acts_on_the_same_agreements_in_any_order_do_not_block_each_other(
    fresh_cast: Cast,
) -> None:
    references = [fresh_cast.contract() for _ in range(20)]
    partners = [fresh_cast.gorse, fresh_cast.dune]
    actor = fresh_cast.actor("pia")

    def act(place: int) -> Callable[[], Submitted]:
        ordered = references[::-1] if place % 2 else references
        number = partners[place % 2].account_number
        return lambda: submit(ordered, number, by=actor, reason="Closer.")

    outcomes = at_once([act(place) for place in range(12)])
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    assert len({len(types(reference)) for reference in references}) == 1
    is_clean()


def test_submit_and_cancel_at_once_leave_one_of_two_histories(fresh_cast: Cast) -> None:
    later = clock.today() + timedelta(days=4)
    references = [fresh_cast.contract() for _ in range(8)]
    opened = [fresh_cast.change(reference, effective_on=later) for reference in references]
    sam = fresh_cast.actor("sam")
    acts: list[Callable[[], Any]] = []
    for reference, number in zip(references, opened, strict=True):
        acts.append(submitting(fresh_cast, reference, partner=fresh_cast.dune.account_number))
        acts.append(partial(cancel, number, by=sam, reason="No."))
    outcomes = at_once(acts)
    for reference, submitted, cancelled in zip(
        references, outcomes[::2], outcomes[1::2], strict=True
    ):
        assert not isinstance(cancelled, Exception), cancelled
        told = types(reference)[1:]
        assert told[:2] == ["partner_change.scheduled", "partner_change.cancelled"]
        if isinstance(submitted, NotAvailable):
            assert submitted.code == "change_in_progress" and len(told) == 2
        else:
            assert told[2:] == ["partner_change.applied", "partner_change.completed"]
    is_clean()


def test_one_cancel_of_many_wins(fresh_cast: Cast) -> None:
    number = fresh_cast.change(
        fresh_cast.contract(), effective_on=clock.today() + timedelta(days=4)
    )
    actors = [fresh_cast.actor(name) for name in ("pia", "sam")] * 6
    outcomes = at_once([partial(cancel, number, by=by, reason="No.") for by in actors])
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert len(refused) == 11 and {each.code for each in refused} == {"not_open"}
    is_clean()


def test_a_due_change_is_applied_once_by_clocks_and_submits_together(
    fresh_cast: Cast, settings: Any
) -> None:
    later = clock.today() + timedelta(days=4)
    references = [fresh_cast.contract() for _ in range(6)]
    for reference in references:
        fresh_cast.change(reference, effective_on=later)
    settings.OFRECORD_TODAY = later
    system = Actor.system()
    acts: list[Callable[[], Any]] = [lambda: apply(by=system)] * 4
    dune = fresh_cast.dune.account_number
    acts += [submitting(fresh_cast, reference, partner=dune) for reference in references]
    outcomes = at_once(acts)
    assert [each for each in outcomes if isinstance(each, Exception)] == []
    for reference in references:
        assert types(reference).count("partner_change.applied") == 2
        assert of_record(reference) == {("Dune Distribution", "distributor", None)}
    is_clean()
