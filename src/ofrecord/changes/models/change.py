"""Partner changes, their members, and the requests they came in."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce
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
    CORRECTION = "correction", _("correction")
    ORDER = "order", _("order")
    SUPPORT = "support", _("support")
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

    `version` is the agreement's version at its first event. The instants are recorded times, but
    `effective_at` and `effective_until`, between which the change counts in business (only a
    correction has an end), and `settled_at`, when the last consent was given or its deadline
    passed. `cause` names what it came from; `proposed_by` is who asked for a correction that
    somebody else approved. `only` are the named members that it replaces (role, subscription,
    partner), empty for the whole set; `overridden` the rules that support overrode.
    """

    number = models.TextField(unique=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="changes")
    account_id = models.BigIntegerField()
    occasion = models.TextField(choices=Occasion.choices)
    state = models.TextField(choices=State.choices)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+")
    effective_at = models.DateTimeField()
    effective_until = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
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
    cause = models.TextField(default="", db_default="")
    only = models.JSONField(default=list, db_default=[])
    overridden = ArrayField(models.TextField(), default=list, db_default=[])
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
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
            models.CheckConstraint(
                condition=models.Q(effective_until=None)
                | models.Q(effective_until__gt=models.F("effective_at")),
                name="partner_change_period",
            ),
            models.CheckConstraint(
                condition=~models.Q(occasion="correction")
                | models.Q(proposed_by__isnull=False)
                & ~models.Q(proposed_by=Coalesce("on_behalf_of", "by", models.Value(0))),
                name="partner_change_corrected_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(overridden=[])
                | models.Q(occasion="support") & ~models.Q(reason=""),
                name="partner_change_overridden_with_reason",
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
            models.Index(
                fields=["cause"],
                condition=~models.Q(cause=""),
                name="partner_change_caused",
            ),
        ]

    def __str__(self) -> str:
        return self.number


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
