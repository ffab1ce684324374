from django.db import migrations

from ofrecord.journal.access import OF_ACCOUNT, protect

FAN_OUT = """
CREATE FUNCTION fan_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO delivery (endpoint_id, event_id, stream, subject_id, sequence, account_id, required,
                        state, created_at, next_try_at, attempts, last_error)
  SELECT endpoint.id, recorded.id, recorded.stream, recorded.subject_id, recorded.sequence,
         recorded.account_id, endpoint.required, 'waiting', clock_timestamp(), clock_timestamp(),
         0, ''
    FROM recorded
    JOIN endpoint ON endpoint.active
     AND (recorded.type = ANY (endpoint.types)
          OR split_part(recorded.type, '.', 1) || '.*' = ANY (endpoint.types));
  RETURN NULL;
END $$;
CREATE TRIGGER event_fan_out AFTER INSERT ON event REFERENCING NEW TABLE AS recorded
FOR EACH STATEMENT EXECUTE FUNCTION fan_out();
CREATE POLICY delivery_fanned_out ON delivery FOR INSERT TO CURRENT_USER WITH CHECK (true);
"""

# Every door writes letters and reads the names of endpoints; who may read what is written differs.
ENDPOINTS = """
ALTER TABLE endpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE endpoint FORCE ROW LEVEL SECURITY;
CREATE POLICY endpoint_named ON endpoint FOR SELECT USING (true);
CREATE POLICY endpoint_kept ON endpoint FOR ALL USING ((SELECT sees_everything()));
"""
LETTERS = """
CREATE POLICY letter_written ON letter FOR INSERT
WITH CHECK (current_setting('ofrecord.person', true) <> '' OR (SELECT sees_everything()));
"""


class Migration(migrations.Migration):
    """Deliveries written by the database with the event; and who sees them."""

    dependencies = [("delivery", "0001_initial"), ("journal", "0002_guards")]

    operations = [
        migrations.RunSQL(ENDPOINTS),
        migrations.RunSQL(FAN_OUT),
        migrations.RunSQL(protect("delivery")),
        migrations.RunSQL(protect("delivery_attempt", also="false")),
        migrations.RunSQL(protect("letter", also=OF_ACCOUNT)),
        migrations.RunSQL(LETTERS),
    ]
