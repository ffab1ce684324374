"""References of what is purchased here: counted, in the vendor's format, never taken already."""

from typing import Any

import pytest

from ofrecord.agreements.models import Agreement
from ofrecord.agreements.references import ReferenceUnusable, draw
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast


def test_they_are_counted_in_the_format_of_their_model(db: None, settings: Any) -> None:
    settings.OFRECORD_CONTRACT_NUMBER_FORMAT = "77##########"
    first, second = draw("contract"), draw("contract")
    assert first.startswith("77") and len(first) == 12
    assert int(second) == int(first) + 1
    assert draw("subscription").startswith("98-")


def test_one_that_is_borne_by_anybody_is_passed_over(cast: Cast) -> None:
    taken = f"98-{int(draw('subscription')[3:]) + 1:08d}"
    reference = cast.subscription(account=cast.birch)
    with seeing(Actor.system()):
        Agreement.objects.filter(reference=reference).update(reference=taken)
    with seeing(cast.actor("pia")):
        assert int(draw("subscription")[3:]) == int(taken[3:]) + 1


def test_one_that_the_vendor_would_not_recognise_is_not_given(db: None, settings: Any) -> None:
    settings.OFRECORD_SUBSCRIPTION_ID_PATTERN = r"S\d+"
    with pytest.raises(ReferenceUnusable, match="98-"):
        draw("subscription")
