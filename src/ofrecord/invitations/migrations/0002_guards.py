from django.db import migrations

from ofrecord.journal.access import append_only, never, protect

UPDATABLE = (
    "introduced_at, account_id, hash, opened_at, opened_by_id,"
    " state, closed_at, closed_by_id, closed_reason, answer"
)
# Whom it reached is found once, who opened it first is told once, and what was answered stays so.
ONCE = """
CREATE TRIGGER invitation_once BEFORE UPDATE ON invitation FOR EACH ROW
WHEN (OLD.closed_at IS NOT NULL
      OR OLD.opened_at IS NOT NULL AND OLD.opened_at IS DISTINCT FROM NEW.opened_at
      OR OLD.introduced_at IS NOT NULL AND OLD.account_id IS DISTINCT FROM NEW.account_id
      OR OLD.hash IS NOT NULL AND OLD.hash IS DISTINCT FROM NEW.hash)
EXECUTE FUNCTION refuse_rewriting();
"""
# A partner sees no row of these tables: only what it wrote, and what it was answered.
OWN = """
CREATE FUNCTION own_invitations(firms bigint[], wanted uuid, before_at timestamptz,
                                before_id uuid, most integer)
RETURNS TABLE (id uuid, partner_id bigint, account_number text, email text, "references" text[],
               message text, sent_at timestamptz, sent_by bigint, expires_at timestamptz,
               state text, closed_at timestamptz, closed_reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT i.id, i.partner_id, i.account_number, i.email, i."references", i.message, i.sent_at,
       i.sent_by_id, i.expires_at, i.state, i.closed_at, i.closed_reason
  FROM invitation AS i
 WHERE i.by_partner AND i.partner_id = ANY (firms) AND i.partner_id = ANY (sees_partners())
   AND (wanted IS NULL OR i.id = wanted)
   AND (before_at IS NULL OR (i.sent_at, i.id) < (before_at, before_id))
 ORDER BY i.sent_at DESC, i.id DESC LIMIT most
$$;
CREATE POLICY invitation_named ON invitation FOR SELECT TO CURRENT_USER USING (true);
"""
# The account knows the partners that were introduced to it.
PARTNERS_SEEN = """
CREATE POLICY partner_inviting_seen ON partner FOR SELECT
USING (id IN (SELECT i.partner_id FROM invitation AS i
               WHERE i.account_id = ANY ((SELECT sees_accounts())::bigint[])));
"""


class Migration(migrations.Migration):
    """Invitations that are answered once, and who sees them."""

    dependencies = [("invitations", "0001_initial")]

    operations = [
        migrations.RunSQL(append_only("invitation", updatable=UPDATABLE)),
        migrations.RunSQL(never("invitation", "DELETE OR TRUNCATE")),
        migrations.RunSQL(ONCE),
        migrations.RunSQL(append_only("invitation_agreement")),
        migrations.RunSQL(never("invitation_agreement", "UPDATE OR DELETE OR TRUNCATE")),
        migrations.RunSQL(append_only("invitation_person")),
        migrations.RunSQL(never("invitation_person", "UPDATE OR DELETE OR TRUNCATE")),
        migrations.RunSQL(protect("invitation")),
        migrations.RunSQL(protect("invitation_agreement")),
        migrations.RunSQL(protect("invitation_person")),
        migrations.RunSQL(OWN),
        migrations.RunSQL(PARTNERS_SEEN),
    ]
