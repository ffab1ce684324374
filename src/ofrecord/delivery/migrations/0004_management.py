from django.db import migrations, models
from django.db.models import Q

# What was waived before keeps the reason that the journal tells of.
REASONS = """
SELECT set_config('ofrecord.scope', 'system', true);
UPDATE delivery AS d SET waived_reason = coalesce(
       (SELECT convert_from(e.body, 'UTF8')::jsonb #>> '{data,reason}' FROM event AS e
         WHERE e.stream = 'endpoint' AND e.type = 'delivery.waived'
           AND e.subject_id = d.endpoint_id
           AND convert_from(e.body, 'UTF8')::jsonb #>> '{data,event}' = d.event_id::text LIMIT 1),
       'not known')
 WHERE d.state = 'waived';
"""

# The lock is the one that the foreign key takes anyway. Whoever removes an endpoint waits for it,
# and whoever waits for the removal sees that the endpoint is not active any more.
FAN_OUT = """
CREATE OR REPLACE FUNCTION fan_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO delivery (endpoint_id, event_id, stream, subject_id, sequence, account_id, required,
                        state, created_at, next_try_at, attempts, last_error)
  SELECT endpoint.id, recorded.id, recorded.stream, recorded.subject_id, recorded.sequence,
         recorded.account_id, endpoint.required AND recorded.stream <> 'endpoint_test', 'waiting',
         clock_timestamp(), clock_timestamp(), 0, ''
    FROM recorded
    JOIN endpoint ON endpoint.active
     AND CASE recorded.stream WHEN 'endpoint_test' THEN recorded.subject_id = endpoint.id
         ELSE recorded.type = ANY (endpoint.types)
              OR split_part(recorded.type, '.', 1) || '.*' = ANY (endpoint.types) END
     FOR KEY SHARE OF endpoint;
  RETURN NULL;
END $$;
CREATE POLICY endpoint_fanned_out ON endpoint FOR UPDATE TO CURRENT_USER USING (true);
"""

USUAL_SECONDS = """
CREATE OR REPLACE FUNCTION usual_seconds(endpoints bigint[])
RETURNS TABLE (endpoint_id bigint, seconds float8)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT asked.id, usual.seconds
    FROM unnest(endpoints) AS asked(id)
   CROSS JOIN LATERAL (
         SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY took.seconds) AS seconds FROM (
                SELECT extract(epoch FROM d.acknowledged_at - d.created_at)::float8 AS seconds
                  FROM delivery AS d
                 WHERE d.endpoint_id = asked.id AND d.state = 'acknowledged' AND d.replay IS NULL
                 ORDER BY d.acknowledged_at DESC LIMIT 100) AS took) AS usual
   WHERE usual.seconds IS NOT NULL
$$;
"""


def index(*fields: str, name: str, condition: Q | None = None) -> migrations.AddIndex:
    made = models.Index(fields=fields, name=name, condition=condition)
    return migrations.AddIndex("delivery", made)


class Migration(migrations.Migration):
    """Endpoints can be paused, removed and given new secrets; deliveries can be replayed."""

    dependencies = [("delivery", "0003_queue_per_endpoint")]

    operations = [
        migrations.AlterField("endpoint", "name", models.TextField()),
        *(
            migrations.AddField("endpoint", name, field)
            for name, field in (
                ("old_secret", models.BinaryField(null=True)),
                ("old_secret_until", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                ("paused_reason", models.TextField(default="", db_default="")),
                ("removed_at", models.DateTimeField(null=True)),
                ("removed_reason", models.TextField(default="", db_default="")),
            )
        ),
        migrations.AddConstraint(
            "endpoint",
            models.UniqueConstraint(
                fields=["name"], condition=Q(active=True), name="endpoint_named_once"
            ),
        ),
        migrations.AddField("delivery", "replay", models.UUIDField(null=True)),
        migrations.AddField(
            "delivery", "waived_reason", models.TextField(default="", db_default="")
        ),
        migrations.AddField("attempt", "url", models.TextField(default="", db_default="")),
        migrations.AddField(
            "attempt", "signatures", models.SmallIntegerField(default=1, db_default=1)
        ),
        migrations.RunSQL(REASONS),
        migrations.RemoveConstraint("delivery", "delivery_once"),
        migrations.AddConstraint(
            "delivery",
            models.UniqueConstraint(
                fields=["endpoint", "event"], condition=Q(replay=None), name="delivery_once"
            ),
        ),
        migrations.AddConstraint(
            "delivery",
            models.UniqueConstraint(
                fields=["endpoint", "event"],
                condition=Q(state__in=["waiting", "parked"]),
                name="delivery_unsettled_once",
            ),
        ),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                condition=Q(replay=None) | Q(required=False),
                name="delivery_replay_not_required",
            ),
        ),
        migrations.RemoveIndex("delivery", "delivery_due"),
        migrations.RemoveIndex("delivery", "delivery_usual_time"),
        index(
            *("endpoint", "next_try_at", "id"),
            name="delivery_due",
            condition=Q(state="waiting", replay=None),
        ),
        index(
            *("endpoint", "next_try_at", "id"),
            name="delivery_replay_due",
            condition=Q(state="waiting", replay__isnull=False),
        ),
        index(
            *("endpoint", "-acknowledged_at"),
            name="delivery_usual_time",
            condition=Q(state="acknowledged", replay=None),
        ),
        index("endpoint", "-id", name="delivery_log"),
        index(
            "event",
            name="delivery_awaited",
            condition=Q(required=True, state__in=["waiting", "parked"]),
        ),
        migrations.RunSQL(FAN_OUT),
        migrations.RunSQL(USUAL_SECONDS),
    ]
