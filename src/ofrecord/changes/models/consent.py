"""The consents that a change waits for."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ofrecord.changes.models.change import PartnerChange
from ofrecord.parties.models import Partner, Person

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


class Kind(models.TextChoices):
    """Whose consent: silence of the losing partner means proceed, any other silence the end."""

    GAINING = "gaining", _("the gaining partner accepts")
    LOSING = "losing", _("the losing partner may object")
    APPROVAL = "approval", _("a second admin approves")
    CONFIRMATION = "confirmation", _("the system of record confirms")
    OVERRIDE = "override", _("a second person of the vendor agrees")


class Answer(models.TextChoices):
    NONE = "", _("waiting")
    GIVEN = "given", _("given")
    REFUSED = "refused", _("refused")
    LAPSED = "lapsed", _("no answer")
    WITHDRAWN = "withdrawn", _("no longer asked")


class Consents(models.QuerySet["Consent"]):
    def visible_to(self, actor: "Actor") -> "Consents":
        """All for the vendor, else those of the actor's accounts, and those asked of its firms."""
        if actor.sees_everything:
            return self
        return self.filter(Q(account_id__in=actor.accounts) | Q(partner_id__in=actor.partners))


class Consent(models.Model):
    """One party's answer to a change, asked until a deadline.

    `due_at` and `answered_at` are business instants, the latter the deadline itself when nobody
    answered; `asked_at` and `recorded_at` are recorded times. `shown` is what a partner is told
    of the change, frozen when it was asked. `ground` is the one on which a partner objects.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    change = models.ForeignKey(PartnerChange, models.PROTECT, related_name="consents")
    account_id = models.BigIntegerField()
    kind = models.TextField(choices=Kind.choices)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+")
    shown = models.JSONField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(choices=Answer.choices, default="")
    answered_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    client = models.TextField(default="")
    ground = models.TextField(default="")
    reason = models.TextField(default="")

    objects = Consents.as_manager()

    class Meta:
        db_table = "consent"
        constraints = [
            models.UniqueConstraint(
                fields=["change", "kind", "partner"],
                name="consent_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=(
                    Q(answer="", answered_at=None, recorded_at=None)
                    | ~Q(answer="") & Q(answered_at__isnull=False, recorded_at__isnull=False)
                ),
                name="consent_answered_once",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(answer=""), name="consent_due"),
            models.Index(fields=["partner", "-due_at"], name="consent_of_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.change_id}: {self.answer or 'waiting'}"
