"""For whom a system acts: a person who is named by email, and whose permission is judged."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from ofrecord.api.problems import Problem
from ofrecord.journal.prepared import prepared
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Role


def acting_for(by: Actor, email: str) -> Actor:
    """The system acting for this person; one of an account acts for that account's people only.

    Refused the same for somebody elsewhere and for nobody: `person_unknown`.
    """
    return by.acting_for(_person(by, email))


def deciding(by: Actor, email: str) -> Actor:
    """The vendor's system acting for somebody at the vendor, with that person's own roles there.

    Refused like `acting_for`; what the roles do not allow is refused by the verb.
    """
    person = _person(by, email)
    held = Role.objects.filter(person=person, account=None, partner=None)
    roles = held.values_list("name", flat=True)
    return replace(by.acting_for(person), vendor_roles=("client", *roles))


def acting_for_each(by: Actor, emails: Iterable[str | None]) -> dict[str | None, Actor]:
    """The system acting for each of these people, and for itself where nobody is named.

    Those for whom it cannot act are left out.
    """
    wanted = set(emails)
    known = _people(by, [email for email in wanted if email])
    actors: dict[str | None, Actor] = {None: by}
    return actors | {email: by.acting_for(id) for email, id in known.items()}


def _person(by: Actor, email: str) -> int:
    known = _people(by, [email])
    if not known:
        said = _("This client cannot act for %(email)s.") % {"email": email}
        raise Problem(403, "person_unknown", said)
    return known[email]


def _people(by: Actor, emails: Sequence[str]) -> dict[str, int]:
    """The ids of those for whom it can act."""
    kept = {email: email.strip().lower() for email in emails}
    with prepared() as cursor:
        cursor.execute(_PEOPLE, [list(kept.values()), by.sees_everything, list(by.accounts)])
        ids = dict(cursor.fetchall())
    return {email: ids[each] for email, each in kept.items() if each in ids}


_PEOPLE = """
SELECT person.email, person.id FROM person
 WHERE person.email = ANY (%s) AND person.is_active
   AND (%s OR EXISTS (SELECT FROM role WHERE role.person_id = person.id
                              AND role.account_id = ANY (%s)))
"""
