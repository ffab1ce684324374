"""The letters of a change: one per person, and one per partner, however large the act.

They are frozen in the act's own transaction. Whether somebody may still receive theirs is asked
again when it is sent (`letter_addresses.py`).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from uuid import UUID, uuid4

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ofrecord.changes import letter_words
from ofrecord.changes.decided import Decided
from ofrecord.changes.letter_words import Words
from ofrecord.changes.recipients import Firm, Person, Recipients, recipients
from ofrecord.delivery import letters
from ofrecord.delivery.letters import Draft
from ofrecord.parties.actors import Actor


def compose(kind: str, decided: Sequence[Decided], by: Actor) -> None:
    """Write the letters of an act inside its transaction: two reads and one insert.

    `kind` is applied, scheduled or cancelled.
    """
    if not decided:
        return
    told = recipients(
        [each.agreement_id for each in decided],
        by.judged_person,
        {party.partner_id for each in decided for party in (*each.before, *each.after)},
        [each.change_id for each in decided],
    )
    act, form = uuid4(), lru_cache(maxsize=None)(_formed)
    letters.write(
        [
            *_to_people(act, kind, decided, told, by, form),
            *_to_firms(act, kind, decided, told, form),
        ]
    )


Form = Callable[[str, Words], tuple[str, str, str]]


def _to_people(
    act: UUID, kind: str, decided: Sequence[Decided], told: Recipients, by: Actor, form: Form
) -> list[Draft]:
    names = {person.id: person.name for person in told.people}
    who = names.get(by.judged_person or 0) or _submitter(told.people)
    drafts = []
    for person in told.people:
        own = [each for each in decided if person.is_told_of(each.agreement_id, each.account_id)]
        if own:
            with _language(person.language) as language:
                words = letter_words.for_account(kind, own, who)
            draft = _draft(act, f"{kind}.account", language, own, form(language, words))
            drafts.append(replace(draft, person_id=person.id, account_id=own[0].account_id))
    return drafts
