"""kill -9 of server and worker in the middle of 200 submits: every yes is kept, no is no."""

import json
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest

from ofrecord.agreements.models import Term
from ofrecord.changes.models import PartnerChange
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery
from ofrecord.journal import clock
from ofrecord.journal.models import Event as Told
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, of_record
from tests.databases import Copy
from tests.delivery.receiver import Receiver, receiving, slow
from tests.faults.customers import Admin
from tests.faults.processes import Installation, until
from tests.security.people import with_password

pytestmark = pytest.mark.slow

SUBMITS = 200
PEOPLE = ("pia", "sam", "cora", "tom")
SYSTEM = Actor.system()


@pytest.fixture
def cast(fresh_database: Copy) -> Cast:
    cast = Cast.enter()
    with seeing(Actor.system("cli")):
        cast._person("tom", "secondary_admin", account=cast.alder)
    for name in PEOPLE:
        with_password(cast.people[name])
    return cast


@pytest.fixture
def installation(fresh_database: Copy) -> Iterator[Installation]:
    running = Installation(fresh_database.env)
    try:
        yield running
    finally:
        running.end()


@contextmanager
def admins(
    installation: Installation, cast: Cast, some: str, names: Sequence[str] = PEOPLE
) -> Iterator[list[Admin]]:
    """These people at their browsers, signed in, with the new partner found."""
    with ExitStack() as browsers:
        people = [
            Admin(installation.url, cast.people[name].email, cast.gorse.account_number)
            for name in names
        ]
        for each in people:
            browsers.enter_context(each.http)
            each.sign_in().find(some)
        yield people


def requested() -> dict[str, list[str]]:
    """The numbers of the changes that were asked for, by agreement."""
    with seeing(SYSTEM):
        rows = PartnerChange.objects.filter(occasion="request").order_by("id")
        pairs = list(rows.values_list("agreement__reference", "number"))
    made: dict[str, list[str]] = {}
    for reference, number in pairs:
        made.setdefault(reference, []).append(number)
    return made


def settled() -> bool:
    """Nothing is to be completed and, asked after that, nothing is on its way."""
    with seeing(SYSTEM):
        if PartnerChange.objects.filter(state="applied").exists():
            return False
        return not Delivery.objects.exclude(state="acknowledged").exists()


def heard_everything(receiver: Receiver) -> None:
    """Each event at least once, those of an agreement in their order, and repeats byte by byte."""
    with seeing(SYSTEM):
        told = Told.objects.filter(type__startswith="partner_change.")
        ids = {str(id) for id in told.values_list("id", flat=True)}
    assert set(receiver.ids()) == ids
    assert len({(each.id, each.body) for each in receiver.got}) == len(ids)
    latest: dict[str, int] = {}
    heard: set[str] = set()
    for each in receiver.got:
        subject, sequence = each.place
        assert each.id in heard or sequence > latest.get(subject, 0), f"{subject} out of order"
        heard.add(each.id)
        latest[subject] = max(sequence, latest.get(subject, 0))


class Killer(Thread):
    """Kills the server and the worker in turn, at no particular moment, and starts them again.

    Without `worker` only the server.
    """

    def __init__(self, installation: Installation, seed: int, *, worker: bool = True) -> None:
        super().__init__(daemon=True)
        self._installation, self._chance = installation, random.Random(seed)
        self._worker = worker
        self._over = Event()
        self.kills = 0
        self.trouble: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._over.wait(self._chance.uniform(0.2, 1.0)):
                self._kill()
        except BaseException as trouble:
            self.trouble = trouble

    def _kill(self) -> None:
        if self._worker and self.kills % 3 == 2:
            self._installation.kill_worker()
            self._installation.work()
        else:
            self._installation.kill_server()
            self._installation.serve()
        self.kills += 1

    def has_killed(self, times: int) -> None:
        """Wait until so many were killed, so that quick machines see some of it too."""
        until(lambda: self.kills >= times or not self.is_alive(), what="for the next kill")

    def stop(self) -> None:
        self._over.set()
        self.join(120)
        assert self.trouble is None, self.trouble


def test_two_hundred_submits_while_server_and_worker_are_killed(
    installation: Installation, cast: Cast
) -> None:
    refs = [cast.contract(manager="cora") for _ in range(SUBMITS)]
    barred = {ref: cast.shown(ref) for ref in (cast.contract(days=30) for _ in range(10))}
    with receiving() as crm, receiving(slow(0.05)) as erp:
        for name, system in (("CRM", crm), ("ERP", erp)):
            add_endpoint(system.url, name, required=True, types=["partner_change.*"], by=SYSTEM)
        installation.serve()
        installation.work()
        with admins(installation, cast, refs[0]) as people:
            killer = Killer(installation, seed=7)
            took = _work(people, refs, barred, killer)
        until(settled, 90, "for deliveries to settle")
        made = requested()
        answered = [pair for person in people for pair in person.yes.items()]
        assert killer.kills >= 4, f"only {killer.kills} kills in {took:.0f} s"
        assert sum(person.lost for person in people) > 0, "no answer was ever lost"
        assert all(made[ref] == [number] for ref, number in answered), "every yes is kept, once"
        assert sorted(ref for ref, _ in answered) == sorted(refs), "one yes for each agreement"
        assert sorted(made) == sorted(refs), "nothing answered no is there"
        for ref in barred:
            assert people[0].no[ref] == "409"
            assert {name for name, *_ in of_record(ref)} == {"Larkspur Systems"}
        for system in (crm, erp):
            heard_everything(system)
    installation.verified()


def _work(people: list[Admin], refs: list[str], barred: dict[str, str], killer: Killer) -> float:
    """Everybody submits: some the same agreement at once, some what is refused; in seconds."""
    previews = {ref: [each.review(ref) for each in people[:2]] for ref in refs[:10]}
    killer.start()
    start = time.monotonic()
    with ThreadPoolExecutor(2 * len(people)) as desks:
        done = [
            desks.submit(person.submit, ref, shown)
            for ref, both in previews.items()
            for person, shown in zip(people, both, strict=False)
        ]
        done += [desks.submit(people[0].try_anyway, *each) for each in barred.items()]
        for part in range(4):
            done += [
                desks.submit(people[place % len(people)].change, ref)
                for place, ref in enumerate(refs[10:][part::4])
            ]
            for each in done:
                each.result()
            killer.has_killed(part + 1)
    took = time.monotonic() - start
    killer.stop()
    return took


@pytest.mark.parametrize("point", ["after_lock", "before_commit", "after_commit"])
def test_a_submit_killed_at_this_beat_is_one_change_after_a_second_press(
    installation: Installation, cast: Cast, point: str
) -> None:
    ref = cast.contract()
    installation.serve()
    with admins(installation, cast, ref, ("pia",)) as (pia,):
        shown = pia.review(ref)
        installation.kill_server()
        installation.serve(OFRECORD_FAILPOINT=f"submit.{point}")
        assert not pia.once(ref, shown), "it died before it answered"
        assert installation.died_at(f"submit.{point}")
        assert (ref in requested()) is (point == "after_commit")
        installation.kill_server()
        installation.serve()
        assert pia.once(ref, shown)
    assert requested() == {ref: [pia.yes[ref]]}
    assert of_record(ref) == {("Gorse Digital", "reseller", None)}
    installation.verified()


@pytest.mark.parametrize("point", ["worker.after_apply", "worker.before_complete"])
def test_a_scheduled_change_outlives_the_worker_that_applies_it(
    installation: Installation, cast: Cast, point: str
) -> None:
    ref = cast.contract()
    tomorrow = clock.today() + timedelta(days=1)
    later = {"OFRECORD_TODAY": tomorrow.isoformat()}
    with receiving() as crm:
        add_endpoint(crm.url, "CRM", required=True, types=["partner_change.*"], by=SYSTEM)
        number = cast.change(ref, effective_on=tomorrow)
        installation.work(OFRECORD_FAILPOINT=point, **later)
        assert installation.worker
        assert installation.worker.wait(30) == -9
        assert installation.died_at(point)
        with seeing(SYSTEM):
            assert PartnerChange.objects.get(number=number).state == "applied"
        installation.work(**later)
        until(settled)
        with seeing(SYSTEM):
            assert PartnerChange.objects.get(number=number).state == "complete"
        heard_everything(crm)
    installation.environment = {**installation.environment, **later}
    installation.verified()


@pytest.mark.parametrize("point", ["worker.after_settle", "worker.before_complete"])
def test_a_deadline_that_passed_while_everything_was_down_is_dated_when_it_was_due(
    installation: Installation, cast: Cast, point: str
) -> None:
    cast.policy(consent_days={"losing": 3})
    ref = cast.contract()
    later = {"OFRECORD_TODAY": (clock.today() + timedelta(days=30)).isoformat()}
    due = clock.midnight(clock.today() + timedelta(days=4))
    with receiving() as crm:
        add_endpoint(crm.url, "CRM", required=True, types=["partner_change.*"], by=SYSTEM)
        number = cast.change(ref)
        installation.work(OFRECORD_FAILPOINT=point, **later)
        assert installation.worker
        assert installation.worker.wait(30) == -9
        assert installation.died_at(point)
        with seeing(SYSTEM):
            assert PartnerChange.objects.get(number=number).state == "applied"
        installation.work(**later)
        until(settled)
        with seeing(SYSTEM):
            change = PartnerChange.objects.get(number=number)
        assert (change.state, change.effective_at, change.settled_at) == ("complete", due, due)
        heard_everything(crm)
    assert of_record(ref, due) == {("Gorse Digital", "reseller", None)}
    installation.environment = {**installation.environment, **later}
    installation.verified()


def test_terms_that_renew_by_themselves_do_so_once_though_the_worker_is_killed(
    installation: Installation, cast: Cast
) -> None:
    refs = [cast.contract(days=1, auto_renew=True) for _ in range(3)]
    later = {"OFRECORD_TODAY": (clock.today() + timedelta(days=2)).isoformat()}
    with receiving() as crm:
        add_endpoint(crm.url, "CRM", required=True, types=["agreement.*"], by=SYSTEM)
        installation.work(OFRECORD_FAILPOINT="worker.after_renew", **later)
        assert installation.worker
        assert installation.worker.wait(30) == -9
        assert installation.died_at("worker.after_renew")
        assert [terms(ref) for ref in refs] == [2, 2, 2], "what was renewed is kept"
        installation.work(**later)
        until(lambda: renewals(crm) >= set(refs), what="for the renewals to be told")
        until(settled)
    assert [terms(ref) for ref in refs] == [2, 2, 2]
    assert {name for ref in refs for name, *_ in of_record(ref)} == {"Larkspur Systems"}
    installation.environment = {**installation.environment, **later}
    installation.verified()


def terms(reference: str) -> int:
    with seeing(SYSTEM):
        return Term.objects.filter(agreement__reference=reference).count()


def renewals(receiver: Receiver) -> set[str]:
    """The agreements of whose renewal a system was told."""
    bodies = [json.loads(each.body) for each in receiver.got]
    return {each["subject"] for each in bodies if each["type"] == "agreement.renewed"}
