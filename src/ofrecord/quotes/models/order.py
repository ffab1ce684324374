"""What a customer has ordered."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from ofrecord.agreements.models import Agreement
from ofrecord.parties.models import Account, Partner, Person
from ofrecord.quotes.models.kind import Kind
from ofrecord.quotes.models.quote import Quote

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


class Orders(models.QuerySet["Order"]):
    def visible_to(self, actor: "Actor") -> "Orders":
        """All for the vendor, else those of the actor's accounts and firms."""
        if actor.sees_everything:
            return self
        return self.filter(Q(account_id__in=actor.accounts) | Q(partner_id__in=actor.partners))


class Order(models.Model):
    """A booked transaction: of an accepted quote, or of the vendor's ERP under its own number.

    `cause` of the change that it decides is `order/` and its number. `begins_on` is the first
    day of what was ordered, `begun_at` when the subscriptions followed. `agreement` and `lines`
    (product, seats, replaces) are those of a booked transaction; a quote has its own. `content`
    is the hash of all that it said, if it was kept.
    """

    number = models.TextField(unique=True)
    quote = models.OneToOneField(Quote, models.PROTECT, null=True, related_name="order")
    transaction = models.TextField(default="")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="+")
    lines = models.JSONField(default=list)
    content = models.TextField(default="", db_default="")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="+")
    kind = models.TextField(choices=Kind.choices)
    purchase_order = models.TextField(default="")
    accepted_name = models.TextField(default="")
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField()
    begins_on = models.DateField()
    begun_at = models.DateTimeField(null=True)
    currency = models.CharField(max_length=3)
    net = models.DecimalField(max_digits=20, decimal_places=4)
    tax = models.DecimalField(max_digits=20, decimal_places=4)
    total = models.DecimalField(max_digits=20, decimal_places=4)

    objects = Orders.as_manager()

    class Meta:
        db_table = "sales_order"
        constraints = [
            models.CheckConstraint(
                condition=Q(quote__isnull=False) | ~Q(transaction=""),
                name="sales_order_of_something",
            ),
            models.UniqueConstraint(
                fields=["transaction"],
                condition=~Q(transaction=""),
                name="sales_order_transaction",
            ),
            models.CheckConstraint(
                condition=Q(total=F("net") + F("tax")), name="sales_order_totals"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="sales_order_list"),
            models.Index(fields=["partner", "-id"], name="sales_order_of_partner"),
            models.Index(
                fields=["begins_on"],
                condition=Q(begun_at=None),
                name="sales_order_to_begin",
            ),
        ]

    def __str__(self) -> str:
        return self.number
