from django.db import migrations, models

from ofrecord.journal.access import protect

THEIR_OWN = """
(whose = 'person/' || (SELECT sees_person())
 OR whose IN (SELECT 'account/' || id FROM unnest((SELECT sees_accounts())::bigint[]) AS id))
"""


class Migration(migrations.Migration):
    """Counts for limits; people add to their own and to their accounts'."""

    dependencies = [("parties", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.TextField()),
                ("whose", models.TextField()),
                ("since", models.DateTimeField()),
                ("times", models.IntegerField()),
            ],
            options={
                "db_table": "tally",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("what", "whose", "since"), name="tally_of_an_hour"
                    )
                ],
            },
        ),
        migrations.RunSQL(protect("tally", also=THEIR_OWN)),
    ]
