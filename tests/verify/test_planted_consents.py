"""Violations of what changes waited for and came from, each reported by its invariant."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ofrecord.changes.codes.make import make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.models import Consent
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast
from tests.databases import Copy
from tests.verify.planting import Book, offended, planted, superuser


@pytest.fixture(scope="module")
def book(shared_database: Copy) -> Iterator[Book]:
    """Consents that were given, refused and are waited for, a code, and a correction."""
    book = _happened(Cast.enter())
    with superuser(shared_database):
        yield book


def _happened(cast: Cast) -> Book:
    cast.policy(consent_days={"gaining": 5, "approval": 5})
    refs = {name: cast.contract() for name in ("agreed", "declined", "waiting", "coded", "other")}
    names: dict[str, Any] = {name: cast.change(refs[name]) for name in refs if name != "coded"}
    _say(cast, names["agreed"], True)
    _say(cast, names["declined"], False)
    made = make([refs["coded"]], "7200000002", by=cast.actor("pia"), reason="A code.")
    redeem(made.code, by=cast.actor("gil"))
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    proposed = propose(
        refs["other"],
        by=cast.actor("opal"),
        reason="Put right.",
        partner="7200000003",
        effective_on=clock.today() - timedelta(days=9),
        supersedes=True,
    )
    names["correction"] = approve(proposed.pk, by=cast.actor("otis")).number
    return Book(cast, names)


def _say(cast: Cast, number: str, given: bool) -> None:
    for kind, who in (("gaining", "gil"), ("approval", "sam")):
        with seeing(Actor.system()):
            asked = Consent.objects.get(change__number=number, kind=kind)
        if not asked.answer:
            answer([asked.pk], given=given, by=cast.actor(who), reason="Because.")


OF_AGREED = "WHERE change_id = (SELECT id FROM partner_change WHERE number = %(agreed)s)"
PLANTS: dict[str, dict[str, str]] = {
    "rights_held": {
        "approved by whoever asked": f"""
            UPDATE consent SET answered_by_id = (SELECT id FROM person WHERE name = 'Pia')
            {OF_AGREED} AND kind = 'approval'""",
        "accepted by another firm": f"""
            UPDATE consent SET answered_by_id = (SELECT id FROM person WHERE name = 'Lou')
            {OF_AGREED} AND kind = 'gaining'""",
        "decided without the consent": f"""
            UPDATE consent SET answer = 'refused' {OF_AGREED} AND kind = 'approval'""",
    },
    "legal_life": {
        "declined, and the journal tells of a cancellation": """
            UPDATE partner_change SET state = 'cancelled' WHERE number = %(declined)s""",
        "a correction that supersedes what goes on": """
            UPDATE partner_change SET supersedes_id =
                   (SELECT id FROM partner_change WHERE number = %(agreed)s)
             WHERE number = %(correction)s""",
        "a correction of another agreement's change": """
            UPDATE partner_change SET corrects_id =
                   (SELECT id FROM partner_change WHERE number = %(agreed)s)
             WHERE number = %(correction)s""",
        "approved, and nothing came of it": """
            UPDATE correction SET change_id = NULL WHERE outcome = 'approved'""",
    },
    "past_immutable": {
        "answers can be rewritten": "ALTER TABLE consent DISABLE TRIGGER consent_once",
        "decisions can be rewritten": "ALTER TABLE correction DISABLE TRIGGER correction_once",
        "what was decided can be dated anew": (
            "ALTER TABLE partner_change DISABLE TRIGGER partner_change_once"
        ),
    },
    "seen_by_right": {
        "consents that everybody sees": "CREATE POLICY leak ON consent FOR SELECT USING (true)",
        "codes that everybody sees": "CREATE POLICY leak ON transfer_code FOR SELECT USING (true)",
        "corrections that customers see": (
            "CREATE POLICY leak ON correction FOR SELECT USING (true)"
        ),
    },
}


def test_the_book_is_clean(book: Book) -> None:
    with planted(book, "SELECT 1"):
        assert {each.name: each.examples for each in verify() if each.violations} == {}


@pytest.mark.parametrize(
    ("invariant", "statement"),
    [
        pytest.param(name, sql, id=f"{name}: {what}")
        for name, plants in PLANTS.items()
        for what, sql in plants.items()
    ],
)
def test_a_violation_is_reported_by_its_invariant_alone(
    book: Book, invariant: str, statement: str
) -> None:
    with planted(book, statement):
        assert offended() == {invariant}


def test_a_deadline_that_nobody_settles(book: Book) -> None:
    overdue = "UPDATE consent SET due_at = due_at - interval '9 days' WHERE answer = ''"
    with planted(book, overdue):
        assert offended() == {"alive"}
