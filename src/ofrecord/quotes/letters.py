"""The letters of quotes, frozen in the transaction of the act that they tell of.

People of the account read what they are offered, with a link. The firm that quotes reads what
became of it. Whether somebody may still receive theirs is asked again when it is sent.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.utils import translation

from ofrecord.changes.letter_form import formed
from ofrecord.changes.letter_words import Words
from ofrecord.changes.letters import spoken
from ofrecord.delivery import letters
from ofrecord.delivery.letters import Draft
from ofrecord.parties.models import Account, Partner
from ofrecord.quotes import letter_words
from ofrecord.quotes.effect import Effect
from ofrecord.quotes.letter_words import Said, Sold
from ofrecord.quotes.models import Order, Quote, QuoteRequest

T = TypeVar("T")


@dataclass(frozen=True)
class Reader:
    """Somebody of the account, in their language or the account's."""

    id: int
    language: str


def requested(request: QuoteRequest) -> None:
    words = letter_words.requested(request)
    _write_to_firm("quote.requested", request.partner, (str(request.pk),), words)


def request_withdrawn(request: QuoteRequest) -> None:
    words = letter_words.request_withdrawn(request)
    _write_to_firm("quote_request.withdrawn", request.partner, (str(request.pk),), words)


def request_declined(request: QuoteRequest) -> None:
    readers = _people(request.account, request.agreement_id, [request.asked_by_id])
    words = letter_words.request_declined(request)
    about = (str(request.pk),)
    _write_to_people("quote_request.declined", readers, request.account, about, words)


def issued(quote: Quote) -> None:
    """To the account's admins, its contract manager, and those of its people it is addressed to."""
    _to_people("quote.issued", quote, letter_words.issued(quote))


def withdrawn(quote: Quote) -> None:
    """To the same, of what they had been offered; of a draft nobody knows."""
    if quote.issued_at is not None:
        _to_people("quote.withdrawn", quote, letter_words.withdrawn(quote))


def declined(quote: Quote) -> None:
    _to_firm("quote.declined", quote, letter_words.declined(quote))


def expired(quotes: Sequence[Quote]) -> None:
    for quote in quotes:
        _to_firm("quote.expired", quote, letter_words.expired(quote))


def accepted(quote: Quote, order: Order, done: Effect) -> None:
    """To both sides: what was ordered. Of a change of partner its own letters tell."""
    _to_firm("quote.accepted", quote, letter_words.accepted(quote, order))
    _to_people("order.booked", quote, letter_words.ordered(quote, order, done))


def booked(sold: Sequence[Sold]) -> None:
    """To both sides: what the vendor has booked together, in one letter for each person and firm.

    Of a change of partner its own letters tell.
    """
    for firm, own in _by(sold, lambda order: order.partner).items():
        words = letter_words.booked_by_firm(own)
        _write_to_firm("order.booked", firm, _numbers(own), words)
    for account, of_account in _by(sold, lambda order: order.account).items():
        for readers, told in _readers(account, of_account):
            words = letter_words.booked_for_people(told)
            _write_to_people("order.booked", readers, account, _numbers(told), words)


def _readers(
    account: Account, sold: Sequence[Sold]
) -> Iterator[tuple[Sequence[Reader], Sequence[Sold]]]:
    """The admins, who read of all, and contract managers, each of what is about their own."""
    admins = _people(account, None)
    yield admins, sold
    managed = _by(sold, _manager)
    for reader in _people(account, None, list(managed)):
        if reader not in admins:
            yield [reader], managed[reader.id]


def _manager(order: Order) -> int | None:
    manager = order.agreement.contract_manager if order.agreement else None
    return manager.pk if manager else None


def _by(sold: Sequence[Sold], what: Callable[[Order], T]) -> dict[T, list[Sold]]:
    found: dict[T, list[Sold]] = {}
    for each in sold:
        found.setdefault(what(each.order), []).append(each)
    return found


def _numbers(sold: Sequence[Sold]) -> tuple[str, ...]:
    return tuple(each.order.number for each in sold)


def _to_firm(kind: str, quote: Quote, say: Said) -> None:
    _write_to_firm(kind, quote.partner, (quote.number,), say)


def _to_people(kind: str, quote: Quote, say: Said) -> None:
    asked = quote.request.asked_by_id if quote.request else None
    addressed = list(quote.recipients.values_list("email", flat=True))
    readers = _people(quote.account, quote.agreement_id, [asked], addressed)
    _write_to_people(kind, readers, quote.account, (quote.number,), say)


def _write_to_firm(kind: str, firm: Partner, about: tuple[str, ...], say: Said) -> None:
    rest = _rest(f"{kind}.partner", spoken(firm.language), say)
    letters.write([Draft(partner_id=firm.pk, about=about, **rest)])


def _write_to_people(
    kind: str, readers: Sequence[Reader], account: Account, about: tuple[str, ...], say: Said
) -> None:
    act = uuid4()
    drafts = [
        Draft(
            person_id=each.id,
            account_id=account.pk,
            about=about,
            **_rest(f"{kind}.account", spoken(each.language), say) | {"act": act},
        )
        for each in readers
    ]
    letters.write(drafts)


def _rest(kind: str, language: str, say: Said) -> dict[str, Any]:
    with translation.override(language):
        words: Words = say()
    text, html = formed(language, words)
    return {
        "act": uuid4(),
        "kind": kind,
        "language": language,
        "subject": words.subject,
        "text": text,
        "html": html,
    }


def _people(
    account: Account,
    agreement_id: int | None,
    others: Sequence[int | None] = (),
    addressed: Sequence[str] = (),
) -> list[Reader]:
    """Who of the account is told, each once: nobody who holds no role in it, whoever names them."""
    given = {
        "account": account.pk,
        "agreement": agreement_id,
        "others": [each for each in others if each],
        "addressed": list(addressed),
        "language": account.language or settings.LANGUAGE_CODE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, given)
        return [Reader(*row) for row in cursor.fetchall()]


_PEOPLE = """
SELECT DISTINCT person.id, coalesce(nullif(person.language, ''), %(language)s)
  FROM role JOIN person ON person.id = role.person_id AND person.is_active
 WHERE role.account_id = %(account)s
   AND (role.name IN ('primary_admin', 'secondary_admin')
        OR person.id = (SELECT contract_manager_id FROM agreement WHERE id = %(agreement)s)
        OR person.id = ANY (%(others)s::bigint[])
        OR person.email = ANY (%(addressed)s::text[]))
 ORDER BY person.id
"""
