"""A letter about several accounts reaches only who still holds a role in each of them."""

import pytest

from ofrecord.changes.letter_addresses import addresses
from ofrecord.changes.submit import submit
from ofrecord.delivery.models import Letter
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def withheld(person_id: int) -> list[str]:
    with seeing(SYSTEM):
        letters = Letter.objects.filter(person_id=person_id).order_by("pk")
        found = addresses(list(letters.values_list("pk", flat=True)))
    return [each.withheld for each in found.values()]


@pytest.mark.parametrize("left", ["first", "second"])
def test_a_role_that_was_lost_in_one_account_withholds_it(cast: Cast, left: str) -> None:
    pia = cast.people["pia"]
    with seeing(SYSTEM):
        Role.objects.create(person=pia, name="secondary_admin", account=cast.birch)
    references = [cast.contract(), cast.contract(account=cast.birch)]
    submit(references, cast.gorse.account_number, by=cast.actor("pia"), reason="Closer to us.")
    assert withheld(pia.pk) == [""]
    with seeing(SYSTEM):
        account = cast.alder if left == "first" else cast.birch
        Role.objects.filter(person=pia, account=account).delete()
    assert withheld(pia.pk) == ["the person no longer holds a role in the account"]


def test_who_holds_a_role_in_one_account_only_is_told_of_that_one(cast: Cast) -> None:
    pia, sam = cast.people["pia"], cast.people["sam"]
    with seeing(SYSTEM):
        Role.objects.create(person=pia, name="secondary_admin", account=cast.birch)
    references = [cast.contract(), cast.contract(account=cast.birch)]
    submit(references, cast.gorse.account_number, by=cast.actor("pia"), reason="Closer to us.")
    assert withheld(sam.pk) == [""]
    with seeing(SYSTEM):
        assert len(Letter.objects.get(person_id=sam.pk).about) == 1
