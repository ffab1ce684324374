"""The events; and what proves that they are as they were: public keys and anchors."""

from django.db import models


class Event(models.Model):
    """An immutable fact.

    `body` is the whole CloudEvent as it was frozen, and what every endpoint receives.
    `hash` is SHA-256 over the previous hash of the stream and `body`.
    """

    id = models.UUIDField(primary_key=True)
    stream = models.TextField()
    subject_id = models.BigIntegerField()
    sequence = models.IntegerField()
    type = models.TextField()
    recorded_at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    partner_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    about = models.TextField(default="")
    body = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "event"
        constraints = [
            models.UniqueConstraint(
                fields=["stream", "subject_id", "sequence"], name="event_stream_gapless"
            ),
            models.CheckConstraint(condition=models.Q(sequence__gte=1), name="event_from_one"),
        ]
        indexes = [
            models.Index(fields=["about"], name="event_about", condition=~models.Q(about="")),
            models.Index(fields=["account_id", "recorded_at"], name="event_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.stream}/{self.subject_id}#{self.sequence} {self.type}"


class SigningKey(models.Model):
    """A public key: `body` is the set of keys from this one back, signed with this one."""

    id = models.BigAutoField(primary_key=True)
    key_id = models.TextField(unique=True)
    body = models.BinaryField()
    published_at = models.DateTimeField()

    class Meta:
        db_table = "signing_key"

    def __str__(self) -> str:
        return self.key_id


class Anchor(models.Model):
    """An anchor: `body` is the signed document, `root` covers what was recorded up to `until`."""

    number = models.IntegerField(primary_key=True)
    until = models.DateTimeField(unique=True)
    root = models.BinaryField()
    body = models.BinaryField()
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "anchor"

    def __str__(self) -> str:
        return f"anchor {self.number}"
