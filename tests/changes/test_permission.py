"""One table: who may see an agreement (404), and who may change its partner (403)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ofrecord.changes.cancel import cancel
from ofrecord.changes.check import check
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cast import Cast, bodies, types

YES, NO, UNSEEN = None, NotPermitted, NotFound
WHO: dict[str, type[Refused] | None] = {
    "pia": YES,
    "sam": YES,
    "cora": YES,
    "vera": NO,
    "opal": NO,
    "aude": NO,
    "bo": UNSEEN,
    "lou": UNSEEN,
    "gil": UNSEEN,
    "dee": UNSEEN,
    "stan": UNSEEN,
}


def judged(expected: type[Refused] | None, act: Callable[[], object]) -> None:
    if expected is None:
        act()
        return
    with pytest.raises(expected) as refused:
        act()
    assert refused.value.status == (403 if expected is NO else 404)


@pytest.mark.parametrize("name", WHO)
def test_who_may_submit(cast: Cast, name: str) -> None:
    reference = cast.contract(manager="cora")
    judged(WHO[name], lambda: cast.submit(reference, by=name))
    assert len(types(reference)) == (1 if WHO[name] else 3)


@pytest.mark.parametrize("name", WHO)
def test_who_may_cancel(cast: Cast, name: str) -> None:
    reference = cast.contract(manager="cora")
    number = cast.change(reference, effective_on=clock.today() + timedelta(days=2))
    judged(WHO[name], lambda: cancel(number, by=cast.actor(name), reason="No."))
    assert ("partner_change.cancelled" in types(reference)) == (WHO[name] is YES)


@pytest.mark.parametrize("name", WHO)
def test_who_is_answered_by_check(cast: Cast, name: str) -> None:
    reference, actor = cast.contract(manager="cora"), cast.actor(name)
    with seeing(actor):
        found = check([reference, "400000009999"], by=actor, partner=cast.gorse.account_number)
    assert [each.reference for each in found] == ([] if WHO[name] is UNSEEN else [reference])
    if found:
        refused = ["not_permitted"] if WHO[name] is NO else []
        assert [verdict.code for verdict in found[0].verdicts] == refused


def test_somebody_who_may_not_is_told_who_can(cast: Cast) -> None:
    (verdict,) = cast.check(cast.contract(manager="cora"), by="vera").verdicts
    assert verdict.remedy.text == "Ask someone who can: Cora, Pia, Sam."


def test_the_manager_of_one_contract_may_not_change_another(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        cast.submit(cast.contract(manager="vera"), by="cora")


def test_what_counts_is_every_role_held_on_the_agreement(cast: Cast) -> None:
    with seeing(Actor.system()):
        Role.objects.create(person=cast.people["lou"], name="viewer", account=cast.alder)
        Role.objects.create(person=cast.people["gil"], name="secondary_admin", account=cast.alder)
        Role.objects.create(person=cast.people["bo"], name="viewer", account=cast.alder)
    reference = cast.contract()
    for name in ("lou", "bo"):
        with pytest.raises(NotPermitted):
            cast.submit(reference, by=name)
    cast.submit(reference, by="gil")


def test_a_role_that_ended_counts_no_more(cast: Cast) -> None:
    reference, before = cast.contract(), cast.actor("sam")
    with seeing(Actor.system()):
        Role.objects.filter(person=cast.people["sam"]).update(name="viewer")
    with pytest.raises(NotPermitted):
        cast.submit(reference, by="sam")
    assert before.accounts == cast.actor("sam").accounts


def test_an_operator_acts_with_the_rights_of_the_person_they_act_for(cast: Cast) -> None:
    reference = cast.contract()
    operator = replace(Actor.system("cli"), request_id="r1")
    with seeing(operator), pytest.raises(NotPermitted):
        from ofrecord.changes.submit import submit

        submit(
            [reference],
            cast.gorse.account_number,
            by=operator.acting_for(cast.people["vera"].pk),
            reason="Asked.",
        )
    submit(
        [reference],
        cast.gorse.account_number,
        by=operator.acting_for(cast.people["pia"].pk),
        reason="Asked.",
    )
    assert bodies(reference)[1]["data"]["by"] == {
        "person": None,
        "on_behalf_of": cast.people["pia"].pk,
        "door": "cli",
        "strength": "none",
        "request": "r1",
    }
