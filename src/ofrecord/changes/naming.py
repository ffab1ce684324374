"""How people are named to others: to an account its own people, and the vendor's as the vendor.

Who has left is known by what they held: a name is not let out because its bearer went elsewhere,
nor kept from the account that the person acted for.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person


def vendors_own(people: Iterable[Person | None]) -> set[int]:
    """The ids of those who hold a role at the vendor, or left it and hold none anywhere."""
    ids = _ids(person.pk for person in people if person)
    if not ids:
        return set()
    with seeing(Actor.system()):
        return _found(_OF_VENDOR, {"ids": ids})


def accounts_own(account_id: int, ids: Iterable[int | None]) -> set[int]:
    """Those of some people who hold or held a role in the account.

    Call it in a sight that sees the account.
    """
    wanted = _ids(ids)
    return _found(_OF_ACCOUNT, {"ids": wanted, "account": account_id}) if wanted else set()


def known_to(reader: Actor, account_id: int, ids: Iterable[int | None]) -> dict[int, Person]:
    """The people among these whom the reader may know by name, by their ids.

    To an account they are its own, present and past: nobody of the vendor or of a partner.
    Call it inside `parties.context.seeing(reader)`.
    """
    wanted = set(_ids(ids))
    if not reader.sees_everything:
        wanted = accounts_own(account_id, wanted)
    return Person.objects.in_bulk(wanted) if wanted else {}


def on_record(account_id: int, people: Sequence[Person | None]) -> list[str | None]:
    """How a document of the account names them, whoever asks for it: its own by name, the
    vendor's own as "", and anybody else, as nobody, as None. Call it as `accounts_own`.
    """
    vendors = vendors_own(people)
    shown = vendors | accounts_own(account_id, (each.pk for each in people if each))
    return [named(each, vendors) if each and each.pk in shown else None for each in people]


def named(person: Person | None, vendors: set[int]) -> str | None:
    """A person's name, empty for one of the vendor's own; None for nobody."""
    if person is None:
        return None
    return "" if person.pk in vendors else person.name or f"#{person.pk}"


def _ids(ids: Iterable[int | None]) -> list[int]:
    return sorted({id for id in ids if id})


def _found(sql: str, asked: dict[str, Any]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return {id for (id,) in cursor.fetchall()}


_OF_VENDOR = """
SELECT person_id FROM role
 WHERE person_id = ANY (%(ids)s) AND account_id IS NULL AND partner_id IS NULL
 UNION
SELECT gone.id FROM unnest(%(ids)s::bigint[]) AS gone(id)
  JOIN event AS e ON e.stream = 'person' AND e.subject_id = gone.id
                 AND e.type = 'person.role_removed'
 CROSS JOIN LATERAL (SELECT convert_from(e.body, 'UTF8')::jsonb -> 'data' AS said OFFSET 0) AS body
 WHERE NOT EXISTS (SELECT FROM role WHERE role.person_id = gone.id)
   AND coalesce(said ->> 'account', said ->> 'partner') IS NULL
"""
_OF_ACCOUNT = """
SELECT person_id FROM role WHERE person_id = ANY (%(ids)s) AND account_id = %(account)s
 UNION
SELECT (said ->> 'person')::bigint FROM event AS e
 CROSS JOIN LATERAL (SELECT convert_from(e.body, 'UTF8')::jsonb -> 'data' AS said OFFSET 0) AS body
 WHERE e.stream = 'account' AND e.subject_id = %(account)s AND e.type = 'role.removed'
   AND (said ->> 'person')::bigint = ANY (%(ids)s)
"""
