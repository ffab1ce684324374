"""Set a password: an operator gives somebody a way to sign in; their sessions end."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.refusals import Refused, demand_administrator
from ofrecord.parties.streams import tell


def set_password(email: str, password: str, *, by: Actor) -> Person:
    """Set the password of the person with this address.

    Sessions signed in with the old one end, because they carry its fingerprint. Refused:
    not_permitted, person_unknown, password_unusable.
    """
    demand_administrator(by)
    with seeing(by):
        people = Person.objects.select_for_update(no_key=True)
        person = people.filter(email=email.strip().lower()).first()
        if person is None:
            raise Refused(
                "person_unknown", _("Nobody has the address %(email)s.") % {"email": email}
            )
        try:
            validate_password(password, person)
        except ValidationError as error:
            raise Refused("password_unusable", " ".join(error.messages)) from None
        person.set_password(password)
        person.save(update_fields=["password"])
        tell(person, "person.password_changed", {}, by.by)
    return person
