"""What was settled lately: acknowledged, or waived by a person."""

# SQL of the subjects with a required delivery that was settled since %(since)s. Each endpoint's
# latest acknowledgements lie at the head of an index, whatever else waits.
SUBJECTS_SETTLED_SINCE = """
SELECT d.stream, d.subject_id
  FROM endpoint
 CROSS JOIN LATERAL (
       SELECT stream, subject_id FROM delivery
        WHERE endpoint_id = endpoint.id AND state = 'acknowledged' AND replay IS NULL
          AND acknowledged_at >= %(since)s AND required OFFSET 0) AS d
 UNION
SELECT stream, subject_id FROM delivery
 WHERE state = 'waived' AND waived_at >= %(since)s AND required
"""
