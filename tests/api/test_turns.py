"""Who comes while another one is carried out goes with the next take, and is waited for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread

import pytest

from ofrecord.api.turns import Turn, Turns

ENDLESS = 60.0
"""Seconds that no test waits for."""


@dataclass(kw_only=True)
class Named(Turn):
    name: str


class Takes:
    """What is carried out, and a first take that lasts until it is let go."""

    def __init__(self) -> None:
        self.takes: list[str] = []
        self.begun, self.go_on = Event(), Event()

    def __call__(self, calls: Sequence[Named]) -> None:
        self.takes.append("".join(each.name for each in calls))
        if len(self.takes) == 1:
            self.begun.set()
            assert self.go_on.wait(30)


def started(turns: Turns[Named], name: str) -> Thread:
    thread = Thread(target=partial(turns.take, Named(name=name)))
    thread.start()
    return thread


def until(holds: Callable[[], bool]) -> None:
    for _time in range(3000):
        if holds():
            return
        Event().wait(0.01)
    raise AssertionError("it never came to be so")


def many(turns: Turns[Named], count: int) -> bool:
    """Whether so many wait."""
    return len(turns._waiting) == count


def after(takes: Takes, turns: Turns[Named], names: str) -> list[Thread]:
    """A take of `a` is under way; these come meanwhile, one after the other; then it goes on."""
    first = started(turns, "a")
    assert takes.begun.wait(30)
    threads = [first]
    for place, name in enumerate(names, 1):
        threads.append(started(turns, name))
        until(partial(many, turns, place))
    takes.go_on.set()
    return threads


def ended(threads: Sequence[Thread]) -> None:
    for each in threads:
        each.join(30)
        assert not each.is_alive()


def test_those_that_come_meanwhile_go_together_and_in_their_order() -> None:
    takes = Takes()
    turns = Turns(takes)
    ended(after(takes, turns, "bcd"))
    assert takes.takes == ["a", "bcd"]
    turns.take(Named(name="e"))
    assert takes.takes == ["a", "bcd", "e"]


def test_a_take_waits_for_as_many_as_were_there_last_time() -> None:
    takes = Takes()
    turns = Turns(takes, ENDLESS)
    threads = after(takes, turns, "bc")
    until(lambda: turns._all_there is not None)
    assert takes.takes == ["a"]
    ended([*threads, started(turns, "d")])
    assert takes.takes == ["a", "bcd"]


def test_it_does_not_wait_for_long_nor_twice_for_those_who_stay_away() -> None:
    takes = Takes()
    turns = Turns(takes, 0.01)
    ended(after(takes, turns, "bc"))
    turns.take(Named(name="d"))
    assert takes.takes == ["a", "bc", "d"]
    turns._moment = ENDLESS
    turns.take(Named(name="e"))
    assert takes.takes == ["a", "bc", "d", "e"]


def test_who_comes_alone_does_not_wait() -> None:
    takes = Takes()
    takes.go_on.set()
    turns = Turns(takes, ENDLESS)
    for name in "abc":
        turns.take(Named(name=name))
    assert takes.takes == ["a", "b", "c"]


def test_a_take_that_breaks_lets_the_next_one_go_on() -> None:
    takes = Takes()

    def breaking(calls: Sequence[Named]) -> None:
        takes(calls)
        if calls[0].name == "a":
            raise RuntimeError("broken")

    turns = Turns(breaking)
    broken: list[str] = []

    def first() -> None:
        with pytest.raises(RuntimeError):
            turns.take(Named(name="a"))
        broken.append("a")

    one = Thread(target=first)
    one.start()
    assert takes.begun.wait(30)
    two = started(turns, "b")
    until(partial(many, turns, 1))
    takes.go_on.set()
    ended([one, two])
    assert (broken, takes.takes) == (["a"], ["a", "b"])
