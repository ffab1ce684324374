from django.db import migrations

REFRESH = """
CREATE FUNCTION refresh_statistics() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  ANALYZE account, partner, person, role, agreement, term, subscription, tenure,
          partner_change, partner_change_member, event;
END $$;
"""


class Migration(migrations.Migration):
    """The runtime role may refresh the planner's statistics, so lists are quick after a load."""

    dependencies = [("changes", "0002_guards"), ("delivery", "0002_guards")]

    operations = [
        migrations.RunSQL(REFRESH, "DROP FUNCTION refresh_statistics()"),
    ]
