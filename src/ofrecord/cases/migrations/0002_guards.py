from django.db import migrations

from ofrecord.journal.access import OF_ACCOUNT, append_only, never, protect

OF_CASE = "EXISTS (SELECT FROM support_case WHERE support_case.id = case_id)"
# What support does with a case; the wish stays as it was opened with.
MOVES = """state, assignee_id, answered_at, resolution_due_at, waiting_since, resolved_at,
  resolved_by_id, closes_at, closed_at, made_change_id"""
ONCE = """
CREATE TRIGGER support_case_once BEFORE UPDATE ON support_case FOR EACH ROW
WHEN (OLD.closed_at IS NOT NULL
      OR OLD.answered_at IS NOT NULL AND NEW.answered_at IS DISTINCT FROM OLD.answered_at)
EXECUTE FUNCTION refuse_rewriting();
"""


class Migration(migrations.Migration):
    """What was said stays said, what was closed stays closed, and who sees it."""

    dependencies = [("cases", "0001_initial"), ("journal", "0002_guards")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE case_number"),
        migrations.RunSQL(append_only("support_case", updatable=MOVES)),
        migrations.RunSQL(never("support_case", "DELETE OR TRUNCATE")),
        migrations.RunSQL(ONCE),
        migrations.RunSQL(protect("support_case", also=OF_ACCOUNT)),
        *(
            migrations.RunSQL(sql)
            for table, seen in (
                ("case_message", OF_CASE),
                ("case_note", "false"),
                ("case_attachment", OF_CASE),
            )
            for sql in (
                append_only(table),
                never(table, "UPDATE OR DELETE OR TRUNCATE"),
                protect(table, also=seen),
            )
        ),
    ]
