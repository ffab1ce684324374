from django.db import migrations, models


class Migration(migrations.Migration):
    """A financial transaction is an occasion of a change."""

    dependencies = [("changes", "0008_runs")]

    operations = [
        migrations.AlterField(
            model_name="partnerchange",
            name="occasion",
            field=models.TextField(
                choices=[
                    ("request", "request"),
                    ("undo", "undo"),
                    ("correction", "correction"),
                    ("order", "order"),
                    ("load", "load"),
                ]
            ),
        ),
    ]
