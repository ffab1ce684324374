from django.db import migrations

from ofrecord.journal.access import OF_PERSON, append_only, never, protect

MOVES = (
    "state, decided_at, applied_at, completed_at, closed_at, applied_event, version,"
    " closed_by_id, closed_reason"
)


class Migration(migrations.Migration):
    """Numbers, decided changes that only move on, and who sees them."""

    dependencies = [("changes", "0001_initial"), ("agreements", "0002_guards")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE partner_change_number"),
        migrations.RunSQL(append_only("partner_change", updatable=MOVES)),
        migrations.RunSQL(never("partner_change", "DELETE OR TRUNCATE")),
        migrations.RunSQL(append_only("partner_change_member")),
        migrations.RunSQL(never("partner_change_member", "UPDATE OR DELETE OR TRUNCATE")),
        migrations.RunSQL(append_only("request", updatable="answer")),
        migrations.RunSQL(protect("partner_change")),
        migrations.RunSQL(protect("partner_change_member")),
        migrations.RunSQL(protect("request", also=f"requester = 'person/' || {OF_PERSON}::text")),
    ]
