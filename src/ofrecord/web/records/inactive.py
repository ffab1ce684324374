"""Partners of record that are not active any more: what a list and an agreement say of them."""

from collections.abc import Iterable

from ofrecord.parties.models import Partner, PartnerStatus


def statuses(partner_ids: Iterable[int]) -> dict[int, str]:
    """In a word what those of some partners are that are not active: one statement.

    Call it inside `parties.context.seeing`.
    """
    known = Partner.objects.filter(pk__in=set(partner_ids)).exclude(status=PartnerStatus.ACTIVE)
    return {
        id: str(PartnerStatus(status).label) for id, status in known.values_list("pk", "status")
    }
