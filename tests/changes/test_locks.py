"""A lock keeps the partner as it is; one person asks to lift it, and another one lifts it."""

import pytest

from ofrecord.changes.locks import lift, lock
from ofrecord.changes.refusals import NotAvailable, NotFound, NotPermitted, Unusable
from ofrecord.cli.verify import verify
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
