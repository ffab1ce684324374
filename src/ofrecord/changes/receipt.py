"""Receipt: the signed record of a change.

Who changed what from whom to whom, who was asked and said what, when it counts and when it was
recorded, under which policy, and where it stands in the agreement's chain of hashes.
"""

import json
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from ofrecord.changes import decided, refusals
from ofrecord.changes.issue import Document, drawn_up, tell
from ofrecord.changes.members import written
from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.changes.naming import on_record
from ofrecord.changes.numbers import normalized
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.streams import lock_accounts

KIND = "receipt"
INSTANTS = (
    "effective_at",
    "effective_until",
    "submitted_at",
    "settled_at",
    "decided_at",
    "applied_at",
    "completed_at",
    "closed_at",
)
POINTERS = ("undoes", "undone_by", "corrects", "supersedes", "superseded_by")
"""Other changes that a change points to, or that point to it."""


def receipt(number: str, *, by: Actor) -> Document:
    """The receipt of a change as it stands, with the events that it consists of.

    Refused as `not_found` when the change is not seen.
    """
    with seeing(by):
        change = _at_rest(_seen(number, by))
        accounts = lock_accounts([change.account_id])
        content = _content(change)
        document = drawn_up(KIND, f"receipt-{change.number}", content)
        about = [(change.account_id, change.agreement.reference)]
        told = {"change": change.number, "state": content["state"]}
        tell("receipt.issued", accounts, about, told, by)
    return document


def _seen(number: str, by: Actor) -> PartnerChange:
    changes = PartnerChange.objects.visible_to(by).select_related("agreement")
    change = changes.filter(number=normalized(number) or "").first()
    if change is None:
        raise refusals.refused([refusals.no_change(number)])
    return change


def _at_rest(change: PartnerChange) -> PartnerChange:
    """The same change when nobody is at work on its agreement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM agreement WHERE id = %s FOR SHARE", [change.agreement_id])
    people = ("by", "on_behalf_of", "proposed_by")
    related = PartnerChange.objects.select_related("agreement__account", *people, *POINTERS)
    return related.get(pk=change.pk)


def _content(change: PartnerChange) -> dict[str, Any]:
    agreement = change.agreement
    (sets,) = decided.load([change.pk])
    events = _events(change)
    return {
        "change": change.number,
        "occasion": change.occasion,
        "state": change.state,
        "agreement": agreement.reference,
        "purchasing_model": agreement.purchasing_model,
        "account": {
            "account_number": agreement.account.account_number,
            "name": agreement.account.name,
        },
        "before": [party.as_data() for party in sets.before],
        "after": [party.as_data() for party in sets.after],
        **{name: getattr(change, name) for name in INSTANTS},
        "by": _by(change, events),
        "proposed_by": _proposed_by(change),
        "reason": change.reason,
        "cause": change.cause or None,
        "only": written(change.only),
        "overridden": change.overridden,
        "policy_version": change.policy_version,
        "consents": [_consent(each) for each in _consents(change)],
        **{name: _number(getattr(change, name, None)) for name in POINTERS},
        "corrected_by": [each.number for each in change.corrections.order_by("pk")],
        "events": [{name: event[name] for name in _SHOWN} for event in events if event["own"]],
        "head": {name: events[-1][name] for name in ("sequence", "hash")} if events else None,
    }


def _events(change: PartnerChange) -> list[dict[str, Any]]:
    """The events of the change, and the head of the agreement's stream."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, {"number": change.number, "agreement": change.agreement_id})
        rows = cursor.fetchall()
    return [dict(zip((*_SHOWN, "by", "own"), row, strict=True)) for row in rows]


def _consents(change: PartnerChange) -> QuerySet[Consent]:
    return change.consents.select_related("partner").order_by(
        "due_at", "kind", "partner__account_number"
    )


def _consent(asked: Consent) -> dict[str, Any]:
    """Who was asked for what and said what; a firm by its number, and nobody by name."""
    return {
        "kind": asked.kind,
        "partner": asked.partner.account_number if asked.partner else None,
        "due_at": asked.due_at,
        "answer": asked.answer or None,
        "answered_at": asked.answered_at,
    }


def _number(change: PartnerChange | None) -> str | None:
    return change.number if change else None


def _by(change: PartnerChange, events: list[dict[str, Any]]) -> dict[str, Any]:
    """Who acted, as the first event of the change has it."""
    first: dict[str, Any] = next((json.loads(each["by"]) for each in events if each["own"]), {})
    name, on_behalf_of = on_record(change.account_id, (change.by, change.on_behalf_of))
    return {
        "name": name,
        "on_behalf_of": on_behalf_of,
        "door": change.door,
        "strength": first.get("strength", "none"),
    }


def _proposed_by(change: PartnerChange) -> str | None:
    """Who asked for a correction that somebody else approved: empty for the vendor."""
    (name,) = on_record(change.account_id, (change.proposed_by,))
    return name


_SHOWN = ("sequence", "type", "recorded_at", "hash")
_EVENTS = """
SELECT sequence, type, recorded_at, encode(hash, 'hex'),
       convert_from(body, 'UTF8')::jsonb #>> '{data,by}', about = %(number)s
  FROM event AS e
 WHERE stream = 'agreement' AND subject_id = %(agreement)s
   AND (about = %(number)s
        OR sequence = (SELECT max(sequence) FROM event
                        WHERE stream = 'agreement' AND subject_id = %(agreement)s))
 ORDER BY sequence
"""
