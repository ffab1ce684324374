"""Runs, for the page of the events: one to its end, one of somebody who leaves meanwhile."""

from ofrecord.changes.runs.cancel import cancel
from ofrecord.changes.runs.carry_on import carry_on
from ofrecord.changes.runs.resume import resume
from ofrecord.changes.runs.start import start
from ofrecord.parties.actors import Actor

AGREEMENTS, PARTNER = ("120000000018", "120000000026"), "5200000029"


def carry_out(admin: Actor) -> None:
    """One agreement changes; the other, which uses Token Flex, is refused."""
    run = start(AGREEMENTS, PARTNER, by=admin, reason="One partner for all our sites.")
    while carry_on(run.number, by=admin):
        pass


def begin(person: Actor) -> str:
    """The number of a run that nobody has carried on yet."""
    reason = "Moved together after the merger."
    return start(AGREEMENTS, PARTNER, by=person, reason=reason, batch_size=1).number


def give_up(number: str, terminal: Actor) -> None:
    """The person has left: it stops, and is cancelled."""
    carry_on(number, by=terminal)
    resume(number, by=terminal)
    cancel(number, by=terminal, reason="Nobody stands for it any more.")
