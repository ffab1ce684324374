"""Undo: the latest decided change is taken back, from now on, by a change of its own.

Whoever may submit undoes, or an agent of the vendor for the customer.
"""

from collections.abc import Sequence

from ofrecord.agreements.models import Agreement
from ofrecord.changes import overrides, refusals, requests
from ofrecord.changes.carry_out import Submitted, carry_out, from_data
from ofrecord.changes.catch_up import catch_up
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.rows import ONLY_ASKED, Origin
from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.verdicts import Verdict

BY_SUPPORT = "support"
"""The cause of an undo that an agent of the vendor made for the customer."""


def undo(
    numbers: Sequence[str],
    *,
    by: Actor,
    reason: str,
    idempotency_key: str | None = None,
    request_id: int | None = None,
) -> Submitted:
    """Restore the partner sets that 1 to 10,000 changes replaced.

    Each has to be the latest decided change of its agreement, within its window, and no undo
    itself. Items are judged singly; one alone that is refused raises its named refusal. An agent
    is held to the same, but for the customer's own roles, and acts where they hold no role.
    `request_id` is that of a request which the door took in, and whose answer it keeps itself.
    """
    wanted = list(dict.fromkeys(numbers))
    with seeing(by):
        content = {"changes": wanted, "reason": reason}
        receipt = requests.receive("undo", idempotency_key, content, by=by)
        if receipt.answer is not None:
            outcome = from_data(receipt.answer)
        else:
            refusals.usable(wanted, reason)
            found = _locked(wanted, by)
            if for_customer(by):
                overrides.agents_roles(by)
            outcome = carry_out(
                found,
                against(found, by),
                by=by,
                reason=reason,
                request_id=request_id or receipt.id,
                origin=Origin(cause=BY_SUPPORT) if for_customer(by) else ONLY_ASKED,
            )
            receipt.keep(outcome.as_data())
    if outcome.accepted and not outcome.repeated:
        wake.wake()
    if len(wanted) == 1 and outcome.refused:
        raise refusals.refused(outcome.items[0].refusals, outcome)
    return outcome


def for_customer(by: Actor) -> bool:
    """Whether somebody acts as the vendor's agent, and not with a role of the account."""
    return by.on_behalf_of is None and bool(set(overrides.AGENTS) & set(by.vendor_roles))


def against(found: dict[str, Check | None], by: Actor) -> dict[str, tuple[Verdict, ...]]:
    """What stands against undoing these changes, by their numbers."""
    accounts = {check.facts["account_id"] for check in found.values() if check}
    own = overrides.own_accounts(by, accounts) if for_customer(by) else frozenset()
    return {number: _judged(number, check, own) for number, check in found.items()}


def _judged(number: str, check: Check | None, own: frozenset[int]) -> tuple[Verdict, ...]:
    if check is None:
        return (refusals.no_change(number),)
    if check.facts["account_id"] in own:
        return (overrides.own_account(),)
    latest: str = check.facts["undone_number"]
    return check.verdicts if latest == number else (refusals.decided_since(number, latest),)


def preview(number: str, *, by: Actor) -> Check | None:
    """What undoing this change would do and what stands against it; None if it is not seen.

    Call it inside `parties.context.seeing(by)`.
    """
    return _checked([number], by)[number]


def _locked(wanted: list[str], by: Actor) -> dict[str, Check | None]:
    """The checks under the lock of the agreements, by change number."""
    changes = PartnerChange.objects.visible_to(by).filter(number__in=wanted)
    agreements = Agreement.objects.filter(changes__in=changes).order_by("id")
    ids = list(agreements.select_for_update(of=("self",)).values_list("id", flat=True))
    catch_up(ids)
    return _checked(wanted, by)


def _checked(wanted: list[str], by: Actor) -> dict[str, Check | None]:
    changes = PartnerChange.objects.visible_to(by).filter(number__in=wanted)
    rows = changes.order_by("decided_at", "id").values_list("number", "agreement", "id")
    agreement_of = {number: agreement for number, agreement, _ in rows}
    latest = {agreement: id for _, agreement, id in rows}
    checks = check_ids(
        list(latest),
        partner=None,
        person=None if for_customer(by) else by.judged_person,
        occasion="undo",
        undone=list(latest.values()),
    )
    return {each: checks.get(agreement_of.get(each, 0)) for each in wanted}
