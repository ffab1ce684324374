"""Introduce: the clock finds whom partners' invitations reach, and writes to them.

It happens after the partner has its answer, so that whether a customer exists decides nothing
that a partner could see or measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from ofrecord.agreements.models import Agreement
from ofrecord.delivery import wake
from ofrecord.invitations import letters
from ofrecord.invitations.models import Invitation, InvitedAgreement, InvitedPerson, State
from ofrecord.invitations.secret import draw, hashed
from ofrecord.invitations.telling import tell_account, tell_canary
from ofrecord.journal import settled
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, PartnerStatus
from ofrecord.parties.streams import lock_accounts

BATCH = 50
RESPITE = timedelta(days=90)
"""How long a partner's "no, thank you" holds: until then it does not reach the account again."""


@dataclass(frozen=True)
class Reader:
    """Somebody who is written to, in their language or the account's."""

    id: int
    language: str


def introduce(*, by: Actor) -> int:
    """Look whom up to 50 invitations of partners reach; how many were looked at."""
    with seeing(by):
        waiting = Invitation.objects.filter(state=State.SENT, introduced_at=None)
        ids = list(waiting.order_by("sent_at", "pk").values_list("pk", flat=True)[:BATCH])
    done = sum(_one(id, by) for id in ids)
    if done:
        wake.wake()
    return done


def introduced(
    invitation: Invitation, account: Account, agreements: Sequence[Agreement], by: Actor
) -> None:
    """Write to the people of a locked account, whom the invitation reaches from now on."""
    token, people = draw(), people_of(account, agreements)
    invitation.account, invitation.hash = account, hashed(token)
    data = {
        "agreements": [each.reference for each in agreements],
        "people": [each.id for each in people],
        "until": invitation.expires_at,
    }
    invitation.introduced_at = tell_account(invitation, "invitation.received", by, **data)
    invitation.save(update_fields=["account", "hash", "introduced_at"])
    InvitedAgreement.objects.bulk_create(
        InvitedAgreement(invitation=invitation, agreement=each, account_id=account.pk)
        for each in agreements
    )
    InvitedPerson.objects.bulk_create(
        InvitedPerson(invitation=invitation, person_id=each.id, account_id=account.pk)
        for each in people
    )
    letters.received(invitation, account, agreements, people, token)


def people_of(account: Account, agreements: Sequence[Agreement]) -> list[Reader]:
    """The account's admins, and the contract managers of the agreements, each once."""
    given: dict[str, Any] = {
        "account": account.pk,
        "agreements": [each.pk for each in agreements],
        "language": account.language or settings.LANGUAGE_CODE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, given)
        return [Reader(*row) for row in cursor.fetchall()]


def _one(id: UUID, by: Actor) -> bool:
    with seeing(by):
        waiting = Invitation.objects.filter(pk=id, state=State.SENT, introduced_at=None)
        locked = waiting.select_for_update(of=("self",), skip_locked=True)
        invitation = locked.select_related("partner").first()
        if invitation is None:
            return False
        if invitation.account_number in settings.OFRECORD_CANARY_ACCOUNTS:
            tell_canary(invitation, by)
        account = _reached(invitation)
        if account is None:
            invitation.introduced_at = settled.recorded_now()
            invitation.save(update_fields=["introduced_at"])
        else:
            named = Agreement.objects.filter(
                reference__in=invitation.references, account=account
            ).order_by("reference")
            introduced(invitation, account, list(named), by)
    return True


def _reached(invitation: Invitation) -> Account | None:
    """The one account that the sender has named exactly, locked, if it may be written to now.

    It may not while another invitation of this partner waits there, for 90 days after it has
    declined one, where nobody could read it, and when the partner is not active by now.
    """
    if invitation.partner.status != PartnerStatus.ACTIVE:
        return None
    given = {"number": invitation.account_number, "email": invitation.email}
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, given)
        found = [id for (id,) in cursor.fetchall()]
    if len(found) != 1:
        return None
    lock_accounts(found)
    account = Account.objects.get(pk=found[0])
    earlier = Invitation.objects.filter(partner=invitation.partner_id, account=account)
    late = settled.recorded_now() - RESPITE
    refused = earlier.filter(state=State.DECLINED, closed_at__gt=late, by_partner=True)
    if earlier.filter(state=State.SENT).exists() or refused.exists():
        return None
    return account if people_of(account, ()) else None


_NAMED = """
SELECT id FROM account WHERE %(email)s = '' AND account_number = %(number)s
UNION
SELECT account.id FROM person
  JOIN role ON role.person_id = person.id AND role.name IN ('primary_admin', 'secondary_admin')
  JOIN account ON account.id = role.account_id
 WHERE %(email)s <> '' AND person.email = %(email)s AND person.is_active
   AND (%(number)s = '' OR account.account_number = %(number)s)
LIMIT 2
"""
_PEOPLE = """
SELECT DISTINCT person.id, coalesce(nullif(person.language, ''), %(language)s)
  FROM role JOIN person ON person.id = role.person_id AND person.is_active
 WHERE role.account_id = %(account)s
   AND (role.name IN ('primary_admin', 'secondary_admin')
        OR person.id IN (SELECT contract_manager_id FROM agreement
                          WHERE id = ANY (%(agreements)s::bigint[])))
 ORDER BY person.id
"""
