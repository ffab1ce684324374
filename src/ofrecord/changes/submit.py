"""Submit: an admin of the customer changes the authorized partner of agreements."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ofrecord.changes import refusals, requests, reviewed
from ofrecord.changes.carry_out import Submitted, carry_out, from_data
from ofrecord.changes.catch_up import catch_up
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.fingerprint import Fingerprint
from ofrecord.changes.members import Member, demand_vendor
from ofrecord.changes.rows import Origin
from ofrecord.delivery import failpoints, wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.verdicts import Verdict


def submit(
    references: Sequence[str],
    partner: str,
    *,
    by: Actor,
    reason: str,
    fingerprints: Sequence[str] = (),
    effective_on: date | None = None,
    idempotency_key: str | None = None,
    all_or_nothing: bool = False,
    request_id: int | None = None,
    cause: str = "",
    members: Sequence[Member] = (),
) -> Submitted:
    """Replace the partner set of 1 to 10,000 agreements by the one partner of this number.

    With `members` it replaces only those of the set, and the others stay untouched; that is for
    the vendor's own, who may be acting for somebody.

    `fingerprints` are those of the previews that were shown, in any order; without them the
    state found under the lock is judged. Items are judged singly; one item alone that is
    refused raises its named refusal, as does a request that cannot be carried out as it is.
    `request_id` is that of a request which the door took in, and whose answer it keeps itself;
    `cause` names what the changes come from, where that is not the request alone.
    """
    wanted = list(dict.fromkeys(references))
    content = {
        "agreements": wanted,
        "partner": partner,
        "reason": reason,
        "fingerprints": sorted(fingerprints),
        "effective_on": effective_on.isoformat() if effective_on else None,
        "all_or_nothing": all_or_nothing,
        **({"members": list(map(str, members))} if members else {}),
    }
    with seeing(by):
        receipt = requests.receive("submit", idempotency_key, content, by=by)
        if receipt.answer is not None:
            outcome = from_data(receipt.answer)
        else:
            shown = reviewed.usable(wanted, reason, fingerprints, effective_on)
            demand_vendor(members, by)
            ids = reviewed.lock(wanted, by)
            failpoints.hit("submit.after_lock")
            checks = _check(list(ids.values()), partner, effective_on, by, members)
            found = {ref: checks.get(ids.get(ref, 0)) for ref in wanted}
            judged = _judge(found, shown)
            outcome = carry_out(
                found,
                judged,
                by=by,
                reason=reason,
                request_id=request_id or receipt.id,
                all_or_nothing=all_or_nothing,
                origin=Origin(cause=cause),
            )
            receipt.keep(outcome.as_data())
            failpoints.hit("submit.before_commit")
    failpoints.hit("submit.after_commit")
    if outcome.accepted and not outcome.repeated:
        wake.wake()
    if len(wanted) == 1 and outcome.refused:
        raise refusals.refused(outcome.items[0].refusals, outcome)
    return outcome


def _check(
    ids: list[int],
    partner: str,
    effective_on: date | None,
    by: Actor,
    members: Sequence[Member],
) -> dict[int, Check]:
    """The checks, after the clock has done what it is late with on changes that are open."""
    asked: dict[str, Any] = {
        "partner": partner,
        "person": by.judged_person,
        "effective_on": effective_on,
        "members": members,
    }
    checks = check_ids(ids, **asked)
    if late := [id for id, each in checks.items() if each.facts["open_change"]]:
        catch_up(late)
        checks |= check_ids(late, **asked)
    return checks


def _judge(
    found: dict[str, Check | None], shown: dict[str, Fingerprint] | None
) -> dict[str, tuple[Verdict, ...]]:
    """The verdicts on each agreement; none where it can be changed as it was shown."""
    stale = reviewed.moved(found, shown)
    return {ref: stale[ref] or (check.verdicts if check else ()) for ref, check in found.items()}
