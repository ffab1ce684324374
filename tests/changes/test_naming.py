"""How people are named to others."""

from ofrecord.changes.naming import named, vendors_own
from tests.cast import Cast


def test_the_vendors_own_have_no_name_for_others(cast: Cast) -> None:
    people = cast.people
    vendors = vendors_own([people["opal"], people["pia"], people["gil"], None])
    assert vendors == {people["opal"].pk}
    assert named(people["opal"], vendors) == ""
    assert named(people["pia"], vendors) == "Pia"
    assert named(None, vendors) is None


def test_who_has_no_name_any_more_has_a_number(cast: Cast) -> None:
    cast.people["pia"].name = ""
    assert named(cast.people["pia"], set()) == f"#{cast.people['pia'].pk}"
