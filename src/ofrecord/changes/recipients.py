"""Who is told of a change: people by what they are to the agreements, and the partners' firms."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from ofrecord.journal import clock
from ofrecord.journal.prepared import prepared

WHY = {
    "submitter": _("submits the change"),
    "primary_admin": _("primary admin"),
    "secondary_admin": _("secondary admin"),
    "contract_manager": _("contract manager"),
}
BY_SUPPORT = "by_support"
"""The tie of an agent who made a change; nobody is told for it."""


class Connection(NamedTuple):
    """What ties a person to the act: to agreements of an account, or to all of the account.

    Without agreements it is to all, and without an account to all of the act. `language` is the
    person's own, or that of the account.
    """

    language: str
    why: str
    account_id: int | None
    agreements: frozenset[int]


@dataclass(frozen=True)
class Person:
    """A person who is told, once, however many ways they are tied to the act."""

    id: int
    name: str
    ties: tuple[Connection, ...]

    @property
    def roles(self) -> list[str]:
        """Why they are told, in words, each once, in a fixed order."""
        held = {tie.why for tie in self.ties}
        return [str(words) for why, words in WHY.items() if why in held]

    def language_in(self, account_id: int) -> str:
        """Theirs in letters about this account."""
        spoken = {tie.account_id: tie.language for tie in reversed(self.ties)}
        return spoken.get(account_id, self.ties[0].language)

    def is_told_of(self, agreement_id: int, account_id: int) -> bool:
        return (
            agreement_id in self._agreements
            or account_id in self._whole_accounts
            or None in self._whole_accounts
        )

    def submitted(self, agreement_ids: Collection[int]) -> bool:
        """Whether they submitted the change of one of these agreements."""
        return any(
            tie.why == "submitter" and not tie.agreements.isdisjoint(agreement_ids)
            for tie in self.ties
        )

    @cached_property
    def _agreements(self) -> frozenset[int]:
        return frozenset().union(*(tie.agreements for tie in self.ties))

    @cached_property
    def _whole_accounts(self) -> set[int | None]:
        """The accounts of which they are told everything; None stands for all of the act."""
        return {tie.account_id for tie in self.ties if not tie.agreements}


@dataclass(frozen=True)
class Firm:
    """A partner that is told at its own address."""

    id: int
    name: str
    language: str
    has_address: bool


@dataclass(frozen=True)
class Asked:
    """A consent of one of the changes: of whom, until which day, and how it was answered."""

    partner_id: int | None
    kind: str
    due_at: datetime
    answer: str

    @property
    def until(self) -> date:
        """The last day on which it can be given, for the vendor."""
        return last_day(self.due_at)


@dataclass(frozen=True)
class Recipients:
    """Who is told. `by_support` are the agreements whose undo an agent made, not the customer."""

    people: tuple[Person, ...]
    firms: tuple[Firm, ...]
    by_support: frozenset[int] = frozenset()


def recipients(
    agreement_ids: Sequence[int],
    submitter_id: int | None,
    partner_ids: Iterable[int],
    change_ids: Sequence[int] = (),
) -> Recipients:
    """Who is told when the partners of these agreements change: one statement.

    `partner_ids` are the gaining, losing and staying partners; `change_ids` the changes, where
    there are any yet: the customers' people who submitted them are told too. `submitter_id` is
    who does something else about them, or will submit one. Call it in the context of the act.
    """
    asked = {
        "agreements": list(agreement_ids),
        "changes": list(change_ids),
        "submitter": submitter_id,
        "partners": sorted(set(partner_ids)),
    }
    with prepared() as cursor:
        cursor.execute(_TOLD, asked)
        rows = cursor.fetchall()
    tied = [row for *row, has_address in rows if has_address is None]
    people = _people(row for row in tied if row[3] != BY_SUPPORT)
    firms = (Firm(row[0], row[1], row[2], row[-1]) for row in rows if row[-1] is not None)
    by_support = frozenset(id for row in tied if row[3] == BY_SUPPORT for id in row[-1])
    return Recipients(people, tuple(firms), by_support)


def asked(change_ids: Sequence[int]) -> list[Asked]:
    """The consents of these changes, each party and deadline once."""
    with prepared() as cursor:
        cursor.execute(_ASKED, [list(change_ids)])
        return [Asked(*row) for row in cursor.fetchall()]


def last_day(due_at: datetime) -> date:
    """The last day before a deadline that ends with a day of the vendor's."""
    return clock.day_of(due_at - timedelta(microseconds=1))


def _people(rows: Iterable[Sequence[Any]]) -> tuple[Person, ...]:
    ties: dict[tuple[int, str], list[Connection]] = {}
    for key, name, language, why, account, agreements in rows:
        tie = Connection(language, why, account, frozenset(agreements))
        ties.setdefault((key, name), []).append(tie)
    return tuple(Person(key, name, tuple(held)) for (key, name), held in ties.items())


_TOLD = """
WITH concerned AS (
     SELECT a.id, a.account_id, a.contract_manager_id FROM agreement AS a
      WHERE a.id = ANY (%(agreements)s)),
     made AS (
     SELECT c.*, c.occasion = 'undo' AND c.cause = 'support' AS by_agent
       FROM partner_change AS c WHERE c.id = ANY (%(changes)s)),
     tied AS (
     SELECT role.person_id, role.name AS why, role.account_id, NULL::bigint AS agreement_id
       FROM role WHERE role.account_id IN (SELECT account_id FROM concerned)
        AND role.name IN ('primary_admin', 'secondary_admin')
     UNION ALL
     SELECT contract_manager_id, 'contract_manager', account_id, id FROM concerned
     UNION ALL
     SELECT CASE WHEN occasion = 'correction' THEN NULL
                 WHEN occasion = 'support' OR by_agent THEN on_behalf_of_id
                 ELSE coalesce(on_behalf_of_id, by_id) END,
            'submitter', account_id, agreement_id FROM made
     UNION ALL
     SELECT by_id, 'by_support', account_id, agreement_id FROM made WHERE by_agent
     UNION ALL
     SELECT %(submitter)s::bigint, 'submitter', NULL, NULL),
     tie AS (
     SELECT person_id, why, account_id, array_remove(array_agg(agreement_id), NULL) AS agreements
       FROM tied WHERE person_id IS NOT NULL GROUP BY person_id, why, account_id)
SELECT person.id, person.name,
       coalesce(nullif(person.language, ''),
                (SELECT language FROM account WHERE account.id = tie.account_id),
                (SELECT language FROM account
                  WHERE account.id = (SELECT min(account_id) FROM concerned)), ''),
       tie.why, tie.account_id, tie.agreements, NULL
  FROM tie JOIN person ON person.id = tie.person_id AND person.is_active
UNION ALL
SELECT id, name, language, NULL, NULL, NULL, email <> ''
  FROM partner WHERE id = ANY (%(partners)s)
 ORDER BY 2, 1, 5, 4
"""
_ASKED = """
SELECT DISTINCT partner_id, kind, due_at, answer FROM consent
 WHERE change_id = ANY (%s) ORDER BY due_at, kind, partner_id
"""
