"""Undoing a change and locking a partner, on their pages."""

from django.urls import reverse

from ofrecord.changes.models import PartnerChange
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.disable_person import disable_person
from tests.cast import Cast, Of, of_record
from tests.portal.conftest import Visit
from tests.portal.reading import text


def test_the_page_offers_the_undo_and_does_it(cast: Cast, visit: Visit) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))
    before = of_record(reference)
    number = cast.change(reference)
    pia = visit("pia")
    page = text(pia.get(f"/changes/{number}/"))
    assert "Undo this change" in page
    assert "so again from now on: Larkspur Systems and Dune Distribution" in page
    done = pia.post(f"/changes/{number}/undo/", {"reason": "A mistake"}, follow=True)
    assert of_record(reference) == before
    with seeing(Actor.system()):
        undoing = PartnerChange.objects.get(undoes__number=number).number
    assert f"Undone by {undoing}" in text(done)
    back = text(pia.get(f"/changes/{undoing}/"))
    assert f"It undoes {number}" in back and "Undo this change" not in back
    again = pia.post(f"/changes/{number}/undo/", {"reason": "Again"})
    assert again.status_code == 409 and undoing in text(again)


def test_an_undo_needs_a_reason_and_the_right(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    number = cast.change(reference)
    after = of_record(reference)
    assert visit("pia").post(f"/changes/{number}/undo/", {"reason": ""}).status_code == 422
    assert visit("vera").post(f"/changes/{number}/undo/", {"reason": "No"}).status_code == 403
    assert of_record(reference) == after


def test_a_lock_is_set_and_lifted_by_two(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    address = reverse("portal:agreement", args=[reference])
    pia, sam = visit("pia"), visit("sam")
    locked = pia.post(f"{address}lock/", {"reason": "Merger"}, follow=True)
    assert "The partner is locked." in text(locked)
    assert "Your account has locked the partner" in text(sam.get(address))
    assert "Asked." in text(pia.post(f"{address}lift/", {"reason": "Over"}, follow=True))
    assert "Lift the lock" not in text(pia.get(address))
    assert "Lift the lock" in text(sam.get(address))
    lifted = sam.post(f"{address}lift/", {"reason": "Over"}, follow=True)
    assert "The lock is lifted." in text(lifted)
    assert cast.check(reference).available


def test_the_lock_is_kept_although_somebody_asked(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    address = reverse("portal:agreement", args=[reference])
    pia, sam = visit("pia"), visit("sam")
    pia.post(f"{address}lock/", {"reason": "Merger"})
    assert "Keep the lock" not in text(pia.get(address))
    sam.post(f"{address}lift/", {"reason": "Over"})
    assert "Sam has asked for that." in text(pia.get(address))
    assert "Keep the lock" in text(pia.get(address))
    pia.post(f"{address}lock/", {"reason": "Not yet"})
    assert "has asked for that" not in text(pia.get(address))
    assert "Ask to lift it" in text(sam.get(address))


def test_who_left_has_asked_for_nothing_that_counts(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    address = reverse("portal:agreement", args=[reference])
    pia = visit("pia")
    pia.post(f"{address}lock/", {"reason": "Merger"})
    visit("sam").post(f"{address}lift/", {"reason": "Over"})
    disable_person("sam@example.com", by=Actor.system("cli"))
    assert "Ask to lift it" in text(pia.get(address))
    assert "has asked for that" not in text(pia.get(address))


def test_who_only_looks_is_offered_no_lock(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    address = reverse("portal:agreement", args=[reference])
    vera = visit("vera")
    assert "Keep this partner" not in text(vera.get(address))
    assert vera.post(f"{address}lock/", {"reason": "Mine"}).status_code == 403


def test_what_is_wrong_with_the_reason_of_a_lock_stands_beside_it_and_nothing_is_lost(
    cast: Cast, visit: Visit
) -> None:
    reference = cast.contract()
    address, pia = reverse("portal:agreement", args=[reference]), visit("pia")
    nothing = pia.post(f"{address}lock/", {"reason": " "})
    assert nothing.status_code == 422
    assert 'id="lock_reason_error"' in nothing.content.decode() and "<details open" in str(
        nothing.content
    )
    long = pia.post(f"{address}lock/", {"reason": "Merger. " * 70})
    assert long.status_code == 422 and "Merger. Merger." in text(long)
    assert cast.check(reference).available
    pia.post(f"{address}lock/", {"reason": "Merger"})
    nothing = pia.post(f"{address}lift/", {"reason": ""})
    assert 'id="lift_reason_error"' in nothing.content.decode()
