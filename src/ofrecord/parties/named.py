"""Finding accounts, partners and people by words of their names; for the vendor's own people.

Every word that is asked for begins a word of the name, in whatever case: *al wor* finds Alder
Works. One indexed statement each, however large the book.
"""

import re

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from ofrecord.parties.models import Account, Partner, Person

SHORTEST = 2
MOST_WORDS = 8


def words_of(text: str) -> str:
    """The question in the words of the database; empty where there is none."""
    found = re.findall(r"\w+", text)[:MOST_WORDS]
    if not any(len(word) >= SHORTEST for word in found):
        return ""
    return " & ".join(f"({_in_any_case(word)})" for word in found)


def accounts(text: str, most: int) -> list[Account]:
    """The first accounts that are named so, by name. Call it inside `parties.context.seeing`."""
    asked = words_of(text)
    return list(Account.objects.raw(_ACCOUNTS, [asked, most])) if asked else []


def partners(text: str) -> QuerySet[Partner]:
    """The partners that are named so, by name. Call it inside `parties.context.seeing`."""
    asked = words_of(text)
    if not asked:
        return Partner.objects.none()
    named = RawSQL(_PARTNERS, [asked])  # noqa: S611 - the words are a parameter
    return Partner.objects.filter(pk__in=named).order_by("name", "pk")


def people(text: str, most: int) -> list[Person]:
    """The first people of that name, or with an email that begins so, by name."""
    asked = words_of(text)
    return list(Person.objects.raw(_PEOPLE, [asked, most])) if asked else []


def _in_any_case(word: str) -> str:
    """The database folds the case of ASCII alone, whatever its locale."""
    cases = dict.fromkeys((word, word.lower(), word.capitalize(), word.upper()))
    return " | ".join(f"'{each}':*" for each in cases)


_ACCOUNTS = "SELECT * FROM accounts_named(to_tsquery('simple', %s), %s)"
_PARTNERS = "SELECT id FROM partners_named(to_tsquery('simple', %s), NULL)"
# Those of the words first: by name the planner would read everybody to find a few.
_PEOPLE = """
WITH found AS MATERIALIZED (
     SELECT * FROM person
      WHERE to_tsvector('simple', name || ' ' || email) @@ to_tsquery('simple', %s))
SELECT * FROM found ORDER BY name, id LIMIT %s
"""
