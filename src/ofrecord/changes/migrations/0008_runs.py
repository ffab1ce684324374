import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from ofrecord.journal.access import OF_PERSON, append_only, never, protect

STARTED_BY = f"""
(coalesce(on_behalf_of_id, by_id) = {OF_PERSON} OR client = (SELECT sees_client()))
"""
# Row-level security of the run itself says which batches are seen.
OF_RUN = "EXISTS (SELECT FROM run WHERE run.id = run_id)"
DONE = "done_at, accepted, refused, request_id"
ONCE = """
CREATE TRIGGER {table}_once BEFORE UPDATE ON {table}
FOR EACH ROW WHEN ({settled}) EXECUTE FUNCTION refuse_rewriting();
"""


class Migration(migrations.Migration):
    """Runs and their batches, each of which is done once."""

    dependencies = [
        ("changes", "0007_guards_of_consents"),
        ("parties", "0004_api_clients"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.TextField(unique=True)),
                ("verb", models.TextField()),
                ("partner", models.TextField()),
                ("reason", models.TextField()),
                ("effective_on", models.DateField(null=True)),
                ("items", models.IntegerField()),
                ("batches", models.IntegerField()),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("under_way", "under way"),
                            ("stopped", "stopped"),
                            ("cancelled", "cancelled"),
                            ("complete", "complete"),
                        ],
                        default="under_way",
                    ),
                ),
                ("stopped_for", models.TextField(default="")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("door", models.TextField()),
                ("strength", models.TextField()),
                ("request_id", models.TextField()),
                ("client", models.TextField(null=True)),
                ("is_system", models.BooleanField()),
                (
                    "accounts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                (
                    "vendor_roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "run",
                "indexes": [
                    models.Index(
                        condition=Q(("state", "under_way")), fields=["id"], name="run_under_way"
                    ),
                    models.Index(fields=["by", "-id"], name="run_list"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            ("by__isnull", False),
                            ("on_behalf_of__isnull", False),
                            _connector="OR",
                        ),
                        name="run_of_somebody",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("ended_at", None), ("state__in", ("under_way", "stopped"))),
                            Q(
                                ("ended_at__isnull", False),
                                ("state__in", ("cancelled", "complete")),
                            ),
                            _connector="OR",
                        ),
                        name="run_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("state", "stopped"), Q(("stopped_for", ""), _negated=True)),
                            Q(Q(("state", "stopped"), _negated=True), ("stopped_for", "")),
                            _connector="OR",
                        ),
                        name="run_stopped_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RunBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                (
                    "agreements",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                ("accepted", models.IntegerField(null=True)),
                ("refused", models.IntegerField(null=True)),
                (
                    "request",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="changes.request",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="changes.run",
                    ),
                ),
            ],
            options={
                "db_table": "run_batch",
                "constraints": [
                    models.UniqueConstraint(fields=("run", "number"), name="run_batch_numbered"),
                    models.CheckConstraint(
                        condition=Q(
                            Q(
                                ("accepted", None),
                                ("done_at", None),
                                ("refused", None),
                                ("request", None),
                            ),
                            Q(
                                ("agreements__len", F("accepted") + F("refused")),
                                ("done_at__isnull", False),
                                ("request__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="run_batch_done_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL("CREATE SEQUENCE run_number"),
        migrations.RunSQL(append_only("run", updatable="state, stopped_for, ended_at")),
        migrations.RunSQL(never("run", "DELETE OR TRUNCATE")),
        migrations.RunSQL(ONCE.format(table="run", settled="OLD.ended_at IS NOT NULL")),
        migrations.RunSQL(protect("run", also=STARTED_BY)),
        migrations.RunSQL(append_only("run_batch", updatable=DONE)),
        migrations.RunSQL(never("run_batch", "DELETE OR TRUNCATE")),
        migrations.RunSQL(ONCE.format(table="run_batch", settled="OLD.done_at IS NOT NULL")),
        migrations.RunSQL(protect("run_batch", also=OF_RUN)),
    ]
