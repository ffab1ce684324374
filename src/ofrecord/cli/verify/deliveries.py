"""Telling others: at least once to each endpoint, and in order."""

from ofrecord.cli.verify.invariant import Invariant

# The journal tells what each endpoint was subscribed to, and when. Around such a moment events
# may have been committed in another order than they were recorded in, so a minute beside it is
# left out; but from the first event that did reach the endpoint on, nothing may be missing.
UNTOLD = """
WITH said AS (
     SELECT subject_id AS endpoint_id, recorded_at AS since, lead(recorded_at, 1, 'infinity')
              OVER (PARTITION BY subject_id ORDER BY sequence) AS until,
            convert_from(body, 'UTF8')::jsonb #> '{data,types}' AS types,
            type = 'endpoint.added' AS first
       FROM event WHERE stream = 'endpoint'
        AND type IN ('endpoint.added', 'endpoint.changed', 'endpoint.removed')),
known AS (
     SELECT endpoint_id, since, until, first,
            ARRAY(SELECT jsonb_array_elements_text(types)) AS types
       FROM said WHERE types IS NOT NULL
     UNION ALL
     SELECT id, created_at, 'infinity', true, types FROM endpoint
      WHERE id NOT IN (SELECT endpoint_id FROM said)),
told AS (
     SELECT endpoint.id, endpoint.name, known.types, known.until - interval '1 minute' AS until,
            least(known.since + interval '1 minute',
                  CASE WHEN known.first THEN (
                       SELECT min(event.recorded_at) FROM delivery
                         JOIN event ON event.id = delivery.event_id
                        WHERE delivery.endpoint_id = endpoint.id AND delivery.replay IS NULL
                          AND event.stream <> 'endpoint_test'
                          AND event.recorded_at >= known.since) END) AS since
       FROM endpoint JOIN known ON known.endpoint_id = endpoint.id
      WHERE endpoint.active OR known.until < 'infinity')
SELECT concat('event ', e.id, ' (', e.type, ') was never meant for ', told.name)
  FROM event AS e
  JOIN told ON e.recorded_at >= told.since AND e.recorded_at < told.until
   AND (e.type = ANY (told.types) OR split_part(e.type, '.', 1) || '.*' = ANY (told.types))
  LEFT JOIN delivery AS d
    ON d.endpoint_id = told.id AND d.event_id = e.id AND d.replay IS NULL
 WHERE d.id IS NULL AND e.stream <> 'endpoint_test'
"""
UNCLEAR = """
SELECT concat('delivery ', d.id, ' to ', endpoint.name, ' is ', d.state, ' without ',
              CASE d.state WHEN 'acknowledged' THEN 'a time of acknowledgement'
                           WHEN 'parked' THEN 'a reason' WHEN 'waived' THEN 'a reason'
                           WHEN 'waiting' THEN 'anybody who would send it'
                           ELSE 'being known as that' END)
  FROM delivery AS d JOIN endpoint ON endpoint.id = d.endpoint_id
 WHERE d.state NOT IN ('waiting', 'acknowledged', 'parked', 'waived')
    OR (d.acknowledged_at IS NOT NULL) <> (d.state = 'acknowledged')
    OR d.state = 'parked' AND d.last_error = ''
    OR d.state = 'waived' AND d.waived_reason = ''
    OR d.state IN ('waiting', 'parked') AND NOT endpoint.active
"""
ELSEWHERE = """
SELECT concat('delivery ', d.id, ' is not where its event is')
  FROM delivery AS d JOIN event AS e ON e.id = d.event_id
 WHERE (d.stream, d.subject_id, d.sequence) <> (e.stream, e.subject_id, e.sequence)
    OR d.account_id IS DISTINCT FROM e.account_id
    OR e.stream = 'endpoint_test' AND d.endpoint_id <> e.subject_id
"""
# Whoever looks at a paused endpoint reads why, and the journal tells of it.
PAUSED = """
SELECT concat('endpoint ', endpoint.name, ' is paused without a reason, or without an event')
  FROM endpoint
 WHERE paused_at IS NOT NULL AND active
   AND (paused_reason = '' OR 'endpoint.paused' IS DISTINCT FROM (
        SELECT e.type FROM event AS e
         WHERE e.stream = 'endpoint' AND e.subject_id = endpoint.id
           AND e.type IN ('endpoint.paused', 'endpoint.resumed')
         ORDER BY e.sequence DESC LIMIT 1))
"""
AT_LEAST_ONCE = Invariant(
    "at_least_once",
    "Every event is acknowledged, waiting, given up or waived with a reason, at each endpoint.",
    (UNTOLD, UNCLEAR, ELSEWHERE, PAUSED),
)

# A replay has an order of its own; what was given up and is tried again keeps its place.
OUT_OF_ORDER = """
SELECT concat('endpoint ', endpoint.name, ', ', d.stream, ' ', d.subject_id, ': event ',
              d.sequence, ' was acknowledged before an earlier one',
              CASE WHEN d.replay IS NOT NULL THEN ' of the same replay' END)
  FROM (SELECT endpoint_id, stream, subject_id, sequence, state, acknowledged_at, replay,
               max(acknowledged_at) OVER earlier AS latest,
               bool_or(state IN ('waiting', 'parked')) OVER earlier AS held_back
          FROM delivery WHERE stream <> 'endpoint_test'
        WINDOW earlier AS (PARTITION BY endpoint_id, stream, subject_id, replay ORDER BY sequence
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS d
  JOIN endpoint ON endpoint.id = d.endpoint_id
 WHERE d.state = 'acknowledged' AND (d.acknowledged_at < d.latest OR d.held_back)
"""
IN_ORDER = Invariant(
    "in_order",
    "Each endpoint acknowledged the events of a subject in their order, and so in each replay.",
    (OUT_OF_ORDER,),
)
