"""Contract managers: who of the account looks after an agreement, and may change its partner."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from ofrecord.agreements import versions
from ofrecord.agreements.models import Agreement
from ofrecord.journal.record import Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.parties.people.rights import is_head
from ofrecord.parties.refusals import Refused

TYPE = "agreement.contract_manager_changed"
MOST = 10_000


def appoint(references: Sequence[str], person_id: int | None, *, by: Actor) -> list[str]:
    """Make somebody of the account the contract manager of these agreements, or nobody.

    All of them or none; returns those that had another one before. By the account's primary
    admin. Refused: agreement_unknown, too_many, not_permitted, manager_unusable.
    """
    wanted = list(dict.fromkeys(references))
    if len(wanted) > MOST:
        raise Refused("too_many", _("Name at most %(most)s at a time.") % {"most": MOST})
    with seeing(by):
        agreements = _locked(wanted, by)
        for account in {each.account for each in agreements}:
            if not (by.is_system or is_head(by, account)):
                raise Refused(
                    "not_permitted", _("Only the account's primary admin appoints its managers.")
                )
        if person_id is not None:
            _judge(person_id, {each.account.pk for each in agreements})
        others = [each for each in agreements if each.contract_manager_id != person_id]
        _write(others, person_id, by)
    return [each.reference for each in others]


def end_with_role(role: Role, by: Actor) -> None:
    """Whoever leaves an account manages none of its agreements any more; as the system."""
    _write(managed(role), None, by)


def managed(role: Role) -> list[Agreement]:
    """What the holder of this role manages at its account, locked; as the system."""
    if not role.account_id:
        return []
    theirs = Agreement.objects.filter(account=role.account_id, contract_manager=role.person)
    return list(theirs.select_for_update(of=("self",)).order_by("id"))


def _locked(references: Sequence[str], by: Actor) -> list[Agreement]:
    visible = Agreement.objects.visible_to(by).filter(reference__in=references)
    rows = visible.select_related("account").select_for_update(of=("self",)).order_by("id")
    found = list(rows)
    known = {each.reference for each in found}
    for missing in (each for each in references if each not in known):
        raise Refused(
            "agreement_unknown", _("There is no agreement %(number)s.") % {"number": missing}
        )
    return found


def _judge(person_id: int, accounts: set[int]) -> None:
    held = Role.objects.filter(
        person=person_id, person__is_active=True, account__in=accounts
    ).values_list("account_id", flat=True)
    if set(held) != accounts:
        raise Refused(
            "manager_unusable", _("The contract manager is somebody who works for the account.")
        )


def _write(agreements: Sequence[Agreement], person_id: int | None, by: Actor) -> None:
    """Who manages them now, as a fact of each; older previews are stale, as others are told."""
    if not agreements:
        return
    ids = [each.pk for each in agreements]
    ledger = open_ledger("agreement", ids)
    ledger.record([_fact(each, person_id) for each in agreements], by.by)
    Agreement.objects.filter(pk__in=ids).update(contract_manager=person_id)
    versions.raise_to(ledger, ids, moved=True)


def _fact(agreement: Agreement, person_id: int | None) -> Fact:
    was = agreement.contract_manager_id
    return Fact(
        subject_id=agreement.pk,
        type=TYPE,
        subject=agreement.reference,
        data={"agreement": agreement.reference, "manager": person_id, "was": was},
        account_id=agreement.account_id,
    )
