from django.db import migrations, models


class Migration(migrations.Migration):
    """The order that a term came with; and numbers for what was purchased here."""

    dependencies = [("agreements", "0003_seen_by_partners")]

    operations = [
        migrations.AddField(
            model_name="term",
            name="order_number",
            field=models.TextField(default="", db_default=""),
        ),
        migrations.RunSQL("CREATE SEQUENCE agreement_reference"),
    ]
