"""The vendor's three systems that receive events: their processes and their endpoints."""

from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings

from ofrecord.cli.demo import place
from ofrecord.cli.demo.family import Child
from ofrecord.cli.operator import operator
from ofrecord.delivery.change import move_endpoint
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Endpoint
from ofrecord.parties.context import seeing


@dataclass(frozen=True)
class System:
    """A system of the vendor's. `delay_ms` is how long it takes over every delivery."""

    name: str
    delay_ms: int
    required: bool = True


SYSTEMS = (System("CRM", 0), System("ERP", 2_500), System("Commissions", 300))


@dataclass(frozen=True)
class Receiver:
    """A system at its address, with the secret that its deliveries are signed with."""

    system: System
    port: int
    secret: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def child(self) -> Child:
        """Its process. The secret is not among the arguments, where others could read it."""
        name = self.system.name
        store = place.directory() / "receivers" / f"{name.lower()}.jsonl"
        return Child(
            name,
            (
                *("ofrecord.cli.demo.receivers", "--name", name, "--port", str(self.port)),
                *("--store", str(store), "--delay-ms", str(self.system.delay_ms)),
            ),
            place.directory() / "logs" / f"{name.lower()}.log",
            {"OFRECORD_RECEIVER_SECRET": self.secret},
        )

    def as_data(self) -> dict[str, Any]:
        return {
            "name": self.system.name,
            "url": self.url,
            "required": self.system.required,
            "delay_ms": self.system.delay_ms,
        }


def connect() -> list[Receiver]:
    """Every system with an endpoint and a free port: the one it had, where that is free."""
    ports = place.remembered().get("ports", {})
    receivers = [_connect(system, ports.get(system.name)) for system in SYSTEMS]
    place.remember(ports={each.system.name: each.port for each in receivers})
    return receivers


def _connect(system: System, port: int | None) -> Receiver:
    if port is None or not place.is_free(port):
        port = place.any_free_port()
    url = f"http://127.0.0.1:{port}/"
    with seeing(operator()):
        endpoint = Endpoint.objects.filter(name=system.name, active=True).first()
    if endpoint is None:
        endpoint, _secret = add_endpoint(url, system.name, required=system.required, by=operator())
    elif endpoint.url != url:
        endpoint = move_endpoint(system.name, url, by=operator())
    box = Fernet(settings.OFRECORD_ENCRYPTION_KEY)
    return Receiver(system, port, box.decrypt(bytes(endpoint.secret)).decode())
