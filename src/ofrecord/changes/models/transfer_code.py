"""Transfer codes: an admin's word that one named partner may take over chosen agreements."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from ofrecord.agreements.models import Agreement
from ofrecord.parties.models import Account, Partner, Person

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


class TransferCodes(models.QuerySet["TransferCode"]):
    def visible_to(self, actor: "Actor") -> "TransferCodes":
        """All for the vendor, else those of the actor's accounts; never a partner's."""
        if actor.sees_everything:
            return self
        return self.filter(account_id__in=actor.accounts)


class TransferCode(models.Model):
    """A code that one partner can redeem once, until `valid_until` (a business instant).

    Only its hash is kept. The other instants are recorded times.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    hash = models.BinaryField(unique=True)
    reason = models.TextField()
    valid_until = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    redeemed_at = models.DateTimeField(null=True)
    redeemed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = TransferCodes.as_manager()

    class Meta:
        db_table = "transfer_code"
        constraints = [
            models.CheckConstraint(
                condition=Q(redeemed_at=None) | Q(withdrawn_at=None), name="transfer_code_ends_once"
            ),
        ]
        indexes = [models.Index(fields=["account", "-made_at"], name="transfer_code_list")]

    def __str__(self) -> str:
        return f"transfer code {self.id}"


class CodedAgreement(models.Model):
    """An agreement that a code is for, as it stood (`moved_at_version`) when the code was made."""

    code = models.ForeignKey(TransferCode, models.PROTECT, related_name="agreements")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    account_id = models.BigIntegerField()
    moved_at_version = models.IntegerField()

    class Meta:
        db_table = "transfer_code_agreement"
        constraints = [
            models.UniqueConstraint(fields=["code", "agreement"], name="transfer_code_names_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} of {self.code_id}"
