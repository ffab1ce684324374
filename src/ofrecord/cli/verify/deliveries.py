"""Telling others: at least once to each endpoint, and in order."""

from ofrecord.cli.verify.invariant import Invariant

# From the first event that reached an endpoint on, each of its types must have its delivery;
# before that there is a moment in which the endpoint was not committed yet.
UNTOLD = """
WITH told AS (
     SELECT endpoint.id, endpoint.name, endpoint.types, endpoint.active,
            least(endpoint.created_at + interval '1 minute',
                  (SELECT min(event.recorded_at) FROM delivery
                     JOIN event ON event.id = delivery.event_id
                    WHERE delivery.endpoint_id = endpoint.id)) AS since
       FROM endpoint)
SELECT concat('event ', e.id, ' (', e.type, ') was never meant for ', told.name)
  FROM event AS e
  JOIN told ON told.active AND e.recorded_at >= told.since
   AND (e.type = ANY (told.types) OR split_part(e.type, '.', 1) || '.*' = ANY (told.types))
  LEFT JOIN delivery AS d ON d.endpoint_id = told.id AND d.event_id = e.id
 WHERE d.id IS NULL
"""
UNCLEAR = """
SELECT concat('delivery ', d.id, ' to ', endpoint.name, ' is ', d.state, ' without ',
              CASE d.state WHEN 'acknowledged' THEN 'a time of acknowledgement'
                           WHEN 'parked' THEN 'a reason' ELSE 'being known as that' END)
  FROM delivery AS d JOIN endpoint ON endpoint.id = d.endpoint_id
 WHERE d.state NOT IN ('waiting', 'acknowledged', 'parked', 'waived')
    OR (d.acknowledged_at IS NOT NULL) <> (d.state = 'acknowledged')
    OR d.state = 'parked' AND d.last_error = ''
"""
ELSEWHERE = """
SELECT concat('delivery ', d.id, ' is not where its event is')
  FROM delivery AS d JOIN event AS e ON e.id = d.event_id
 WHERE (d.stream, d.subject_id, d.sequence) <> (e.stream, e.subject_id, e.sequence)
    OR d.account_id IS DISTINCT FROM e.account_id
"""
AT_LEAST_ONCE = Invariant(
    "at_least_once",
    "Every event is acknowledged, waiting or given up with a reason, at each endpoint.",
    (UNTOLD, UNCLEAR, ELSEWHERE),
)

OUT_OF_ORDER = """
SELECT concat('endpoint ', endpoint.name, ', ', d.stream, ' ', d.subject_id, ': event ',
              d.sequence, ' was acknowledged before an earlier one')
  FROM (SELECT endpoint_id, stream, subject_id, sequence, state, acknowledged_at,
               max(acknowledged_at) OVER earlier AS latest,
               bool_or(state IN ('waiting', 'parked')) OVER earlier AS held_back
          FROM delivery
        WINDOW earlier AS (PARTITION BY endpoint_id, stream, subject_id ORDER BY sequence
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS d
  JOIN endpoint ON endpoint.id = d.endpoint_id
 WHERE d.state = 'acknowledged' AND (d.acknowledged_at < d.latest OR d.held_back)
"""
IN_ORDER = Invariant(
    "in_order",
    "Each endpoint acknowledged the events of a subject in their order.",
    (OUT_OF_ORDER,),
)
