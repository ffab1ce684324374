"""As whom a batch acts: who started the run, with what they hold now and no more than then."""

from dataclasses import replace

from django.db.models import Q
from django.db.models.functions import Now

from ofrecord.changes.models import Run
from ofrecord.changes.runs import refusals
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.models import ApiClient, Person

SCOPE = "changes:write"


class Stopped(Exception):
    """The run cannot go on; `code` is one of `refusals.STOPS`."""

    def __init__(self, code: str) -> None:
        super().__init__(str(refusals.STOPS[code]().reason))
        self.code = code


def acting(run: Run) -> Actor:
    """The actor of the run's next batch. Call it inside `seeing` of the system.

    Raises `Stopped` when the person was disabled, when the system's credentials were taken
    away, or when nothing is held any more of what the run was started with.
    """
    people = [each for each in (run.by, run.on_behalf_of) if each]
    if not all(each.is_active for each in people):
        raise Stopped("person_disabled")
    if run.client and not _may_still(run.client):
        raise Stopped("client_revoked")
    held = _held(run.by, run) if run.by and not run.client else _then(run)
    return replace(held, on_behalf_of=run.on_behalf_of_id)


def _then(run: Run) -> Actor:
    """A system of the API, whose place never changes, or the operator at the terminal."""
    return Actor(
        person_id=run.by_id,
        door=run.door,
        accounts=tuple(run.accounts),
        vendor_roles=tuple(run.vendor_roles),
        strength=run.strength,
        request_id=run.request_id,
        is_system=run.is_system,
        client=run.client,
    )


def _held(person: Person, run: Run) -> Actor:
    now = for_person(person, door=run.door, strength=run.strength, request_id=run.request_id)
    held = replace(
        now,
        accounts=tuple(each for each in now.accounts if each in run.accounts),
        partners=(),
        vendor_roles=tuple(each for each in now.vendor_roles if each in run.vendor_roles),
    )
    if not (held.accounts or held.vendor_roles):
        raise Stopped("not_permitted")
    return held


def _may_still(client: str) -> bool:
    good = Q(expires_at=None) | Q(expires_at__gt=Now())
    kept = ApiClient.objects.filter(good, client_id=client, revoked_at=None)
    return kept.filter(scopes__contains=[SCOPE]).exists()
