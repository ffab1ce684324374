"""Writing what became of an invitation: its state, when and by whom, and the fact of it."""

from typing import Any

from ofrecord.invitations.lifecycle import move
from ofrecord.invitations.models import Invitation
from ofrecord.invitations.telling import tell_account, tell_answer, tell_sender
from ofrecord.parties.actors import Actor

COLUMNS = ("state", "closed_at", "closed_by", "closed_reason", "answer")


def close(
    invitation: Invitation, act: str, by: Actor, *, reason: str = "", answer: str = ""
) -> None:
    """Make the move of `act` with an open invitation, which is locked."""
    step = move(invitation.state, act)
    said: dict[str, Any] = {"reason": reason} if reason else {}
    said |= {"answer": answer} if answer else {}
    tell = tell_account if step.by == "customer" else tell_sender
    invitation.closed_at = tell(invitation, step.event, by, **said)
    invitation.state, invitation.closed_by_id = step.after, by.judged_person
    invitation.closed_reason, invitation.answer = reason, answer
    invitation.save(update_fields=COLUMNS)
    if step.by == "customer":
        tell_answer(invitation, invitation.state, by)
