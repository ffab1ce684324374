"""One try at one receiver, however it behaves."""

import asyncio
import time
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings
from standardwebhooks.webhooks import Webhook

from ofrecord.delivery import sending, signing
from ofrecord.delivery.sending import Claim, Outcome
from tests.delivery.receiver import Exchange, Got, answering, receiving, slow

SECRET = signing.new_secret()
BODY = '{"id":"1","data":"ünï ✓"}'.encode()


def claim(url: str, attempts: int = 0) -> Claim:
    now = datetime.now(UTC)
    return Claim(1, 1, uuid4(), attempts, now, url, signing.encrypted(SECRET), BODY)


def sent(url: str, *, times: int = 1, attempts: int = 0) -> Outcome:
    async def send() -> Outcome:
        async with sending.connections() as pool:
            for _ in range(times):
                outcome = await sending.send(pool, claim(url, attempts))
            return outcome

    return asyncio.run(send())


def test_the_receiver_gets_the_very_bytes_signed() -> None:
    with receiving() as receiver:
        outcome = sent(receiver.url)
    assert outcome.acknowledged
    assert (outcome.status, outcome.error, outcome.retry_in) == (200, "", None)
    got = receiver.got[0]
    assert got.body == BODY
    assert got.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert got.id == str(outcome.claim.event_id)
    Webhook(SECRET).verify(got.body, got.headers)


def test_another_secret_does_not_verify_it() -> None:
    with receiving() as receiver:
        sent(receiver.url)
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(signing.new_secret()).verify(receiver.got[0].body, receiver.got[0].headers)


@pytest.mark.parametrize("status", [301, 307, 400, 404, 429, 500, 503])
def test_what_is_not_2xx_is_tried_again_and_no_redirect_is_followed(status: int) -> None:
    with receiving() as elsewhere:

        def behave(exchange: Exchange, _got: Got) -> None:
            exchange.answer(status, b"no", location=elsewhere.url)

        with receiving(behave) as receiver:
            outcome = sent(receiver.url)
    assert not outcome.acknowledged
    assert outcome.status == status
    assert outcome.answer == "no"
    assert outcome.retry_in is not None
    assert 4 <= outcome.retry_in <= 6
    assert elsewhere.got == []


def test_it_is_given_up_after_the_last_step() -> None:
    with receiving(answering(500)) as receiver:
        assert sent(receiver.url, attempts=11).retry_in is not None
        assert sent(receiver.url, attempts=12).retry_in is None


def test_nobody_there_is_a_failure_with_its_reason() -> None:
    outcome = sent("http://127.0.0.1:9/")
    assert (outcome.acknowledged, outcome.status) == (False, None)
    assert outcome.error


def test_the_deadline_holds_for_a_silent_receiver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "DEADLINE", 0.3)
    with receiving(slow(1)) as receiver:
        outcome = sent(receiver.url)
    assert not outcome.acknowledged
    assert "no answer within" in outcome.error


def test_the_deadline_holds_for_a_dripping_receiver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "DEADLINE", 0.4)

    def drip(exchange: Exchange, _got: Got) -> None:
        exchange.send_response(200)
        exchange.send_header("content-length", "1000")
        exchange.end_headers()
        for _ in range(20):
            exchange.wfile.write(b".")
            exchange.wfile.flush()
            time.sleep(0.1)

    with receiving(drip) as receiver:
        outcome = sent(receiver.url)
    assert not outcome.acknowledged
    assert "no answer within" in outcome.error


def test_a_flood_is_not_read_to_its_end() -> None:
    written: list[int] = []

    def flood(exchange: Exchange, _got: Got) -> None:
        exchange.send_response(200)
        exchange.send_header("content-length", str(10**9))
        exchange.end_headers()
        written.extend(exchange.wfile.write(b"x" * 65_536) for _ in range(15_000))

    with receiving(flood) as receiver:
        outcome = sent(receiver.url)
    assert outcome.acknowledged
    assert len(outcome.answer) <= sending.ANSWER_KEPT
    assert sum(written) < 100_000_000


def test_endless_headers_are_a_failure() -> None:
    def flood(exchange: Exchange, _got: Got) -> None:
        exchange.send_response(200)
        for number in range(20_000):
            exchange.send_header(f"x-{number}", "y" * 100)
        exchange.end_headers()

    with receiving(flood) as receiver:
        assert not sent(receiver.url).acknowledged


def test_a_compressed_answer_stays_as_it_is() -> None:
    def bomb(exchange: Exchange, _got: Got) -> None:
        exchange.answer(200, b"\x1f\x8b\x00zip", content_encoding="gzip")

    with receiving(bomb) as receiver:
        outcome = sent(receiver.url)
    assert outcome.acknowledged
    assert outcome.answer.endswith("zip")
    assert "\x00" not in outcome.answer
    assert receiver.got[0].headers["accept-encoding"] == "identity"


def test_a_connection_that_the_receiver_closed_meanwhile_is_no_failure() -> None:
    def close_after(exchange: Exchange, _got: Got) -> None:
        exchange.answer(200)
        exchange.close_connection = True

    with receiving(close_after) as receiver:
        assert sent(receiver.url, times=3).acknowledged
    assert len(receiver.got) == 3


def test_connections_are_kept() -> None:
    ports = set()

    def note(exchange: Exchange, _got: Got) -> None:
        ports.add(exchange.client_address[1])
        exchange.answer(200)

    with receiving(note) as receiver:
        sent(receiver.url, times=5)
    assert len(ports) == 1


def test_a_name_that_leads_to_a_forbidden_address_is_not_reached(
    settings: Settings,
) -> None:
    settings.OFRECORD_PRIVATE_ENDPOINTS = False
    with receiving() as receiver:
        outcome = sent(receiver.url.replace("127.0.0.1", "localhost"))
    assert not outcome.acknowledged
    assert "not allowed" in outcome.error
    assert receiver.got == []


def test_a_secret_that_cannot_be_read_is_a_failure_like_others() -> None:
    async def send() -> Outcome:
        async with sending.connections() as pool:
            spoiled = claim("http://127.0.0.1:9/")
            return await sending.send(pool, Claim(**{**vars(spoiled), "secret": b"spoiled"}))

    assert "InvalidToken" in asyncio.run(send()).error
