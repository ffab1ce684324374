"""Replay: an endpoint is told again, of one event or of all in a range of time.

What is sent again is the same event with the same bytes, in the order of its subject, after what
is new. Where a delivery was given up, it is that one that is tried again; anything else is a
delivery of its own, marked as a replay, for which no change waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.delivery import wake
from ofrecord.delivery.claims import RELEASE
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import judge_types, locked, tell
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.delivery.refusals import Acting, Refused, demand_keeper
from ofrecord.delivery.trial import STREAM
from ofrecord.delivery.waive import UNSETTLED

MOST = 100_000


@dataclass(frozen=True)
class Replayed:
    """What comes of a range: how many are tried again, how many are sent once more."""

    id: UUID
    reopened: int
    repeated: int


def replay(delivery: Delivery, *, by: Acting) -> Delivery:
    """Send one event again; one that waits for its next try is tried now. What will be sent.

    Refused: not_permitted, test_not_replayed, endpoint_removed.
    """
    demand_keeper(by)
    _demand_no_test(delivery)
    with as_system():
        endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=delivery.endpoint_id)
        _demand_active(endpoint)
        again = _again(delivery)
        data = {"event": str(delivery.event_id), "state": delivery.state}
        tell(endpoint, "delivery.replayed", data, by)
    wake.wake()
    return again


def replay_range(
    name: str,
    since: datetime,
    until: datetime,
    *,
    by: Acting,
    types: Sequence[str] = (),
) -> Replayed:
    """Send an endpoint again what was recorded from `since` until before `until`.

    It is told of the types it is subscribed to, also of what was recorded before it was added;
    `types` narrows them. What still waits is not sent twice. Refused: not_permitted,
    endpoint_unknown, types_unusable, range_unusable, range_too_large.
    """
    demand_keeper(by)
    if types:
        judge_types(types)
    if since >= until:
        raise Refused("range_unusable", _("Give a range that begins before it ends."))
    with as_system():
        endpoint = locked(name)
        asked: dict[str, Any] = {
            "endpoint": endpoint.pk,
            "since": since,
            "until": until,
            "replay": uuid4(),
        }
        asked |= {"types": endpoint.types, "narrowed": list(types), "test": STREAM, "most": MOST}
        _demand_few(asked)
        done = Replayed(asked["replay"], _written(_REOPEN, asked), _written(_REPEAT, asked))
        data = {"since": since, "until": until, "types": list(types)}
        counts = {"reopened": done.reopened, "repeated": done.repeated, "replay": str(done.id)}
        tell(endpoint, "endpoint.replayed", {**data, **counts}, by)
    wake.wake()
    return done


def _demand_active(endpoint: Endpoint) -> None:
    if not endpoint.active:
        words = _("%(name)s was removed and is told of nothing any more.")
        raise Refused("endpoint_removed", words % {"name": endpoint.name})


def _demand_no_test(delivery: Delivery) -> None:
    if delivery.stream == STREAM:
        raise Refused("test_not_replayed", _("A test is not sent again: send a new one."))


def _demand_few(asked: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, asked)
        (count,) = cursor.fetchone()
    if count > MOST:
        words = _("There are more than %(most)s events in this range. Choose a shorter one.")
        raise Refused("range_too_large", words % {"most": MOST})


def _written(sql: str, asked: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return int(cursor.rowcount)


def _again(delivery: Delivery) -> Delivery:
    """The delivery that will be tried: one that is not settled, or else a replay."""
    same = Delivery.objects.filter(endpoint=delivery.endpoint_id, event=delivery.event_id)
    unsettled = same.filter(state__in=UNSETTLED).first()
    with connection.cursor() as cursor:
        if unsettled is None:
            cursor.execute(_REPEAT_ONE, [uuid4(), delivery.pk])
            return Delivery.objects.get(pk=cursor.fetchone()[0])
        cursor.execute(_RETRY_ONE, [unsettled.pk])
        place = unsettled.stream, unsettled.subject_id, unsettled.sequence
        cursor.execute(RELEASE, [unsettled.endpoint_id, *place])
    unsettled.refresh_from_db()
    return unsettled


_MATCHING = """
       e.recorded_at >= %(since)s AND e.recorded_at < %(until)s AND e.stream <> %(test)s
   AND (e.type = ANY (%(types)s::text[])
        OR split_part(e.type, '.', 1) || '.*' = ANY (%(types)s::text[]))
   AND (%(narrowed)s::text[] = '{}' OR e.type = ANY (%(narrowed)s::text[])
        OR split_part(e.type, '.', 1) || '.*' = ANY (%(narrowed)s::text[]))"""
_COUNT = f"""
SELECT count(*) FROM (SELECT FROM event AS e WHERE {_MATCHING} LIMIT %(most)s + 1) AS counted
"""
# What waits behind one that was given up is brought back with it.
_REOPEN = f"""
WITH parked AS (
     SELECT d.id, d.endpoint_id, d.stream, d.subject_id, d.sequence
       FROM delivery AS d JOIN event AS e ON e.id = d.event_id
      WHERE d.endpoint_id = %(endpoint)s AND d.state = 'parked' AND {_MATCHING}),
     brought_back AS (
     UPDATE delivery AS d SET next_try_at = clock_timestamp()
       FROM parked AS p
      WHERE d.endpoint_id = p.endpoint_id AND d.stream = p.stream
        AND d.subject_id = p.subject_id AND d.sequence > p.sequence
        AND d.state = 'waiting' AND d.next_try_at > clock_timestamp())
UPDATE delivery SET state = 'waiting', attempts = 0, next_try_at = clock_timestamp()
  FROM parked WHERE delivery.id = parked.id
"""
_COLUMNS = """
INSERT INTO delivery (endpoint_id, event_id, stream, subject_id, sequence, account_id, required,
                      state, created_at, next_try_at, attempts, last_error, replay)"""
_REPEAT = f"""{_COLUMNS}
SELECT %(endpoint)s, e.id, e.stream, e.subject_id, e.sequence, e.account_id, false, 'waiting',
       clock_timestamp(), clock_timestamp(), 0, '', %(replay)s
  FROM event AS e
 WHERE {_MATCHING}
   AND NOT EXISTS (SELECT FROM delivery AS d
                    WHERE d.endpoint_id = %(endpoint)s AND d.event_id = e.id
                      AND d.state IN ('waiting', 'parked'))
 ORDER BY e.recorded_at, e.stream, e.subject_id, e.sequence
"""
_REPEAT_ONE = f"""{_COLUMNS}
SELECT endpoint_id, event_id, stream, subject_id, sequence, account_id, false, 'waiting',
       clock_timestamp(), clock_timestamp(), 0, '', %s
  FROM delivery WHERE id = %s
RETURNING id
"""
_RETRY_ONE = """
UPDATE delivery SET state = 'waiting', next_try_at = clock_timestamp(),
       attempts = CASE state WHEN 'parked' THEN 0 ELSE attempts END
 WHERE id = %s AND state IN ('waiting', 'parked')
"""
