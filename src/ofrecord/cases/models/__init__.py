"""The tables of cases: the case, what is said in it, and the files that come along."""

from ofrecord.cases.models.attachment import Attachment
from ofrecord.cases.models.case import DUE, LIVE, Case, Cases, State, Wish
from ofrecord.cases.models.message import Message, Note, Side

__all__ = [
    "DUE",
    "LIVE",
    "Attachment",
    "Case",
    "Cases",
    "Message",
    "Note",
    "Side",
    "State",
    "Wish",
]
