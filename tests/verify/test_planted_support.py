"""Violations of what support did for customers, each reported by its invariant."""

from collections.abc import Iterator

import pytest

from ofrecord.changes.check import Member
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.models import Consent
from ofrecord.changes.support import Wish, support
from ofrecord.cli.verify import verify
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of
from tests.databases import Copy
from tests.verify.planting import Book, offended, planted, superuser


@pytest.fixture(scope="module")
def book(shared_database: Copy) -> Iterator[Book]:
    """One member that was replaced, a rule that was overridden, and one that two overrode."""
    book = _happened(Cast.enter())
    with superuser(shared_database):
        yield book


def _happened(cast: Cast) -> Book:
    with seeing(Actor.system("cli")):
        cast._person("sia", "support_agent")
        cast._person("sol", "support_agent")
    refs = {
        "one": cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor"))),
        "flex": cast.contract(program="eba", token_flex=True),
        "near": cast.contract(days=40),
    }
    wishes = {
        "one": Wish("7200000002", (Member("reseller"),)),
        "flex": Wish("7200000002", overrides=("token_flex",)),
        "near": Wish("7200000002", overrides=("near_expiration",)),
    }
    names = {name: _made(cast, refs[name], wish) for name, wish in wishes.items()}
    with seeing(Actor.system()):
        asked = Consent.objects.get(change__number=names["near"])
    answer([asked.pk], given=True, by=cast.actor("sol"))
    return Book(cast, names)


def _made(cast: Cast, reference: str, wish: Wish) -> str | None:
    by = cast.actor("sia", door="console")
    return support([reference], wish, by=by, reason="By phone.").items[0].number


OF_NEAR = "WHERE change_id = (SELECT id FROM partner_change WHERE number = %(near)s)"
BESIDE = """
  FROM partner_change AS c WHERE c.number = %(one)s AND tenure.agreement_id = c.agreement_id
   AND tenure.role = 'distributor'"""
OF_BESIDE = """
  FROM tenure AS t JOIN partner_change AS c ON c.agreement_id = t.agreement_id
 WHERE c.number = %(one)s AND t.role = 'distributor'"""
COLUMNS = "recorded_at, opened_by_id, agreement_id, account_id, role, partner_id"
ANEW = "c.decided_at, c.id, t.agreement_id, t.account_id, t.role, t.partner_id"
PLANTS: dict[str, dict[str, tuple[str, ...]]] = {
    "made_by_support": {
        "a member that stays was superseded, and written anew": (
            f"""UPDATE tenure SET superseded_at = c.decided_at, superseded_by_id = c.id {BESIDE}""",
            f"""INSERT INTO tenure ({COLUMNS}, effective_from, effective_until)
                SELECT {ANEW}, t.effective_from, c.effective_at {OF_BESIDE}""",
            f"""INSERT INTO tenure ({COLUMNS}, effective_from)
                SELECT {ANEW}, c.effective_at {OF_BESIDE} AND t.opened_by_id <> c.id""",
        ),
        "a rule that nobody may override": (
            """UPDATE partner_change SET overridden = '{partner_inactive}'
                WHERE number = %(flex)s""",
        ),
        "a rule that takes two, overridden alone": (
            "UPDATE partner_change SET overridden = '{locked}' WHERE number = %(flex)s",
        ),
        "made without a reason": (
            """ALTER TABLE partner_change DROP CONSTRAINT partner_change_overridden_with_reason""",
            "UPDATE partner_change SET reason = '' WHERE number = %(flex)s",
        ),
    },
    "rights_held": {
        "agreed by whoever asked": (
            f"""UPDATE consent SET answered_by_id = (SELECT id FROM person WHERE name = 'Sia')
                {OF_NEAR}""",
        ),
        "agreed by somebody of the customer": (
            f"""UPDATE consent SET answered_by_id = (SELECT id FROM person WHERE name = 'Sam')
                {OF_NEAR}""",
        ),
    },
}


def test_the_book_is_clean(book: Book) -> None:
    with planted(book, "SELECT 1"):
        assert {each.name: each.examples for each in verify() if each.violations} == {}


@pytest.mark.parametrize(
    ("invariant", "statements"),
    [
        pytest.param(name, sql, id=f"{name}: {what}")
        for name, plants in PLANTS.items()
        for what, sql in plants.items()
    ],
)
def test_a_violation_is_reported_by_its_invariant(
    book: Book, invariant: str, statements: tuple[str, ...]
) -> None:
    with planted(book, *statements):
        assert invariant in offended()


def test_what_was_overridden_is_reported_alone(book: Book) -> None:
    of_flex = "UPDATE partner_change SET overridden = '{expired,locked}' WHERE number = %(flex)s"
    with planted(book, of_flex):
        assert offended() == {"made_by_support"}
