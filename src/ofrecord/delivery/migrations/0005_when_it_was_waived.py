from django.db import migrations, models


class Migration(migrations.Migration):
    """When a delivery was waived, so that what was settled lately is found without a search."""

    dependencies = [("delivery", "0004_management")]

    operations = [
        migrations.AddField("delivery", "waived_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "delivery",
            models.Index(
                fields=["waived_at"],
                condition=models.Q(state="waived"),
                name="delivery_waived",
            ),
        ),
    ]
