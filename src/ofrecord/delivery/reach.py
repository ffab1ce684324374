"""Which addresses the worker may connect to, checked after names are resolved, and pinned.

Nothing of an endpoint's answer, and no later answer of its name server, can lead the worker
elsewhere: it connects to the very address that was checked.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

import httpcore
from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_allowed(address: str) -> bool:
    """Whether an endpoint may live at this IP address.

    Addresses of this machine and of private networks need OFRECORD_PRIVATE_ENDPOINTS;
    link-local ones (where clouds keep their credentials), multicast and reserved never do.
    """
    ip = _plain(ipaddress.ip_address(address))
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    if ip.is_loopback or ip.is_private:
        return bool(settings.OFRECORD_PRIVATE_ENDPOINTS)
    return ip.is_global


def _plain(ip: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where there is one."""
    if isinstance(ip, ipaddress.IPv6Address):
        return ip.ipv4_mapped or ip.sixtofour or ip
    return ip


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to allowed addresses only."""

    def __init__(self) -> None:
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await _resolved(host, port):
            if not is_allowed(address):
                raise httpcore.ConnectError(f"{address} is an address that is not allowed")
            try:
                return await self._network.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _resolved(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))
