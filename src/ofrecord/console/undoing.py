"""Whether a change can be undone for the customer now, and what that would restore."""

from typing import Any

from ofrecord.changes import undo
from ofrecord.changes.models import PartnerChange
from ofrecord.console.rights import may_support
from ofrecord.parties.actors import Actor
from ofrecord.web.records import words


def offered(shown: PartnerChange, by: Actor) -> dict[str, Any]:
    """What the page of a change says of undoing it; nothing for who is no agent, or of a change
    that nobody undoes. Call it inside `parties.context.seeing(by)`.
    """
    made = shown.occasion == "request" and shown.applied_at is not None
    if not (made and may_support(by)) or getattr(shown, "undone_by", None):
        return {"undo": None}
    check = undo.preview(shown.number, by=by)
    restored = dict.fromkeys(party.name for party in (check.after if check else None) or ())
    return {
        "undo": check,
        "undo_against": undo.against({shown.number: check}, by)[shown.number],
        "restored": words.joined(restored),
    }


def can_be(shown: PartnerChange | None, by: Actor) -> bool:
    """Whether an agent could undo it now."""
    found = offered(shown, by) if shown else {"undo": None}
    return found["undo"] is not None and not found["undo_against"]
