"""What ends with a role: in the same transaction, whatever it is and whichever module keeps it."""

from collections.abc import Callable

from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Q

from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Person, Role, RoleInvitation
from ofrecord.parties.people.places import Place, held_in

Locks = Callable[[Role], object]
Ends = Callable[[Role, Actor], None]
_also: list[tuple[Locks, Ends]] = []


def with_role(locks: Locks, ends: Ends) -> None:
    """Have `ends(role, by)` run when somebody leaves a place; modules above say so at the start.

    `locks(role)` locks what that will write to, before the place is locked.
    """
    if (locks, ends) not in _also:
        _also.append((locks, ends))


def lock(role: Role) -> None:
    """Lock what hangs on the role in other modules; its place is locked after it."""
    for locks, _ends in _also:
        locks(role)


def everything_of(role: Role, by: Actor) -> None:
    """End what hangs on the role in other modules, in the caller's transaction."""
    for _locks, ends in _also:
        ends(role, by)


def access(person: Person) -> int:
    """End every way in that is open now; how many sessions there were.

    They are ended for good: to be enabled or invited again must not bring an old one back.
    """
    Token.objects.filter(user=person).delete()
    sessions = UserSession.objects.filter(user=person)
    for session_key in sessions.values_list("session_key", flat=True):
        SessionStore().delete(session_key)
    count, _by_model = sessions.delete()
    return int(count)


def invitations(person: Person, place: Place | str = "everywhere") -> list[str]:
    """End the open invitations to somebody and from them, here or everywhere; their ids."""
    theirs = Q(person=person) | Q(sent_by=person)
    found = RoleInvitation.objects.filter(theirs, accepted_at=None, ended_at=None)
    if not isinstance(place, str):
        found = found.filter(**held_in(place))
    ids = [str(id) for id in found.order_by("pk").values_list("pk", flat=True)]
    found.update(ended_at=clock.business_now(), ended_for="person_left")
    return ids
