"""A partner's offer of a financial transaction, its lines, and whom it is addressed to."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ofrecord.agreements.models import Agreement, PurchasingModel
from ofrecord.journal import clock
from ofrecord.parties.models import Account, Partner, Person
from ofrecord.quotes.models.kind import OTHER_PARTNER, Kind
from ofrecord.quotes.models.request import QuoteRequest

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor

__all__ = ["OPEN", "OTHER_PARTNER", "Kind", "Quote", "QuoteLine", "QuoteRecipient", "State"]


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    ISSUED = "issued", _("issued")
    VIEWED = "viewed", _("viewed")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


OPEN = (State.ISSUED, State.VIEWED)
"""The states in which a quote can be accepted, through its last day."""


class Quotes(models.QuerySet["Quote"]):
    def visible_to(self, actor: "Actor") -> "Quotes":
        """All for the vendor, its own for a partner; for an account those issued to it."""
        if actor.sees_everything:
            return self
        issued = Q(account_id__in=actor.accounts, issued_at__isnull=False)
        return self.filter(issued | Q(partner_id__in=actor.partners))

    def due(self) -> "Quotes":
        """Those on offer whose last day is over."""
        return self.filter(state__in=OPEN, expires_on__lt=clock.today())


class Quote(models.Model):
    """An offer to one account, without an agreement for a new purchase.

    Money is in `currency`; `net`, `tax` and `total` are frozen when it is issued. Offered are the
    dates of the term, both included. `made_for_version` is the agreement's `moved_at_version`
    when it was issued, `customer` the names by which the partner knows account and agreement.
    """

    number = models.TextField()
    revision = models.IntegerField(default=1)
    revises = models.OneToOneField("self", models.PROTECT, null=True, related_name="revised_by")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="+")
    request = models.ForeignKey(QuoteRequest, models.PROTECT, null=True, related_name="quotes")
    customer = models.JSONField()
    kind = models.TextField(choices=Kind.choices)
    purchasing_model = models.TextField(choices=PurchasingModel.choices)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    expires_on = models.DateField()
    notes = models.TextField(default="")
    start_on = models.DateField(null=True)
    end_on = models.DateField(null=True)
    auto_renew = models.BooleanField(default=False)
    tax = models.DecimalField(max_digits=20, decimal_places=4)
    net = models.DecimalField(null=True, max_digits=20, decimal_places=4)
    total = models.DecimalField(null=True, max_digits=20, decimal_places=4)
    made_for_version = models.IntegerField(null=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    viewed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_reason = models.TextField(default="")

    objects = Quotes.as_manager()

    class Meta:
        db_table = "quote"
        constraints = [
            models.UniqueConstraint(fields=["number", "revision"], name="quote_numbered"),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(state__in=("issued", "viewed", "accepted")),
                name="quote_one_offer",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=Q(state="draft"), name="quote_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(revision=1, revises=None) | Q(revision__gt=1, revises__isnull=False),
                name="quote_revises_another",
            ),
            models.CheckConstraint(
                condition=Q(kind="purchase", agreement=None)
                | ~Q(kind="purchase") & Q(agreement__isnull=False),
                name="quote_of_agreement",
            ),
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="quote_term",
            ),
            models.CheckConstraint(condition=Q(tax__gte=0), name="quote_tax"),
            models.CheckConstraint(
                condition=Q(issued_at=None, net=None, total=None)
                | Q(issued_at__isnull=False, net__gte=0, total=F("net") + F("tax")),
                name="quote_totals_frozen_at_issue",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", issued_at=None)
                | Q(state="withdrawn")
                | ~Q(state__in=("draft", "withdrawn")) & Q(issued_at__isnull=False),
                name="quote_issued_first",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "issued", "viewed"), closed_at=None)
                | ~Q(state__in=("draft", "issued", "viewed")) & Q(closed_at__isnull=False),
                name="quote_closed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="quote_list"),
            models.Index(fields=["partner", "-id"], name="quote_of_partner"),
            models.Index(
                fields=["expires_on"],
                condition=Q(state__in=("issued", "viewed")),
                name="quote_due",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def standing(self) -> State:
        """The state that the data says: past its last day an offer has expired, job or not."""
        over = self.state in OPEN and self.expires_on < clock.today()
        return State.EXPIRED if over else State(self.state)


class QuoteLine(models.Model):
    """Seats of a product at a price for the whole term, less a percentage or an amount.

    `replaces` is the product that a switch replaces. `total` is written with the line, by
    `totals.line_total`.
    """

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="lines")
    place = models.IntegerField()
    product = models.TextField()
    replaces = models.TextField(default="")
    seats = models.IntegerField()
    start_on = models.DateField(null=True)
    end_on = models.DateField(null=True)
    unit_price = models.DecimalField(max_digits=20, decimal_places=4)
    discount_percent = models.DecimalField(null=True, max_digits=7, decimal_places=4)
    discount_amount = models.DecimalField(null=True, max_digits=20, decimal_places=4)
    total = models.DecimalField(max_digits=20, decimal_places=4)

    class Meta:
        db_table = "quote_line"
        constraints = [
            models.UniqueConstraint(fields=["quote", "place"], name="quote_line_place"),
            models.CheckConstraint(condition=Q(seats__gt=0), name="quote_line_seats"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="quote_line_price"),
            models.CheckConstraint(condition=Q(total__gte=0), name="quote_line_total"),
            models.CheckConstraint(
                condition=Q(discount_percent=None) | Q(discount_amount=None),
                name="quote_line_one_discount",
            ),
            models.CheckConstraint(
                condition=Q(discount_percent=None)
                | Q(discount_percent__gte=0, discount_percent__lte=100),
                name="quote_line_percent",
            ),
            models.CheckConstraint(
                condition=Q(discount_amount=None) | Q(discount_amount__gte=0),
                name="quote_line_amount",
            ),
            models.CheckConstraint(
                condition=Q(start_on=None) | Q(end_on=None) | Q(end_on__gte=F("start_on")),
                name="quote_line_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seats} of {self.product}"


class QuoteRecipient(models.Model):
    """Whom the partner addresses a quote to; a letter goes only to people of the account."""

    quote = models.ForeignKey(Quote, models.PROTECT, related_name="recipients")
    email = models.TextField()

    class Meta:
        db_table = "quote_recipient"
        constraints = [
            models.UniqueConstraint(fields=["quote", "email"], name="quote_recipient_once"),
        ]

    def __str__(self) -> str:
        return self.email
