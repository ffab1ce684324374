"""A healthy receiver among bad ones: it has every event in time and in order, by its own log."""

import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.parties.actors import Actor
from tests.databases import Copy
from tests.delivery.certificates import self_signed
from tests.delivery.receiver import (
    Receiver,
    acknowledge,
    answering,
    dripping,
    flooding,
    receiving,
    redirecting,
    slow,
)
from tests.delivery.running import happen, until, worker

pytestmark = pytest.mark.slow
AGREEMENTS, EACH = 20, 5


def test_bad_receivers_delay_nobody_else(fresh_database: Copy, tmp_path: Path) -> None:
    context, _public = self_signed(tmp_path)
    with ExitStack() as stack:
        inside = stack.enter_context(receiving())
        bad = {
            "slow": receiving(slow(8)),
            "dripping": receiving(dripping),
            "flooding": receiving(flooding),
            "redirecting": receiving(redirecting(inside.url)),
            "failing": receiving(answering(500)),
            "gone": receiving(answering(410)),
            "lying": receiving(tls=context),
        }
        receivers = {name: stack.enter_context(each) for name, each in bad.items()}
        healthy = [stack.enter_context(receiving(acknowledge)) for _ in range(2)]
        secrets = [subscribe(each, f"Healthy {n}") for n, each in enumerate(healthy)]
        for name, each in receivers.items():
            subscribe(each, name)
        stack.enter_context(worker())
        happen(0)
        until(lambda: all(each.acknowledged for each in healthy))
        began = time.monotonic()
        sent = [id for n in range(AGREEMENTS) for id in happen(n + 1, EACH)]
        said = time.monotonic()
        until(lambda: all(len(each.acknowledged) == len(sent) + 1 for each in healthy), 30)
        took = max(each.got[-1].at for each in healthy) - said
        until(lambda: all(each.got for name, each in receivers.items() if name != "lying"))
        until(lambda: set(troubles()) >= set(bad) - {"slow", "dripping"})
    assert took < 5, f"said in {said - began:.1f} s, acknowledged {took:.1f} s later"
    for each, secret in zip(healthy, secrets, strict=True):
        assert sorted(each.ids()[1:]) == sorted(map(str, sent))
        assert each.in_order()
        each.verify(secret)
    assert inside.got == []
    assert receivers["lying"].got == []
    assert all(each.in_order() for each in receivers.values())
    assert troubles()["lying"].startswith("[SSL")
    assert "410" in Endpoint.objects.get(name="gone").paused_reason
    assert Endpoint.objects.exclude(paused_at=None).count() == 1


def subscribe(receiver: Receiver, name: str) -> str:
    return add_endpoint(receiver.url, name, required=False, by=Actor.system("cli"))[1]


def troubles() -> dict[str, str]:
    """The last problem of each endpoint that has one."""
    with as_system():
        found = Delivery.objects.exclude(last_error="").order_by("pk")
        return dict(found.values_list("endpoint__name", "last_error"))
