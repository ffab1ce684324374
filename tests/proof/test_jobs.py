"""What the worker does for the proof, every quarter of an hour."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django import app

from ofrecord import jobs
from ofrecord.journal import anchors, keys
from ofrecord.journal.models import SigningKey
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast


def test_the_worker_publishes_the_key_and_anchors_what_is_a_minute_old(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.contract()
    jobs.anchor(timestamp=0)
    with seeing(Actor.system()):
        assert anchors.latest() is None, "it happened within the last minute"
        assert SigningKey.objects.get().key_id == keys.published()[0]["kid"]
    take = anchors.take
    monkeypatch.setattr(anchors, "take", lambda: take(timedelta()))
    jobs.anchor(timestamp=0)
    with seeing(Actor.system()):
        assert anchors.latest()


def test_it_is_among_the_periodic_jobs() -> None:
    crons = {name: each.cron for (name, _id), each in app.periodic_registry.periodic_tasks.items()}
    assert crons["ofrecord.jobs.anchor"] == "*/15 * * * *"
