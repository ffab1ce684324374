"""The tables of the change, of what it waits for, and of what it may come from."""

from ofrecord.changes.models.change import (
    OPEN,
    Member,
    Movement,
    Occasion,
    PartnerChange,
    PartnerChanges,
    Request,
    State,
)
from ofrecord.changes.models.consent import Answer, Consent, Kind
from ofrecord.changes.models.correction import Correction, Outcome
from ofrecord.changes.models.lock import Lock
from ofrecord.changes.models.run import Run, RunBatch, RunState
from ofrecord.changes.models.transfer_code import CodedAgreement, TransferCode

__all__ = [
    "OPEN",
    "Answer",
    "CodedAgreement",
    "Consent",
    "Correction",
    "Kind",
    "Lock",
    "Member",
    "Movement",
    "Occasion",
    "Outcome",
    "PartnerChange",
    "PartnerChanges",
    "Request",
    "Run",
    "RunBatch",
    "RunState",
    "State",
    "TransferCode",
]
