"""Names are looked up in threads of their own, so that one which hangs delays no other."""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ofrecord.delivery.reach import Unreachable

AT_ONCE = 64
"""How many names may hang: a name server's patience outlasts a delivery's, and a thread its try."""


class Names:
    """Looks names up, each once at a time, however many ask for it meanwhile."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "names")
        self._asked: dict[tuple[str, int], asyncio.Future[list[str]]] = {}

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses that a name has now; one that is an address already is not looked up."""
        if _is_address(host):
            return [host]
        try:
            return await asyncio.shield(self._asked.get((host, port)) or self._ask(host, port))
        except (OSError, UnicodeError) as error:
            raise Unreachable(f"{host} cannot be resolved: {error}") from error

    def close(self) -> None:
        """Look no more names up; what hangs is left to end by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _ask(self, host: str, port: int) -> asyncio.Future[list[str]]:
        asked = asyncio.get_running_loop().run_in_executor(self._threads, _looked_up, host, port)
        self._asked[host, port] = asked
        asked.add_done_callback(lambda _asked: self._asked.pop((host, port)))
        return asked


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _looked_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))
