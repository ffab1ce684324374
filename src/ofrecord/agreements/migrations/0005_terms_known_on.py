from django.db import migrations

KNOWN_ON = """
ALTER TABLE term ADD COLUMN known_on date
"""
# The business date of the transaction that brings the term, whichever door it comes through.
OF_BUSINESS = """
ALTER TABLE term ALTER COLUMN known_on
  SET DEFAULT nullif(left(current_setting('ofrecord.now', true), 10), '')::date
"""


class Migration(migrations.Migration):
    """Since when a term is known here: the clock renews none that was over when it came."""

    dependencies = [("agreements", "0004_terms_by_order")]

    operations = [
        migrations.RunSQL(KNOWN_ON, "ALTER TABLE term DROP COLUMN known_on"),
        migrations.RunSQL(OF_BUSINESS, migrations.RunSQL.noop),
    ]
