"""The letters of cases, frozen in the transaction of the act that they tell of.

Who opened a case and whoever else of the account wrote in it follow it by email. At the vendor
its assignee is told, or all who work on cases while it is nobody's, or of somebody who does not
any more. A letter to the staff is of
no account, so that no account reads it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.utils import translation

from ofrecord.cases import letter_words
from ofrecord.cases.models import Case, Message, Side
from ofrecord.cases.rights import agents
from ofrecord.changes.letter_form import formed
from ofrecord.changes.letter_words import Words
from ofrecord.changes.recipients import recipients
from ofrecord.delivery import letters
from ofrecord.delivery.letters import Draft

Say = Callable[[], Words]


@dataclass(frozen=True)
class Reader:
    """Somebody who is written to, in their language or the account's."""

    id: int
    language: str


def opened(case: Case, text: str) -> None:
    _to_customer("case.opened", case, letter_words.opened(case))
    _to_staff("case.opened", case, letter_words.came_in(case, text))


def answered(case: Case, message: Message) -> None:
    if message.side == Side.STAFF:
        _to_customer("case.answered", case, letter_words.answered(case, message.text))
    else:
        _to_staff("case.answered", case, letter_words.customer_wrote(case, message.text))


def assigned(case: Case) -> None:
    _to_staff("case.assigned", case, letter_words.assigned(case))


def resolved(case: Case, side: Side, text: str) -> None:
    if side == Side.STAFF:
        _to_customer("case.resolved", case, letter_words.resolved(case, text))
    else:
        _to_staff("case.resolved", case, letter_words.solved(case, text))


def reopened(case: Case, message: Message) -> None:
    if message.side == Side.STAFF:
        _to_customer("case.reopened", case, letter_words.opened_again(case, message.text))
    else:
        _to_staff("case.reopened", case, letter_words.customer_reopened(case, message.text))


def carried_out(case: Case) -> None:
    """To those who follow the case and have no letter of the change itself."""
    change = case.made_change
    if change is None:
        return
    of_change = recipients([change.agreement_id], None, (), [change.pk])
    told = {each.id for each in of_change.people}
    readers = [each for each in _followers(case) if each.id not in told]
    say = letter_words.carried_out(case, change)
    _write("case.carried_out.account", case, readers, say, account_id=case.account_id)


def _to_customer(kind: str, case: Case, say: Say) -> None:
    _write(f"{kind}.account", case, _followers(case), say, account_id=case.account_id)


def _to_staff(kind: str, case: Case, say: Say) -> None:
    everybody = agents()
    people = [each for each in everybody if each == case.assignee] or everybody
    default = settings.LANGUAGE_CODE
    readers = [Reader(each.pk, each.language or default) for each in people]
    _write(f"{kind}.staff", case, readers, say)


def _write(kind: str, case: Case, readers: Iterable[Reader], say: Say, **given: Any) -> None:
    act = uuid4()
    letters.write([_draft(kind, case, each, say, act=act, **given) for each in readers])


def _draft(kind: str, case: Case, reader: Reader, say: Say, **given: Any) -> Draft:
    with translation.override(reader.language):
        words = say()
    text, html = formed(reader.language, words)
    return Draft(
        person_id=reader.id,
        kind=kind,
        language=reader.language,
        subject=words.subject,
        text=text,
        html=html,
        about=(case.number,),
        **given,
    )


def _followers(case: Case) -> list[Reader]:
    """Who follows the case and still holds a role in the account; else its admins."""
    given = {
        "case": case.pk,
        "account": case.account_id,
        "opened_by": case.opened_by_id,
        "language": case.account.language or settings.LANGUAGE_CODE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOWERS, given)
        return [Reader(*row) for row in cursor.fetchall()]


_FOLLOWERS = """
WITH held AS (
     SELECT person.id, coalesce(nullif(person.language, ''), %(language)s) AS language,
            bool_or(role.name IN ('primary_admin', 'secondary_admin')) AS is_admin,
            person.id = %(opened_by)s OR person.id IN (
              SELECT author_id FROM case_message WHERE case_id = %(case)s AND side = 'customer')
              AS follows
       FROM role JOIN person ON person.id = role.person_id AND person.is_active
      WHERE role.account_id = %(account)s
      GROUP BY person.id)
SELECT id, language FROM held
 WHERE follows OR is_admin AND NOT EXISTS (SELECT FROM held WHERE follows) ORDER BY id
"""
