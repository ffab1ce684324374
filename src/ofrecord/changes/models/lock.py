"""The lock that an account sets on an agreement."""

from django.db import models

from ofrecord.agreements.models import Agreement
from ofrecord.parties.models import Person


class Lock(models.Model):
    """An account's lock on the partner of an agreement; two people lift it."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="locks")
    account_id = models.BigIntegerField()
    reason = models.TextField()
    locked_at = models.DateTimeField()
    locked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    lift_asked_at = models.DateTimeField(null=True)
    lift_asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "agreement_lock"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"],
                condition=models.Q(lifted_at=None),
                name="agreement_lock_once",
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None)
                | (
                    models.Q(lift_asked_by__isnull=False)
                    & ~models.Q(lifted_by=models.F("lift_asked_by"))
                ),
                name="agreement_lock_lifted_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"lock since {self.locked_at}"
