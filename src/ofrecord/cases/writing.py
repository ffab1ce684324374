"""Writing a message and its files, under the lock of the case's account."""

from collections.abc import Sequence
from datetime import datetime

from ofrecord.cases import files, refusals
from ofrecord.cases.models import Attachment, Case, Message, Side
from ofrecord.changes.refusals import refused
from ofrecord.parties.actors import Actor

LONGEST = 10_000


def said(text: str) -> str:
    """The text of a message as it is kept. Refused as `text_missing`."""
    kept = text.replace("\r\n", "\n").strip()[:LONGEST]
    if not kept:
        raise refused([refusals.text_missing()])
    return kept


def next_place(case: Case) -> int:
    """The place of the next message of a case."""
    return case.messages.count() + 1


def write(
    case: Case, text: str, side: Side, by: Actor, at: datetime, found: Sequence[Attachment] = ()
) -> Message:
    """Keep a message as the last of its case, with its files."""
    message = Message.objects.create(
        case=case,
        place=next_place(case),
        side=side,
        author_id=by.judged_person,
        text=text,
        written_at=at,
    )
    files.attach(message, found)
    return message
