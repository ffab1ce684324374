"""The letters of a change: one per person, and one per partner, however large the act.

They are frozen in the act's own transaction. Whether somebody may still receive theirs is asked
again when it is sent (`letter_addresses.py`).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language

from ofrecord.changes import letter_words
from ofrecord.changes.decided import Decided, tidings
from ofrecord.changes.letter_form import formed
from ofrecord.changes.letter_words import Words
from ofrecord.changes.models import Movement
from ofrecord.changes.recipients import Asked, Firm, Person, Recipients, asked, recipients
from ofrecord.delivery import letters
from ofrecord.delivery.letters import Draft
from ofrecord.parties.actors import Actor

ASKED = ("awaiting_consent", "declined", "expired")
"""What partners are told of only when they were asked for their consent."""
CANCELLED = "cancelled"


def compose(
    kind: str,
    *acts: Sequence[Decided],
    by: Actor | None = None,
    undecided: bool = False,
    beside: Collection[int] | None = None,
) -> None:
    """Write the letters of acts inside their transaction: two reads at most, and one insert.

    Each act has letters of its own, and where the clock did something at once to changes of
    several occasions, each occasion. `kind` is the state that the changes are in now; `by` is
    who called them off; `undecided` says that they were called off before anybody but those
    asked for consent was told. `beside` are the partners to whom the act writes about another
    change; then people have a letter about that one too.
    """
    told_of = [own for act in acts for own in _by_occasion(act)]
    decided = [each for own in told_of for each in own]
    if not decided:
        return
    only_asked = undecided or kind in ASKED
    asks = {id(own): asked([e.change_id for e in own]) for own in told_of} if only_asked else {}
    firms = {party.partner_id for each in decided for party in (*each.before, *each.after)}
    if only_asked:
        firms &= {each.partner_id for own in asks.values() for each in own}
    agreements = [each.agreement_id for each in decided]
    canceller = by.judged_person if by and kind == CANCELLED else None
    changes = [each.change_id for each in decided]
    told = recipients(agreements, canceller, firms - set(beside or ()), changes)
    drafts: list[Draft] = []
    for own in told_of:
        act = _Act(kind, _voiced(own, told), told, canceller, asks.get(id(own), ()))
        drafts += [*(act.to_people() if beside is None else ()), *act.to_firms()]
    letters.write(drafts)


def _by_occasion(decided: Sequence[Decided]) -> Iterator[Sequence[Decided]]:
    occasions = {each.occasion for each in decided}
    for occasion in sorted(occasions):
        yield [each for each in decided if each.occasion == occasion]


class _Act:
    """One act and what it tells; people of one language read the same of the same agreements."""

    def __init__(
        self,
        kind: str,
        decided: Sequence[Decided],
        told: Recipients,
        canceller: int | None,
        asked: Sequence[Asked],
    ) -> None:
        self.id = uuid4()
        self.kind = kind
        self.decided = decided
        self.told = told
        self.canceller = canceller
        self.asked = asked
        self._worded: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}

    def to_people(self) -> Iterator[Draft]:
        for person in self.told.people:
            own = [e for e in self.decided if person.is_told_of(e.agreement_id, e.account_id)]
            if own:
                yield self._to_person(person, own)

    def to_firms(self) -> Iterator[Draft]:
        told: dict[int, dict[Movement, list[Decided]]] = {}
        for each in self.decided:
            for party, tiding in tidings(each.before, each.after, each.partner_id).items():
                told.setdefault(party.partner_id, {}).setdefault(tiding, []).append(each)
        for firm in self.told.firms:
            own = told.get(firm.id, {})
            if gains := own.get(Movement.GAINING):
                yield self._to_firm("gaining", firm, gains, letter_words.for_gaining)
            if stays := own.get(Movement.STAYING):
                yield self._to_firm("staying", firm, stays, letter_words.for_staying)
            if (ends := own.get(Movement.LOSING)) and not gains:
                yield self._to_firm("losing", firm, ends, letter_words.for_losing)

    def _to_person(self, person: Person, own: Sequence[Decided]) -> Draft:
        language = spoken(person.language_in(own[0].account_id))
        about = tuple(each.number for each in own)
        if (language, about) not in self._worded:
            with speaking(language):
                words = letter_words.for_account(self.kind, own, self._who(own), self.asked)
            self._worded[language, about] = self._rest("account", language, words)
        return Draft(
            person_id=person.id,
            account_id=own[0].account_id,
            about=about,
            **self._worded[language, about],
        )

    def _to_firm(self, side: str, firm: Firm, own: Sequence[Decided], tell: "Tell") -> Draft:
        language = spoken(firm.language)
        with speaking(language):
            words = tell(self.kind, own, firm.id, self._until(firm))
        about = tuple(each.reference for each in own)
        return Draft(partner_id=firm.id, about=about, **self._rest(side, language, words))

    def _who(self, own: Sequence[Decided]) -> str:
        """Who of the customer submitted these changes, or cancelled them, by name."""
        agreements = {each.agreement_id for each in own}
        acted = (
            person.name
            for person in self.told.people
            if person.id == self.canceller
            or (self.kind != CANCELLED and person.submitted(agreements))
        )
        return ", ".join(dict.fromkeys(acted))

    def _until(self, firm: Firm) -> date | None:
        """Until when the firm may answer, where it is asked now."""
        waiting = (each for each in self.asked if each.partner_id == firm.id and not each.answer)
        return next((each.until for each in waiting), None)

    def _rest(self, side: str, language: str, words: Words) -> dict[str, Any]:
        text, html = formed(language, words)
        return {
            "act": self.id,
            "kind": f"{self.kind}.{side}",
            "language": language,
            "subject": words.subject,
            "text": text,
            "html": html,
        }


Tell = Callable[[str, Sequence[Decided], int, date | None], Words]


def _voiced(decided: Sequence[Decided], told: Recipients) -> Sequence[Decided]:
    """What an agent has undone is told as what support does."""
    return [
        replace(each, occasion=letter_words.SUPPORT)
        if each.agreement_id in told.by_support
        else each
        for each in decided
    ]


def speaking(language: str) -> AbstractContextManager[Any]:
    """What is said inside is in this language; it costs nothing where it is spoken already."""
    return nullcontext() if get_language() == language else translation.override(language)


def spoken(language: str) -> str:
    """The reader's language where it is offered, else the vendor's first one."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
