"""Who acts at the terminal: an operator who sees the whole book, for a person who is judged."""

import uuid
from dataclasses import replace

import typer
from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.models import Person


def operator(person: Person | None = None) -> Actor:
    """The operator, acting for `person` where somebody's permission counts."""
    actor = replace(Actor.system("cli"), request_id=f"cli-{uuid.uuid4()}")
    return actor.acting_for(person.pk) if person else actor


def speaking_for(person: Person) -> Actor:
    """The operator, acting for `person` with nothing but what that person holds."""
    held = for_person(person, door="cli", request_id=operator().request_id)
    return replace(held, person_id=None, on_behalf_of=person.pk)


def agent(person: Person, customer: Person | None) -> Actor:
    """Somebody of the vendor at the terminal, acting for a customer's person or on their own."""
    held = for_person(person, door="cli", request_id=operator().request_id)
    return held.acting_for(customer.pk) if customer else held


def person_with(email: str) -> Person:
    """The person who signs in with this address; bad usage when there is none."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None or not person.is_active:
        raise typer.BadParameter(
            _("Nobody who can sign in has the email address %(email)s.") % {"email": email}
        )
    return person
