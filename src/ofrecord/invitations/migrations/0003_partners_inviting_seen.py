from django.db import migrations

from ofrecord.journal.access import partner_known


class Migration(migrations.Migration):
    """Whether a partner was introduced to an account is asked of one partner at a time."""

    dependencies = [("invitations", "0002_guards")]

    operations = [
        migrations.RunSQL(partner_known("partner_inviting_seen", "invitation AS each WHERE true")),
    ]
