"""Who of an account may ask for quotes and answer them: who may change the partner."""

from ofrecord.changes.check import check_ids
from ofrecord.changes.refusals import permitted, refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Role
from ofrecord.quotes import refusals
from ofrecord.rules import policy


def demand_customer(account_id: int, by: Actor) -> None:
    """Refuse whoever is of another account, such as the partner itself."""
    if not (by.sees_everything or account_id in by.accounts):
        raise refused([refusals.not_a_buyer()])


def demand_buyer(account_id: int, agreement_id: int | None, by: Actor) -> None:
    """Refuse whoever could not change the partner of the agreement; or, without one, of any.

    A system without a person is judged by its scopes, at its door.
    """
    demand_customer(account_id, by)
    if agreement_id is not None:
        checks = check_ids([agreement_id], partner=None, person=by.judged_person)
        permitted(checks[agreement_id].verdicts)
    elif by.judged_person is not None and not _holds_a_role(account_id, by.judged_person):
        raise refused([refusals.not_a_buyer()])


def _holds_a_role(account_id: int, person_id: int) -> bool:
    names = policy.live().may_change
    return Role.objects.filter(account_id=account_id, person_id=person_id, name__in=names).exists()
