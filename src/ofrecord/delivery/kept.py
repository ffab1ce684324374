"""An email backend for installations without a mail server: it keeps, and sends nothing.

Letters about one's own sign-in (a password's reset) come this way, past the letters of acts, and
are kept beside them, so that the mailbox of a try-out shows them too.
"""

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.utils.translation import get_language

from ofrecord.delivery.context import as_system
from ofrecord.delivery.letters import one_line


class Kept(BaseEmailBackend):
    """`EMAIL_BACKEND` where OFRECORD_SMTP_URL is empty."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            _keep(message)
        return len(email_messages)


def _keep(message: EmailMessage) -> None:
    subject, to = one_line(str(message.subject)), ", ".join(message.recipients())
    said = [get_language() or "", subject, str(message.body), _html(message), to]
    with as_system(), connection.cursor() as cursor:
        cursor.execute(_INSERT, [uuid.uuid4(), *said])


def _html(message: EmailMessage) -> str:
    """The HTML part, or nothing."""
    parts = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    return next((str(content) for content, kind in parts if kind == "text/html"), "")


_INSERT = """
INSERT INTO letter (act, kind, about, language, subject, text, html, state, created_at,
                    next_try_at, attempts, sent_at, sent_to, last_error)
VALUES (%s, 'sign_in', '{}', %s, %s, %s, %s, 'sent', clock_timestamp(), clock_timestamp(), 1,
        clock_timestamp(), %s, '')
"""
