"""Endpoints, deliveries, their attempts, and letters."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ofrecord.journal.models import Event


class Endpoint(models.Model):
    """A system told of events. `types` are the event types, or `prefix.*`, it is subscribed to.

    `secret` is encrypted with a key that the database does not hold; until `old_secret_until`
    the one before it signs too. A change is complete only when every endpoint that was
    `required` at that moment has acknowledged it. A paused endpoint collects what it is told of
    until it is resumed; one that is not `active` was removed, and is told of nothing.
    """

    name = models.TextField()
    url = models.TextField()
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_secret_until = models.DateTimeField(null=True)
    required = models.BooleanField(default=False)
    types = ArrayField(models.TextField(), default=list)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    paused_reason = models.TextField(default="", db_default="")
    removed_at = models.DateTimeField(null=True)
    removed_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "endpoint"
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(active=True), name="endpoint_named_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    PARKED = "parked", _("given up")
    WAIVED = "waived", _("waived")


class Delivery(models.Model):
    """One event to one endpoint.

    Written by the database itself with the event, so that no verb can forget it; or by `replay`,
    which tells an endpoint again. `claimed_until` is a lease: a worker that dies is succeeded
    when it runs out.
    """

    endpoint = models.ForeignKey(
        Endpoint, models.PROTECT, related_name="deliveries", db_index=False
    )
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
    replay = models.UUIDField(null=True)
    waived_at = models.DateTimeField(null=True)
    waived_reason = models.TextField(default="", db_default="")

    class Meta:
        db_table = "delivery"
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event"],
                condition=models.Q(replay=None),
                name="delivery_once",
            ),
            models.UniqueConstraint(
                fields=["event", "endpoint"],
                condition=models.Q(state__in=["waiting", "parked"]),
                name="delivery_unsettled_once",
            ),
            models.CheckConstraint(
                condition=models.Q(replay=None) | models.Q(required=False),
                name="delivery_replay_not_required",
            ),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "stream", "subject_id", "sequence"],
                condition=models.Q(state__in=["waiting", "parked"]),
                name="delivery_in_order",
            ),
            models.Index(
                fields=["endpoint", "next_try_at", "id"],
                condition=models.Q(state="waiting", replay=None),
                name="delivery_due",
            ),
            models.Index(
                fields=["endpoint", "next_try_at", "id"],
                condition=models.Q(state="waiting", replay__isnull=False),
                name="delivery_replay_due",
            ),
            models.Index(
                fields=["endpoint", "-acknowledged_at"],
                condition=models.Q(state="acknowledged", replay=None),
                name="delivery_usual_time",
            ),
            models.Index(
                fields=["waived_at"],
                condition=models.Q(state="waived"),
                name="delivery_waived",
            ),
            models.Index(fields=["endpoint", "-id"], name="delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.endpoint_id}: {self.state}"


class Attempt(models.Model):
    """One try of a delivery, as it went: to which address, signed with how many secrets."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="tries")
    started_at = models.DateTimeField()
    url = models.TextField(default="", db_default="")
    signatures = models.SmallIntegerField(default=1, db_default=1)
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
