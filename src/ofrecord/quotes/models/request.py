"""A customer's wish for a quote, sent to one partner that it names by number."""

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ofrecord.agreements.models import Agreement
from ofrecord.parties.models import Account, Partner, Person
from ofrecord.quotes.models.kind import Kind

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


class RequestState(models.TextChoices):
    OPEN = "open", _("open")
    ANSWERED = "answered", _("answered")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_REQUEST = RequestState.OPEN
TOLD = (RequestState.OPEN, RequestState.ANSWERED)
LEFT = ("name", "agreement", "purchasing_model")
"""What a partner still reads of a request that was withdrawn, or that it has declined."""


class QuoteRequests(models.QuerySet["QuoteRequest"]):
    def visible_to(self, actor: "Actor") -> "QuoteRequests":
        """All for the vendor, else those of the actor's accounts, and those its firms were sent."""
        if actor.sees_everything:
            return self
        return self.filter(Q(account_id__in=actor.accounts) | Q(partner_id__in=actor.partners))


class QuoteRequest(models.Model):
    """A customer asks a partner for a quote: on an agreement, or without one for a purchase.

    `shown` is what the partner is told of customer and agreement, frozen when it was asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="+")
    kind = models.TextField(choices=Kind.choices)
    wish = models.TextField(default="")
    shown = models.JSONField()
    state = models.TextField(choices=RequestState.choices, default=RequestState.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_reason = models.TextField(default="")

    objects = QuoteRequests.as_manager()

    class Meta:
        db_table = "quote_request"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "partner", "agreement"],
                condition=Q(state="open"),
                name="quote_request_one_open",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | ~Q(state="open") & Q(closed_at__isnull=False),
                name="quote_request_closed_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="purchase", agreement=None)
                | ~Q(kind="purchase") & Q(agreement__isnull=False),
                name="quote_request_about_agreement",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-asked_at"], name="quote_request_list"),
            models.Index(fields=["partner", "-asked_at"], name="quote_request_of_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} asked of {self.partner_id}"

    @property
    def whole(self) -> dict[str, Any]:
        """What was asked: the account as it was then, its agreement, and the wish."""
        return {**self.shown, "wish": self.wish}

    @property
    def told(self) -> dict[str, Any]:
        """What the partner reads of it, until the customer asks no longer or it has said no."""
        whole = self.whole
        if self.state in TOLD:
            return whole
        return {name: whole[name] for name in LEFT if name in whole}
