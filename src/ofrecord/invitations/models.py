"""The tables of invitations: what was sent, whom it reached, and what became of it."""

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ofrecord.agreements.models import Agreement
from ofrecord.journal import clock
from ofrecord.parties.models import Account, Partner, Person

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


class State(models.TextChoices):
    SENT = "sent", _("sent")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


class Invitations(models.QuerySet["Invitation"]):
    def visible_to(self, actor: "Actor") -> "Invitations":
        """All for the vendor, else those that reached the actor's accounts.

        A partner reads of its own only what `invitations.sent` tells: never whom they reached.
        """
        if actor.sees_everything:
            return self
        return self.filter(account_id__in=actor.accounts)

    def due(self) -> "Invitations":
        """Those whose time is over while nobody has answered them."""
        return self.filter(state=State.SENT, expires_at__lte=clock.business_now())


class Invitation(models.Model):
    """A partner is introduced to an account, by itself (`by_partner`) or by the vendor.

    `account_number`, `email` and `references` are what the sender wrote. `account` is whom it
    reached, if anybody: unknown until `introduced_at`. Only the hash of the link's token is kept.
    `answer` names what an accepted one led to: `partner_change/NUMBER` or `quote_request/ID`.
    `expires_at` is a business instant; the others are recorded times.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    by_partner = models.BooleanField()
    account_number = models.TextField(default="")
    email = models.TextField(default="")
    references = ArrayField(models.TextField(), default=list)
    message = models.TextField(default="")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    introduced_at = models.DateTimeField(null=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    hash = models.BinaryField(null=True, unique=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.TextField(choices=State.choices, default=State.SENT)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_reason = models.TextField(default="")
    answer = models.TextField(default="")

    objects = Invitations.as_manager()

    class Meta:
        db_table = "invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "account"],
                condition=Q(state="sent", account__isnull=False),
                name="invitation_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", closed_at=None)
                | ~Q(state="sent") & Q(closed_at__isnull=False),
                name="invitation_closed_once",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted") & ~Q(answer="") | ~Q(state="accepted") & Q(answer=""),
                name="invitation_accepted_by_an_act",
            ),
            models.CheckConstraint(
                condition=Q(account=None, hash=None) | Q(introduced_at__isnull=False),
                name="invitation_introduced_first",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=False)
                | Q(opened_at=None) & ~Q(state__in=("accepted", "declined")),
                name="invitation_answered_by_the_account",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-sent_at"], name="invitation_list"),
            models.Index(fields=["partner", "-sent_at"], name="invitation_of_partner"),
            models.Index(fields=["-sent_at", "-id"], name="invitation_of_all"),
            models.Index(
                fields=["sent_at"],
                condition=Q(state="sent", introduced_at=None),
                name="invitation_to_introduce",
            ),
            models.Index(fields=["expires_at"], condition=Q(state="sent"), name="invitation_due"),
        ]

    def __str__(self) -> str:
        return f"invitation {self.id}"

    @property
    def standing(self) -> str:
        """The state as it is by now, whether or not the clock has come to it."""
        over = self.state == State.SENT and self.expires_at <= clock.business_now()
        return State.EXPIRED if over else self.state


class InvitedAgreement(models.Model):
    """An agreement of the account for which the partner is introduced."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="agreements")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    account_id = models.BigIntegerField()

    class Meta:
        db_table = "invitation_agreement"
        constraints = [
            models.UniqueConstraint(
                fields=["invitation", "agreement"], name="invitation_names_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} of {self.invitation_id}"


class InvitedPerson(models.Model):
    """Somebody of the account for whom an invitation is meant, and who was written to."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    account_id = models.BigIntegerField()

    class Meta:
        db_table = "invitation_person"
        constraints = [
            models.UniqueConstraint(fields=["invitation", "person"], name="invitation_to_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.invitation_id}"
