"""Add a person: somebody gets a role in an account, at a partner, or at the vendor."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import (
    ACCOUNT_ROLES,
    PARTNER_ROLES,
    VENDOR_ROLES,
    Account,
    Partner,
    Person,
    Role,
)
from ofrecord.parties.refusals import Refused, demand_administrator
from ofrecord.parties.streams import tell

VENDOR = "vendor"


def add_person(email: str, name: str, *, belongs_to: str, role: str, by: Actor) -> Person:
    """Give somebody a role, and make them known first where they are not.

    `belongs_to` is the number of an account or partner, or `vendor`. The same email is the same
    person. Refused: not_permitted, email_unusable, name_missing, name_differs, role_unusable,
    belongs_to_unknown, role_held, second_primary_admin.
    """
    demand_administrator(by)
    email, name = judged_email(email), " ".join(name.split())
    if not name:
        raise Refused("name_missing", _("Give the person's name."))
    with seeing(by):
        place = _place(belongs_to.strip(), role)
        person = _known(email, name) or _made(email, name, by)
        _judge_role(person, role, place)
        Role.objects.create(person=person, name=role, **_held_in(place))
        granted = {side: at and at.account_number for side, at in _held_in(place).items()}
        tell(person, "person.role_granted", {"role": role, **granted}, by.by)
    return person


def judged_email(email: str) -> str:
    """An address as it is kept: in small letters. Refused: email_unusable."""
    plain = email.strip().lower()
    try:
        validate_email(plain)
    except ValidationError:
        raise Refused(
            "email_unusable", _("%(email)r is no email address.") % {"email": email}
        ) from None
    return plain


def _place(belongs_to: str, role: str) -> Account | Partner | None:
    """Where the role is held, locked; None at the vendor."""
    models: tuple[type[Account | Partner], ...] = ()
    if role in ACCOUNT_ROLES:
        models = (Account,)
    elif role in PARTNER_ROLES:
        models = (Partner,)
    elif role not in VENDOR_ROLES:
        known = ", ".join((*ACCOUNT_ROLES, *PARTNER_ROLES, *VENDOR_ROLES))
        raise Refused("role_unusable", _("The role is one of: %(roles)s.") % {"roles": known})
    for model in models:
        found = model.objects.select_for_update().filter(account_number=belongs_to).first()
        if found:
            return found
    if models or belongs_to != VENDOR:
        raise Refused(
            "belongs_to_unknown",
            _("The role %(role)s cannot be held at %(belongs_to)s.")
            % {"role": role, "belongs_to": belongs_to},
        )
    return None


def _held_in(place: Account | Partner | None) -> dict[str, Any]:
    return {
        "account": place if isinstance(place, Account) else None,
        "partner": place if isinstance(place, Partner) else None,
    }


def _known(email: str, name: str) -> Person | None:
    person = Person.objects.select_for_update(no_key=True).filter(email=email).first()
    if person and person.name != name:
        raise Refused(
            "name_differs",
            _("%(email)s is known as %(name)s.") % {"email": email, "name": person.name},
        )
    return person


def _made(email: str, name: str, by: Actor) -> Person:
    person = Person(email=email, name=name)
    person.set_unusable_password()
    person.save()
    tell(person, "person.added", {}, by.by)
    return person


def _judge_role(person: Person, role: str, place: Account | Partner | None) -> None:
    held = Role.objects.filter(name=role, **_held_in(place))
    if held.filter(person=person).exists():
        raise Refused("role_held", _("%(name)s holds that role already.") % {"name": person.name})
    if role == "primary_admin" and held.exists():
        raise Refused("second_primary_admin", _("The account has a primary admin already."))
