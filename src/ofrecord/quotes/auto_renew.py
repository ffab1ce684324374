"""Turn auto-renew off or on: the customer decides whether its term is followed by another one.

What an import says of it later counts, as for everything else in the vendor's book.
"""

from collections.abc import Sequence

from django.db import connection

from ofrecord.agreements import versions
from ofrecord.agreements.models import Agreement
from ofrecord.changes import refusals
from ofrecord.changes.check import Check, check_ids
from ofrecord.delivery import wake
from ofrecord.journal import clock
from ofrecord.journal.record import Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes import auto_renew_letters
from ofrecord.quotes.refusals import term_over
from ofrecord.quotes.renew import renew_due_of


def turn_off(references: Sequence[str], *, by: Actor, reason: str = "") -> list[str]:
    """Let agreements end with their term, all of them or none; those that would have renewed.

    A term that has followed by itself meanwhile is the current one, and is not taken back.
    Refused as `not_found`, `not_permitted` or `too_many`.
    """
    return _turn(references, False, by, reason.strip())


def turn_on(references: Sequence[str], *, by: Actor, reason: str = "") -> list[str]:
    """Let the last term of agreements be followed by another; those that would have ended.

    Refused as `not_found`, `not_permitted`, `too_many`, or `term_over` where nothing is left to
    renew.
    """
    return _turn(references, True, by, reason.strip())


def _turn(references: Sequence[str], on: bool, by: Actor, reason: str) -> list[str]:
    wanted = list(dict.fromkeys(references))
    refusals.bounded(wanted)
    with seeing(by):
        checks = _taken(wanted, on, by)
        turned = [checks[id] for id in _write(list(checks), on)]
        _tell(turned, on, by, reason)
        auto_renew_letters.turned(turned, on, by, reason)
    if turned:
        wake.wake()
    return [each.reference for each in turned]


def _taken(wanted: Sequence[str], on: bool, by: Actor) -> dict[int, Check]:
    """The agreements under their locks, as the clock has them, where the actor may change all."""
    rows = Agreement.objects.visible_to(by).filter(reference__in=wanted).order_by("id")
    ids = dict(rows.select_for_update(of=("self",)).values_list("reference", "id"))
    if missing := [each for each in wanted if each not in ids]:
        raise refusals.refused([refusals.not_found(each) for each in missing])
    checks = check_ids(list(ids.values()), partner=None, person=by.judged_person)
    for check in checks.values():
        refusals.permitted(check.verdicts)
    renew_due_of(list(checks))
    over = Agreement.objects.filter(pk__in=checks, ends_on__lt=clock.today())
    if on and (ends := list(over.order_by("pk").values_list("ends_on", flat=True))):
        raise refusals.refused([term_over(each) for each in ends])
    return checks


def _write(ids: Sequence[int], on: bool) -> list[int]:
    """Turn it, and say of which agreements it was the other way round."""
    with connection.cursor() as cursor:
        cursor.execute(_TURN_ON if on else _TURN_OFF, {"ids": list(ids), "today": clock.today()})
        return sorted({row[0] for row in cursor.fetchall()})


def _tell(turned: Sequence[Check], on: bool, by: Actor, reason: str) -> None:
    ids = [check.facts["id"] for check in turned]
    ledger = open_ledger("agreement", ids)
    facts = [
        Fact(
            subject_id=check.facts["id"],
            type=f"agreement.auto_renew_turned_{'on' if on else 'off'}",
            subject=check.reference,
            account_id=check.facts["account_id"],
            data={"agreement": check.reference, "reason": reason},
        )
        for check in turned
    ]
    ledger.record(facts, by.by)
    versions.raise_to(ledger, ids, moved=True)


_LAST = "(SELECT max(number) FROM term AS any_of WHERE any_of.agreement_id = term.agreement_id)"
_TURN_OFF = f"""
UPDATE term SET auto_renew = false
 WHERE agreement_id = ANY (%(ids)s) AND auto_renew
   AND (end_on >= %(today)s OR number = {_LAST})
RETURNING agreement_id
"""
_TURN_ON = f"""
UPDATE term SET auto_renew = true
 WHERE agreement_id = ANY (%(ids)s) AND NOT auto_renew AND number = {_LAST}
RETURNING agreement_id
"""
