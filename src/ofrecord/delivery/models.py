"""Endpoints, deliveries, their attempts, and letters."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ofrecord.journal.models import Event


class Endpoint(models.Model):
    """A system told of events. `types` are the event types, or `prefix.*`, it is subscribed to.

    `secret` is encrypted with a key that the database does not hold. A change is complete only
    when every endpoint that was `required` at that moment has acknowledged it.
    """

    name = models.TextField(unique=True)
    url = models.TextField()
    secret = models.BinaryField()
    required = models.BooleanField(default=False)
    types = ArrayField(models.TextField(), default=list)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "endpoint"

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    PARKED = "parked", _("given up")
    WAIVED = "waived", _("waived")


class Delivery(models.Model):
    """One event to one endpoint.

    Written by the database itself with the event, so that no verb can forget it. `claimed_until`
    is a lease: a worker that dies is succeeded when it runs out.
    """

    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries")
    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries")
    stream = models.TextField()
    subject_id = models.BigIntegerField()
    sequence = models.IntegerField()
    account_id = models.BigIntegerField(null=True)
    required = models.BooleanField()
    state = models.TextField(choices=DeliveryState.choices, default="waiting")
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    acknowledged_at = models.DateTimeField(null=True)
    last_status = models.IntegerField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        db_table = "delivery"
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="delivery_once"),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "stream", "subject_id", "sequence"],
                condition=models.Q(state__in=["waiting", "parked"]),
                name="delivery_in_order",
            ),
            models.Index(
                fields=["endpoint", "next_try_at", "id"],
                condition=models.Q(state="waiting"),
                name="delivery_due",
            ),
            models.Index(
                fields=["endpoint", "-acknowledged_at"],
                condition=models.Q(state="acknowledged"),
                name="delivery_usual_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}: {self.state}"


class Attempt(models.Model):
    """One try of a delivery, as it went."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="tries")
    started_at = models.DateTimeField()
    milliseconds = models.IntegerField()
    status = models.IntegerField(null=True)
    answer = models.TextField(default="")
    error = models.TextField(default="")

    class Meta:
        db_table = "delivery_attempt"

    def __str__(self) -> str:
        return f"{self.started_at}: {self.status or self.error}"


class LetterState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    WITHHELD = "withheld", _("withheld")
    PARKED = "parked", _("given up")


class Letter(models.Model):
    """An email to a person or to a partner's own address, frozen with the act it tells of.

    The address, and the right to receive it, are looked up again when it is sent: a person
    must still hold a role in the account. `about` names the changes or agreements it tells of.
    """

    act = models.UUIDField()
    kind = models.TextField()
    person_id = models.BigIntegerField(null=True)
    partner_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    about = ArrayField(models.TextField(), default=list)
    language = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    html = models.TextField()
    state = models.TextField(choices=LetterState.choices, default="waiting")
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    sent_to = models.TextField(default="")
    last_error = models.TextField(default="")

    class Meta:
        db_table = "letter"
        constraints = [
            models.UniqueConstraint(
                fields=["act", "kind", "person_id", "partner_id"],
                nulls_distinct=False,
                name="letter_one_per_person_and_act",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=models.Q(state="waiting"),
                name="letter_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
