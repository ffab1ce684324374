"""What the time brings: one that fails holds up no other, and shows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from ofrecord import jobs
from ofrecord.changes.models import PartnerChange
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.models import Quote
from tests.cast import Cast
from tests.databases import Copy
from tests.quotes import selling

POISON = """
CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'it cannot be'; END $$;
CREATE TRIGGER poison BEFORE UPDATE ON partner_change FOR EACH ROW
  WHEN (NEW.number = '{number}' AND NEW.state = '{state}') EXECUTE FUNCTION poison();
"""
Poisoned = Callable[[str, str], None]


@pytest.fixture
def poisoned(fresh_database: Copy) -> Poisoned:
    """Have the database refuse that a change comes into a state."""

    def plant(number: str, state: str) -> None:
        with psycopg.connect(fresh_database.admin_url, autocommit=True) as owner:
            owner.execute(POISON.format(number=number, state=state))

    return plant


def states(*numbers: str) -> list[str]:
    with seeing(Actor.system()):
        found = dict(PartnerChange.objects.values_list("number", "state"))
    return [found[number] for number in numbers]


def overdue() -> str:
    (alive,) = (each for each in verify() if each.name == "alive")
    return " ".join(alive.examples)


def days(settings: Any, count: int) -> None:
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=count)


def test_a_change_that_cannot_be_applied_holds_up_no_other(
    fresh_cast: Cast, poisoned: Poisoned, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = clock.today() + timedelta(days=5)
    numbers = [fresh_cast.change(fresh_cast.contract(), effective_on=on) for _ in range(5)]
    poisoned(numbers[1], "applied")
    now = clock.business_now
    with monkeypatch.context() as later:
        later.setattr(clock, "business_now", lambda: now() + timedelta(days=6))
        with pytest.raises(ExceptionGroup) as failed:
            jobs.apply_due(timestamp=0)
        assert [str(error).splitlines()[0] for error in failed.value.exceptions] == ["it cannot be"]
        assert "of agreement" in failed.value.exceptions[0].__notes__[0]
        assert states(*numbers) == ["complete", "scheduled", *["complete"] * 3]
        assert f"change {numbers[1]} was due" in overdue()


def test_a_deadline_that_cannot_be_settled_holds_up_no_other_and_nothing_else_that_is_due(
    fresh_cast: Cast, poisoned: Poisoned, settings: Any
) -> None:
    fresh_cast.policy(consent_days={"gaining": 3})
    numbers = [fresh_cast.change(fresh_cast.contract()) for _ in range(3)]
    reference = fresh_cast.subscription(days=39)
    selling.asked(fresh_cast, reference)
    quote = selling.issued(fresh_cast, reference, ask=False)
    poisoned(numbers[0], "expired")
    days(settings, 30)
    with pytest.raises(ExceptionGroup):
        jobs.apply_due(timestamp=0)
    assert states(*numbers) == ["awaiting_consent", "expired", "expired"]
    with seeing(Actor.system()):
        assert Quote.objects.get(number=quote.number).state == "expired"


def test_the_worker_goes_on_with_what_follows(
    fresh_cast: Cast, poisoned: Poisoned, settings: Any
) -> None:
    on = clock.today() + timedelta(days=5)
    number = fresh_cast.change(fresh_cast.contract(), effective_on=on)
    poisoned(number, "applied")
    days(settings, 6)
    changes = jobs.Changes(lambda: None)
    assert (changes._sweep(), changes._sweep()) == (0, 0)
    assert changes._looked_at is not None
    assert len(changes._failed) == 1
