"""Accounts, partners, and the calling client itself."""

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from ofrecord.api.answers import answer, tagged
from ofrecord.api.caller import ApiRequest
from ofrecord.api.headers import IF_NONE_MATCH
from ofrecord.api.operation import operation
from ofrecord.api.pages import page, rows
from ofrecord.api.people import acting_for
from ofrecord.api.problems import Problem
from ofrecord.api.shapes import parties as shapes
from ofrecord.api.strict import Reference
from ofrecord.changes import refusals
from ofrecord.changes.check import ROLE_OF_KIND
from ofrecord.changes.find import FoundPartner, find
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import ACCOUNT, PARTNER, VENDOR

router = Router(tags=["Accounts and partners"])
Number = Annotated[Reference, Path(description="An account number.", example="7200000002")]


@operation(
    router,
    "GET",
    "/client",
    name="get_client",
    summary="Show the calling client",
    answers={200: shapes.Client},
    scope="",
)
def get_client(request: ApiRequest) -> HttpResponse:
    """What this token is good for."""
    calling = request.calling
    return answer(
        {
            "client_id": calling.client_id,
            "name": calling.name,
            "belongs_to": calling.kind,
            "scopes": sorted(calling.scopes),
            "expires_at": calling.expires_at,
            "calls_per_minute": settings.OFRECORD_API_CALLS_PER_MINUTE,
        }
    )


@operation(
    router,
    "GET",
    "/accounts",
    name="list_accounts",
    summary="List accounts",
    answers={200: shapes.AccountPage},
    scope="accounts:read",
    kinds=(VENDOR, ACCOUNT),
    query=shapes.AccountFilters,
)
def list_accounts(request: ApiRequest, filters: Query[shapes.AccountFilters]) -> HttpResponse:
    """The accounts that the client may see, in the order of their numbers."""
    found = _accounts(request, None, filters.cursor, filters.limit + 1)
    return answer(page("accounts", found, filters.limit, "account_number"))


@operation(
    router,
    "GET",
    "/accounts/{number}",
    name="get_account",
    summary="Show an account",
    answers={200: shapes.Account, 304: None},
    scope="accounts:read",
    kinds=(VENDOR, ACCOUNT),
    problems=(404,),
    headers=(IF_NONE_MATCH,),
)
def get_account(request: ApiRequest, number: Number) -> HttpResponse:
    """The account with exactly this number."""
    found = _accounts(request, number, None, 1)
    if not found:
        raise refusals.refused([refusals.not_found(number, what=_("account"))])
    return tagged(request, found[0])


@operation(
    router,
    "GET",
    "/partners",
    name="list_partners",
    summary="List partners",
    answers={200: shapes.PartnerPage},
    scope="partners:read",
    kinds=(VENDOR,),
    query=shapes.PartnerFilters,
)
def list_partners(request: ApiRequest, filters: Query[shapes.PartnerFilters]) -> HttpResponse:
    """The vendor's partners, in the order of their account numbers."""
    wanted = filters.model_dump(exclude={"limit"})
    found = _partners(request, limit=filters.limit + 1, **wanted)
    return answer(page("partners", found, filters.limit, "account_number"))


@operation(
    router,
    "GET",
    "/partners/{number}",
    name="get_partner",
    summary="Look a partner up",
    answers={200: shapes.Partner, 304: None},
    scope="partners:read",
    query=shapes.LookUp,
    problems=(404, 409),
    headers=(IF_NONE_MATCH,),
)
def get_partner(request: ApiRequest, number: Number, asked: Query[shapes.LookUp]) -> HttpResponse:
    """The partner with exactly this account number: never a list, never a near match.

    A client of an account names the agreements whose partner is to change; such look-ups are
    journaled and limited by the hour. A client of a partner sees its own firm.
    """
    if request.calling.kind == ACCOUNT:
        return tagged(request, _looked_up(request, number, asked))
    own = request.actor.partners if request.calling.kind == PARTNER else None
    found = _partners(request, limit=1, number=number, own=own)
    if not found:
        raise refusals.refused([refusals.not_found(number, what=_("partner"))])
    return tagged(request, found[0])


def _looked_up(request: ApiRequest, number: str, asked: shapes.LookUp) -> dict[str, Any]:
    if not asked.agreement:
        said = _("Name the agreements whose partner is to change: agreement=...")
        raise Problem(409, "agreement_missing", said)
    by = request.actor
    if asked.on_behalf_of:
        with seeing(by):
            by = acting_for(by, asked.on_behalf_of)
    found = find(number, asked.agreement, by=by)
    if not found.name:
        raise refusals.refused([refusals.not_found(number, what=_("partner"))])
    return _of_found(found)


def _of_found(found: FoundPartner) -> dict[str, Any]:
    return {
        "account_number": found.number,
        "name": found.name,
        "kind": found.kind,
        "role": found.role,
        "street": found.street,
        "postal_code": found.postal_code,
        "city": found.city,
        "country": found.country,
        "email": found.email,
        "website": found.website,
        "verdicts": [verdict.as_data() for verdict in found.verdicts],
        "able": [check.reference for check in found.able],
    }


def _accounts(
    request: ApiRequest, number: str | None, cursor: str | None, limit: int
) -> list[dict[str, Any]]:
    by = request.actor
    asked = {"all": by.sees_everything, "accounts": list(by.accounts)}
    with seeing(by):
        return rows(_ACCOUNTS, {**asked, "number": number, "cursor": cursor, "limit": limit})


def _partners(request: ApiRequest, **asked: Any) -> list[dict[str, Any]]:
    known = {"number": None, "own": None, "kind": None, "status": None, "cursor": None, **asked}
    own = list(known["own"]) if known["own"] is not None else None
    with seeing(request.actor):
        found = rows(_PARTNERS, {**known, "own": own})
    return [{**each, "role": ROLE_OF_KIND[each["kind"]]} for each in found]


_ACCOUNTS = """
SELECT account_number, name, country, language, version FROM account
 WHERE (%(all)s OR id = ANY (%(accounts)s))
   AND (%(number)s::text IS NULL OR account_number = %(number)s)
   AND (%(cursor)s::text IS NULL OR account_number > %(cursor)s)
 ORDER BY account_number LIMIT %(limit)s
"""
_PARTNERS = """
SELECT account_number, name, kind, street, postal_code, city, country, email, website, status,
       authorized_countries, authorized_products
  FROM partner
 WHERE (%(own)s::bigint[] IS NULL OR id = ANY (%(own)s))
   AND (%(number)s::text IS NULL OR account_number = %(number)s)
   AND (%(kind)s::text IS NULL OR kind = %(kind)s)
   AND (%(status)s::text IS NULL OR status = %(status)s)
   AND (%(cursor)s::text IS NULL OR account_number > %(cursor)s)
 ORDER BY account_number LIMIT %(limit)s
"""
