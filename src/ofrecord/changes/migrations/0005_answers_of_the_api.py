from django.db import migrations, models

from ofrecord.journal.access import append_only

OF_CLIENTS = """
CREATE POLICY request_of_client ON request
USING (requester = 'client/' || (SELECT sees_client()))
WITH CHECK (requester = 'client/' || (SELECT sees_client()));
CREATE POLICY letter_of_client ON letter FOR INSERT
WITH CHECK ((SELECT sees_client()) IS NOT NULL);
"""


class Migration(migrations.Migration):
    """Answers with their status; requests of systems, and the letters that their acts write."""

    dependencies = [
        ("changes", "0004_guards_of_locks"),
        ("parties", "0004_api_clients"),
        ("delivery", "0003_queue_per_endpoint"),
    ]

    operations = [
        migrations.AddField("request", "status", models.SmallIntegerField(null=True)),
        migrations.RunSQL(append_only("request", updatable="answer, status")),
        migrations.RunSQL(OF_CLIENTS),
    ]
