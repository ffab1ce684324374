"""Where a role is held: in an account, at a partner, or at the vendor."""

from typing import Any

from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.models import (
    ACCOUNT_ROLES,
    PARTNER_ROLES,
    VENDOR_ROLES,
    Account,
    Partner,
    Role,
    RoleInvitation,
)
from ofrecord.parties.refusals import Refused

VENDOR = "vendor"
Place = Account | Partner | None
"""None is the vendor."""


def of(held: Role | RoleInvitation) -> Place:
    """Where this role is held, or would be."""
    return held.account or held.partner


def roles_of(place: Place) -> tuple[str, ...]:
    """The roles that can be held at a place, the one with most rights first."""
    if place is None:
        return VENDOR_ROLES
    return ACCOUNT_ROLES if isinstance(place, Account) else PARTNER_ROLES


def held_in(place: Place) -> dict[str, Any]:
    """The columns of a role that say where it is held."""
    return {
        "account": place if isinstance(place, Account) else None,
        "partner": place if isinstance(place, Partner) else None,
    }


def numbers(place: Place) -> dict[str, str | None]:
    """The same for an event, by account numbers."""
    return {side: at and at.account_number for side, at in held_in(place).items()}


def number_of(place: Place) -> str:
    """What `belongs_to` says of a place."""
    return place.account_number if place else VENDOR


def locked(belongs_to: str, role: str, by: Actor) -> Place:
    """The place with this number at which such a role is held, locked; None at the vendor.

    One that the actor has nothing to do with is as unknown as one that is not there. Call it as
    the system. Refused: role_unusable, belongs_to_unknown.
    """
    if role in VENDOR_ROLES and belongs_to == VENDOR and by.sees_everything:
        return None
    if role not in (*ACCOUNT_ROLES, *PARTNER_ROLES, *VENDOR_ROLES):
        known = ", ".join((*ACCOUNT_ROLES, *PARTNER_ROLES, *VENDOR_ROLES))
        raise Refused("role_unusable", _("The role is one of: %(roles)s.") % {"roles": known})
    found = _locked(Account if role in ACCOUNT_ROLES else Partner, account_number=belongs_to)
    if role in VENDOR_ROLES or found is None or not concerns(found, by):
        raise Refused(
            "belongs_to_unknown",
            _("The role %(role)s cannot be held at %(belongs_to)s.")
            % {"role": role, "belongs_to": belongs_to},
        )
    return found


def lock_again(place: Place) -> None:
    """Lock the place of a role that was found: whoever changes roles there comes by here.

    At the vendor the roles of its administrators stand for it.
    """
    if place is None:
        admins = Role.objects.select_for_update().filter(name="administrator")
        list(admins.order_by("pk").values_list("pk"))
    else:
        _locked(type(place), pk=place.pk)


def concerns(place: Place, by: Actor) -> bool:
    """Whether the actor may know of this place."""
    if by.sees_everything:
        return True
    if place is None:
        return False
    return place.pk in (by.accounts if isinstance(place, Account) else by.partners)


def _locked(model: type[Account] | type[Partner], **wanted: Any) -> Account | Partner | None:
    return model.objects.select_for_update(no_key=True).filter(**wanted).first()
