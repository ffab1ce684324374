"""The facts of a code, in the stream of its account."""

from datetime import datetime
from typing import Any

from ofrecord.changes.models import TransferCode
from ofrecord.journal.record import Fact
from ofrecord.parties.actors import Actor
from ofrecord.parties.streams import lock_accounts, tell_accounts


def tell(type: str, code: TransferCode, data: dict[str, Any], by: Actor) -> datetime:
    """Record one fact of a code; the recorded time. It never tells the code itself."""
    ((account_id, number),) = lock_accounts([code.account_id]).items()
    said = {"transfer_code": str(code.pk), **data}
    fact = Fact(account_id, type, number, said, account_id=account_id, about=str(code.pk))
    return tell_accounts([fact], by.by)
