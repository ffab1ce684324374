from django.db import migrations

from ofrecord.journal.access import partner_known


class Migration(migrations.Migration):
    """Whether a partner is to come to an account is asked of one partner at a time."""

    dependencies = [("changes", "0010_members_and_support")]

    operations = [
        migrations.RunSQL(
            partner_known(
                "partner_to_come_seen",
                "partner_change AS each WHERE each.decided_at IS NULL",
                "transfer_code AS each WHERE true",
            )
        ),
    ]
