from django.db import migrations

from ofrecord.journal.access import (
    CONTEXT_FUNCTIONS,
    OF_ACCOUNT,
    OF_PARTNER,
    OF_PERSON,
    REFUSE_REWRITING,
    append_only,
    never,
    protect,
)


class Migration(migrations.Migration):
    """The context of a transaction, and events that nobody can alter."""

    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.RunSQL(CONTEXT_FUNCTIONS),
        migrations.RunSQL(REFUSE_REWRITING),
        migrations.RunSQL(
            protect("event", also=f"{OF_ACCOUNT} OR {OF_PARTNER} OR actor_id = {OF_PERSON}")
        ),
        migrations.RunSQL(append_only("event")),
        migrations.RunSQL(never("event", "UPDATE OR DELETE OR TRUNCATE")),
    ]
