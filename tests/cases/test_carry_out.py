"""Support carries out what a case asks for: one member replaced, the others untouched."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from ofrecord.cases.assign import assign
from ofrecord.cases.carry_out import CarriedOut, carry_out, preview
from ofrecord.cases.models import Case
from ofrecord.cases.resolve import resolve
from ofrecord.changes.members import Member
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.refusals import Refused
from ofrecord.changes.support import Wish
from ofrecord.cli.verify import verify
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cases.asking import (
    DUNE,
    FERN,
    GORSE,
    LARKSPUR,
    agent,
    now,
    of_three,
    opened,
    refusal,
    replacing,
    something,
    told,
    types,
    with_agents,
)
from tests.cast import Cast, events, of_record
from tests.changes.test_concurrency import at_once

RESELLER = Wish("7200000002", (Member("reseller"),))


@pytest.fixture
def cast(cast: Cast) -> Cast:
    return with_agents(cast)


def sound() -> None:
    offended = {each.name: each.examples for each in verify(samples=20) if each.violations}
    assert not offended


def done(cast: Cast, case: Case, wish: Wish = RESELLER, **given: Any) -> CarriedOut:
    by = agent(cast, given.pop("by", "sue"))
    return carry_out(case.number, wish, by=by, reason="As the case asks.", **given)


def of_change(number: str | None) -> PartnerChange:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number)


def test_the_reseller_alone_is_replaced_and_the_case_remembers_it(cast: Cast) -> None:
    reference = of_three(cast)
    case = opened(cast, replacing(reference))
    with seeing(agent(cast)):
        shown = preview(Case.objects.get(pk=case.pk), RESELLER, by=agent(cast))
    made = done(cast, case, fingerprint=str(shown.fingerprint), text="Done.", resolves=True)
    assert of_record(reference) == {GORSE, DUNE, FERN}
    change = of_change(made.change.number)
    assert (change.occasion, change.cause) == ("support", f"case/{case.number}")
    assert change.by_id == cast.people["sue"].pk
    assert change.on_behalf_of_id == cast.people["pia"].pk
    kept = now(case)
    assert (kept.state, kept.made_change) == ("resolved", change)
    assert types(case) == ["case.opened", "case.carried_out", "case.resolved"]
    assert told(case)[1][1]["change"] == change.number
    (applied,) = [data for type, data in events(reference) if type == "partner_change.applied"]
    assert applied["by"]["on_behalf_of"] == cast.people["pia"].pk
    assert {party["name"] for party in applied["after"]} == {
        *("Gorse Digital", "Dune Distribution", "Fern Services"),
    }
    assert since_opened(cast, "pia") == ["applied.account", "case.resolved.account"]
    sound()


def since_opened(cast: Cast, name: str) -> list[str]:
    """The kinds of the letters that somebody has, but for that of the opening."""
    with seeing(Actor.system()):
        letters = Letter.objects.filter(person_id=cast.people[name].pk).order_by("pk")
        return [each for each in letters.values_list("kind", flat=True) if "opened" not in each]


def test_who_has_the_letter_of_the_change_has_none_of_the_case_beside_it(cast: Cast) -> None:
    reference = of_three(cast)
    done(cast, opened(cast, replacing(reference)))
    assert since_opened(cast, "pia") == ["applied.account"]


@pytest.mark.parametrize(
    ("days", "wish", "says"),
    [
        (200, RESELLER, "Support has changed the partner for you"),
        (60, replace(RESELLER, overrides=("near_expiration",)), "has to agree first"),
        (200, replace(RESELLER, effective_on=clock.today() + timedelta(days=9)), "takes effect on"),
    ],
    ids=["applied", "waits", "scheduled"],
)
def test_who_only_follows_the_case_is_told_how_far_it_has_come(
    cast: Cast, days: int, wish: Wish, says: str
) -> None:
    case = opened(cast, something(agreement=of_three(cast, days=days)), by="vera")
    made = done(cast, case, wish)
    with seeing(Actor.system()):
        (letter,) = Letter.objects.filter(kind="case.carried_out.account")
    assert letter.person_id == cast.people["vera"].pk
    assert says in letter.text and str(made.change.number) in letter.text


def test_a_rule_is_overridden_with_the_right_to_it_or_nothing_is_done(cast: Cast) -> None:
    reference = of_three(cast, auto_renew=True)
    case = opened(cast, replacing(reference))
    assert refusal(done, cast, case) == "auto_renews"
    assert now(case).made_change is None and types(case) == ["case.opened"]
    overriding = Wish("7200000002", (Member("reseller"),), overrides=("auto_renews",))
    done(cast, case, overriding)
    assert of_record(reference) == {GORSE, DUNE, FERN}
    assert now(case).state == "open"
    sound()


def test_what_waits_for_a_second_person_does_not_resolve_the_case(cast: Cast) -> None:
    reference = of_three(cast, days=60)
    case = opened(cast, replacing(reference))
    overriding = Wish("7200000002", (Member("reseller"),), overrides=("near_expiration",))
    made = done(cast, case, overriding, text="Done.", resolves=True)
    assert made.waits and now(case).state == "open"
    assert of_record(reference) == {LARKSPUR, DUNE, FERN}
    sound()


def test_what_cannot_be_carried_out_is_refused(cast: Cast) -> None:
    reference = of_three(cast)
    case = opened(cast, replacing(reference))
    assert refusal(done, cast, case, by="aude") == "not_permitted"
    assert refusal(done, cast, opened(cast, something())) == "nothing_to_change"
    assert refusal(done, cast, case, resolves=True) == "text_missing"
    given: dict[str, Any] = {"by": agent(cast), "reason": " "}
    assert refusal(carry_out, case.number, RESELLER, **given) == "reason_missing"
    by_customer = {"by": cast.actor("pia"), "reason": "Mine."}
    assert refusal(carry_out, case.number, RESELLER, **by_customer) == "not_permitted"
    resolve(case.number, by=cast.actor("pia"))
    assert refusal(done, cast, case) == "case_resolved"
    assert of_record(reference) == {LARKSPUR, DUNE, FERN}


def test_who_lost_the_right_to_ask_gets_no_other_partner(cast: Cast) -> None:
    reference = of_three(cast)
    case = opened(cast, replacing(reference), by="sam")
    with seeing(Actor.system("cli")):
        Role.objects.filter(person=cast.people["sam"]).update(name="viewer")
    assert refusal(done, cast, case) == "not_permitted"
    about = opened(cast, something(agreement=reference), by="vera")
    made = done(cast, about)
    assert of_change(made.change.number).on_behalf_of_id is None


@pytest.mark.slow
def test_of_two_agents_one_takes_it_one_carries_it_out_and_one_resolves_it(
    fresh_cast: Cast,
) -> None:
    cast = with_agents(fresh_cast)
    reference = of_three(cast)
    case = opened(cast, replacing(reference))
    names = ("sue", "ali")
    taking: list[Callable[[], Any]] = [
        partial(assign, case.number, cast.people[name].pk, by=agent(cast, name), shown=None)
        for name in names
    ]
    assert codes(at_once(taking)) == ["assigned_meanwhile"]
    assert types(case).count("case.assigned") == 1
    with seeing(agent(cast)):
        shown = str(preview(now(case), RESELLER, by=agent(cast)).fingerprint)
    acts: list[Callable[[], Any]] = [
        partial(done, cast, case, by=name, fingerprint=shown) for name in names * 2
    ]
    assert (
        set(codes(at_once(acts))) <= {"agreement_moved"}
        and types(case).count("case.carried_out") == 1
    )
    ending: list[Callable[[], Any]] = [
        partial(resolve, case.number, by=agent(cast, name), text="Done.") for name in names * 2
    ]
    assert codes(at_once(ending)) == ["case_resolved"] * 3
    assert types(case).count("case.resolved") == 1
    assert of_record(reference) == {GORSE, DUNE, FERN}
    sound()


def codes(outcomes: list[Any]) -> list[str]:
    unexpected = [e for e in outcomes if isinstance(e, Exception) and not isinstance(e, Refused)]
    assert not unexpected, unexpected
    return [each.code for each in outcomes if isinstance(each, Refused)]


def test_the_window_of_a_target_is_not_negative() -> None:
    from ofrecord.cases.targets import later

    now_ = clock.business_now()
    assert later(now_, now_ + timedelta(days=1)) == now_
