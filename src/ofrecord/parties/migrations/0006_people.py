import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ofrecord.journal.access import OF_ACCOUNT, OF_PARTNER, protect

ROLES = [
    ("primary_admin", "Primary admin"),
    ("secondary_admin", "Secondary admin"),
    ("viewer", "Viewer"),
    ("partner_admin", "Partner admin"),
    ("partner_rep", "Partner rep"),
    ("operations", "Operations"),
    ("support_agent", "Support agent"),
    ("auditor", "Auditor"),
    ("administrator", "Administrator"),
]
OF_AN_ACCOUNT = models.Q(
    role__in=("primary_admin", "secondary_admin", "viewer"), account__isnull=False, partner=None
)
OF_A_PARTNER = models.Q(
    role__in=("partner_admin", "partner_rep"), partner__isnull=False, account=None
)
OF_THE_VENDOR = models.Q(
    role__in=("operations", "support_agent", "auditor", "administrator"), account=None, partner=None
)
OPEN = models.Q(accepted_at=None, ended_at=None)


def of(to: str, delete: Any, name: str, *, null: bool = True) -> Any:
    return models.ForeignKey(null=null, on_delete=delete, related_name=name, to=to)


class Migration(migrations.Migration):
    """Roles that people are asked to take on; and who made an API client."""

    dependencies = [("parties", "0005_directory")]

    operations = [
        migrations.AddField(
            "apiclient",
            "made_by",
            of(settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, "+"),
        ),
        migrations.CreateModel(
            name="RoleInvitation",
            fields=[
                ("id", models.UUIDField(primary_key=True, default=uuid.uuid4, serialize=False)),
                ("role", models.TextField(choices=ROLES)),
                ("name", models.TextField()),
                ("digest", models.BinaryField(unique=True)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_for", models.TextField(default="")),
                ("account", of("parties.account", django.db.models.deletion.CASCADE, "+")),
                ("partner", of("parties.partner", django.db.models.deletion.CASCADE, "+")),
                (
                    "person",
                    of(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.CASCADE,
                        "role_invitations",
                        null=False,
                    ),
                ),
                (
                    "sent_by",
                    of(settings.AUTH_USER_MODEL, django.db.models.deletion.PROTECT, "+"),
                ),
            ],
            options={
                "db_table": "role_invitation",
                "indexes": [
                    models.Index(
                        condition=OPEN, fields=["sent_by"], name="role_invitation_of_sender"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=OPEN,
                        fields=("person", "account", "partner"),
                        name="role_invitation_one_open",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(accepted_at=None) | models.Q(ended_at=None),
                        name="role_invitation_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=OF_AN_ACCOUNT | OF_A_PARTNER | OF_THE_VENDOR,
                        name="role_invited_where",
                    ),
                ],
            },
        ),
        migrations.RunSQL(protect("role_invitation", also=f"{OF_ACCOUNT} OR {OF_PARTNER}")),
    ]
