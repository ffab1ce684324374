import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the vendor's ERP has booked: on which agreement, and which products."""

    dependencies = [("quotes", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="agreement",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agreements.agreement",
            ),
        ),
        migrations.AddField(model_name="order", name="lines", field=models.JSONField(default=list)),
    ]
