"""The receiving systems: processes that believe signatures and keep what they got."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

SECRET = "whsec_" + base64.b64encode(b"a secret that only the two of us know").decode()
Start = Callable[..., str]


@contextmanager
def running(store: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "ofrecord.cli.demo.receivers", "--name", "ERP"]
    command += ["--secret", SECRET, "--store", str(store), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"], process
        finally:
            process.terminate()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "erp.jsonl"


@pytest.fixture
def start(store: Path) -> Iterator[Start]:
    with ExitStack() as stack:
        yield lambda *options: stack.enter_context(running(store, *options))[0]


def event(sequence: int, partner: str = "Cedar Systems", **more: Any) -> dict[str, Any]:
    after = [{"partner": "5103771902", "name": partner, "role": "reseller", "subscription": None}]
    return {
        "specversion": "1.0",
        "type": "partner_change.applied",
        "subject": "110002345678",
        "sequence": str(sequence),
        "data": {"change": "PC-7K3M9QTX", "agreement": "110002345678", "after": after},
        **more,
    }


def signed(webhook_id: str, content: dict[str, Any], **spoilt: Any) -> dict[str, Any]:
    """The arguments of a request that carries that event, with parts of it replaced."""
    body = json.dumps(content, ensure_ascii=False)
    at = spoilt.get("at", datetime.now(UTC))
    signature = Webhook(spoilt.get("secret", SECRET)).sign(webhook_id, at, body)
    return {
        "content": spoilt.get("body", body).encode(),
        "headers": {
            "content-type": "application/cloudevents+json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": spoilt.get("signature", signature),
        },
    }


def kept(url: str) -> list[dict[str, Any]]:
    deliveries: list[dict[str, Any]] = httpx.get(url + "deliveries").json()["deliveries"]
    return deliveries


def test_a_signed_event_is_on_disk_when_it_is_acknowledged(start: Start, store: Path) -> None:
    url = start()
    answer = httpx.post(url, **signed("one", event(3)))
    assert answer.status_code == 200
    (line,) = store.read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    assert (row["webhook_id"], row["subject"], row["sequence"]) == ("one", "110002345678", 3)
    assert row["type"] == "partner_change.applied"
    assert row["body"] == event(3)
    assert datetime.fromisoformat(row["received_at"]).tzinfo is not None


OTHER = "whsec_" + base64.b64encode(b"the secret of somebody else").decode()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"secret": OTHER},
        {"body": json.dumps(event(4))},
        {"at": datetime.now(UTC) - timedelta(minutes=20)},
        {"signature": ""},
        {"signature": "v1"},
        {"signature": "v1,???"},
        {"signature": "v2,abcd"},
    ],
    ids=["secret", "body", "old", "none", "no comma", "no base 64", "version"],
)
def test_what_is_not_signed_is_refused_and_not_kept(start: Start, spoilt: dict[str, Any]) -> None:
    url = start()
    assert httpx.post(url, **signed("one", event(3), **spoilt)).status_code == 401
    assert kept(url) == []


def test_a_request_without_signature_headers_is_refused(start: Start) -> None:
    url = start()
    assert httpx.post(url, json=event(1)).status_code == 401
    assert httpx.post(url, content=b"\xff\xfe").status_code == 401


def test_a_double_is_acknowledged_and_marked(start: Start) -> None:
    url = start()
    first = httpx.post(url, **signed("one", event(3))).json()
    again = httpx.post(url, **signed("one", event(3))).json()
    assert (first["double"], again["double"]) == (False, True)
    assert [row["double"] for row in kept(url)] == [False, True]
    assert [row["late"] for row in kept(url)] == [False, False]


def test_an_event_after_a_newer_one_is_marked_late(start: Start) -> None:
    url = start()
    for name, sequence in (("two", 2), ("one", 1), ("three", 3)):
        httpx.post(url, **signed(name, event(sequence, partner=f"Partner {name}")))
    assert [row["late"] for row in kept(url)] == [False, True, False]
    httpx.post(url, **signed("zero", event(0, partner="Yesterday")))
    page = httpx.get(url).text
    assert "Partner three, reseller" in page
    assert "Yesterday" not in page


def test_it_knows_after_a_restart_what_it_knew_before(store: Path) -> None:
    with running(store) as (url, _process):
        httpx.post(url, **signed("one", event(3)))
    with store.open("ab") as stream:
        stream.write(b'{"position":2,"webhook_id":"cut in the mid')
    with running(store) as (url, _process):
        assert "Cedar Systems, reseller" in httpx.get(url).text
        assert httpx.post(url, **signed("one", event(3))).json() == {"position": 2, "double": True}
        assert [row["position"] for row in kept(url)] == [1, 2]


def test_it_stops_when_it_is_told_to(store: Path) -> None:
    with running(store) as (_url, process):
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_what_was_acknowledged_outlives_a_kill(store: Path) -> None:
    with running(store) as (url, process), ThreadPoolExecutor(8) as pool:
        requests = [signed(f"event-{n}", event(n, subject=f"1100000000{n}")) for n in range(10, 74)]
        answers = list(pool.map(lambda request: httpx.post(url, **request), requests))
        process.kill()
    assert {answer.status_code for answer in answers} == {200}
    rows = [json.loads(line) for line in store.read_text(encoding="utf-8").splitlines()]
    assert sorted(row["webhook_id"] for row in rows) == sorted(f"event-{n}" for n in range(10, 74))
    assert [row["position"] for row in rows] == list(range(1, 65))


def test_names_from_outside_are_shown_and_not_run(start: Start) -> None:
    url = start()
    httpx.post(url, **signed("one", event(3, partner="<script>alert(1)</script>")))
    answer = httpx.get(url)
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_it_can_be_slow_on_purpose(start: Start) -> None:
    url = start("--delay-ms", "400")
    answer = httpx.post(url, **signed("one", event(3)))
    assert answer.elapsed > timedelta(milliseconds=390)


def test_it_can_fail_first_and_recover(start: Start) -> None:
    url = start("--fail-first", "2")
    answers = [httpx.post(url, **signed("one", event(3))).status_code for _time in range(3)]
    assert answers == [503, 503, 200]
    assert [row["double"] for row in kept(url)] == [False]


def test_it_can_always_fail(start: Start) -> None:
    url = start("--status", "500")
    assert httpx.post(url, **signed("one", event(3))).status_code == 500
    assert kept(url) == []


@pytest.mark.parametrize("content", ["[]", '"text"', "{", '{"sequence": "third"}'])
def test_what_is_signed_but_no_event_is_refused(start: Start, content: str) -> None:
    url = start()
    at = datetime.now(UTC)
    request = signed("one", {}, at=at, body=content)
    request["headers"]["webhook-signature"] = Webhook(SECRET).sign("one", at, content)
    assert httpx.post(url, **request).status_code == 400
    assert kept(url) == []


def test_an_endless_body_is_not_read(start: Start) -> None:
    url = start()
    connection = HTTPConnection(httpx.URL(url).netloc.decode(), timeout=10)
    connection.putrequest("POST", "/")
    connection.putheader("content-length", "2000000")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_the_page_is_empty_before_anything_arrives(start: Start) -> None:
    url = start()
    assert "Nothing has arrived yet." in httpx.get(url).text
    assert httpx.get(url + "elsewhere").status_code == 404
