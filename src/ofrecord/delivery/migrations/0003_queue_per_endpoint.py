from django.db import migrations, models

# An account's people see their own deliveries only; how long a system usually takes is a figure
# over all of them, and tells nothing else.
USUAL_SECONDS = """
CREATE FUNCTION usual_seconds(endpoints bigint[]) RETURNS TABLE (endpoint_id bigint, seconds float8)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
  SELECT asked.id, usual.seconds
    FROM unnest(endpoints) AS asked(id)
   CROSS JOIN LATERAL (
         SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY took.seconds) AS seconds FROM (
                SELECT extract(epoch FROM d.acknowledged_at - d.created_at)::float8 AS seconds
                  FROM delivery AS d
                 WHERE d.endpoint_id = asked.id AND d.state = 'acknowledged'
                 ORDER BY d.acknowledged_at DESC LIMIT 100) AS took) AS usual
   WHERE usual.seconds IS NOT NULL
$$;
CREATE POLICY delivery_timed ON delivery FOR SELECT TO CURRENT_USER USING (true);
"""


class Migration(migrations.Migration):
    """What is due is found per endpoint, and the usual time of each is known to everybody."""

    dependencies = [("delivery", "0002_guards")]

    operations = [
        migrations.RemoveIndex("delivery", "delivery_due"),
        migrations.AddIndex(
            "delivery",
            models.Index(
                fields=["endpoint", "next_try_at", "id"],
                condition=models.Q(state="waiting"),
                name="delivery_due",
            ),
        ),
        migrations.RunSQL(USUAL_SECONDS),
    ]
