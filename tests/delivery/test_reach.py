"""No receiver leads the worker inside: by its address, its name, or a redirect."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_network
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from ofrecord.cli import environment
from ofrecord.cli.environment import SettingError
from ofrecord.delivery import reach, sending, signing
from ofrecord.delivery.addresses import judge_url
from ofrecord.delivery.refusals import Refused
from ofrecord.delivery.sending import Claim, Outcome
from tests.delivery.receiver import Exchange, Got, receiving

NOWHERE = "0.0.0.0"  # noqa: S104  # to be refused: nothing is bound to it
INSIDE = (
    *("127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.5.5", "192.168.1.1", "::1", "fd12::1"),
    *("100.64.0.1", "100.127.255.255", "::ffff:10.0.0.1", "::ffff:127.0.0.1"),
    *("2002:7f00:1::", "64:ff9b::10.0.0.1", "192.0.0.1", "198.18.0.1"),
)
NEVER = (
    *("169.254.169.254", "169.254.0.1", "fe80::1", "::ffff:169.254.169.254", "fd00:ec2::254"),
    *("100.100.100.200", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::", "168.63.129.16"),
    *(NOWHERE, "::", "224.0.0.1", "ff02::1"),
)
OUTSIDE = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14")


@pytest.mark.parametrize("address", INSIDE)
def test_private_addresses_need_the_administrator(address: str, settings: Settings) -> None:
    settings.OFRECORD_PRIVATE_ENDPOINTS = False
    assert not reach.is_allowed(address)
    settings.OFRECORD_PRIVATE_ENDPOINTS = (ip_network("203.0.113.0/24"),)
    assert not reach.is_allowed(address)
    settings.OFRECORD_PRIVATE_ENDPOINTS = True
    assert reach.is_allowed(address)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_reached(address: str, settings: Settings) -> None:
    for allowed in (True, False, (ip_network("0.0.0.0/0"), ip_network("::/0"))):
        settings.OFRECORD_PRIVATE_ENDPOINTS = allowed
        assert not reach.is_allowed(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_public_addresses_are_reached(address: str, settings: Settings) -> None:
    settings.OFRECORD_PRIVATE_ENDPOINTS = False
    assert reach.is_allowed(address)


def test_the_administrator_allows_networks_by_name(settings: Settings) -> None:
    settings.OFRECORD_PRIVATE_ENDPOINTS = (ip_network("10.2.0.0/16"), ip_network("fd12::/48"))
    assert reach.is_allowed("10.2.3.4")
    assert reach.is_allowed("::ffff:10.2.3.4")
    assert reach.is_allowed("fd12::1")
    for outside in ("10.3.0.1", "127.0.0.1", "192.168.1.1", "fd13::1"):
        assert not reach.is_allowed(outside)


def test_the_setting_takes_all_none_or_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "OFRECORD_PRIVATE_ENDPOINTS"
    for value, meant in (
        ("", True),
        ("true", True),
        ("false", False),
        ("10.2.0.0/16, fd12::/48", (ip_network("10.2.0.0/16"), ip_network("fd12::/48"))),
    ):
        monkeypatch.setenv(name, value)
        assert environment.networks(name, True) == meant
    for value in ("yes", "10.2.0.1/16", "10.2.0.0/16,", "inside"):
        monkeypatch.setenv(name, value)
        with pytest.raises(SettingError, match=name):
            environment.networks(name, True)


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "127.0.0.1."),
        *("0", NOWHERE, "017700000001", "[::ffff:169.254.169.254]", "169.254.169.254"),
    ],
)
def test_odd_spellings_of_addresses_are_refused(host: str, settings: Settings) -> None:
    settings.OFRECORD_PRIVATE_ENDPOINTS = True
    with pytest.raises(Refused) as refused:
        judge_url(f"http://{host}/")
    assert refused.value.code == "address_refused"


def test_names_are_taken_and_judged_when_they_are_resolved() -> None:
    judge_url("https://hooks.example.com:8443/events")
    judge_url("https://7.example.com/")


def sent(url: str, answers: Sequence[Sequence[str]], times: int = 1) -> list[Outcome]:
    """Tries with a name server of one's own, which answers as it likes each time it is asked."""
    left = list(answers)

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return left.pop(0)

    async def send() -> list[Outcome]:
        secret = signing.encrypted(signing.new_secret())
        outcomes = []
        async with sending.connections(resolve) as pool:
            for _ in range(times):
                claim = Claim(1, 1, uuid4(), 0, datetime.now(UTC), url, secret, b"{}")
                outcomes.append(await sending.send(pool, claim))
        return outcomes

    return asyncio.run(send())


def test_a_name_that_is_rebound_to_the_inside_is_refused_when_it_is_connected(
    settings: Settings,
) -> None:
    settings.OFRECORD_PRIVATE_ENDPOINTS = (ip_network("127.0.0.1/32"),)

    def close(exchange: Exchange, _got: Got) -> None:
        exchange.answer(200, connection="close")
        exchange.close_connection = True

    with receiving(close) as receiver:
        url = receiver.url.replace("127.0.0.1", "hooks.example.com")
        first, second = sent(url, [["127.0.0.1"], ["127.0.0.2"]], times=2)
    assert first.acknowledged
    assert not second.acknowledged
    assert "127.0.0.2 is an address that is not allowed" in second.error
    assert len(receiver.got) == 1


def test_the_address_that_was_checked_is_the_one_that_is_connected(settings: Settings) -> None:
    settings.OFRECORD_PRIVATE_ENDPOINTS = True
    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "hooks.example.com")
        (outcome,) = sent(url, [["127.0.0.1"]])
    assert outcome.acknowledged
    assert receiver.got[0].headers["host"].startswith("hooks.example.com:")


@pytest.mark.parametrize("inside", ["169.254.169.254", NOWHERE, "::ffff:169.254.169.254"])
def test_a_name_with_one_forbidden_address_is_refused_as_a_whole(inside: str) -> None:
    with receiving() as receiver:
        url = receiver.url.replace("127.0.0.1", "hooks.example.com")
        (outcome,) = sent(url, [["127.0.0.1", inside]])
    assert "not allowed" in outcome.error
    assert receiver.got == []


def test_a_name_without_an_address_is_a_failure_like_others() -> None:
    (outcome,) = sent("http://hooks.example.com/", [[]])
    assert "has no address" in outcome.error
