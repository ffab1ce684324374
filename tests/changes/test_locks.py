"""A lock keeps the partner as it is; one person asks to lift it, and another one lifts it."""

import pytest

from ofrecord.agreements.contract_manager import appoint
from ofrecord.changes.locks import lift, lock, standing_asks
from ofrecord.changes.refusals import NotAvailable, NotFound, NotPermitted, Unusable
from ofrecord.cli.verify import verify
from ofrecord.delivery.models import Letter
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.models import Person, Role
from ofrecord.parties.people.remove import remove
from tests.cast import Cast, types


def test_nothing_changes_while_it_is_locked(cast: Cast) -> None:
    reference = cast.contract()
    assert lock([reference], by=cast.actor("pia"), reason="Merger.") == [reference]
    assert [each.code for each in cast.check(reference).verdicts] == ["locked"]
    with pytest.raises(NotAvailable) as refusal:
        cast.submit(reference)
    assert refusal.value.code == "locked"
    assert lock([reference], by=cast.actor("sam"), reason="Merger.") == []


def test_two_people_lift_it(cast: Cast) -> None:
    reference = cast.contract()
    lock([reference], by=cast.actor("pia"), reason="Merger.")
    assert lift([reference], by=cast.actor("pia"), reason="Over.") == []
    assert lift([reference], by=cast.actor("pia"), reason="Over.") == []
    assert not cast.check(reference).available
    assert lift([reference], by=cast.actor("sam"), reason="Over.") == [reference]
    assert cast.check(reference).available
    assert types(reference)[1:] == ["agreement.locked", "agreement.lift_asked", "agreement.lifted"]
    assert lock([reference], by=cast.actor("pia"), reason="Again.") == [reference]
    assert all(result.violations == 0 for result in verify())


def lock_letters() -> list[tuple[str, str, str]]:
    with seeing(Actor.system()):
        rows = Letter.objects.filter(kind__startswith="lock.").order_by("id")
        people = {each.pk: each.name for each in Person.objects.all()}
        return [(each.kind, people[each.person_id or 0], each.text) for each in rows]


def test_who_left_is_not_one_of_the_two(cast: Cast) -> None:
    reference = cast.contract()
    lock([reference], by=cast.actor("pia"), reason="Merger.")
    assert lift([reference], by=cast.actor("sam"), reason="Over.") == []
    with seeing(Actor.system()):
        sams = Role.objects.get(person=cast.people["sam"])
    remove(sams.pk, by=cast.actor("pia"))
    assert standing_asks([cast.check(reference).facts["id"]]) == {}
    assert lift([reference], by=cast.actor("pia"), reason="Over.") == []
    assert not cast.check(reference).available
    assert types(reference)[-1] == "agreement.lift_asked"
    assert all(result.violations == 0 for result in verify())


def test_who_is_disabled_or_may_not_change_the_partner_any_more_is_not_either(cast: Cast) -> None:
    first, second = cast.contract(manager="cora"), cast.contract()
    lock([first, second], by=cast.actor("pia"), reason="Merger.")
    lift([first], by=cast.actor("cora"), reason="Over.")
    lift([second], by=cast.actor("sam"), reason="Over.")
    appoint([first], None, by=cast.actor("pia"))
    disable_person("sam@example.com", by=Actor.system("cli"))
    assert lift([first, second], by=cast.actor("pia"), reason="Over.") == []


def test_locking_again_takes_the_wish_to_lift_it_back(cast: Cast) -> None:
    reference = cast.contract()
    lock([reference], by=cast.actor("pia"), reason="Merger.")
    lift([reference], by=cast.actor("sam"), reason="Over.")
    assert lock([reference], by=cast.actor("pia"), reason="Not yet.") == []
    assert lift([reference], by=cast.actor("pia"), reason="Over.") == []
    assert types(reference)[1:] == [
        *("agreement.locked", "agreement.lift_asked"),
        *("agreement.locked", "agreement.lift_asked"),
    ]
    assert lift([reference], by=cast.actor("sam"), reason="Over.") == [reference]


def test_everybody_who_looks_after_it_is_told(cast: Cast) -> None:
    reference, other = cast.contract(manager="cora"), cast.contract()
    lock([reference, other], by=cast.actor("pia"), reason="Merger.")
    assert lock_letters() == []
    lift([reference, other], by=cast.actor("sam"), reason="It is over.")
    asked = lock_letters()
    assert [each[:2] for each in asked] == [
        ("lock.lift_asked", name) for name in ("Cora", "Pia", "Sam")
    ]
    assert reference in asked[0][2] and other not in asked[0][2]
    assert "Sam asks for the lock on the partner of 2 agreements to be lifted" in asked[1][2]
    assert "Reason: It is over." in asked[1][2]
    lift([reference], by=cast.actor("pia"), reason="Yes.")
    lifted = lock_letters()[3:]
    assert {each[:2] for each in lifted} == {
        ("lock.lifted", name) for name in ("Cora", "Pia", "Sam")
    }
    assert f"The lock of {reference} was lifted" in lifted[0][2]


def test_a_preview_from_before_the_lock_is_stale(cast: Cast) -> None:
    reference = cast.contract()
    fingerprint = cast.shown(reference)
    lock([reference], by=cast.actor("sam"), reason="Merger.")
    with pytest.raises(Exception, match="Moved since it was reviewed"):
        cast.submit(reference, fingerprints=[fingerprint])


def test_all_of_them_or_none(cast: Cast) -> None:
    reference = cast.contract()
    with pytest.raises(NotFound):
        lock([reference, "000000000000"], by=cast.actor("pia"), reason="Merger.")
    with pytest.raises(NotPermitted):
        lock([reference], by=cast.actor("vera"), reason="Merger.")
    with pytest.raises(Unusable):
        lock([reference], by=cast.actor("pia"), reason="")
    assert cast.check(reference).available
