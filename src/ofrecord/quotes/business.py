"""Which firm acts, and with whom it has business: that alone lets it know an account.

The answer about everybody else is always the same, whether they exist or not.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from ofrecord.agreements.models import Agreement
from ofrecord.changes.refusals import refused
from ofrecord.journal import clock
from ofrecord.parties import limits
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner
from ofrecord.quotes import refusals
from ofrecord.quotes.models import OPEN_REQUEST, QuoteRequest

WHAT = "quote.addressing"


@dataclass(frozen=True)
class Customer:
    """An account that a firm may quote to, on an agreement or for a new purchase.

    `request` is the open one that the quote would answer.
    """

    account: Account
    agreement: Agreement | None
    request: QuoteRequest | None

    @property
    def names(self) -> dict[str, str]:
        """How the firm knows them, also when it has no business with them any more."""
        return {
            "name": self.account.name,
            "account": self.account.account_number,
            "agreement": self.agreement.reference if self.agreement else "",
        }


def firm_of(by: Actor, partner: str | None = None) -> Partner:
    """The firm for which somebody acts: their only one, or the one of this account number."""
    with seeing(by):
        firms = Partner.objects.filter(pk__in=by.partners)
        own = list(firms.filter(account_number=partner) if partner else firms)
    if len(own) != 1:
        raise refused([refusals.no_firm()])
    return own[0]


def count(firm: Partner, by: Actor) -> None:
    """Count one number that a firm tries, in a transaction of its own; `lookup_limit` beyond."""
    most = {f"partner/{firm.pk}": settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR}
    if by.person_id:
        most[f"person/{by.person_id}"] = settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR
    with seeing(Actor.system()):
        ends_at = limits.count(WHAT, most)
    if ends_at:
        raise refused([refusals.quoting_limit(ends_at)])


def customer(firm: Partner, account: str, agreement: str) -> Customer:
    """The account of this exact number and its agreement, where the firm has business with them.

    Call it in the system's context. Refused as `no_business`, whatever is the reason.
    """
    known = Account.objects.filter(account_number=account).first()
    on = Agreement.objects.filter(reference=agreement, account=known).first() if agreement else None
    if known is None or (agreement and on is None):
        raise refused([refusals.no_business()])
    asked = QuoteRequest.objects.filter(
        partner=firm, account=known, agreement=on, state=OPEN_REQUEST
    ).first()
    if asked is None and not is_of_record(firm.pk, known.pk, on.pk if on else None):
        raise refused([refusals.no_business()])
    return Customer(known, on, asked)


def is_of_record(partner_id: int, account_id: int, agreement_id: int | None) -> bool:
    """Whether a firm is of record now: on this agreement, or on any of the account."""
    given = {"partner": partner_id, "account": account_id, "agreement": agreement_id}
    with connection.cursor() as cursor:
        cursor.execute(_OF_RECORD, {**given, "now": clock.business_now()})
        return bool(cursor.fetchone()[0])


_OF_RECORD = """
SELECT EXISTS (SELECT FROM tenure AS t
                WHERE t.account_id = %(account)s AND t.partner_id = %(partner)s
                  AND (%(agreement)s::bigint IS NULL OR t.agreement_id = %(agreement)s)
                  AND t.superseded_at IS NULL AND t.effective_from <= %(now)s
                  AND (t.effective_until IS NULL OR t.effective_until > %(now)s))
"""
