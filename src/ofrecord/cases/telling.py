"""The facts of cases, about the case's number.

They say who did what and when, never what was written: messages can be personal, and events are
for ever. They stand in the stream of the account; what only staff may know stands in the stream
of whoever did it, where no account reads it.
"""

from datetime import datetime
from typing import Any

from ofrecord.cases.models import Attachment, Case
from ofrecord.journal.record import Fact
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Person
from ofrecord.parties.streams import tell as tell_party
from ofrecord.parties.streams import tell_accounts


def tell(case: Case, type: str, by: Actor, **data: Any) -> datetime:
    """Record a fact of a case, whose account is locked; the recorded time."""
    account = case.account_id
    fact = Fact(
        subject_id=account,
        type=type,
        subject=case.account.account_number,
        data=_said(case, data),
        account_id=account,
        about=case.number,
    )
    return tell_accounts([fact], by.by)


def tell_staff(case: Case, type: str, by: Actor, **data: Any) -> datetime:
    """Record a fact that only the vendor's staff may know, of one of them; the recorded time."""
    agent = Person.objects.get(pk=by.person_id or 0)
    return tell_party(agent, type, _said(case, data), by.by, about=case.number)


def attached(files: list[Attachment]) -> list[dict[str, Any]]:
    """What is said of files: what they are, and the hash of their bytes."""
    return [{"media_type": f.media_type, "size": f.size, "sha256": f.sha256} for f in files]


def _said(case: Case, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "case": case.number,
        "wish": case.wish,
        "agreement": case.agreement.reference if case.agreement else None,
        "account": case.account.account_number,
        **data,
    }
