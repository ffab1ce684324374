"""What is said in a case: messages between customer and support, and notes of support's own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ofrecord.cases.models.case import Case
from ofrecord.parties.models import Person


class Side(models.TextChoices):
    CUSTOMER = "customer", _("customer")
    STAFF = "staff", _("support")


class Message(models.Model):
    """One message, in the order of its place in the case; it never alters."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages")
    place = models.IntegerField()
    side = models.TextField(choices=Side.choices)
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        db_table = "case_message"
        constraints = [
            models.UniqueConstraint(fields=["case", "place"], name="case_message_place"),
        ]

    def __str__(self) -> str:
        return f"message {self.place} of {self.case_id}"


class Note(models.Model):
    """What support writes for itself: in a table of its own, which no customer can read."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        db_table = "case_note"
        indexes = [models.Index(fields=["case", "id"], name="case_note_list")]

    def __str__(self) -> str:
        return f"note of {self.case_id}"
