"""Request: a customer asks a partner, by its exact account number, for a quote."""

from typing import Any

from django.conf import settings
from django.db import connection

from ofrecord.agreements.models import Agreement, Subscription, Term
from ofrecord.changes import facts, find
from ofrecord.changes.check import check_ids
from ofrecord.changes.find import WHAT, lookup_limit, typed
from ofrecord.changes.refusals import Refused, not_found, refused
from ofrecord.delivery import wake
from ofrecord.invitations.asked import answered_by_asking
from ofrecord.journal import clock
from ofrecord.journal.record import Fact
from ofrecord.parties import limits
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner
from ofrecord.parties.streams import lock_accounts, tell_accounts
from ofrecord.quotes import letters, refusals
from ofrecord.quotes.judging import of_kind
from ofrecord.quotes.models import OPEN_REQUEST, Kind, QuoteRequest
from ofrecord.quotes.rights import demand_buyer
from ofrecord.quotes.telling import tell_request
from ofrecord.rules import policy
from ofrecord.rules.periods import periods, periods_sql
from ofrecord.rules.policy import PARTNER
from ofrecord.rules.verdicts import Case, Verdict, verdict

LONGEST = 2_000
OF_NUMBER = ("partner_malformed", "partner_unknown", "partner_inactive")


def request(
    partner: str,
    *,
    kind: str,
    by: Actor,
    agreement: str = "",
    account: str | None = None,
    wish: str = "",
) -> QuoteRequest:
    """Ask the partner of this number for a quote on an agreement, or for a new purchase.

    A new purchase is for the account of this number, which one person of a single account need
    not name. Each number counts as a look-up, and the journal tells of it, refused or not. Refused
    as `not_found`, `not_permitted`, `lookup_limit` (429), `asked_already`, with the rules about
    the partner, and with what stands against this kind of transaction.
    """
    number = typed(partner)
    with seeing(by):
        on, customer = about(agreement, account, kind, by)
        demand_buyer(customer.pk, on.pk if on else None, by)
    count_look_up(customer, by)
    try:
        made = _ask(number, customer, on, kind, wish, by)
    except Refused as refusal:
        outcome = refusal.code
        limits.told_though_undone(lambda: _tell_try(number, outcome, customer, on, by))
        raise
    wake.wake()
    return made


def _ask(
    number: str, customer: Account, on: Agreement | None, kind: str, wish: str, by: Actor
) -> QuoteRequest:
    with seeing(by):
        lock_accounts([customer.pk])
        if found := _against(number, on, by):
            raise refused(found)
        firm = _firm(number)
        _demand_new(firm, customer, on, kind)
        made = QuoteRequest(
            account=customer,
            partner=firm,
            agreement=on,
            kind=kind,
            wish=wish.strip()[:LONGEST],
            shown=_shown(customer, on),
            asked_by_id=by.judged_person,
        )
        made.asked_at = tell_request(made, "quote.requested", by, wish=made.wish)
        made.save(force_insert=True)
        answered_by_asking(customer.pk, firm.pk, made.pk, by=by)
        letters.requested(made)
    return made


def about(
    reference: str, account: str | None, kind: str, by: Actor
) -> tuple[Agreement | None, Account]:
    """The agreement and its account; for a purchase the account alone."""
    if kind != Kind.PURCHASE:
        visible = Agreement.objects.visible_to(by).select_related("account", "contract_manager")
        on = visible.filter(reference=reference).first()
        if on is None:
            raise refused([not_found(reference)])
        return on, on.account
    held = (
        Account.objects.all() if by.sees_everything else Account.objects.filter(pk__in=by.accounts)
    )
    own = list(held.filter(account_number=account) if account else held[:2])
    if len(own) != 1:
        raise refused([refusals.no_account(account or "")])
    return None, own[0]


def count_look_up(customer: Account, by: Actor) -> None:
    """Each number that is tried counts, also one that is refused: in a transaction of its own."""
    most = {f"account/{customer.pk}": settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR}
    if by.person_id:
        most[f"person/{by.person_id}"] = settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR
    with seeing(Actor.system()):
        ends_at = limits.count(WHAT, most)
    if ends_at:
        raise refused([lookup_limit(ends_at)])


def tell_look_up(
    number: str, outcome: str, customer: Account, on: Agreement | None, by: Actor
) -> None:
    """The fact of a look-up, in the stream of the account, which is locked."""
    own = [on.reference] if on else []
    data = {"number": number[: find.LONGEST], "outcome": outcome, "agreements": own}
    whose, about = customer.account_number, own[0] if own else ""
    fact = Fact(customer.pk, WHAT, whose, data, account_id=customer.pk, about=about)
    tell_accounts([fact], by.by)


def _tell_try(
    number: str, outcome: str, customer: Account, on: Agreement | None, by: Actor
) -> None:
    """A number that was refused is in the journal too; of what is asked the request tells."""
    with seeing(Actor.system()):
        lock_accounts([customer.pk])
        tell_look_up(number, outcome, customer, on, by)


def _against(number: str, on: Agreement | None, by: Actor) -> list[Verdict]:
    if on is None:
        return of_number(number)
    given: dict[str, Any] = {"partner": number, "person": by.judged_person, "occasion": "order"}
    return [each for each in check_ids([on.pk], **given)[on.pk].verdicts if each.code in PARTNER]


def of_number(number: str) -> list[Verdict]:
    """What the rules say of a partner alone: there is no agreement yet that it would serve."""
    known: dict[str, Any] = {"number": number, "malformed": not facts.well_formed(number)}
    with connection.cursor() as cursor:
        cursor.execute(_OF_NUMBER.format(periods=periods_sql(OF_NUMBER)), known)
        columns = [column.name for column in cursor.description]
        row = dict(zip(columns, cursor.fetchone(), strict=True))
    case = Case(row, policy.live(), clock.today())
    return [verdict(period, case) for period in periods(OF_NUMBER, row.pop("periods"))]


def _firm(number: str) -> Partner:
    """The partner itself, which the account does not see before it has asked."""
    with seeing(Actor.system()):
        return Partner.objects.get(account_number=number)


def _demand_new(firm: Partner, customer: Account, on: Agreement | None, kind: str) -> None:
    if on is not None and (found := of_kind(kind, on, firm.pk)):
        raise refused(found)
    same = QuoteRequest.objects.filter(partner=firm, account=customer, agreement=on)
    if same.filter(state=OPEN_REQUEST).exists():
        raise refused([refusals.asked_already(firm.name)])


def _shown(customer: Account, on: Agreement | None) -> dict[str, Any]:
    """What the partner has to know to make an offer."""
    shown = {"name": customer.name, "account": customer.account_number}
    shown["country"] = on.country if on else customer.country
    if on is None:
        return shown
    term = Term.objects.filter(agreement=on).latest("number")
    held = Subscription.objects.filter(agreement=on).order_by("product_key", "id")
    return shown | {
        "agreement": on.reference,
        "purchasing_model": on.purchasing_model,
        "term": {"start_on": term.start_on.isoformat(), "end_on": term.end_on.isoformat()},
        "products": list(held.values("product", "seats")),
    }


_OF_NUMBER = """
SELECT f.*, {periods} AS periods
  FROM (SELECT given.number AS partner_number, given.malformed AS partner_malformed,
               NOT given.malformed AND found.id IS NULL AS partner_unknown,
               found.name AS partner_name, found.status AS partner_status
          FROM (SELECT %(number)s::text AS number, %(malformed)s::boolean AS malformed) AS given
          LEFT JOIN find_partner(%(number)s) AS found ON true) AS f
"""
