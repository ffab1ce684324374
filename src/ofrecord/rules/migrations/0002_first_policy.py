from typing import Any

from django.db import migrations

from ofrecord.journal.access import append_only, never

FIRST = {
    "near_expiration_days": 90,
    "renewal_grace_days": 30,
    "may_change": ["primary_admin", "secondary_admin", "contract_manager"],
    "judged_by": {
        "request": [
            "auto_renews",
            "token_flex",
            "expired",
            "near_expiration",
            "transaction_only",
            "change_in_progress",
            "locked",
            "cool_down",
            "not_permitted",
            "partner_malformed",
            "partner_unknown",
            "partner_inactive",
            "partner_same",
            "partner_territory",
            "partner_product",
        ],
        "undo": [
            "change_in_progress",
            "locked",
            "not_permitted",
            "not_undoable",
            "decided_since",
            "undo_window",
            "restored_inactive",
        ],
        "load": [],
    },
    "undo_working_days": 5,
    "holidays": [],
    "cool_down_days": 0,
}


def publish(apps: Any, schema_editor: Any) -> None:
    policy = apps.get_model("rules", "Policy")
    with schema_editor.connection.cursor() as cursor:
        at = cursor.execute("SELECT clock_timestamp()").fetchone()[0]
    policy.objects.create(
        version=1,
        in_force_on="0001-01-01",
        parameters=FIRST,
        published_at=at,
        note="The default policy.",
    )


class Migration(migrations.Migration):
    """The default policy, and versions that nobody can alter."""

    dependencies = [("rules", "0001_initial"), ("journal", "0002_guards")]

    operations = [
        migrations.RunPython(publish, migrations.RunPython.noop),
        migrations.RunSQL(append_only("policy")),
        migrations.RunSQL(never("policy", "UPDATE OR DELETE OR TRUNCATE")),
    ]
