import uuid

from django.db import migrations, models

from ofrecord.journal.access import protect


class Migration(migrations.Migration):
    """A draft of the policy that waits for a second person."""

    dependencies = [("rules", "0002_first_policy"), ("journal", "0002_guards")]

    operations = [
        migrations.CreateModel(
            name="PolicyDraft",
            fields=[
                ("id", models.UUIDField(primary_key=True, default=uuid.uuid4, serialize=False)),
                ("parameters", models.JSONField()),
                ("in_force_on", models.DateField()),
                ("note", models.TextField()),
                ("compared_with", models.IntegerField()),
                ("drafted_at", models.DateTimeField()),
                ("drafted_by_id", models.BigIntegerField()),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("", "waiting"),
                            ("published", "published"),
                            ("declined", "declined"),
                        ],
                        default="",
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by_id", models.BigIntegerField(null=True)),
                ("closed_reason", models.TextField(default="")),
                ("version", models.IntegerField(null=True)),
            ],
            options={
                "db_table": "policy_draft",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["outcome"],
                        condition=models.Q(outcome=""),
                        name="policy_draft_one_waits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(outcome="", closed_at=None)
                        | ~models.Q(outcome="") & models.Q(closed_at__isnull=False),
                        name="policy_draft_closed_once",
                    ),
                    models.CheckConstraint(
                        condition=~models.Q(outcome="published")
                        | models.Q(closed_by_id__isnull=False)
                        & ~models.Q(closed_by_id=models.F("drafted_by_id")),
                        name="policy_draft_published_by_two",
                    ),
                ],
            },
        ),
        migrations.RunSQL(protect("policy_draft", also="false")),
    ]
