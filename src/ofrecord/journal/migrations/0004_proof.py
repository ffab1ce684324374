from django.db import migrations, models

from ofrecord.journal.access import EVERYTHING, append_only, never

EVERYBODY_READS = f"""
ALTER TABLE anchor ENABLE ROW LEVEL SECURITY;
ALTER TABLE anchor FORCE ROW LEVEL SECURITY;
CREATE POLICY anchor_seen ON anchor FOR SELECT USING (true);
CREATE POLICY anchor_taken ON anchor FOR INSERT WITH CHECK ({EVERYTHING});
"""
RECORDED = """
CREATE INDEX event_recorded ON event USING brin (recorded_at)
  WITH (pages_per_range = 32, autosummarize = on);
"""


class Migration(migrations.Migration):
    """Public keys, and anchors over all streams; nobody alters either."""

    dependencies = [("journal", "0003_feed")]

    operations = [
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key_id", models.TextField(unique=True)),
                ("body", models.BinaryField()),
                ("published_at", models.DateTimeField()),
            ],
            options={"db_table": "signing_key"},
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("number", models.IntegerField(primary_key=True, serialize=False)),
                ("until", models.DateTimeField(unique=True)),
                ("root", models.BinaryField()),
                ("body", models.BinaryField()),
                ("taken_at", models.DateTimeField()),
            ],
            options={"db_table": "anchor"},
        ),
        migrations.RunSQL(RECORDED),
        migrations.RunSQL(EVERYBODY_READS),
        *[
            migrations.RunSQL(append_only(table) + never(table, "UPDATE OR DELETE OR TRUNCATE"))
            for table in ("signing_key", "anchor")
        ],
    ]
