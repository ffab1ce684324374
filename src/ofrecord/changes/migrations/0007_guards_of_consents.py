from django.db import migrations

from ofrecord.journal.access import OF_ACCOUNT, OF_PARTNER, append_only, never, protect

MOVES = (
    "state, effective_at, settled_at, decided_at, applied_at, completed_at, closed_at,"
    " applied_event, version, closed_by_id, closed_reason"
)
ANSWERS = "answer, answered_at, recorded_at, answered_by_id, client, ground, reason"
DECISIONS = "outcome, decided_at, decided_by_id, decided_reason, change_id"
ONCE = """
CREATE TRIGGER {table}_once BEFORE UPDATE OF {columns} ON {table}
FOR EACH ROW WHEN ({settled}) EXECUTE FUNCTION refuse_rewriting();
"""

# A partner that is to come is known to the account before it is of record.
TO_COME_SEEN = """
CREATE INDEX partner_change_undecided ON partner_change (account_id, partner_id)
 WHERE decided_at IS NULL;
CREATE POLICY partner_to_come_seen ON partner FOR SELECT
USING (id IN (SELECT c.partner_id FROM partner_change AS c
               WHERE c.account_id = ANY ((SELECT sees_accounts())::bigint[])
                 AND c.decided_at IS NULL
              UNION ALL
              SELECT t.partner_id FROM transfer_code AS t
               WHERE t.account_id = ANY ((SELECT sees_accounts())::bigint[])));
"""


class Migration(migrations.Migration):
    """Consents, codes and corrections that are answered once, and who sees them."""

    dependencies = [("changes", "0006_consents_codes_and_corrections")]

    operations = [
        migrations.RunSQL(append_only("partner_change", updatable=MOVES)),
        migrations.RunSQL(
            ONCE.format(
                table="partner_change",
                columns="effective_at, settled_at, decided_at",
                settled="OLD.decided_at IS NOT NULL",
            )
        ),
        migrations.RunSQL(append_only("consent", updatable=ANSWERS)),
        migrations.RunSQL(never("consent", "DELETE OR TRUNCATE")),
        migrations.RunSQL(
            ONCE.format(table="consent", columns=ANSWERS, settled="OLD.answer <> ''")
        ),
        migrations.RunSQL(protect("consent", also=f"({OF_ACCOUNT} OR {OF_PARTNER})")),
        migrations.RunSQL(
            append_only(
                "transfer_code",
                updatable="redeemed_at, redeemed_by_id, withdrawn_at, withdrawn_by_id",
            )
        ),
        migrations.RunSQL(never("transfer_code", "DELETE OR TRUNCATE")),
        migrations.RunSQL(protect("transfer_code")),
        migrations.RunSQL(append_only("transfer_code_agreement")),
        migrations.RunSQL(never("transfer_code_agreement", "UPDATE OR DELETE OR TRUNCATE")),
        migrations.RunSQL(protect("transfer_code_agreement")),
        migrations.RunSQL(append_only("correction", updatable=DECISIONS)),
        migrations.RunSQL(never("correction", "DELETE OR TRUNCATE")),
        migrations.RunSQL(
            ONCE.format(table="correction", columns=DECISIONS, settled="OLD.outcome <> ''")
        ),
        migrations.RunSQL(protect("correction", also="false")),
        migrations.RunSQL(TO_COME_SEEN),
    ]
