"""What the search box finds: by number the one page that it is of, by name what is called so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.cases import numbers as cases
from ofrecord.cases.models import Case
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.numbers import normalized
from ofrecord.console import keyset
from ofrecord.journal.models import Event
from ofrecord.parties import named
from ofrecord.parties.models import Account, Partner, Person
from ofrecord.quotes.models import Order, Quote
from ofrecord.quotes.numbers import ORDER, QUOTE

SHOWN = 10
LONGEST = 200


@dataclass(frozen=True)
class Hit:
    """Something that was found: what it is called, its page, and what tells it from others."""

    name: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one sort; `all_url` leads to the rest where there are more."""

    title: str
    hits: Sequence[Hit]
    more: bool = False
    all_url: str = ""


def page_of(text: str) -> str | None:
    """The page of what has this number, as people write it: blanks do not count."""
    plain = "".join(text[:LONGEST].split())
    return next(filter(None, (find(text, plain) for find in _BY_NUMBER)), None) if plain else None


def called(text: str) -> list[Group]:
    """Accounts, partners and people of that name: three statements, however many there are."""
    text = text[:LONGEST]
    groups = (
        _group(_("Accounts"), named.accounts(text, SHOWN + 1), _account, "accounts", text),
        _group(_("Partners"), list(named.partners(text)[: SHOWN + 1]), _partner, "partners", text),
        _group(_("People"), named.people(text, SHOWN + 1), _person, "", text),
    )
    return [group for group in groups if group.hits]


def is_short(text: str) -> bool:
    """Whether no word of it is long enough to be looked for."""
    return not named.words_of(text)


def _group(
    title: str, found: Sequence[Any], told: Callable[[Any], Hit], route: str, text: str
) -> Group:
    every = keyset.address(reverse(f"console:{route}"), q=text) if route else ""
    return Group(title, [told(each) for each in found[:SHOWN]], len(found) > SHOWN, every)


def _account(account: Account) -> Hit:
    url = reverse("console:account", args=[account.account_number])
    return Hit(account.name, url, account.account_number)


def _partner(partner: Partner) -> Hit:
    url = reverse("console:partner", args=[partner.account_number])
    status = "" if partner.status == "active" else f", {partner.get_status_display()}"
    return Hit(partner.name, url, partner.account_number + status)


def _person(person: Person) -> Hit:
    return Hit(person.name, reverse("console:person", args=[person.pk]), person.email)


def _change(_text: str, plain: str) -> str | None:
    number = normalized(plain)
    known = number and PartnerChange.objects.filter(number=number).exists()
    return reverse("console:change", args=[number]) if known else None


def _case(_text: str, plain: str) -> str | None:
    number = cases.normalized(plain)
    known = number and Case.objects.filter(number=number).exists()
    return reverse("console:case", args=[number]) if known else None


def _quote(_text: str, plain: str) -> str | None:
    number = normalized(plain, QUOTE)
    known = number and Quote.objects.filter(number=number).exists()
    return reverse("console:quote", args=[number]) if known else None


def _order(_text: str, plain: str) -> str | None:
    numbers = {normalized(plain, ORDER) or "", plain}
    found = Order.objects.filter(number__in=numbers).values_list("number", flat=True).first()
    return reverse("console:order", args=[found]) if found else None


def _agreement(text: str, plain: str) -> str | None:
    asked = {text.strip(), plain}
    found = Agreement.objects.filter(reference__in=asked).values_list("reference", flat=True)
    return reverse("console:agreement", args=[found[0]]) if found else None


def _party(_text: str, plain: str) -> str | None:
    if Account.objects.filter(account_number=plain).exists():
        return reverse("console:account", args=[plain])
    known = Partner.objects.filter(account_number=plain).exists()
    return reverse("console:partner", args=[plain]) if known else None


def _event(_text: str, plain: str) -> str | None:
    try:
        id = UUID(plain)
    except ValueError:
        return None
    return reverse("console:event", args=[id]) if Event.objects.filter(pk=id).exists() else None


_BY_NUMBER: tuple[Callable[[str, str], str | None], ...] = (
    _change,
    _case,
    _quote,
    _order,
    _agreement,
    _party,
    _event,
)
