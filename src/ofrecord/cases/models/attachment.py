"""Files that come with a message."""

import uuid

from django.db import models

from ofrecord.cases.models.case import Case
from ofrecord.cases.models.message import Message


class Attachments(models.QuerySet["Attachment"]):
    def listed(self) -> "Attachments":
        """Everything but what is in them."""
        return self.defer("content")


class Attachment(models.Model):
    """A file, kept beside its message; `media_type` is what its first bytes say it is.

    `size` is in bytes, `sha256` the hash of the content in hexadecimal digits.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments")
    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    name = models.TextField()
    media_type = models.TextField()
    size = models.IntegerField()
    sha256 = models.TextField()
    content = models.BinaryField()

    objects = Attachments.as_manager()

    class Meta:
        db_table = "case_attachment"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(size__gt=0), name="case_attachment_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.name
