"""Accept: a change that the customer submits through an invitation, and its mark, in one act."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from ofrecord.agreements.models import Agreement
from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.refusals import Refused
from ofrecord.changes.submit import submit
from ofrecord.delivery import wake
from ofrecord.invitations import loading
from ofrecord.invitations.closing import close
from ofrecord.invitations.models import Invitation, State
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import as_one

CAUSE = "invitation/"


def accept(
    id: UUID,
    references: Sequence[str],
    partner: str,
    *,
    by: Actor,
    reason: str,
    effective_on: date | None = None,
    **given: Any,
) -> Submitted:
    """Submit a change to the partner that an invitation introduced; the change names it.

    The first that goes through accepts it. An invitation that is over meanwhile, or is about
    another account or partner, takes nothing away from the change: it is then submitted as any
    other. Refused as `not_found`, and as every submit.
    """
    refusal: Refused | None = None
    with as_one(by):
        loading.found(id, by)
        invitation = loading.locked(id)
        fits = _fits(invitation, references, partner)
        cause = f"{CAUSE}{id}" if fits else ""
        try:
            outcome = submit(
                references,
                partner,
                by=by,
                reason=reason,
                effective_on=effective_on,
                cause=cause,
                **given,
            )
        except Refused as found:
            refusal = found
        else:
            if fits and outcome.accepted and not outcome.repeated:
                number = outcome.accepted[0].number
                close(invitation, "accept", by, answer=f"partner_change/{number}")
    if refusal is not None:
        raise refusal
    wake.wake()
    return outcome


def _fits(invitation: Invitation, references: Sequence[str], partner: str) -> bool:
    """Whether the change is what the invitation was sent for."""
    named = set(references)
    own = Agreement.objects.filter(reference__in=named, account=invitation.account)
    return (
        invitation.standing == State.SENT
        and invitation.partner.account_number == partner
        and own.count() == len(named)
    )
