"""Calls of one token that come at once are looked up together: each is counted, none is stale."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event

import pytest
from django.db import OperationalError
from django.utils import timezone

from ofrecord.api import caller
from ofrecord.parties.actors import Actor
from ofrecord.parties.calling import Calling, calling, hashed
from ofrecord.parties.context import seeing
from ofrecord.parties.models import ApiClient
from tests.api.systems import Answer, System, Systems, said
from tests.api.test_turns import until
from tests.cast import Cast
from tests.changes.test_concurrency import at_once


class Slow:
    """The first look-up lasts until it is let go, and may fail then; all are written down."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.begun, self.go_on = Event(), Event()
        self.fails = False

    def __call__(self, token: str, calls: int = 1) -> Calling | None:
        self.asked.append(calls)
        found = calling(token, calls)
        if len(self.asked) == 1:
            self.begun.set()
            assert self.go_on.wait(30)
            if self.fails:
                raise OperationalError("the line is cut")
        return found


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(caller, "calling", made)
    return made


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as made:
        yield made


def together(
    pool: ThreadPoolExecutor, slow: Slow, by: System, before: Callable[[], object] | None = None
) -> list[Answer]:
    """Four calls, of which three come while the first is looked up; then `before`, and it ends."""
    ask = partial(at_once, [partial(by.get, "/accounts")])
    coming: list[Future[list[Answer]]] = [pool.submit(ask)]
    assert slow.begun.wait(30)
    coming += [pool.submit(ask) for _ in range(3)]
    turns = caller._callers(hashed(by.token))
    until(lambda: len(turns._waiting) == 3)
    if before:
        before()
    slow.go_on.set()
    return [each.result(30)[0] for each in coming]


def left(answer: Answer) -> int:
    return int(answer.headers["RateLimit"].split("r=")[1].split(";")[0])


def test_each_of_them_is_counted(
    fresh_cast: Cast, fresh_systems: Systems, slow: Slow, pool: ThreadPoolExecutor
) -> None:
    answers = together(pool, slow, fresh_systems.alder)
    assert [each.status_code for each in answers] == [200] * 4
    assert slow.asked == [1, 3]
    most = left(answers[0])
    assert sorted(map(left, answers)) == [most - 3, most - 2, most - 1, most]


def test_many_at_once_are_all_counted(fresh_cast: Cast, fresh_systems: Systems) -> None:
    answers = at_once([partial(fresh_systems.alder.get, "/accounts")] * 24)
    lefts = sorted(map(left, answers))
    assert lefts == list(range(lefts[0], lefts[0] + 24))


def test_who_comes_after_the_end_of_a_client_is_refused_beside_one_who_came_before(
    fresh_cast: Cast, fresh_systems: Systems, slow: Slow, pool: ThreadPoolExecutor
) -> None:
    alder = fresh_systems.alder

    def revoked() -> None:
        with seeing(Actor.system()):
            client = ApiClient.objects.filter(pk=alder.client.pk)
            assert client.update(revoked_at=timezone.now()) == 1

    first, *others = together(pool, slow, alder, revoked)
    assert first.status_code == 200
    assert [each.status_code for each in others] == [401] * 3


def test_a_look_up_that_fails_is_of_one_call_only(
    fresh_cast: Cast, fresh_systems: Systems, slow: Slow, pool: ThreadPoolExecutor
) -> None:
    slow.fails = True
    first, *others = together(pool, slow, fresh_systems.alder)
    assert first.status_code == 503
    assert [each.status_code for each in others] == [200] * 3


def test_calls_that_waited_for_one_that_failed_ask_for_themselves(
    fresh_cast: Cast,
    fresh_systems: Systems,
    slow: Slow,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def only_alone(token: str, calls: int = 1) -> Calling | None:
        if calls > 1:
            raise OperationalError("the line is cut")
        return slow(token, calls)

    monkeypatch.setattr(caller, "calling", only_alone)
    answers = together(pool, slow, fresh_systems.alder)
    statuses = sorted(each.status_code for each in answers)
    assert statuses == [200, 200, 200, 503]
    assert {said(each)["code"] for each in answers if each.status_code == 503} == {"unavailable"}
