from django.db import migrations

from ofrecord.journal.access import append_only, never, protect

LIFTED = "lift_asked_at, lift_asked_by_id, lifted_at, lifted_by_id"


class Migration(migrations.Migration):
    """Locks that are lifted and never forgotten."""

    dependencies = [("changes", "0003_undo_and_lock")]

    operations = [
        migrations.RunSQL(append_only("agreement_lock", updatable=LIFTED)),
        migrations.RunSQL(never("agreement_lock", "DELETE OR TRUNCATE")),
        migrations.RunSQL(protect("agreement_lock")),
    ]
