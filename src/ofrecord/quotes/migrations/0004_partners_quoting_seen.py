from django.db import migrations

from ofrecord.journal.access import partner_known


class Migration(migrations.Migration):
    """Whether a partner quotes to an account is asked of one partner at a time."""

    dependencies = [("quotes", "0003_booked_transactions")]

    operations = [
        migrations.RunSQL(
            partner_known(
                "partner_quoting_seen",
                "quote_request AS each WHERE true",
                "quote AS each WHERE each.issued_at IS NOT NULL",
                "sales_order AS each WHERE true",
            )
        ),
    ]
