"""Partner changes as the API shows them."""

from typing import Any
from uuid import UUID

from ofrecord.api.pages import Row, lost, rows
from ofrecord.api.shapes.changes import ChangeFilters
from ofrecord.changes import decided
from ofrecord.changes.members import written
from ofrecord.changes.naming import known_to
from ofrecord.delivery.progress import Progress, progress
from ofrecord.parties.actors import Actor

ACTED = ("by", "on_behalf_of", "closed_by")


def change_rows(by: Actor, filters: ChangeFilters) -> list[Row]:
    """Changes that the actor may see, the newest first, one more than asked for."""
    asked = {**_seen_by(by), **filters.model_dump(mode="json"), "before": None}
    if filters.cursor:
        places = rows(_PLACE, {**_seen_by(by), "number": filters.cursor})
        if not places:
            raise lost()
        asked["before"] = places[0]["id"]
    return rows(_LIST, {**asked, "limit": filters.limit + 1})


def change_row(by: Actor, number: str) -> Row | None:
    """One change with both partner sets and its tracker; None if it is not seen."""
    found = rows(_ONE, {**_seen_by(by), "number": number})
    if not found:
        return None
    row = found[0]
    (sets,) = decided.load([row.pop("id")])
    event, account = row.pop("applied_event"), row.pop("account_id")
    return {
        **row,
        **_people(by, account, {name: row[name] for name in ACTED}),
        "only": written(row["only"]),
        "before": [party.as_data() for party in sets.before],
        "after": [party.as_data() for party in sets.after],
        "tracker": [_step(line) for line in _lines(event)],
    }


def _seen_by(by: Actor) -> dict[str, Any]:
    return {"all": by.sees_everything, "accounts": list(by.accounts)}


def _people(by: Actor, account_id: int, acted: Row) -> Row:
    """Who acted, as far as the reader may know them."""
    known = known_to(by, account_id, acted.values())
    shown = {id: {"email": each.email, "name": each.name} for id, each in known.items()}
    return {name: shown.get(id) for name, id in acted.items()}


def _lines(event: UUID | None) -> list[Progress]:
    return progress([event]).get(event, []) if event else []


def _step(line: Progress) -> dict[str, Any]:
    return {
        "endpoint": line.endpoint,
        "required": line.required,
        "state": line.state,
        "created_at": line.created_at,
        "acknowledged_at": line.acknowledged_at,
        "seconds": line.seconds,
        "usual_seconds": line.usual_seconds,
        "late_since": line.late_since,
        "attempts": line.attempts,
        "next_try_at": line.next_try_at,
    }


_SUMMARY = """
       c.number, a.reference AS agreement, account.account_number AS account,
       partner.account_number AS partner, c.occasion, c.state, c.effective_at, c.submitted_at
"""
_FROM = """
  FROM partner_change AS c JOIN agreement AS a ON a.id = c.agreement_id
  JOIN account ON account.id = c.account_id
  LEFT JOIN partner ON partner.id = c.partner_id
 WHERE (%(all)s OR c.account_id = ANY (%(accounts)s))
"""
_LIST = f"""
SELECT {_SUMMARY}{_FROM}
   AND c.occasion <> 'load'
   AND (%(before)s::bigint IS NULL OR c.id < %(before)s)
   AND (%(agreement)s::text IS NULL OR a.reference = %(agreement)s)
   AND (%(state)s::text IS NULL OR c.state = %(state)s)
   AND (%(partner)s::text IS NULL OR partner.account_number = %(partner)s)
   AND (%(submitted_since)s::timestamptz IS NULL OR c.submitted_at >= %(submitted_since)s)
 ORDER BY c.id DESC LIMIT %(limit)s
"""
_PLACE = f"SELECT c.id {_FROM} AND c.number = %(number)s"
_NUMBER = "(SELECT other.number FROM partner_change AS other WHERE c.{of})"
_ONE = f"""
SELECT c.id, c.account_id, c.applied_event, {_SUMMARY},
       c.decided_at, c.applied_at, c.completed_at, c.closed_at,
       c.by_id AS by, c.on_behalf_of_id AS on_behalf_of, c.door, c.reason,
       c.closed_by_id AS closed_by, c.closed_reason,
       c.policy_version, c.effective_until, c.settled_at, c.cause, c.only::json AS only,
       c.overridden,
       {_NUMBER.format(of="undoes_id = other.id")} AS undoes,
       {_NUMBER.format(of="id = other.undoes_id")} AS undone_by,
       {_NUMBER.format(of="corrects_id = other.id")} AS corrects,
       {_NUMBER.format(of="supersedes_id = other.id")} AS supersedes,
       {_NUMBER.format(of="id = other.supersedes_id")} AS superseded_by,
       (SELECT coalesce(json_agg(json_build_object(
                   'id', k.id, 'kind', k.kind, 'partner', party.account_number,
                   'due_at', k.due_at, 'answer', k.answer, 'answered_at', k.answered_at,
                   'ground', k.ground, 'reason', k.reason)
                   ORDER BY k.due_at, k.kind, party.account_number), '[]')
          FROM consent AS k LEFT JOIN partner AS party ON party.id = k.partner_id
         WHERE k.change_id = c.id) AS consents {_FROM} AND c.number = %(number)s
"""
