"""Agreements, terms, subscriptions and tenures."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from ofrecord.parties.models import Account, Partner, Person

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


class PurchasingModel(models.TextChoices):
    CONTRACT = "contract", _("Contract")
    SUBSCRIPTION = "subscription", _("Subscription")


class Program(models.TextChoices):
    STANDARD = "standard", _("Standard")
    EBA = "eba", _("Enterprise business agreement")


class PartnerRole(models.TextChoices):
    RESELLER = "reseller", _("Reseller")
    DISTRIBUTOR = "distributor", _("Distributor")
    SERVICES = "services", _("Services")


class Agreements(models.QuerySet["Agreement"]):
    def visible_to(self, actor: "Actor") -> "Agreements":
        """What the actor may see: all for the vendor, else the agreements of their accounts."""
        if actor.sees_everything:
            return self
        return self.filter(account__in=actor.accounts)


class Agreement(models.Model):
    """What a partner is of record for: a contract, or a stand-alone subscription.

    `version` is the last sequence of the agreement's stream in the journal; `moved_at_version`
    the last one that changed what a preview shows. `ends_on` is the end of the last term.
    """

    reference = models.TextField(unique=True)
    purchasing_model = models.TextField(choices=PurchasingModel.choices)
    account = models.ForeignKey(Account, models.PROTECT, related_name="agreements")
    program = models.TextField(choices=Program.choices)
    token_flex = models.BooleanField(default=False)
    country = models.CharField(max_length=2)
    contract_manager = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    ends_on = models.DateField()
    version = models.IntegerField(default=0)
    moved_at_version = models.IntegerField(default=0)

    objects = Agreements.as_manager()

    class Meta:
        db_table = "agreement"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(token_flex=False) | models.Q(program="eba"),
                name="agreement_token_flex_needs_eba",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "ends_on", "id"], name="agreement_list"),
            models.Index(fields=["account", "reference"], name="agreement_by_reference"),
        ]

    def __str__(self) -> str:
        return self.reference


class Term(models.Model):
    """A period of an agreement, valid through its end date. A renewal adds the next one.

    `order_number` names the order that the term came with, where one did.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="terms")
    account_id = models.BigIntegerField()
    number = models.IntegerField()
    start_on = models.DateField()
    end_on = models.DateField()
    auto_renew = models.BooleanField()
    order_number = models.TextField(default="", db_default="")

    class Meta:
        db_table = "term"
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="term_number"),
            models.CheckConstraint(
                condition=models.Q(end_on__gte=models.F("start_on")), name="term_end_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"term {self.number}, {self.start_on} to {self.end_on}"


class Subscription(models.Model):
    """Product and seats, under one agreement. `product_key` is what lists sort by."""

    reference = models.TextField(unique=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="subscriptions")
    account_id = models.BigIntegerField()
    product = models.TextField()
    product_key = models.TextField()
    seats = models.IntegerField()

    class Meta:
        db_table = "subscription"
        constraints = [
            models.CheckConstraint(condition=models.Q(seats__gte=0), name="subscription_seats"),
        ]
        indexes = [
            models.Index(fields=["account_id", "product_key", "id"], name="subscription_product"),
        ]

    def __str__(self) -> str:
        return f"{self.product} ({self.reference})"


class Tenure(models.Model):
    """One partner of record in one role, over an effective period.

    The period is [effective_from, effective_until), without end while None. A row is never
    changed; it is superseded, once, and new rows say what holds instead.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="tenures")
    account_id = models.BigIntegerField()
    subscription = models.ForeignKey(Subscription, models.PROTECT, null=True, related_name="+")
    role = models.TextField(choices=PartnerRole.choices)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="tenures")
    effective_from = models.DateTimeField()
    effective_until = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    opened_by_id = models.BigIntegerField()
    superseded_at = models.DateTimeField(null=True)
    superseded_by_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "tenure"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_until=None)
                | models.Q(effective_until__gt=models.F("effective_from")),
                name="tenure_period",
            ),
            models.CheckConstraint(
                condition=models.Q(superseded_at=None, superseded_by_id=None)
                | models.Q(superseded_at__isnull=False, superseded_by_id__isnull=False),
                name="tenure_superseded_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agreement", "effective_from"],
                include=["partner", "role"],
                condition=models.Q(superseded_at=None),
                name="tenure_current",
            ),
            models.Index(fields=["account_id", "partner"], name="tenure_of_account"),
            models.Index(
                fields=["partner", "effective_from", "id"],
                condition=models.Q(superseded_at=None),
                name="tenure_of_partner",
            ),
            models.Index(
                fields=["partner", "effective_until", "id"],
                condition=models.Q(superseded_at=None, effective_until__isnull=False),
                name="tenure_ending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partner_id} as {self.role} of {self.agreement_id}"
