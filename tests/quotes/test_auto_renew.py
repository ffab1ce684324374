"""Auto-renew turned off and on by whoever may change the partner."""

from functools import partial
from typing import Any

import pytest

from ofrecord.agreements.models import Term
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.auto_renew import turn_off, turn_on
from ofrecord.quotes.renew import renew
from tests.cast import Cast, events, types
from tests.changes.test_concurrency import at_once
from tests.quotes.selling import letters, refusal, sound


def renews(reference: str) -> list[bool]:
    """Whether each term of an agreement renews by itself."""
    with seeing(Actor.system()):
        terms = Term.objects.filter(agreement__reference=reference).order_by("number")
        return list(terms.values_list("auto_renew", flat=True))


def test_off_it_stands_in_the_way_of_no_change(cast: Cast) -> None:
    reference = cast.contract(auto_renew=True)
    assert [each.code for each in cast.check(reference).verdicts] == ["auto_renews"]
    done = turn_off([reference], by=cast.actor("pia"), reason="We compare offers.")
    assert done == [reference] and renews(reference) == [False]
    assert cast.check(reference).available
    assert events(reference)[-1][0] == "agreement.auto_renew_turned_off"
    assert events(reference)[-1][1]["reason"] == "We compare offers."
    assert cast.change(reference)
    sound()


def test_once_more_nothing_happens(cast: Cast) -> None:
    reference = cast.contract(auto_renew=True)
    turn_off([reference, reference], by=cast.actor("pia"))
    before = len(letters("auto_renew.turned_off"))
    assert turn_off([reference], by=cast.actor("sam")) == []
    assert types(reference) == ["agreement.loaded", "agreement.auto_renew_turned_off"]
    assert len(letters("auto_renew.turned_off")) == before
    assert turn_on([reference], by=cast.actor("sam")) == [reference]
    assert turn_on([reference], by=cast.actor("sam")) == []
    assert renews(reference) == [True]


def test_admins_and_the_manager_have_one_letter_about_all(cast: Cast) -> None:
    managed = cast.contract(auto_renew=True, manager="cora")
    others = [cast.contract(auto_renew=True) for _ in range(3)]
    turn_off([managed, *others], by=cast.actor("pia"), reason="Merger")
    written = {each.person_id: each for each in letters("auto_renew.turned_off")}
    assert set(written) == {cast.people[name].pk for name in ("pia", "sam", "cora")}
    assert "4 agreements" in written[cast.people["pia"].pk].subject
    assert written[cast.people["cora"].pk].about == [managed]
    assert "Pia" in written[cast.people["sam"].pk].text
    assert "Merger" in written[cast.people["sam"].pk].text


@pytest.mark.parametrize(
    ("who", "code"),
    [("vera", "not_permitted"), ("bo", "not_found"), ("lou", "not_found"), ("stan", "not_found")],
)
def test_only_who_may_change_the_partner_may_turn_it(cast: Cast, who: str, code: str) -> None:
    reference = cast.contract(auto_renew=True)
    assert refusal(turn_off, [reference], by=cast.actor(who)) == code
    assert refusal(turn_on, [reference], by=cast.actor(who)) == code
    assert renews(reference) == [True]


def test_all_of_them_or_none(cast: Cast) -> None:
    reference = cast.contract(auto_renew=True)
    assert refusal(turn_off, [reference, "499"], by=cast.actor("pia")) == "not_found"
    assert renews(reference) == [True]


def test_what_is_over_is_not_turned_on_and_may_be_turned_off(cast: Cast) -> None:
    over, missed = cast.contract(days=-5), cast.contract(days=-5, auto_renew=True)
    assert refusal(turn_on, [over], by=cast.actor("pia")) == "term_over"
    assert turn_off([missed], by=cast.actor("pia")) == [missed]
    codes = [each.code for each in cast.check(missed).verdicts]
    assert codes == ["expired"]


def test_a_term_that_has_followed_already_is_the_one_that_is_turned(
    cast: Cast, settings: Any
) -> None:
    reference = cast.subscription(days=2, auto_renew=True)
    settings.OFRECORD_TODAY = clock.today()
    settings.OFRECORD_TODAY = clock.today().replace(year=clock.today().year + 1)
    assert turn_off([reference], by=cast.actor("pia")) == [reference]
    assert renews(reference) == [True, False]
    assert types(reference)[1:] == ["agreement.renewed", "agreement.auto_renew_turned_off"]
    assert renew(by=Actor.system()) == 0
    sound()


@pytest.mark.slow
def test_turned_off_while_the_clock_renews_it_is_renewed_once_and_no_more(
    fresh_cast: Cast, settings: Any
) -> None:
    references = [fresh_cast.subscription(days=0, auto_renew=True) for _ in range(4)]
    settings.OFRECORD_TODAY = clock.today().replace(year=clock.today().year + 1)
    pia = fresh_cast.actor("pia")
    acts: list[Any] = [partial(turn_off, [each], by=pia) for each in references]
    outcomes = at_once([*acts, *[partial(renew, by=Actor.system())] * 4])
    assert outcomes[:4] == [[each] for each in references], outcomes
    for each in references:
        assert renews(each) == [True, False]
        assert types(each).count("agreement.renewed") == 1
    sound()
