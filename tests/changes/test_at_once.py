"""Parties who answer, redeem and approve at the same moment, in real transactions."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from ofrecord.changes.cancel import cancel
from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.codes.make import make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.codes.withdraw import withdraw
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.consents.settle import settle
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.decided import Decided
from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.changes.refusals import Refused
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, of_record, types
from tests.changes.test_concurrency import at_once, is_clean

pytestmark = pytest.mark.slow
GORSE = ("Gorse Digital", "reseller", None)


def asked(number: str, kind: str) -> Any:
    with seeing(Actor.system()):
        return Consent.objects.get(change__number=number, kind=kind).pk


def state(number: str) -> str:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number).state


def codes(outcomes: list[Any]) -> list[str]:
    return sorted(each.code for each in outcomes if isinstance(each, Refused))


def test_the_last_two_who_are_asked_answer_at_once(fresh_cast: Cast) -> None:
    cast = fresh_cast
    cast.policy(consent_days={"gaining": 5, "approval": 5})
    number = cast.change(reference := cast.contract())
    who = {"gaining": cast.actor("gil"), "approval": cast.actor("sam")}
    at_once([partial(answer, [asked(number, kind)], given=True, by=by) for kind, by in who.items()])
    assert state(number) == "complete"
    assert types(reference)[2:] == [
        "partner_change.consent_given",
        "partner_change.consent_given",
        "partner_change.applied",
        "partner_change.completed",
    ]
    is_clean()


def test_of_answers_to_one_consent_one_counts(fresh_cast: Cast) -> None:
    cast = fresh_cast
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(cast.contract())
    id, by = asked(number, "gaining"), cast.actor("gil")
    acts = [partial(answer, [id], given=g, by=by, reason="No.") for g in (True, False) * 8]
    outcomes = at_once(acts)
    assert codes(outcomes) == ["consent_closed"] * 15
    assert state(number) in ("complete", "declined")
    is_clean()


def test_a_consent_and_a_cancellation(fresh_cast: Cast) -> None:
    cast = fresh_cast
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(cast.contract())
    giving = partial(answer, [asked(number, "gaining")], given=True, by=cast.actor("gil"))
    ending = partial(cancel, number, by=cast.actor("pia"), reason="No.")
    assert codes(at_once([giving, ending])) in (["consent_closed"], ["not_open"])
    assert state(number) in ("complete", "cancelled")
    is_clean()


def test_many_clocks_settle_a_deadline_once(fresh_cast: Cast, settings: Any) -> None:
    cast = fresh_cast
    cast.policy(consent_days={"losing": 3})
    references = [cast.contract() for _ in range(6)]
    cast.submit(*references)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=9)
    at_once([partial(settle, by=Actor.system())] * 8)
    for reference in references:
        assert types(reference).count("partner_change.applied") == 1
        assert of_record(reference) == {GORSE}


def test_one_code_redeemed_sixteen_times_at_once(fresh_cast: Cast) -> None:
    cast = fresh_cast
    made = make([cast.contract()], "7200000002", by=cast.actor("pia"), reason="A code.")
    outcomes = at_once([partial(redeem, made.code, by=cast.actor("gil"))] * 16)
    assert len([each for each in outcomes if isinstance(each, Submitted)]) == 1
    assert codes(outcomes) == ["code_redeemed"] * 15
    is_clean()


def test_a_code_redeemed_while_it_is_withdrawn(fresh_cast: Cast) -> None:
    cast = fresh_cast
    made = make([cast.contract()], "7200000002", by=cast.actor("pia"), reason="A code.")
    acts: list[Any] = [partial(redeem, made.code, by=cast.actor("gil"))]
    acts.append(partial(withdraw, made.id, by=cast.actor("sam")))
    assert codes(at_once(acts)) in (["code_redeemed"], ["code_unusable"])
    is_clean()


def test_one_correction_approved_by_two_at_once(fresh_cast: Cast) -> None:
    cast = fresh_cast
    with seeing(Actor.system("cli")):
        for name in ("otis", "ove"):
            cast._person(name, "operations")
    day = clock.today() - timedelta(days=9)
    proposed = propose(
        reference := cast.contract(),
        by=cast.actor("opal"),
        reason="Put right.",
        partner="7200000002",
        effective_on=day,
    )
    outcomes = at_once(
        [partial(approve, proposed.pk, by=cast.actor(name)) for name in ("otis", "ove")]
    )
    assert len([each for each in outcomes if isinstance(each, Decided)]) == 1
    assert codes(outcomes) == ["correction_closed"]
    assert types(reference).count("partner_change.applied") == 1
    is_clean()
