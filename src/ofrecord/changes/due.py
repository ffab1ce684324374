"""What the time brings, batch by batch: what fails in one holds up nothing else.

A batch in which something fails is taken in halves, so that in the end only what fails by itself
is left over. That is tried again at the next look, and `ofrecord verify` names it as overdue.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ofrecord.delivery import failpoints
from ofrecord.delivery.loops import LOST
from ofrecord.parties.actors import Actor


@dataclass(frozen=True)
class Due:
    """A change whose time has come, and its agreement."""

    change_id: int
    agreement_id: int

    def __str__(self) -> str:
        return f"change {self.change_id} of agreement {self.agreement_id}"


class Failed(Exception):
    """What of a batch could not be done, when all the rest was: `done` of them."""

    def __init__(self, done: int, errors: Sequence[Exception]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.done = done
        self.errors = errors


def taken(act: Callable[[Sequence[Due]], int], due: Sequence[Due]) -> int:
    """How many `act` has done of what is due; each of its calls is a transaction of its own.

    Raises `Failed` after the rest. A lost connection ends it.
    """
    done, errors = _taken(act, due)
    if errors:
        raise Failed(done, errors)
    return done


def brought(act: Callable[..., int], after: str = "") -> list[Exception]:
    """Have the clock do all that is due of a kind; what failed. `after` is a failpoint."""
    while True:
        try:
            done, failed = act(by=Actor.system()), []
        except LOST:
            raise
        except Failed as some:
            done, failed = some.done, list(some.errors)
        except Exception as error:
            done, failed = 0, [error]
        if not done:
            return failed
        if after:
            failpoints.hit(after)


def said_of(error: Exception) -> str:
    """What failed and with what, without what differs from one try to the next."""
    return " ".join([type(error).__name__, *getattr(error, "__notes__", ())])


def _taken(act: Callable[[Sequence[Due]], int], due: Sequence[Due]) -> tuple[int, list[Exception]]:
    if not due:
        return 0, []
    try:
        return act(due), []
    except LOST:
        raise
    except Exception as error:
        if len(due) == 1:
            error.add_note(f"with {due[0]}")
            return 0, [error]
    middle = len(due) // 2
    halves = [_taken(act, half) for half in (due[:middle], due[middle:])]
    return sum(done for done, _ in halves), [error for _, errors in halves for error in errors]
