"""Anchors: they cover what was recorded, follow each other, and show a rewritten past."""

import threading
from datetime import timedelta

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from ofrecord.cli.verify import verify
from ofrecord.journal import anchors, keys, settled, signing
from ofrecord.journal.anchors import Anchor
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast
from tests.databases import Copy
from tests.proof.test_settled import writing

AT_ONCE = timedelta()


def taken(margin: timedelta = AT_ONCE) -> Anchor | None:
    with seeing(Actor.system()):
        return anchors.take(margin)


def offended() -> dict[str, tuple[str, ...]]:
    return {each.name: each.examples for each in verify(samples=20) if each.violations}


def test_each_covers_what_came_after_the_one_before(fresh_cast: Cast) -> None:
    fresh_cast.contract()
    first = taken()
    assert taken() is None, "nothing has moved"
    fresh_cast.contract()
    second = taken()
    assert first and second
    with seeing(Actor.system()):
        signed = signing.read(second.body, keys.published())
    assert (signed.kind, signed.content["previous"]) == ("anchor", first.digest)
    assert (first.number, second.number) == (1, 2)
    assert offended() == {}


def test_what_is_still_being_recorded_waits_for_the_next(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    fresh_cast.contract()
    with writing(fresh_database.url):
        began = settled.recorded_now()
        fresh_cast.contract()
        first = taken()
    second = taken()
    assert first and second
    assert first.until < began < second.until
    assert offended() == {}


def test_a_margin_keeps_the_last_minute_for_the_next(fresh_cast: Cast) -> None:
    fresh_cast.contract()
    assert taken(anchors.MARGIN) is None


def test_of_two_at_the_same_moment_one_takes_it(fresh_cast: Cast) -> None:
    fresh_cast.contract()
    found: list[Anchor | None] = []

    def take() -> None:
        found.append(taken())
        connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each is None for each in found) == [False, True, True, True]


def test_a_past_rewritten_with_its_whole_chain_is_found(
    fresh_cast: Cast, fresh_database: Copy
) -> None:
    """Every hash is right again, and every row says what its event says."""
    ref = fresh_cast.contract()
    fresh_cast.change(ref, reason="Closer to us.")
    taken()
    fresh_cast.change(fresh_cast.contract())
    taken()
    assert offended() == {}
    with psycopg.connect(fresh_database.admin_url) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(REWRITTEN)
        admin.execute("UPDATE partner_change SET reason = 'Cheaper.' WHERE reason <> ''")
        admin.execute(REHASHED)
    connection.close()
    found = offended()
    assert set(found) == {"anchored"}
    assert len(found["anchored"]) == 2


REWRITTEN = """
UPDATE event SET body = convert_to(replace(convert_from(body, 'UTF8'), 'Closer to us.',
                                           'Cheaper.'), 'UTF8') WHERE stream = 'agreement'
"""
REHASHED = """
DO $$ DECLARE each record; last bytea;
BEGIN
  FOR each IN SELECT * FROM event WHERE stream = 'agreement' ORDER BY subject_id, sequence LOOP
    IF each.sequence = 1 THEN last := decode(repeat('00', 32), 'hex'); END IF;
    UPDATE event SET previous_hash = last, hash = sha256(last || each.body) WHERE id = each.id;
    last := sha256(last || each.body);
  END LOOP;
END $$
"""


def test_events_that_were_taken_away_are_found(fresh_cast: Cast, fresh_database: Copy) -> None:
    fresh_cast.change(fresh_cast.contract())
    taken()
    with psycopg.connect(fresh_database.admin_url) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("DELETE FROM event WHERE type = 'partner_change.completed'")
    assert "anchored" in offended()


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        ("url", psycopg.errors.InsufficientPrivilege),
        ("owner_url", psycopg.errors.RestrictViolation),
        ("admin_url", psycopg.errors.RestrictViolation),
    ],
)
def test_nobody_alters_it_runtime_role_owner_or_superuser(
    fresh_cast: Cast, fresh_database: Copy, who: str, refusal: type[psycopg.Error]
) -> None:
    fresh_cast.contract()
    with seeing(Actor.system()):
        keys.published()
    taken()
    with psycopg.connect(getattr(fresh_database, who), autocommit=True) as other:
        other.execute("SELECT set_config('ofrecord.scope', 'system', false)")
        for table in ("event", "anchor", "signing_key"):
            for act in ("UPDATE {} SET body = ''", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
                with pytest.raises(refusal):
                    other.execute(act.format(table))


def test_everybody_reads_anchors_and_only_the_system_takes_them(cast: Cast) -> None:
    cast.contract()
    taken()
    with seeing(cast.actor("stan")):
        assert anchors.latest()
        with (
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO anchor VALUES (2, clock_timestamp(), '', '', clock_timestamp())"
            )
