"""What was reviewed, against what is found under the lock of the agreements."""

from collections.abc import Mapping, Sequence
from datetime import date

from ofrecord.changes import refusals
from ofrecord.changes.check import Check
from ofrecord.changes.fingerprint import PARTS, Fingerprint, parsed
from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.journal.prepared import prepared
from ofrecord.parties.actors import Actor
from ofrecord.rules.verdicts import Verdict

Shown = dict[str, Fingerprint] | None


def usable(
    wanted: Sequence[str], reason: str, fingerprints: Sequence[str], effective_on: date | None
) -> Shown:
    """The fingerprints by what they are about; None when none were given."""
    refusals.usable(wanted, reason)
    if effective_on and effective_on < clock.today():
        raise refusals.refused([refusals.effective_in_past()])
    shown = [parsed(text) for text in fingerprints]
    if None in shown:
        raise refusals.refused([refusals.fingerprint_unusable()])
    return {each.subject: each for each in shown if each} if shown else None


def lock(wanted: Sequence[str], by: Actor, *, only_free: bool = False) -> dict[str, int]:
    """Lock the agreements that the actor may see, in the order of their ids.

    With `only_free` those that somebody else has locked are left out; else it waits for them.
    """
    sql = f"{_LOCK} SKIP LOCKED" if only_free else _LOCK
    with prepared() as cursor:
        cursor.execute(sql, [list(wanted), by.sees_everything, list(by.accounts)])
        return dict(cursor.fetchall())


def moved(found: Mapping[str, Check | None], shown: Shown) -> dict[str, tuple[Verdict, ...]]:
    """The refusals of what is not found, or not any more as it was shown; none of the others."""
    parts = {ref: differs(check, shown) for ref, check in found.items() if check}
    changed = str(PARTS["agreement"])
    numbers = _moved_by([found[ref] for ref, what in parts.items() if changed in what])
    judged: dict[str, tuple[Verdict, ...]] = {}
    for ref, check in found.items():
        if check is None:
            judged[ref] = (refusals.not_found(ref),)
        elif what := parts[ref]:
            judged[ref] = (refusals.agreement_moved(what, numbers.get(check.facts["id"])),)
        else:
            judged[ref] = ()
    return judged


def differs(check: Check, shown: Shown) -> list[str]:
    """What moved since the preview was shown; nothing where none was needed.

    Refused as `fingerprint_unusable` where a preview of something else was shown.
    """
    if shown is None or (current := check.fingerprint) is None:
        return []
    seen = shown.get(current.subject)
    if seen is None:
        raise refusals.refused([refusals.fingerprint_unusable()])
    return current.moved(seen)


def _moved_by(moved: Sequence[Check | None]) -> dict[int, str]:
    """The latest change of each agreement that moved."""
    ids = [check.facts["id"] for check in moved if check]
    if not ids:
        return {}
    latest = PartnerChange.objects.filter(agreement__in=ids).exclude(occasion="load")
    rows = latest.order_by("agreement", "-id").distinct("agreement")
    return dict(rows.values_list("agreement_id", "number"))


_LOCK = """
SELECT reference, id FROM agreement
 WHERE reference = ANY (%s) AND (%s OR account_id = ANY (%s)) ORDER BY id FOR UPDATE
"""
