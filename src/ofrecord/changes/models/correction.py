"""Corrections that one person of the vendor proposes, and another one approves."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ofrecord.agreements.models import Agreement
from ofrecord.changes.models.change import PartnerChange
from ofrecord.parties.models import Partner, Person


class Outcome(models.TextChoices):
    WAITING = "", _("waits for a second person")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")


class Correction(models.Model):
    """A proposal to put the partner set of an agreement right, from a day in the past on.

    Either a `partner` is named, or the set that stood before `corrects` is restored. It counts
    from `effective_at`, to `effective_until` where that is set; both are business instants.
    `supersedes` says that an open change is called off by it. `fingerprint` is of the preview
    that was proposed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="corrections")
    account_id = models.BigIntegerField()
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+")
    corrects = models.ForeignKey(PartnerChange, models.PROTECT, null=True, related_name="+")
    effective_at = models.DateTimeField()
    effective_until = models.DateTimeField(null=True)
    supersedes = models.BooleanField(default=False)
    fingerprint = models.TextField()
    reason = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    outcome = models.TextField(choices=Outcome.choices, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_reason = models.TextField(default="")
    change = models.OneToOneField(PartnerChange, models.PROTECT, null=True, related_name="proposal")

    class Meta:
        db_table = "correction"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(outcome=""), name="correction_one_waiting"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="approved") | ~Q(decided_by=models.F("proposed_by")),
                name="correction_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"correction of {self.agreement_id}, {self.outcome or 'waiting'}"
