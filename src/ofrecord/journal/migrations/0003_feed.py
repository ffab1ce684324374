from django.db import migrations

# The mark of events that were recorded before this: every snapshot knows them.
FEED = """
ALTER TABLE event ADD COLUMN position bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE event ADD COLUMN mark bigint NOT NULL DEFAULT 3;
ALTER TABLE event ALTER COLUMN mark SET DEFAULT pg_current_xact_id()::text::bigint;
CREATE UNIQUE INDEX event_position ON event (position);
CREATE INDEX event_position_of_account ON event (account_id, position);
CREATE INDEX event_position_of_partner ON event (partner_id, position)
 WHERE partner_id IS NOT NULL;
CREATE INDEX event_mark ON event USING brin (mark)
  WITH (pages_per_range = 32, autosummarize = on);
"""


class Migration(migrations.Migration):
    """Where each event stands in the feed, and in which transaction it was recorded."""

    dependencies = [("journal", "0002_guards")]

    operations = [migrations.RunSQL(FEED)]
