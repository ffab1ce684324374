"""What is on its way: the changes of some agreements that are open, or not yet known everywhere."""

from collections.abc import Iterable

from ofrecord.changes.models import OPEN, PartnerChange, State


def moving(agreement_ids: Iterable[int]) -> dict[int, PartnerChange]:
    """The latest such change of each agreement that has one."""
    found = PartnerChange.objects.filter(
        agreement__in=list(agreement_ids), state__in=[*OPEN, State.APPLIED]
    )
    rows = found.exclude(occasion="load").select_related("partner").order_by("agreement", "id")
    return {change.agreement_id: change for change in rows}
