from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    """A change replaces named members, or is made by support, which overrides named rules."""

    dependencies = [("changes", "0009_occasion_of_an_order")]

    operations = [
        migrations.AddField(
            model_name="partnerchange",
            name="only",
            field=models.JSONField(default=list, db_default=[]),
        ),
        migrations.AddField(
            model_name="partnerchange",
            name="overridden",
            field=ArrayField(models.TextField(), default=list, db_default=[], size=None),
        ),
        migrations.AlterField(
            model_name="partnerchange",
            name="occasion",
            field=models.TextField(
                choices=[
                    ("request", "request"),
                    ("undo", "undo"),
                    ("correction", "correction"),
                    ("order", "order"),
                    ("support", "support"),
                    ("load", "load"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="kind",
            field=models.TextField(
                choices=[
                    ("gaining", "the gaining partner accepts"),
                    ("losing", "the losing partner may object"),
                    ("approval", "a second admin approves"),
                    ("confirmation", "the system of record confirms"),
                    ("override", "a second person of the vendor agrees"),
                ]
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerchange",
            constraint=models.CheckConstraint(
                condition=models.Q(overridden=[])
                | models.Q(occasion="support") & ~models.Q(reason=""),
                name="partner_change_overridden_with_reason",
            ),
        ),
    ]
