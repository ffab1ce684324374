"""The table of deliveries as a queue: mark what was tried, claim what is due. Sets, not rows.

The first unsettled delivery of a subject at an endpoint is the only one that may be claimed, so
that each endpoint hears of each agreement in order, and what is parked holds back its own
agreement at its own endpoint and nothing else.
"""

from collections.abc import Mapping, Sequence

from ofrecord.delivery.context import as_system
from ofrecord.delivery.pause import pause_gone
from ofrecord.delivery.sending import GONE, LEASE, Claim, Outcome
from ofrecord.journal.prepared import prepared

AT_ONCE = 8


def turn(
    outcomes: Sequence[Outcome], room: Mapping[int, int], untried: Sequence[Claim] = ()
) -> list[Claim]:
    """Mark the outcomes, give back what was not tried, and claim what is due.

    One short transaction. `room` says how many more may be claimed for each endpoint; those not
    in it may have `AT_ONCE`.
    """
    with as_system():
        _done(outcomes, untried)
        return _claim(room)


def mark(outcomes: Sequence[Outcome], untried: Sequence[Claim] = ()) -> None:
    """Mark the outcomes, give back what was not tried, and claim nothing."""
    if outcomes or untried:
        with as_system():
            _done(outcomes, untried)


def _done(outcomes: Sequence[Outcome], untried: Sequence[Claim]) -> None:
    if outcomes:
        _mark(outcomes)
    if untried:
        with prepared() as cursor:
            rows = ([each.id for each in untried], [each.lease for each in untried])
            cursor.execute(_GIVE_BACK, rows)


def _mark(outcomes: Sequence[Outcome]) -> None:
    rows = [
        (
            *(each.claim.id, each.claim.lease, each.acknowledged, each.started_at),
            *(each.milliseconds, each.status, each.answer, each.error, each.retry_in),
            *(each.claim.url, len(each.claim.secrets)),
        )
        for each in outcomes
    ]
    gone = {e.claim.endpoint_id: e.claim.url for e in outcomes if e.status == GONE}
    if gone:
        pause_gone(gone)
    failed = [each.claim.id for each in outcomes if not each.acknowledged]
    with prepared() as cursor:
        cursor.execute(_MARK, list(map(list, zip(*rows, strict=True))))
        for late in cursor.fetchall():
            cursor.execute(RELEASE, late)
        if failed:
            cursor.execute(_HOLD_BACK, [failed])


def _claim(room: Mapping[int, int]) -> list[Claim]:
    asked = {"endpoints": list(room), "room": list(room.values())}
    with prepared() as cursor:
        cursor.execute(_CLAIM, {**asked, "at_once": AT_ONCE, "lease": LEASE})
        return [Claim(*row) for row in cursor.fetchall()]


# A receiver that has acknowledged has the event, whoever held the lease meanwhile; a failure
# counts only while the lease is still the one under which it was tried. Which were acknowledged
# after their lease is answered: meanwhile another worker may have put back what follows them.
_MARK = """
WITH outcome AS (
     SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::boolean[], %s::timestamptz[],
                          %s::int[], %s::int[], %s::text[], %s::text[], %s::float8[],
                          %s::text[], %s::smallint[])
            AS o(id, lease, acknowledged, started_at, milliseconds, status, answer, error,
                 retry_in, url, signatures)),
     tried AS (
     INSERT INTO delivery_attempt (delivery_id, started_at, milliseconds, status, answer, error,
                                   url, signatures)
     SELECT id, started_at, milliseconds, status, answer, error, url, signatures FROM outcome),
     marked AS (
     UPDATE delivery AS d
        SET state = CASE WHEN o.acknowledged THEN 'acknowledged'
                         WHEN o.retry_in IS NULL THEN 'parked' ELSE 'waiting' END,
            acknowledged_at = CASE WHEN o.acknowledged THEN clock_timestamp() END,
            next_try_at = coalesce(clock_timestamp() + make_interval(secs => o.retry_in),
                                   d.next_try_at),
            claimed_until = NULL, attempts = d.attempts + 1,
            last_status = o.status, last_error = o.error
       FROM outcome AS o
      WHERE d.id = o.id
        AND CASE WHEN o.acknowledged THEN d.state IN ('waiting', 'parked')
                 ELSE d.state = 'waiting' AND d.claimed_until = o.lease END
     RETURNING d.endpoint_id, d.stream, d.subject_id, d.sequence,
               o.acknowledged AND o.lease < clock_timestamp() AS late)
SELECT endpoint_id, stream, subject_id, sequence FROM marked WHERE late
"""

# What follows a failure could not be claimed anyway; moved out of the way, it is not looked at
# again and again. Settling a parked delivery brings it back (`RELEASE`). The rest of a replay is
# given up with it, so that nothing new waits behind that.
_HOLD_BACK = """
UPDATE delivery AS d
   SET state = CASE WHEN failed.state = 'parked' AND d.replay IS NOT NULL
                    THEN 'parked' ELSE d.state END,
       last_error = CASE WHEN failed.state = 'parked' AND d.replay IS NOT NULL
                         THEN 'an earlier event of the same replay was given up'
                         ELSE d.last_error END,
       next_try_at = CASE WHEN failed.state = 'parked'
                          THEN clock_timestamp() + interval '100 years'
                          ELSE greatest(d.next_try_at, failed.next_try_at) END
  FROM delivery AS failed
 WHERE failed.id = ANY (%s) AND failed.state IN ('waiting', 'parked')
   AND d.endpoint_id = failed.endpoint_id AND d.stream = failed.stream
   AND d.subject_id = failed.subject_id AND d.sequence > failed.sequence
   AND d.state = 'waiting'
   AND (failed.state = 'waiting' OR failed.replay IS NOT DISTINCT FROM d.replay)
   AND failed.stream <> 'endpoint_test'
"""
_GIVE_BACK = """
UPDATE delivery AS d SET claimed_until = NULL
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS untried(id, lease)
 WHERE d.id = untried.id AND d.state = 'waiting' AND d.claimed_until = untried.lease
"""
RELEASE = """
UPDATE delivery SET next_try_at = clock_timestamp()
 WHERE endpoint_id = %s AND stream = %s AND subject_id = %s AND sequence > %s
   AND state = 'waiting' AND next_try_at > clock_timestamp()
"""

# Asked of one delivery at a time (OFFSET 0), in the order of `delivery_in_order`: a planner that
# does not know how long the queue has become would join it with itself, or read all of it.
HELD_BACK = """EXISTS (
       SELECT FROM delivery AS earlier
        WHERE earlier.endpoint_id = d.endpoint_id AND earlier.stream = d.stream
          AND earlier.subject_id = d.subject_id AND earlier.sequence < d.sequence
          AND (earlier.state = 'waiting'
               OR earlier.state = 'parked' AND earlier.replay IS NOT DISTINCT FROM d.replay
                  AND earlier.stream <> 'endpoint_test')
        ORDER BY earlier.sequence LIMIT 1 OFFSET 0)"""
_DUE = f"""
            SELECT d.id FROM delivery AS d
             WHERE d.endpoint_id = endpoint.id AND d.state = 'waiting'
               AND d.next_try_at <= clock_timestamp()
               AND (d.claimed_until IS NULL OR d.claimed_until < clock_timestamp())
               AND NOT {HELD_BACK}
               AND d.replay IS {{replay}}
             ORDER BY d.next_try_at, d.id
             LIMIT coalesce(room.count, %(at_once)s)
               FOR UPDATE SKIP LOCKED"""
_CLAIM = f"""
WITH due AS MATERIALIZED (
     SELECT first.id
       FROM endpoint
       LEFT JOIN unnest(%(endpoints)s::bigint[], %(room)s::int[]) AS room(id, count)
         ON room.id = endpoint.id
      CROSS JOIN LATERAL (
            SELECT id FROM ({_DUE.format(replay="NULL")}) AS new
             UNION ALL
            SELECT id FROM ({_DUE.format(replay="NOT NULL")}) AS replayed
             LIMIT coalesce(room.count, %(at_once)s)) AS first
      WHERE endpoint.active AND endpoint.paused_at IS NULL),
     claimed AS (
     UPDATE delivery SET claimed_until = clock_timestamp() + make_interval(secs => %(lease)s)
       FROM due WHERE delivery.id = due.id
     RETURNING delivery.id, delivery.endpoint_id, delivery.event_id, delivery.attempts,
               delivery.claimed_until, delivery.stream, delivery.subject_id, delivery.replay)
SELECT claimed.id, claimed.endpoint_id, claimed.event_id, claimed.attempts, claimed.claimed_until,
       endpoint.url, endpoint.secret, event.body,
       CASE WHEN endpoint.old_secret_until > clock_timestamp() THEN endpoint.old_secret END,
       CASE WHEN claimed.stream = 'endpoint_test' THEN 'test'
            WHEN claimed.replay IS NOT NULL THEN 'replay' ELSE '' END,
       claimed.stream, claimed.subject_id, event.type
  FROM claimed
  JOIN endpoint ON endpoint.id = claimed.endpoint_id
  JOIN event ON event.id = claimed.event_id
 ORDER BY claimed.id
"""
