"""Calls that come while another one is carried out wait for their turn, and then go together.

They would wait for the processor and the database in any case, and together they cost less.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar


def _locked() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(kw_only=True)
class Turn:
    """A call that waits until it is carried out, or until it is the one to carry out its take."""

    reached: Lock = field(default_factory=_locked)
    over: bool = False


T = TypeVar("T", bound=Turn)


class Turns(Generic[T]):
    """One take is under way; who comes meanwhile waits, and goes with the next one.

    Those who went or waited together are likely to come at once again: a take begins when there
    are as many, or after the `moment` (seconds) for which it waits for them. Who comes alone never
    waits.
    """

    def __init__(self, carry_out: Callable[[list[T]], None], moment: float = 0) -> None:
        self._carry_out = carry_out
        self._moment = moment
        self._lock = Lock()
        self._waiting: list[T] = []
        self._under_way = False
        self._expected = 1
        self._all_there: Lock | None = None

    def take(self, call: T) -> None:
        """Have it carried out, by this thread or by another one; then it is over."""
        with self._lock:
            waits, self._under_way = self._under_way, True
            if waits:
                self._waiting.append(call)
            if self._all_there and len(self._waiting) + 1 >= self._expected:
                self._all_there.release()
                self._all_there = None
        if waits:
            call.reached.acquire()
        if not call.over:
            self._take(call)

    def _take(self, first: T) -> None:
        """Carry out what waits, with the first of it; then it is the turn of who came next."""
        if self._moment:
            self._gather()
        with self._lock:
            calls, self._waiting = [first, *self._waiting], []
        try:
            self._carry_out(calls)
        finally:
            with self._lock:
                self._expected = len(calls) + len(self._waiting)
                following = self._waiting[:1]
                del self._waiting[:1]
                self._under_way = bool(following)
            for each in calls:
                each.over = True
            for each in (*following, *calls):
                each.reached.release()

    def _gather(self) -> None:
        """Wait until as many are there as last time, but not for long."""
        with self._lock:
            if len(self._waiting) + 1 >= self._expected:
                return
            self._all_there = all_there = _locked()
        all_there.acquire(timeout=self._moment)
        with self._lock:
            self._all_there = None
