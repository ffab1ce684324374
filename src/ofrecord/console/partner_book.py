"""Where a partner is of record today, and whom it was introduced to, as its page lists them."""

from typing import Any

from django.db.models import Q

from ofrecord.agreements.models import Tenure
from ofrecord.console import keyset
from ofrecord.console.partner_directory import url_of
from ofrecord.invitations.models import Invitation
from ofrecord.journal import clock
from ofrecord.parties.models import Partner

AGREEMENTS, LATEST = 20, 8


def of_record(partner: Partner, after: str) -> dict[str, Any]:
    """A page of its tenures in force, the latest begun first. Call it inside `seeing`."""
    now = clock.business_now()
    held = Tenure.objects.filter(partner=partner, superseded_at=None, effective_from__lte=now)
    held = held.filter(Q(effective_until=None) | Q(effective_until__gt=now))
    last = Tenure.objects.filter(partner=partner, pk=int(after)).first() if _is_id(after) else None
    if last:
        begun = Q(effective_from=last.effective_from, pk__lt=last.pk)
        held = held.filter(Q(effective_from__lt=last.effective_from) | begun)
    related = held.select_related("agreement__account", "subscription")
    found = list(related.order_by("-effective_from", "-pk")[: AGREEMENTS + 1])
    shown, here = found[:AGREEMENTS], url_of(partner)
    more = keyset.address(here, after=str(shown[-1].pk)) if len(found) > AGREEMENTS else ""
    return {
        "tenures": shown,
        "first_url": f"{here}#agreements" if last else "",
        "later_url": f"{more}#agreements" if more else "",
    }


def introductions(partner: Partner) -> list[Invitation]:
    """The latest invitations that introduce it."""
    known = Invitation.objects.filter(partner=partner).select_related("account")
    return list(known.order_by("-sent_at", "-pk")[:LATEST])


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19
