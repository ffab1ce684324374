"""Who may say who works at a place, and in which role.

A primary admin gives and takes the roles of the account, a partner admin those of the firm, an
administrator those of the vendor. Where a place has nobody who could, operations and
administrators name the first one; from then on it looks after itself. Whoever works there too
leaves that to a colleague.
"""

from django.db import models
from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.models import VENDOR_ROLES, Account, Partner, Role
from ofrecord.parties.people.places import Place, concerns, held_in, roles_of
from ofrecord.parties.refusals import Refused

HEADS = ("primary_admin", "partner_admin")
"""The roles that look after the people of an account, and of a firm."""
NAMING = {"operations", "administrator"}
"""The roles at the vendor that name the first admin of an account or a firm."""


def may_give(place: Place, by: Actor) -> tuple[str, ...]:
    """The roles that this actor may give and take at this place now.

    Call it as the system, under the lock of the place where the answer has to hold.
    """
    if by.is_system:
        return roles_of(place)
    if place is None:
        return VENDOR_ROLES if "administrator" in by.vendor_roles else ()
    if is_head(by, place):
        return tuple(role for role in roles_of(place) if role != "primary_admin")
    if _names(by, place) and not has_head(place):
        return (head_of(place),)
    return ()


def may_hand_over(place: Place, by: Actor) -> bool:
    """Whether this actor may make another person the account's primary admin."""
    return isinstance(place, Account) and (by.is_system or is_head(by, place) or _names(by, place))


def head_of(place: Account | Partner) -> str:
    """The role that looks after the people of this place."""
    return HEADS[0] if isinstance(place, Account) else HEADS[1]


def demand_giving(place: Place, role: str, by: Actor) -> None:
    """Refuse unless the actor may give and take this role here."""
    if role not in may_give(place, by):
        raise Refused("not_permitted", _("Your role does not allow this here."))


def is_head(by: Actor, place: Account | Partner) -> bool:
    """Whether the actor is the primary admin of this account, or an admin of this firm."""
    own = _heads(place).filter(person=by.judged_person) if by.judged_person else Role.objects.none()
    return concerns(place, by) and own.exists()


def has_head(place: Account | Partner) -> bool:
    """Whether somebody looks after the people of this place."""
    return _heads(place).exists()


def heads_beside(role: Role, place: Place) -> bool:
    """Whether somebody else who can sign in holds this role at this place."""
    others = Role.objects.filter(name=role.name, person__is_active=True, **held_in(place))
    return others.exclude(pk=role.pk).exists()


def _names(by: Actor, place: Account | Partner) -> bool:
    """Whether the actor acts for the vendor here, and does not work at this place."""
    works = Role.objects.filter(person=by.judged_person, **held_in(place))
    return bool(NAMING & set(by.vendor_roles)) and not works.exists()


def _heads(place: Account | Partner) -> models.QuerySet[Role]:
    return Role.objects.filter(name=head_of(place), person__is_active=True, **held_in(place))
