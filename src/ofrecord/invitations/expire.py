"""Expire: the clock marks invitations that nobody has answered in time.

Nothing waits for it: past its last day an invitation leads nowhere, whatever its row says.
"""

from ofrecord.delivery import wake
from ofrecord.invitations import loading
from ofrecord.invitations.closing import close
from ofrecord.invitations.models import Invitation
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

BATCH = 100


def expire(*, by: Actor) -> int:
    """Expire up to 100 invitations that are due; how many were."""
    with seeing(by):
        rows = Invitation.objects.due().select_related(*loading.RELATED)
        due = rows.select_for_update(of=("self",), skip_locked=True).order_by("expires_at", "pk")
        over = list(due[:BATCH])
        for each in over:
            close(each, "expire", by)
    if over:
        wake.wake()
    return len(over)
