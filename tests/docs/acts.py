"""Every act that the journal tells of, done for real on the book of docs/examples."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pytest_django import Settings

from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.complete import complete
from ofrecord.changes.find import find
from ofrecord.changes.locks import lift, lock
from ofrecord.changes.receipt import receipt
from ofrecord.changes.statement import statement
from ofrecord.changes.submit import submit
from ofrecord.feeds.load import import_book
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.models import Person
from tests.docs import (
    acts_of_cases,
    acts_of_consents,
    acts_of_invitations,
    acts_of_partners,
    acts_of_people,
    acts_of_policy,
    acts_of_quotes,
    acts_of_roles,
    acts_of_runs,
    acts_of_systems,
    examples,
)
from tests.docs.acts_of_people import ADMIN, OPERATIONS

BOOK = Path(__file__).resolve().parents[2] / "docs" / "examples" / "book"
TODAY = date(2026, 3, 2)
CONTRACT, RESELLER, PROVIDER = "120000000018", "5200000011", "5200000029"
MANAGER = "karl.thoma@willow-stone.example"


def done(tmp_path: Path, settings: Settings) -> dict[str, dict[str, Any]]:
    """Do everything; an example of each type of event, as endpoints receive it."""
    settings.OFRECORD_TODAY = TODAY
    terminal = Actor.system("cli")
    import_book(BOOK, by=terminal)
    import_book(_brought_up_to_date(tmp_path), by=terminal)
    acts_of_people.come(terminal)
    acts_of_policy.publish_one(terminal)
    acts_of_systems.connect(terminal)
    acts_of_systems.give_credentials(terminal)
    _changes(settings)
    acts_of_systems.send_again(terminal)
    acts_of_people.sign_in()
    acts_of_runs.carry_out(_signed_in(ADMIN))
    acts_of_consents.ask_and_answer(_signed_in(ADMIN), settings)
    acts_of_consents.correct(_signed_in(OPERATIONS, "console"), terminal, TODAY)
    acts_of_invitations.guess(settings)
    acts_of_invitations.introduce_them(_signed_in(ADMIN), _signed_in(OPERATIONS, "console"))
    acts_of_quotes.sell(_signed_in(ADMIN), settings)
    acts_of_quotes.go_on(_signed_in(ADMIN), settings, CONTRACT)
    acts_of_policy.decline_one(_signed_in(OPERATIONS, "console"))
    acts_of_partners.look(_signed_in(OPERATIONS, "console"))
    acts_of_partners.leave_and_come_back(_signed_in(OPERATIONS, "console"))
    acts_of_roles.look_after(_signed_in(ADMIN), terminal, CONTRACT, RESELLER)
    agent = _signed_in(OPERATIONS, "console")
    acts_of_cases.ask_and_help(_signed_in(ADMIN), agent, settings, CONTRACT)
    number = acts_of_runs.begin(_signed_in(OPERATIONS, "console"))
    acts_of_people.leave(terminal)
    acts_of_runs.give_up(number, terminal)
    return examples.recorded()


def _brought_up_to_date(directory: Path) -> Path:
    """The same book a little later: one cell of four files is another."""
    for file in BOOK.iterdir():
        shutil.copy(file, directory)
    for name, before, after in (
        ("accounts.csv", "Harbour Optics", "Harbour Optics Group"),
        ("partners.csv", "DE;AT;CH", "DE;AT;CH;NL"),
        ("people.csv", "Karl Thoma", "Karl Thoma-Reyes"),
        ("subscriptions.csv", "Draft Studio,40", "Draft Studio,55"),
    ):
        text = (directory / name).read_text()
        (directory / name).write_text(text.replace(before, after))
    return directory


def _changes(settings: Settings) -> None:
    admin = _signed_in(ADMIN)
    find(PROVIDER, [CONTRACT], by=admin)
    submit([CONTRACT], PROVIDER, by=admin, reason="One partner for all our sites.")
    statement([CONTRACT], effective_at=clock.midnight(TODAY), by=admin)
    acts_of_systems.waive_all(_signed_in(OPERATIONS, "console"))
    complete(by=Actor.system())
    _lock(admin)
    later = TODAY + timedelta(days=7)
    number = _scheduled(admin, later)
    cancel(number, by=admin, reason="Decided otherwise.")
    receipt(number, by=admin)
    _scheduled(admin, later)
    settings.OFRECORD_TODAY = later
    apply(by=Actor.system())
    settings.OFRECORD_TODAY = TODAY


def _lock(admin: Actor) -> None:
    lock([CONTRACT], by=admin, reason="Nothing moves before the audit.")
    for each in (admin, _signed_in(MANAGER)):
        lift([CONTRACT], by=each, reason="The audit is over.")


def _signed_in(email: str, door: str = "portal") -> Actor:
    return for_person(Person.objects.get(email=email), door=door, strength="password")


def _scheduled(admin: Actor, day: date) -> str:
    reason = "Back to the partner near our site."
    outcome = submit([CONTRACT], RESELLER, by=admin, reason=reason, effective_on=day)
    assert outcome.items[0].number
    return outcome.items[0].number
