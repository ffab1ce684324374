from django.db import migrations

from ofrecord.journal.access import OF_ACCOUNT, OF_PARTNER, OF_PERSON, protect

FIND_PARTNER = """
CREATE FUNCTION find_partner(number text) RETURNS SETOF partner
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp ROWS 1 AS
$$ SELECT * FROM partner WHERE account_number = number $$;
CREATE POLICY partner_found ON partner FOR SELECT TO CURRENT_USER USING (true);
"""


class Migration(migrations.Migration):
    """Who sees which parties; and the one look-up of a partner by its exact number."""

    dependencies = [("parties", "0001_initial"), ("journal", "0002_guards")]

    operations = [
        migrations.RunSQL(protect("account", also="id = ANY ((SELECT sees_accounts())::bigint[])")),
        migrations.RunSQL(protect("partner", also="id = ANY ((SELECT sees_partners())::bigint[])")),
        migrations.RunSQL(
            protect("role", also=f"{OF_ACCOUNT} OR {OF_PARTNER} OR person_id = {OF_PERSON}")
        ),
        migrations.RunSQL(FIND_PARTNER),
    ]
