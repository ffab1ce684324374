"""Receipt: the signed record of a change.

Who changed what from whom to whom, when it counts and when it was recorded, under which policy,
and where it stands in the agreement's chain of hashes.
"""

import json
from typing import Any

from django.db import connection

from ofrecord.changes import decided, refusals
from ofrecord.changes.issue import Document, drawn_up, tell
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.numbers import normalized
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person, Role
from ofrecord.parties.streams import lock_accounts

KIND = "receipt"
INSTANTS = ("effective_at", "submitted_at", "decided_at", "applied_at", "completed_at", "closed_at")


def receipt(number: str, *, by: Actor) -> Document:
    """The receipt of a change as it stands, with the events that it consists of.

    Refused as `not_found` when the change is not seen.
    """
    with seeing(by):
        change = _seen(number, by)
        accounts = lock_accounts([change.account_id])
        content = _content(_at_rest(change))
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
    related = ("agreement__account", "by", "on_behalf_of", "undoes", "undone_by")
    return PartnerChange.objects.select_related(*related).get(pk=change.pk)


def _content(change: PartnerChange) -> dict[str, Any]:
    agreement = change.agreement
    (sets,) = decided.load([change.pk])
    events = _events(change)
    undone = getattr(change, "undone_by", None)
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
        "reason": change.reason,
        "policy_version": change.policy_version,
        "undoes": change.undoes.number if change.undoes else None,
        "undone_by": undone.number if undone else None,
        "events": [{name: event[name] for name in _SHOWN} for event in events if event["own"]],
        "head": {name: events[-1][name] for name in ("sequence", "hash")} if events else None,
    }


def _events(change: PartnerChange) -> list[dict[str, Any]]:
    """The events of the change, and the head of the agreement's stream."""
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, {"number": change.number, "agreement": change.agreement_id})
        rows = cursor.fetchall()
    return [dict(zip((*_SHOWN, "by", "own"), row, strict=True)) for row in rows]


def _by(change: PartnerChange, events: list[dict[str, Any]]) -> dict[str, Any]:
    """Who acted, as the first event of the change has it."""
    first: dict[str, Any] = next((json.loads(each["by"]) for each in events if each["own"]), {})
    return {
        "name": _named(change.by),
        "on_behalf_of": _named(change.on_behalf_of),
        "door": change.door,
        "strength": first.get("strength", "none"),
    }


def _named(person: Person | None) -> str | None:
    """A person's name; the vendor's own people act as the vendor, whoever asks."""
    if person is None:
        return None
    with seeing(Actor.system()):
        at_vendor = Role.objects.filter(person=person, account=None, partner=None).exists()
    return "" if at_vendor else person.name or f"#{person.pk}"


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
