"""What a receiver can say besides yes: later, gone, and who it claims to be."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ofrecord.delivery import ladder, sending, signing
from ofrecord.delivery.sending import Claim, Outcome
from tests.delivery.certificates import self_signed
from tests.delivery.receiver import Behaviour, Exchange, Got, answering, receiving

SECRET, OLD = signing.new_secret(), signing.new_secret()


def claim(url: str, attempts: int = 0, kind: str = "", old: bytes | None = None) -> Claim:
    now, secret = datetime.now(UTC), signing.encrypted(SECRET)
    return Claim(1, 1, uuid4(), attempts, now, url, secret, b"{}", old, kind)


def sent(claimed: Claim) -> Outcome:
    async def send() -> Outcome:
        async with sending.connections() as pool:
            return await sending.send(pool, claimed)

    return asyncio.run(send())


def later(after: str, status: int = 503) -> Behaviour:
    def behave(exchange: Exchange, _got: Got) -> None:
        exchange.answer(status, retry_after=after)

    return behave


@pytest.mark.parametrize("status", [429, 503, 500])
def test_a_receiver_that_says_when_is_tried_then(status: int) -> None:
    with receiving(later("600", status)) as receiver:
        assert sent(claim(receiver.url)).retry_in == 600


def test_it_may_name_a_date() -> None:
    at = datetime.now(UTC) + timedelta(minutes=10)
    with receiving(later(format_datetime(at, usegmt=True))) as receiver:
        retry_in = sent(claim(receiver.url)).retry_in
    assert retry_in is not None
    assert 580 < retry_in <= 600


@pytest.mark.parametrize("after", ["1", "0", "-5", "soon", "", "Mon, 01 Jan 2001 00:00:00 GMT"])
def test_it_is_never_tried_sooner_than_the_ladder_has_it(after: str) -> None:
    with receiving(later(after)) as receiver:
        retry_in = sent(claim(receiver.url, attempts=3)).retry_in
    assert retry_in is not None
    assert 480 <= retry_in <= 720


def test_nobody_puts_it_off_for_more_than_half_a_day() -> None:
    with receiving(later("99999999999999999999")) as receiver:
        assert sent(claim(receiver.url)).retry_in == ladder.LONGEST_WISH


def test_asking_for_later_does_not_outlast_the_ladder() -> None:
    with receiving(later("60")) as receiver:
        last = len(ladder.OF_DELIVERIES)
        assert sent(claim(receiver.url, attempts=last)).retry_in is None
        assert sent(claim(receiver.url, kind="test")).retry_in is None


def test_what_is_gone_is_not_given_up_for_that_alone() -> None:
    with receiving(answering(410)) as receiver:
        assert sent(claim(receiver.url, attempts=99)).retry_in == 0
        assert sent(claim(receiver.url, kind="test")).retry_in is None


def test_while_secrets_overlap_a_receiver_verifies_with_either() -> None:
    with receiving() as receiver:
        sent(claim(receiver.url, old=signing.encrypted(OLD)))
        sent(claim(receiver.url))
    both, one = receiver.got
    assert len(both.headers["webhook-signature"].split()) == 2
    for secret in (SECRET, OLD):
        Webhook(secret).verify(both.body, both.headers)
    Webhook(SECRET).verify(one.body, one.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(one.body, one.headers)


def test_a_replay_says_that_it_is_one() -> None:
    with receiving() as receiver:
        sent(claim(receiver.url, kind="replay"))
        sent(claim(receiver.url))
    replayed, new = receiver.got
    assert replayed.headers["ofrecord-replay"] == "true"
    assert "ofrecord-replay" not in new.headers


def test_a_certificate_of_nobody_is_refused(tmp_path: Path) -> None:
    context, _public = self_signed(tmp_path)
    with receiving(tls=context) as receiver:
        outcome = sent(claim(receiver.url))
    assert not outcome.acknowledged
    assert "certificate verify failed" in outcome.error
    assert receiver.got == []


def test_a_certificate_of_a_trusted_authority_is_accepted_for_its_own_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, public = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with receiving(tls=own) as receiver:
        assert sent(claim(receiver.url)).acknowledged
    other, public = self_signed(tmp_path, "127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    with receiving(tls=other) as liar:
        outcome = sent(claim(liar.url))
    assert "certificate verify failed" in outcome.error
    assert liar.got == []
