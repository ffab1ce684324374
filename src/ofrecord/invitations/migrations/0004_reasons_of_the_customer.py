from django.db import migrations

# Why the vendor has withdrawn an invitation is not for its partner; why it was declined is.
OWN = """
CREATE OR REPLACE FUNCTION own_invitations(firms bigint[], wanted uuid, before_at timestamptz,
                                           before_id uuid, most integer)
RETURNS TABLE (id uuid, partner_id bigint, account_number text, email text, "references" text[],
               message text, sent_at timestamptz, sent_by bigint, expires_at timestamptz,
               state text, closed_at timestamptz, closed_reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT i.id, i.partner_id, i.account_number, i.email, i."references", i.message, i.sent_at,
       i.sent_by_id, i.expires_at, i.state, i.closed_at,
       CASE WHEN i.state = 'declined' THEN i.closed_reason ELSE '' END
  FROM invitation AS i
 WHERE i.by_partner AND i.partner_id = ANY (firms) AND i.partner_id = ANY (sees_partners())
   AND (wanted IS NULL OR i.id = wanted)
   AND (before_at IS NULL OR (i.sent_at, i.id) < (before_at, before_id))
 ORDER BY i.sent_at DESC, i.id DESC LIMIT most
$$;
"""


class Migration(migrations.Migration):
    """What a partner reads of its invitations: of the reasons only the customer's."""

    dependencies = [("invitations", "0003_partners_inviting_seen")]

    operations = [migrations.RunSQL(OWN)]
