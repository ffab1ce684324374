"""`ofrecord endpoint` beyond adding, `ofrecord delivery`, and `ofrecord listen`."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from subprocess import PIPE
from uuid import UUID

import pytest

from ofrecord.delivery import claims
from ofrecord.delivery.context import as_system
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.delivery.sending import Outcome
from tests.cast import Cast
from tests.cli.conftest import Type
from tests.databases import Copy
from tests.delivery.running import happen, until, worker

URL = "http://127.0.0.1:9/"


def add(type_in: Type, name: str = "CRM") -> None:
    assert type_in("endpoint", "add", URL, "--name", name, "--required").code == 0


def fail(status: int = 500, answer: str = "") -> None:
    """What is due fails once and for all."""
    claimed = claims.turn([], {})
    at, said = datetime.now(UTC), f"answered {status}"
    claims.mark([Outcome(each, False, at, 7, status, answer, said, None) for each in claimed])


def test_an_endpoint_through_its_life(db: None, type_in: Type) -> None:
    add(type_in)
    words = ("--type", "agreement.*", "--type", "partner_change.applied", "--optional", "--json")
    (changed,) = type_in("endpoint", "change", "CRM", *words).json["endpoints"]
    assert changed["types"] == ["agreement.*", "partner_change.applied"]
    assert not changed["required"]
    (paused,) = type_in("endpoint", "pause", "CRM", "--reason", "Moving", "--json").json[
        "endpoints"
    ]
    assert paused["paused_at"]
    assert "paused: Moving" in type_in("endpoint", "list").out
    assert type_in("endpoint", "pause", "CRM", "--reason", "Moving").code == 3
    assert type_in("endpoint", "resume", "CRM").code == 0
    rotated = type_in("endpoint", "rotate", "CRM", "--overlap", "2", "--json").json
    assert rotated["secret"].startswith("whsec_")
    assert rotated["old_secret_until"]
    event = UUID(type_in("endpoint", "test", "CRM", "--json").json["event"])
    with as_system():
        assert Delivery.objects.filter(event=event).count() == 1
    assert type_in("endpoint", "remove", "CRM", "--reason", "Replaced").code == 0
    assert type_in("endpoint", "list", "--json").json == {"endpoints": []}
    (removed,) = type_in("endpoint", "list", "--all", "--json").json["endpoints"]
    assert not removed["active"]
    assert type_in("endpoint", "resume", "CRM").code == 3


def test_the_log_shows_what_was_sent_and_what_came_back(cast: Cast, type_in: Type) -> None:
    add(type_in)
    reference = cast.contract()
    number = cast.change(reference)
    fail(503, "try later")
    listed = type_in("delivery", "list", "--agreement", reference, "--json").json["deliveries"]
    (told,) = [each for each in listed if each["state"] == "parked"]
    assert (told["endpoint"], told["about"], told["last_error"]) == ("CRM", number, "answered 503")
    shown = type_in("delivery", "show", told["id"], "--json").json
    (tried,) = shown["tries"]
    assert (tried["status"], tried["answer"], tried["url"]) == (503, "try later", URL)
    assert tried["headers"]["webhook-id"] == told["event_id"]
    assert tried["headers"]["webhook-signature"] == "v1,••••••••"
    assert json.loads(shown["body"])["subject"] == reference
    assert "answered 503" in type_in("delivery", "show", told["id"]).out
    assert type_in("delivery", "replay", told["id"], "--json").json == {
        "id": told["id"],
        "state": "waiting",
    }


def test_the_log_is_filtered_and_goes_on_where_it_ended(db: None, type_in: Type) -> None:
    add(type_in)
    add(type_in, "ERP")
    for subject in range(3):
        happen(subject)
    first = type_in("delivery", "list", "--endpoint", "ERP", "--limit", "2", "--json").json
    rest = type_in("delivery", "list", "--endpoint", "ERP", "--after", first["after"], "--json")
    assert [len(first["deliveries"]), len(rest.json["deliveries"])] == [2, 1]
    for filter, count in (
        (("--state", "waiting"), 6),
        (("--state", "parked"), 0),
        (("--type", "partner_change.*"), 6),
        (("--type", "agreement.*"), 0),
        (("--type", "partner_change.applied", "--endpoint", "CRM"), 3),
    ):
        assert len(type_in("delivery", "list", *filter, "--json").json["deliveries"]) == count
    assert type_in("delivery", "list", "--endpoint", "BI").code == 4
    assert type_in("delivery", "list", "--agreement", "499").code == 4
    assert type_in("delivery", "list", "--state", "lost").code == 2
    assert type_in("delivery", "show", 0).code == 4
    assert type_in("delivery", "replay", 0).code == 4


def test_a_range_of_time_is_sent_again(cast: Cast, type_in: Type) -> None:
    cast.change(cast.contract())
    add(type_in)
    told = type_in("endpoint", "replay", "CRM", "--since", "2020-01-01", "--json").json
    assert (told["reopened"], told["repeated"]) == (0, 2)
    with as_system():
        assert set(Delivery.objects.values_list("replay", flat=True)) == {UUID(told["replay"])}
    words = ("endpoint", "replay", "CRM", "--since")
    assert type_in(*words, "2020-01-01T08:00", "--until", "2019-01-01").code == 3
    assert type_in(*words, "yesterday").code == 2
    assert type_in(*words, "2020-02-31").code == 2


@pytest.mark.slow
def test_listen_prints_what_it_has_verified_and_leaves_nothing_behind(
    fresh_database: Copy,
) -> None:
    command = [sys.executable, "-m", "ofrecord", "listen", "--json"]
    with subprocess.Popen(command, env={**os.environ}, stdout=PIPE, text=True) as listening:
        try:
            until(lambda: Endpoint.objects.filter(active=True).exists(), 30)
            endpoint = Endpoint.objects.get()
            assert (endpoint.required, endpoint.url[:17]) == (False, "http://127.0.0.1:")
            with worker():
                (event,) = happen(1)
                assert listening.stdout is not None
                assert json.loads(listening.stdout.readline())["id"] == str(event)
            listening.send_signal(signal.SIGINT)
            assert listening.wait(60) == 0
        finally:
            listening.kill()
    assert not Endpoint.objects.filter(active=True).exists()
