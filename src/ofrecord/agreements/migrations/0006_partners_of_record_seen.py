from django.db import migrations

from ofrecord.journal.access import partner_known


class Migration(migrations.Migration):
    """Whether a partner is of record with an account is asked of one partner at a time."""

    dependencies = [("agreements", "0005_terms_known_on")]

    operations = [
        migrations.RunSQL(partner_known("partner_of_record_seen", "tenure AS each WHERE true")),
    ]
