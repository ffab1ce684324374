import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who suspended, terminated or reinstated a partner, when, and why."""

    dependencies = [("parties", "0006_people")]

    operations = [
        migrations.AddField("partner", "status_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "partner",
            "status_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parties.person",
            ),
        ),
        migrations.AddField(
            "partner", "status_reason", models.TextField(default="", db_default="")
        ),
        migrations.AddIndex(
            "partner",
            models.Index(
                fields=["id"],
                condition=models.Q(status="terminated"),
                name="partner_terminated",
            ),
        ),
    ]
