from django.db import migrations, models


class Migration(migrations.Migration):
    """All that a booked transaction said, as a hash by which one posted again is known."""

    dependencies = [("quotes", "0004_partners_quoting_seen")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="content",
            field=models.TextField(default="", db_default=""),
        ),
    ]
