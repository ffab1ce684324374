"""What suspending, terminating and reinstating have in common: the lock, the judging, the fact."""

from dataclasses import asdict

from ofrecord.changes.refusals import reason_missing, refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner, PartnerStatus
from ofrecord.parties.partner_status import set_status
from ofrecord.transitions import consequences, letters, refusals
from ofrecord.transitions.consequences import Consequences

FROM = {
    PartnerStatus.SUSPENDED: (PartnerStatus.ACTIVE,),
    PartnerStatus.TERMINATED: (PartnerStatus.ACTIVE, PartnerStatus.SUSPENDED),
    PartnerStatus.ACTIVE: (PartnerStatus.SUSPENDED, PartnerStatus.TERMINATED),
}
"""The legal moves: from which statuses each is reached."""


def moved(
    number: str, status: PartnerStatus, *, by: Actor, reason: str
) -> tuple[Partner, Consequences]:
    """Move a partner to another status, with its fact and its letters; what depended on it then.

    Refused as `not_found`, `not_permitted`, `reason_missing`, `status_held` or
    `partner_terminated`.
    """
    if not refusals.may_set_status(by):
        raise refused([refusals.not_a_keeper()])
    if not reason.strip():
        raise refused([reason_missing()])
    with seeing(by):
        partner = _locked(number)
        _judge(partner, status)
        depends = consequences.of(partner)
        set_status(partner, status, by=by, reason=reason.strip(), data=_told(depends))
        letters.write(partner, status)
    return partner, depends


def _locked(number: str) -> Partner:
    found = Partner.objects.select_for_update(no_key=True).filter(account_number=number).first()
    if found is None:
        raise refused([refusals.no_partner(number)])
    return found


def _judge(partner: Partner, status: PartnerStatus) -> None:
    if partner.status == status:
        raise refused([refusals.status_held(partner)])
    if partner.status not in FROM[status]:
        raise refused([refusals.terminated(partner)])


def _told(depends: Consequences) -> dict[str, object]:
    """What the fact says of what depended on the partner."""
    return {"depended": {**asdict(depends), "held": dict(depends.held)}}
