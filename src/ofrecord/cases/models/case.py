"""A case: a customer's wish that self-service cannot fulfil, and where it stands."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ofrecord.agreements.models import Agreement, PartnerRole, Subscription
from ofrecord.changes.models import PartnerChange
from ofrecord.parties.models import Account, Partner, Person

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


class Wish(models.TextChoices):
    REPLACE_ONE = "replace_one", _("Change one of several partners")
    TOKEN_FLEX = "token_flex", _("Change the partner of a Token Flex agreement")
    ERRONEOUS_CHANGE = "erroneous_change", _("Put an erroneous change right")
    OTHER = "other", _("Something else")


class State(models.TextChoices):
    OPEN = "open", _("open")
    WAITING_FOR_CUSTOMER = "waiting_for_customer", _("waiting for the customer")
    WAITING_FOR_VENDOR = "waiting_for_vendor", _("waiting for support")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")


LIVE = (State.OPEN, State.WAITING_FOR_CUSTOMER, State.WAITING_FOR_VENDOR)
DUE = (State.OPEN, State.WAITING_FOR_VENDOR)
"""The states in which it is support's turn, and a target runs."""


class Cases(models.QuerySet["Case"]):
    def visible_to(self, actor: "Actor") -> "Cases":
        """All for the vendor, else those of the actor's accounts."""
        return self if actor.sees_everything else self.filter(account_id__in=actor.accounts)


class Case(models.Model):
    """What an account asks of support.

    The wish never alters: its kind, the member of the partner set that is to be replaced
    (`member_*`), the number and name of the new partner as the customer was told them, the
    change that is wrong. `made_change` is what fulfilled it. `due_at` is the target that runs:
    for the first answer, then for the resolution; none while the customer is to answer.
    """

    number = models.TextField(unique=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="cases")
    wish = models.TextField(choices=Wish.choices)
    subject = models.TextField(default="")
    member_partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="+")
    member_role = models.TextField(choices=PartnerRole.choices, default="")
    member_subscription = models.ForeignKey(
        Subscription, models.PROTECT, null=True, related_name="+"
    )
    new_partner = models.TextField(default="")
    new_partner_name = models.TextField(default="")
    about_change = models.ForeignKey(PartnerChange, models.PROTECT, null=True, related_name="+")
    state = models.TextField(choices=State.choices, default=State.OPEN)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    resolution_due_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    made_change = models.ForeignKey(PartnerChange, models.PROTECT, null=True, related_name="+")
    due_at = models.GeneratedField(
        expression=models.Case(
            models.When(state__in=DUE, answered_at=None, then=F("answer_due_at")),
            models.When(state__in=DUE, then=F("resolution_due_at")),
            default=None,
        ),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    objects = Cases.as_manager()

    class Meta:
        db_table = "support_case"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    wish="replace_one", agreement__isnull=False, member_partner__isnull=False
                )
                & ~Q(member_role="")
                & ~Q(new_partner="")
                | Q(wish="token_flex", agreement__isnull=False)
                | Q(wish="erroneous_change", about_change__isnull=False)
                | Q(wish="other"),
                name="support_case_wish_complete",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("resolved", "closed"), resolved_at__isnull=False)
                | ~Q(state__in=("resolved", "closed")) & Q(resolved_at=None),
                name="support_case_resolved",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at=None),
                name="support_case_closed_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(answered_at=None),
                name="support_case_open_until_answered",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting_for_customer", waiting_since__isnull=False)
                | ~Q(state="waiting_for_customer") & Q(waiting_since=None),
                name="support_case_waiting",
            ),
        ]
        indexes = [
            # the customer's list
            models.Index(fields=["account", "-id"], name="support_case_list"),
            # the page of an agreement
            models.Index(fields=["agreement", "-id"], name="support_case_of_agreement"),
            # the queue: what is overdue on top, then by target
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=("open", "waiting_for_customer", "waiting_for_vendor")),
                name="support_case_queue",
            ),
            # what the clock closes
            models.Index(
                fields=["closes_at"], condition=Q(state="resolved"), name="support_case_to_close"
            ),
        ]

    def __str__(self) -> str:
        return self.number
