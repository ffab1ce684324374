"""For whom a system acts: a person who is named by email, and whose permission is judged."""

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


def _person(by: Actor, email: str) -> int:
    with prepared() as cursor:
        wanted = email.strip().lower()
        cursor.execute(_PERSON, [wanted, by.sees_everything, list(by.accounts)])
        row = cursor.fetchone()
    if row is None:
        said = _("This client cannot act for %(email)s.") % {"email": email}
        raise Problem(403, "person_unknown", said)
    return int(row[0])


_PERSON = """
SELECT person.id FROM person
 WHERE person.email = %s AND person.is_active
   AND (%s OR EXISTS (SELECT FROM role WHERE role.person_id = person.id
                              AND role.account_id = ANY (%s)))
"""
