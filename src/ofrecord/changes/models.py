"""Partner changes, their members, and the requests they came in."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from ofrecord.agreements.models import Agreement, PartnerRole, Subscription
from ofrecord.parties.models import Partner, Person

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


class State(models.TextChoices):
    SUBMITTED = "submitted", _("submitted")
    AWAITING_CONSENT = "awaiting_consent", _("awaiting consent")
    SCHEDULED = "scheduled", _("scheduled")
    APPLIED = "applied", _("applied")
    COMPLETE = "complete", _("complete")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")


OPEN = ("submitted", "awaiting_consent", "scheduled")


class Occasion(models.TextChoices):
    REQUEST = "request", _("request")
    UNDO = "undo", _("undo")
    LOAD = "load", _("load")


class Request(models.Model):
    """One request as it came in: the same key is the same request, with one stored answer.

    `status` is what HTTP called the answer, where it was given there.
    """

    requester = models.TextField()
    key = models.TextField()
    verb = models.TextField()
    content_hash = models.BinaryField()
    answer = models.BinaryField(null=True)
    status = models.SmallIntegerField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        db_table = "request"
        constraints = [
            models.UniqueConstraint(fields=["requester", "key"], name="request_once"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"


class PartnerChanges(models.QuerySet["PartnerChange"]):
    def visible_to(self, actor: "Actor") -> "PartnerChanges":
        """What the actor may see: all for the vendor, else the changes of their accounts."""
        if actor.sees_everything:
            return self
        return self.filter(account_id__in=actor.accounts)


class PartnerChange(models.Model):
    """A request to replace the partner set of one agreement.

    `version` is the agreement's version as decided. The instants are recorded times, but
    `effective_at`, when the change counts in business.
    """

    number = models.TextField(unique=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="changes")
    account_id = models.BigIntegerField()
    occasion = models.TextField(choices=Occasion.choices)
    state = models.TextField(choices=State.choices)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+")
    effective_at = models.DateTimeField()
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    applied_event = models.UUIDField(null=True)
    policy_version = models.IntegerField()
    version = models.IntegerField()
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    door = models.TextField()
    reason = models.TextField(default="")
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_reason = models.TextField(default="")

    objects = PartnerChanges.as_manager()

    class Meta:
        db_table = "partner_change"
        constraints = [
            models.UniqueConstraint(
                fields=["agreement"],
                condition=models.Q(state__in=OPEN),
                name="partner_change_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["agreement", "-id"], name="partner_change_of_agreement"),
            models.Index(
                fields=["account_id", "-id"],
                condition=~models.Q(occasion="load"),
                name="partner_change_list",
            ),
            models.Index(
                fields=["effective_at"],
                condition=models.Q(state="scheduled"),
                name="partner_change_due",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(state="applied"),
                name="partner_change_completing",
            ),
        ]

    def __str__(self) -> str:
        return self.number


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


class Movement(models.TextChoices):
    GAINING = "gaining", _("gaining")
    LOSING = "losing", _("losing")
    STAYING = "staying", _("staying")


class Member(models.Model):
    """A partner of the set before or after a change, and whether it gains, loses or stays."""

    change = models.ForeignKey(PartnerChange, models.PROTECT, related_name="members")
    account_id = models.BigIntegerField()
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    role = models.TextField(choices=PartnerRole.choices)
    subscription = models.ForeignKey(Subscription, models.PROTECT, null=True, related_name="+")
    before = models.BooleanField()
    after = models.BooleanField()
    movement = models.TextField(choices=Movement.choices)

    class Meta:
        db_table = "partner_change_member"

    def __str__(self) -> str:
        return f"{self.partner_id} {self.movement}"
