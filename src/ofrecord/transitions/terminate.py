"""Terminate: a partner is authorized no longer, and nothing comes to it any more."""

from ofrecord.delivery import wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner, PartnerStatus
from ofrecord.parties.people import ending
from ofrecord.parties.streams import tell
from ofrecord.transitions import consequences
from ofrecord.transitions.consequences import Consequences
from ofrecord.transitions.follow import follow
from ofrecord.transitions.status import moved


def terminate(number: str, *, by: Actor, reason: str) -> tuple[Partner, Consequences]:
    """Terminate a partner; the partner, and what depended on it at that moment.

    It stays partner of record where it is: its customers are told, and change it. Its people and
    systems have no access from this commit on. Open changes to it are called off, what it offers
    and was asked for is closed, its codes and invitations are withdrawn: the first of these at
    once, and what is left by the clock, from the data. Refused as `not_found`, `not_permitted`,
    `reason_missing` or `status_held`.
    """
    with seeing(by):
        partner, depends = moved(number, PartnerStatus.TERMINATED, by=by, reason=reason)
        for person in consequences.people_of(partner).order_by("pk"):
            tell(person, "person.sessions_ended", {"count": ending.access(person)}, by.by)
    wake.wake()
    follow(partner, by=by)
    return partner, depends
