"""The versions of the policy, and a draft that waits for a second person."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Policy(models.Model):
    """A version of the vendor's rules, in force from a day until the next version's day."""

    version = models.IntegerField(primary_key=True)
    in_force_on = models.DateField()
    parameters = models.JSONField()
    published_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)
    note = models.TextField(default="")

    class Meta:
        db_table = "policy"
        indexes = [models.Index(fields=["-in_force_on", "-version"], name="policy_in_force")]

    def __str__(self) -> str:
        return f"version {self.version}, in force from {self.in_force_on}"


class Outcome(models.TextChoices):
    WAITING = "", _("waiting")
    PUBLISHED = "published", _("published")
    DECLINED = "declined", _("declined")


class PolicyDraft(models.Model):
    """A draft that one person wrote and compared, and another one publishes or declines.

    `parameters` are those that change; `compared_with` is the version that it was compared with,
    `version` the one that it became.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    parameters = models.JSONField()
    in_force_on = models.DateField()
    note = models.TextField()
    compared_with = models.IntegerField()
    drafted_at = models.DateTimeField()
    drafted_by_id = models.BigIntegerField()
    outcome = models.TextField(choices=Outcome.choices, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by_id = models.BigIntegerField(null=True)
    closed_reason = models.TextField(default="")
    version = models.IntegerField(null=True)

    class Meta:
        db_table = "policy_draft"
        constraints = [
            models.UniqueConstraint(
                fields=["outcome"], condition=Q(outcome=""), name="policy_draft_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at=None)
                | ~Q(outcome="") & Q(closed_at__isnull=False),
                name="policy_draft_closed_once",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="published")
                | Q(closed_by_id__isnull=False) & ~Q(closed_by_id=F("drafted_by_id")),
                name="policy_draft_published_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"draft of {self.drafted_at}, in force from {self.in_force_on}"
