"""Violations of what cases promise, each reported by its invariant."""

from collections.abc import Iterator

import pytest

from ofrecord.cases.carry_out import carry_out
from ofrecord.cases.models import Attachment
from ofrecord.cases.note import note
from ofrecord.cases.resolve import resolve
from ofrecord.changes.members import Member
from ofrecord.changes.support import Wish
from ofrecord.cli.verify import verify
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cases.asking import (
    NOTE,
    agent,
    answered,
    of_three,
    opened,
    replacing,
    with_agents,
)
from tests.cast import Cast
from tests.databases import Copy
from tests.verify.planting import Book, offended, planted, superuser


@pytest.fixture(scope="module")
def book(shared_database: Copy) -> Iterator[Book]:
    """Cases that were answered, noted, carried out and resolved, and one that waits."""
    book = _happened(with_agents(Cast.enter()))
    with superuser(shared_database):
        yield book


def _happened(cast: Cast) -> Book:
    done = opened(cast, replacing(of_three(cast)), files=[NOTE])
    answered(cast, done)
    note(done.number, text="Known.", by=agent(cast))
    wish = Wish("7200000002", (Member("reseller"),))
    carry_out(done.number, wish, by=agent(cast), reason="As asked.")
    resolve(done.number, by=agent(cast), text="Done.")
    waiting = opened(cast)
    with seeing(Actor.system()):
        file = Attachment.objects.get()
    return Book(cast, {"done": done.number, "waiting": waiting.number, "file": str(file.pk)})


OF_DONE = "WHERE number = %(done)s"
IN_DONE = "WHERE case_id = (SELECT id FROM support_case WHERE number = %(done)s)"
PLANTS: dict[str, dict[str, str]] = {
    "cases_followed": {
        "a state that no event tells of": """
            UPDATE support_case SET state = 'waiting_for_vendor' WHERE number = %(waiting)s""",
        "opened at another time": f"""
            UPDATE support_case SET opened_at = opened_at - interval '1 day' {OF_DONE}""",
        "first answered at another time": f"""
            UPDATE support_case SET answered_at = answered_at + interval '1 day' {OF_DONE}""",
        "resolved at another time": f"""
            UPDATE support_case SET resolved_at = resolved_at + interval '1 hour' {OF_DONE}""",
        "a message that nobody told of": """
            INSERT INTO case_message (case_id, place, side, text, written_at)
            SELECT id, 2, 'staff', 'x', now() FROM support_case WHERE number = %(waiting)s""",
        "a message that is gone": f"DELETE FROM case_message {IN_DONE} AND place = 3",
        "a note that is gone": f"DELETE FROM case_note {IN_DONE}",
        "a file that was exchanged": """
            UPDATE case_attachment SET content = 'other' WHERE id = %(file)s::uuid""",
        "a case of another account": f"""
            UPDATE support_case SET account_id = (SELECT id FROM account WHERE name = 'Birch Line')
            {OF_DONE}""",
        "a change that comes with no case": """
            UPDATE partner_change SET cause = 'case/CS-00000000' WHERE occasion = 'support'""",
    },
    "past_immutable": {
        "messages can be rewritten": "ALTER TABLE case_message DISABLE TRIGGER case_message_never",
        "notes can be rewritten": "ALTER TABLE case_note DISABLE TRIGGER case_note_never",
        "closed cases can be moved": ("ALTER TABLE support_case DISABLE TRIGGER support_case_once"),
    },
    "seen_by_right": {
        "cases that everybody sees": "CREATE POLICY leak ON support_case FOR SELECT USING (true)",
        "notes that customers see": "CREATE POLICY leak ON case_note FOR SELECT USING (true)",
    },
    "alive": {
        "a resolved case that nobody closes": f"""
            UPDATE support_case SET closes_at = now() - interval '9 days' {OF_DONE}""",
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
