"""Nothing is past its deadline, and nothing hangs."""

from ofrecord.cli.verify.invariant import Invariant
from ofrecord.delivery.claims import HELD_BACK

# With a moved business date everything is late at once, so lateness cannot be told.
UNAPPLIED = """
SELECT concat('change ', number, ' was due at ', effective_at, ' and is still scheduled')
  FROM partner_change
 WHERE state = 'scheduled' AND effective_at < %(now)s - interval '1 minute'
   AND NOT %(moved_day)s
"""
UNSETTLED = """
SELECT concat('consent ', id, ' (', kind, ') was due at ', due_at, ' and is still waited for')
  FROM consent
 WHERE answer = '' AND due_at < %(now)s - interval '1 minute' AND NOT %(moved_day)s
"""
UNINVITED = """
SELECT concat('invitation ', id, ' was open until ', expires_at, ' and still is')
  FROM invitation
 WHERE state = 'sent' AND expires_at < %(now)s - interval '1 minute' AND NOT %(moved_day)s
UNION ALL
SELECT concat('invitation ', id, ' was sent at ', sent_at, ' and nobody has been looked for')
  FROM invitation
 WHERE state = 'sent' AND introduced_at IS NULL
   AND sent_at < clock_timestamp() - interval '10 minutes'
"""
UNCLOSED = """
SELECT concat('case ', number, ' could be opened again until ', closes_at, ' and is not closed')
  FROM support_case
 WHERE state = 'resolved' AND closes_at < %(now)s - interval '1 minute' AND NOT %(moved_day)s
"""
# What ends or begins with a day does so at the vendor's midnight.
UNSOLD = """
SELECT concat('quote ', quote.number, ' was on offer until ', expires_on, ' and still is')
  FROM quote
 WHERE state IN ('issued', 'viewed') AND NOT %(moved_day)s
   AND expires_on < ((%(now)s - interval '1 minute') AT TIME ZONE %(zone)s)::date
UNION ALL
SELECT concat('order ', number, ' begins on ', begins_on, ' and has not begun')
  FROM sales_order
 WHERE begun_at IS NULL AND NOT %(moved_day)s
   AND begins_on <= ((%(now)s - interval '1 minute') AT TIME ZONE %(zone)s)::date
"""
UNSENT = f"""
SELECT concat('delivery ', d.id, ' was due at ', d.next_try_at, ' and nobody has taken it')
  FROM delivery AS d JOIN endpoint ON endpoint.id = d.endpoint_id
 WHERE d.state = 'waiting' AND d.next_try_at < clock_timestamp() - interval '1 hour'
   AND coalesce(d.claimed_until, '-infinity') < clock_timestamp() - interval '1 hour'
   AND endpoint.active AND endpoint.paused_at IS NULL AND NOT {HELD_BACK}
UNION ALL
SELECT concat('letter ', id, ' was due at ', next_try_at, ' and nobody has taken it')
  FROM letter
 WHERE state = 'waiting' AND next_try_at < clock_timestamp() - interval '1 hour'
   AND coalesce(claimed_until, '-infinity') < clock_timestamp() - interval '1 hour'
"""
STALLED = """
SELECT concat('job ', job.id, ' (', job.task_name, ') is said to be done by a worker that is gone')
  FROM procrastinate_jobs AS job
  LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
 WHERE job.status = 'doing'
   AND coalesce(worker.last_heartbeat, '-infinity') < clock_timestamp() - interval '5 minutes'
"""
IDLE = """
SELECT concat('process ', pid, ' has had a transaction open since ', xact_start)
  FROM pg_stat_activity
 WHERE datname = current_database() AND usename = %(runtime)s AND pid <> pg_backend_pid()
   AND state IN ('idle in transaction', 'idle in transaction (aborted)')
   AND state_change < clock_timestamp() - interval '5 minutes'
"""
ALIVE = Invariant(
    "alive",
    "Nothing is past its deadline, no job and no transaction hangs.",
    (UNAPPLIED, UNSETTLED, UNINVITED, UNCLOSED, UNSOLD, UNSENT, STALLED, IDLE),
)
