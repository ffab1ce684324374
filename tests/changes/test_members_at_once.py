"""Two agents replace different members of one set at the same moment, in real transactions."""

from collections.abc import Callable

import pytest

from ofrecord.agreements.models import Agreement
from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.check import Member
from ofrecord.changes.refusals import AgreementMoved
from ofrecord.changes.support import Wish, previews, support
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, of_record
from tests.changes.test_concurrency import at_once, is_clean

pytestmark = pytest.mark.slow
GORSE = ("Gorse Digital", "reseller", None)
WISHES = (
    Wish("7200000002", (Member("reseller"),)),
    Wish("7200000002", (Member("services"),)),
)


@pytest.fixture
def reference(fresh_cast: Cast) -> str:
    with seeing(Actor.system("cli")):
        fresh_cast._person("sia", "support_agent")
        fresh_cast._person("sol", "support_agent")
    reed = fresh_cast.partner("7200000009", "Reed Services")
    return fresh_cast.contract(
        partners=(Of(fresh_cast.larkspur), Of(fresh_cast.dune, "distributor"), Of(reed, "services"))
    )


def acts(cast: Cast, reference: str, *, reviewed: bool) -> list[Callable[[], Submitted]]:
    return [
        _act(cast, reference, *each, reviewed) for each in zip(("sia", "sol"), WISHES, strict=True)
    ]


def _act(
    cast: Cast, reference: str, who: str, wish: Wish, reviewed: bool
) -> Callable[[], Submitted]:
    by, shown = cast.actor(who, door="console"), []
    if reviewed:
        with seeing(by):
            id = Agreement.objects.get(reference=reference).pk
            shown = [str(previews([id], wish, by)[id].fingerprint)]
    return lambda: support([reference], wish, by=by, reason="By phone.", fingerprints=shown)


def test_of_two_that_were_reviewed_one_wins_and_the_other_is_told_who(
    fresh_cast: Cast, reference: str
) -> None:
    outcomes = at_once(acts(fresh_cast, reference, reviewed=True))
    done = [each for each in outcomes if isinstance(each, Submitted)]
    moved = [each for each in outcomes if isinstance(each, AgreementMoved)]
    assert (len(done), len(moved)) == (1, 1), outcomes
    assert str(done[0].items[0].number) in str(moved[0])
    assert len(of_record(reference)) == 3
    is_clean()


def test_two_that_nobody_reviewed_follow_one_another(fresh_cast: Cast, reference: str) -> None:
    outcomes = at_once(acts(fresh_cast, reference, reviewed=False))
    assert all(isinstance(each, Submitted) for each in outcomes), outcomes
    assert of_record(reference) == {
        GORSE,
        ("Dune Distribution", "distributor", None),
        ("Gorse Digital", "services", None),
    }
    is_clean()
