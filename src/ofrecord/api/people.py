"""For whom a system acts: a person who is named by email, and whose permission is judged."""

from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.api.problems import Problem
from ofrecord.parties.actors import Actor


def acting_for(by: Actor, email: str) -> Actor:
    """The system acting for this person; one of an account acts for that account's people only.

    Refused the same for somebody elsewhere and for nobody: `person_unknown`.
    """
    with connection.cursor() as cursor:
        wanted = email.strip().lower()
        cursor.execute(_PERSON, [wanted, by.sees_everything, list(by.accounts)])
        row = cursor.fetchone()
    if row is None:
        said = _("This client cannot act for %(email)s.") % {"email": email}
        raise Problem(403, "person_unknown", said)
    return by.acting_for(row[0])


_PERSON = """
SELECT person.id FROM person
 WHERE person.email = %s AND person.is_active
   AND (%s OR EXISTS (SELECT FROM role WHERE role.person_id = person.id
                              AND role.account_id = ANY (%s)))
"""
