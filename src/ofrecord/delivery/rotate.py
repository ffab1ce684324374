"""Rotate: a new secret, while the old one signs along for a while."""

from datetime import timedelta

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from ofrecord.delivery import signing
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import locked, tell
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.refusals import Acting, Refused, demand_keeper

OVERLAP, LONGEST_OVERLAP = 24, 24 * 7
"""Hours."""


def rotate(name: str, *, by: Acting, overlap: int = OVERLAP) -> tuple[Endpoint, str]:
    """Give an endpoint a new secret, shown this once; the old one signs too for `overlap` hours.

    At no time do more than two sign: one that was still signing along ends now. Refused:
    not_permitted, endpoint_unknown, overlap_unusable.
    """
    demand_keeper(by)
    if not 0 <= overlap <= LONGEST_OVERLAP:
        words = _("Let the old secret sign along for 0 to %(most)s hours.")
        raise Refused("overlap_unusable", words % {"most": LONGEST_OVERLAP})
    secret = signing.new_secret()
    with as_system():
        endpoint = locked(name)
        Endpoint.objects.filter(pk=endpoint.pk).update(
            secret=signing.encrypted(secret),
            old_secret=endpoint.secret if overlap else None,
            old_secret_until=Now() + timedelta(hours=overlap) if overlap else None,
        )
        endpoint.refresh_from_db()
        tell(endpoint, "endpoint.secret_rotated", {"overlap_hours": overlap}, by)
    return endpoint, secret
