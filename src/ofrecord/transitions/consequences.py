"""What depends on a partner: one definition for what is shown before an act and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from ofrecord.changes.models import (
    OPEN,
    Consent,
    Member,
    Movement,
    Occasion,
    PartnerChange,
    TransferCode,
)
from ofrecord.invitations.models import Invitation
from ofrecord.invitations.models import State as InvitationState
from ofrecord.journal import clock
from ofrecord.parties.models import ApiClient, Partner, Person
from ofrecord.quotes.models import OPEN as OFFERED
from ofrecord.quotes.models import OPEN_REQUEST, Quote, QuoteRequest, State


@dataclass(frozen=True)
class Consequences:
    """How much depends on a partner now.

    `held` are the agreements where it is of record today, by role; `coming` those where it is to
    be. `ordered` are open changes to it that an order caused.
    """

    held: Mapping[str, int]
    agreements: int
    accounts: int
    coming: int
    changes: int
    ordered: int
    consents: int
    quotes: int
    requests: int
    codes: int
    invitations: int
    people: int
    clients: int

    @property
    def ends(self) -> dict[str, int]:
        """What a termination ends."""
        return {name: getattr(self, name) for name in ENDED}


ENDED = ("changes", "quotes", "requests", "codes", "invitations")


def of(partner: Partner) -> Consequences:
    """What depends on the partner. Call it inside `parties.context.seeing`."""
    held, totals = _held(partner)
    counted = {name: rows(partner).count() for name, rows in _COUNTED.items()}
    return Consequences(held=held, **totals, **counted)


def changes_to(partner: Partner) -> QuerySet[PartnerChange]:
    """Open changes by which it gains, but for those that an order caused."""
    return _gaining(partner).exclude(occasion=Occasion.ORDER)


def quotes_of(partner: Partner) -> QuerySet[Quote]:
    """Its drafts, and what it has on offer."""
    offered = Q(state__in=OFFERED, expires_on__gte=clock.today())
    return Quote.objects.filter(Q(state=State.DRAFT) | offered, partner=partner)


def requests_to(partner: Partner) -> QuerySet[QuoteRequest]:
    """What customers ask it for."""
    return QuoteRequest.objects.filter(partner=partner, state=OPEN_REQUEST)


def codes_for(partner: Partner) -> QuerySet[TransferCode]:
    """Codes that it could still redeem."""
    known = TransferCode.objects.filter(partner=partner, valid_until__gt=clock.business_now())
    return known.filter(redeemed_at=None, withdrawn_at=None)


def invitations_to(partner: Partner) -> QuerySet[Invitation]:
    """Invitations that introduce it to customers, and wait for their answer."""
    sent = Invitation.objects.filter(partner=partner, state=InvitationState.SENT)
    return sent.filter(expires_at__gt=clock.business_now())


def people_of(partner: Partner) -> QuerySet[Person]:
    """Who signs in for it."""
    return Person.objects.filter(is_active=True, roles__partner=partner).distinct()


def _gaining(partner: Partner) -> QuerySet[PartnerChange]:
    gains = Member.objects.filter(change=OuterRef("pk"), partner=partner, movement=Movement.GAINING)
    return PartnerChange.objects.filter(Exists(gains), state__in=OPEN)


def _consents(partner: Partner) -> QuerySet[Consent]:
    asked = Consent.objects.filter(partner=partner, answer="", change__state__in=OPEN)
    return asked.filter(due_at__gt=clock.business_now())


_COUNTED: dict[str, Any] = {
    "changes": changes_to,
    "ordered": lambda partner: _gaining(partner).filter(occasion=Occasion.ORDER),
    "consents": _consents,
    "quotes": quotes_of,
    "requests": requests_to,
    "codes": codes_for,
    "invitations": invitations_to,
    "people": people_of,
    "clients": lambda partner: ApiClient.objects.filter(partner=partner, revoked_at=None),
}


def _held(partner: Partner) -> tuple[dict[str, int], dict[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"partner": partner.pk, "now": clock.business_now()})
        rows = cursor.fetchall()
    roles = {role: count for role, count, *_rest in rows if role is not None}
    agreements, accounts, coming = next(row[1:] for row in rows if row[0] is None)
    return roles, {"agreements": agreements, "accounts": accounts, "coming": coming}


_HELD = """
WITH own AS (
     SELECT role, agreement_id, account_id, effective_from <= %(now)s AS begun
       FROM tenure
      WHERE partner_id = %(partner)s AND superseded_at IS NULL
        AND (effective_until IS NULL OR effective_until > %(now)s))
SELECT role, count(DISTINCT agreement_id), NULL, NULL FROM own WHERE begun GROUP BY role
 UNION ALL
SELECT NULL, count(DISTINCT agreement_id) FILTER (WHERE begun), count(DISTINCT account_id),
       count(DISTINCT agreement_id) FILTER (WHERE NOT begun) FROM own
"""
