"""Which addresses the worker may connect to, checked after names are resolved, and pinned.

Nothing of an endpoint's answer, and no later answer of its name server, can lead the worker
elsewhere: it connects to the very address that was checked.
"""

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable, Callable, Sequence

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
SHARED = ipaddress.ip_network("100.64.0.0/10")
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
CREDENTIALS = ("100.100.100.200", "fd00:ec2::254", "168.63.129.16")
"""Where clouds answer their machines, besides link-local addresses."""


def is_allowed(address: str) -> bool:
    """Whether an endpoint may live at this IP address.

    Addresses of this machine and of private networks need OFRECORD_PRIVATE_ENDPOINTS, which
    allows all of them or names networks; link-local ones (where clouds keep their credentials),
    multicast and reserved never do.
    """
    ip = _plain(ipaddress.ip_address(address))
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or str(ip) in CREDENTIALS:
        return False
    if ip.is_loopback or ip.is_private or ip in SHARED:
        return _is_private_allowed(ip)
    return ip.is_global and not ip.is_reserved


def _is_private_allowed(ip: Address) -> bool:
    allowed = settings.OFRECORD_PRIVATE_ENDPOINTS
    if isinstance(allowed, bool):
        return allowed
    return any(ip in network for network in allowed)


def _plain(ip: Address) -> Address:
    """The IPv4 address inside an IPv6 one, where there is one."""
    if isinstance(ip, ipaddress.IPv6Address):
        inside = ip.ipv4_mapped or ip.sixtofour
        if inside is None and ip in TRANSLATED:
            inside = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        return inside or ip
    return ip


class Unreachable(OSError):
    """No connection, and why."""


async def connect(
    host: str, port: int, tls: ssl.SSLContext | None, resolve: Resolve
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to an allowed address; a name with one that is not is refused as a whole.

    A certificate has to be that of the name.
    """
    addresses = await resolve(host, port)
    for address in addresses:
        if not is_allowed(address):
            raise Unreachable(f"{address} is an address that is not allowed")
    failure: OSError = Unreachable(f"{host} has no address")
    for address in addresses:
        try:
            name = host if tls else None
            return await asyncio.open_connection(address, port, ssl=tls, server_hostname=name)
        except OSError as error:
            failure = error
    raise failure
