from django.db import migrations, models

from ofrecord.journal.access import OF_PARTNER

IN_FORCE = """t.superseded_at IS NULL AND t.effective_from <= business_now()
         AND (t.effective_until IS NULL OR t.effective_until > business_now())"""

# The transaction says what time it is for the business; without that, it is the real time.
BUSINESS_NOW = """
CREATE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(nullif(current_setting('ofrecord.now', true), '')::timestamptz, now()) $$;
"""

# Written in PL/pgSQL so that the planner leaves them whole, and said to cost next to nothing, which
# is so for those who read by their account: they never get to it, and their plans stay as they are.
OF_RECORD_NOW = f"""
CREATE FUNCTION of_record_now(agreement bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 AS $$ BEGIN
RETURN EXISTS (
      SELECT FROM tenure AS t
       WHERE t.agreement_id = agreement AND t.{OF_PARTNER}
         AND {IN_FORCE});
END $$;
CREATE FUNCTION of_record_now(agreement bigint, subscription bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 AS $$ BEGIN
RETURN EXISTS (
      SELECT FROM tenure AS t
       WHERE t.agreement_id = agreement AND t.{OF_PARTNER}
         AND coalesce(t.subscription_id, subscription) = subscription
         AND {IN_FORCE});
END $$;
CREATE FUNCTION serves_now(account bigint) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 AS $$ BEGIN
RETURN EXISTS (
      SELECT FROM tenure AS t
       WHERE t.account_id = account AND t.{OF_PARTNER}
         AND {IN_FORCE});
END $$;
"""

SEEN = """
CREATE POLICY {table}_of_record ON {table} FOR SELECT
USING ((SELECT cardinality(sees_partners()) > 0) AND {now});
"""
# It names no column that the accounts' own indexes lack: they are still read by index alone.
OWN_TENURES = f"CREATE POLICY tenure_own ON tenure FOR SELECT USING ({OF_PARTNER})"

# What a firm keeps knowing of its own business, past and to come: the reference and the name.
# Which tenures are its own is left to the policy above, which holds for the owner too.
OWN_BUSINESS = """
CREATE FUNCTION own_business(tenures bigint[])
RETURNS TABLE (tenure bigint, reference text, purchasing_model text, account_name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT t.id, a.reference, a.purchasing_model, account.name
  FROM tenure AS t JOIN agreement AS a ON a.id = t.agreement_id
  JOIN account ON account.id = t.account_id
 WHERE t.id = ANY (tenures) AND t.superseded_at IS NULL AND t.partner_id = ANY (sees_partners())
$$;
CREATE FUNCTION own_tenures(wanted text) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
SELECT t.id FROM agreement AS a JOIN tenure AS t ON t.agreement_id = a.id
 WHERE a.reference = wanted AND t.superseded_at IS NULL AND t.partner_id = ANY (sees_partners())
$$;
CREATE POLICY agreement_named ON agreement FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY account_named ON account FOR SELECT TO CURRENT_USER USING (true);
"""


class Migration(migrations.Migration):
    """What a partner sees: its own tenures, and whole agreements while it is of record."""

    dependencies = [("agreements", "0002_guards")]

    operations = [
        migrations.AddIndex(
            model_name="tenure",
            index=models.Index(
                fields=["partner", "effective_from", "id"],
                condition=models.Q(superseded_at=None),
                name="tenure_of_partner",
            ),
        ),
        migrations.AddIndex(
            model_name="tenure",
            index=models.Index(
                fields=["partner", "effective_until", "id"],
                condition=models.Q(superseded_at=None, effective_until__isnull=False),
                name="tenure_ending",
            ),
        ),
        migrations.RunSQL(BUSINESS_NOW),
        migrations.RunSQL(OF_RECORD_NOW),
        migrations.RunSQL(OWN_TENURES),
        migrations.RunSQL(SEEN.format(table="agreement", now="of_record_now(id)")),
        migrations.RunSQL(SEEN.format(table="term", now="of_record_now(agreement_id)")),
        migrations.RunSQL(SEEN.format(table="subscription", now="of_record_now(agreement_id, id)")),
        migrations.RunSQL(SEEN.format(table="account", now="serves_now(id)")),
        migrations.RunSQL(OWN_BUSINESS),
    ]
