from django.db import migrations

from ofrecord.journal.access import append_only, never, protect

NO_OVERLAP = """
ALTER TABLE tenure ADD CONSTRAINT tenure_no_overlap EXCLUDE USING gist (
  int8range(coalesce(subscription_id, -agreement_id), coalesce(subscription_id, -agreement_id),
            '[]') WITH &&,
  int8range(partner_id * 4 + CASE role WHEN 'reseller' THEN 0 WHEN 'distributor' THEN 1 ELSE 2 END,
            partner_id * 4 + CASE role WHEN 'reseller' THEN 0 WHEN 'distributor' THEN 1 ELSE 2 END,
            '[]') WITH &&,
  tstzrange(effective_from, effective_until) WITH &&
) WHERE (superseded_at IS NULL);
"""

SUPERSEDED_ONCE = """
CREATE TRIGGER tenure_superseded_once BEFORE UPDATE ON tenure FOR EACH ROW
WHEN (OLD.superseded_at IS NOT NULL
   OR ROW(OLD.id, OLD.agreement_id, OLD.account_id, OLD.subscription_id, OLD.role, OLD.partner_id,
          OLD.effective_from, OLD.effective_until, OLD.recorded_at, OLD.opened_by_id)
      IS DISTINCT FROM
      ROW(NEW.id, NEW.agreement_id, NEW.account_id, NEW.subscription_id, NEW.role, NEW.partner_id,
          NEW.effective_from, NEW.effective_until, NEW.recorded_at, NEW.opened_by_id))
EXECUTE FUNCTION refuse_rewriting();
"""

PARTNERS_OF_RECORD_SEEN = """
CREATE POLICY partner_of_record_seen ON partner FOR SELECT
USING (id IN (SELECT tenure.partner_id FROM tenure
               WHERE tenure.account_id = ANY ((SELECT sees_accounts())::bigint[])));
"""


class Migration(migrations.Migration):
    """No overlapping tenures, none altered but superseded once, and who sees what."""

    dependencies = [("agreements", "0001_initial"), ("parties", "0002_guards")]

    operations = [
        migrations.RunSQL(NO_OVERLAP),
        migrations.RunSQL(SUPERSEDED_ONCE),
        migrations.RunSQL(never("tenure", "DELETE OR TRUNCATE")),
        migrations.RunSQL(append_only("tenure", updatable="superseded_at, superseded_by_id")),
        *[
            migrations.RunSQL(protect(table))
            for table in ("agreement", "term", "subscription", "tenure")
        ],
        migrations.RunSQL(PARTNERS_OF_RECORD_SEEN),
    ]
