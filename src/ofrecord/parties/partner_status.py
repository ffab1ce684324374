"""The status of a partner: who set it, when, and why; a fact in the partner's own stream."""

from typing import Any

from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Partner, PartnerStatus
from ofrecord.parties.streams import tell

EVENTS = {
    PartnerStatus.SUSPENDED: "partner.suspended",
    PartnerStatus.TERMINATED: "partner.terminated",
    PartnerStatus.ACTIVE: "partner.reinstated",
}


def set_status(
    partner: Partner, status: PartnerStatus, *, by: Actor, reason: str, data: dict[str, Any]
) -> None:
    """Write the status of a locked partner and its fact; `data` is what else the fact says.

    Previews that show the partner are stale afterwards. Call it inside `parties.context.seeing`.
    """
    said = {"partner": partner.account_number, "status": status.value, "reason": reason}
    partner.status_at = tell(partner, EVENTS[status], {**said, **data}, by.by)
    partner.status, partner.status_reason = status, reason
    partner.status_by_id = by.judged_person
    partner.save(update_fields=["status", "status_at", "status_by", "status_reason"])
