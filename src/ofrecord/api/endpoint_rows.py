"""Endpoints as the API shows them, and one of them held for an act."""

from typing import Any

from django.utils.translation import gettext as _

from ofrecord.api.answers import matches
from ofrecord.api.pages import Row, rows
from ofrecord.api.problems import Problem
from ofrecord.changes import refusals
from ofrecord.delivery.models import Endpoint

NONE: dict[str, Any] = {"id": None, "active": None}


def endpoint_rows(**wanted: Any) -> list[Row]:
    """Endpoints by name; call it inside `parties.context.seeing`."""
    return rows(_ENDPOINTS, {**NONE, **wanted})


def endpoint_row(id: int) -> Row:
    """One endpoint, also when it was removed; refused as `not_found`."""
    found = endpoint_rows(id=id)
    if not found:
        raise refusals.refused([refusals.not_found(str(id), what=_("endpoint"))])
    return found[0]


def held(id: int, if_match: str) -> Endpoint:
    """The endpoint, locked until the end of the transaction, as the client says it saw it.

    Refused: not_found, endpoint_removed, moved_meanwhile.
    """
    endpoint = Endpoint.objects.select_for_update().filter(pk=id).first()
    shown = endpoint_row(id)
    if endpoint is None or not endpoint.active:
        said = _("%(name)s was removed and is told of nothing any more.")
        raise Problem(409, "endpoint_removed", said % {"name": shown["name"]})
    if not matches(if_match, shown):
        said = _("The endpoint is no longer as it was read. Read it again.")
        raise Problem(412, "moved_meanwhile", said)
    return endpoint


_ENDPOINTS = """
SELECT id, name, url, required, active, types, created_at, paused_at, paused_reason,
       old_secret_until, removed_at, removed_reason
  FROM endpoint
 WHERE (%(id)s::bigint IS NULL OR id = %(id)s)
   AND (%(active)s::boolean IS NULL OR active = %(active)s)
 ORDER BY name, id
"""
