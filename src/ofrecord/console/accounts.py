"""Accounts: the directory, and the page of one with everything about it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement, Tenure
from ofrecord.cases.models import Case
from ofrecord.changes.models import Lock, PartnerChange
from ofrecord.console import journal, keyset
from ofrecord.invitations.models import Invitation
from ofrecord.journal import clock
from ofrecord.parties import named, reading
from ofrecord.parties.models import Account, Role
from ofrecord.quotes.models import Order, Quote
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words

LATEST, AGREEMENTS = 8, 20


@page(get=is_staff)
def listed(request: DoorRequest) -> HttpResponse:
    """Every account by name, or those that are called so."""
    asked = keyset.asked(request, "q")
    after = keyset.asked(request, "after")
    rows, later = _called(asked) if asked else keyset.by_name(Account.objects.all(), after)
    here = reverse("console:accounts")
    context = {
        "heading": _("Accounts"),
        "asked": asked,
        "rows": rows,
        "cut": asked and later,
        "first_url": here if after else "",
        "later_url": "" if asked or not later else keyset.address(here, after=later),
    }
    return TemplateResponse(request, "console/accounts.html", context)


@page(get=is_staff)
def one(request: DoorRequest, number: str) -> HttpResponse:
    """One account: its people, agreements, changes, quotes, orders, locks, and its history."""
    account = account_of(request, number)
    context = {
        **_frame(account),
        **_agreements(account, keyset.asked(request, "after")),
        **_people(account),
        **_trade(account),
        "changes": _changes(account),
        "cases": Case.objects.filter(account=account).order_by("-pk")[:LATEST],
        "introductions": Invitation.objects.filter(account=account)
        .select_related("partner")
        .order_by("-sent_at", "-pk")[:LATEST],
        "locks": Lock.objects.filter(account_id=account.pk, lifted_at=None)
        .select_related("agreement", "locked_by")
        .order_by("-pk")[:LATEST],
        "stretch": journal.of("account", account.pk, most=journal.FIRST),
        "readers": journal.about(account.account_number, most=LATEST).events,
    }
    return TemplateResponse(request, "console/account.html", context)


@page(get=is_staff)
def history(request: DoorRequest, number: str) -> HttpResponse:
    """Everything that happened to one account."""
    account = account_of(request, number)
    here, before = (
        reverse("console:account_history", args=[number]),
        keyset.asked(request, "before"),
    )
    stretch = journal.of("account", account.pk, before=before)
    context = {
        **_frame(account),
        "heading": _("History of %(name)s") % {"name": account.name},
        "stretch": stretch,
        "first_url": here if before else "",
        "earlier_url": f"{here}?before={stretch.earlier}" if stretch.earlier else "",
    }
    context["crumbs"] = [*crumbs(), (account.name, url_of(account))]
    return TemplateResponse(request, "console/history.html", context)


def account_of(request: DoorRequest, number: str) -> Account:
    """The account of an address, whose reading is noted; 404 where there is none."""
    found = Account.objects.filter(account_number=number).first()
    if found is None:
        raise Http404(number)
    reading.note(found, request.actor)
    return found


def url_of(account: Account) -> str:
    return reverse("console:account", args=[account.account_number])


def crumbs() -> list[tuple[str, str]]:
    return [(_("Accounts"), reverse("console:accounts"))]


def _called(asked: str) -> tuple[list[Account], str]:
    found = named.accounts(asked, keyset.PAGE + 1)
    return found[: keyset.PAGE], "more" if len(found) > keyset.PAGE else ""


def _frame(account: Account) -> dict[str, Any]:
    return {"heading": account.name, "account": account, "crumbs": crumbs()}


def _people(account: Account) -> dict[str, Any]:
    """Who holds a role, and who manages a contract."""
    roles = Role.objects.filter(account=account).select_related("person")
    order = {"primary_admin": 0, "secondary_admin": 1, "viewer": 2}
    held = sorted(roles[:200], key=lambda role: (order.get(role.name, 9), role.person.name))
    return {"roles": held, "more_roles": len(held) == 200}


def _agreements(account: Account, after: str) -> dict[str, Any]:
    """A page of its agreements, by reference, each with its partners of record today."""
    rows = Agreement.objects.filter(account=account)
    found = list(rows.filter(reference__gt=after).order_by("reference")[: AGREEMENTS + 1])
    shown = found[:AGREEMENTS]
    held = _partners([each.pk for each in shown])
    here = url_of(account)
    more = len(found) > AGREEMENTS
    return {
        "agreements": [(each, words.kind(each.purchasing_model), held[each.pk]) for each in shown],
        "first_url": f"{here}#agreements" if after else "",
        "later_url": keyset.address(here, after=shown[-1].reference) + "#agreements"
        if more
        else "",
    }


def _partners(ids: list[int]) -> dict[int, list[Any]]:
    """Who is partner of record today, by agreement: one statement."""
    now = clock.business_now()
    begun = Tenure.objects.filter(agreement__in=ids, superseded_at=None, effective_from__lte=now)
    held: dict[int, list[Any]] = {id: [] for id in ids}
    for tenure in begun.exclude(effective_until__lte=now).select_related("partner"):
        if tenure.partner not in held[tenure.agreement_id]:
            held[tenure.agreement_id].append(tenure.partner)
    return held


def _changes(account: Account) -> list[tuple[str, PartnerChange]]:
    made = PartnerChange.objects.filter(account_id=account.pk).exclude(occasion="load")
    related = made.select_related("agreement", "partner", "by", "on_behalf_of", "undone_by")
    return [
        (str(each.on_behalf_of or each.by or ""), each) for each in related.order_by("-pk")[:LATEST]
    ]


def _trade(account: Account) -> dict[str, Any]:
    quotes = Quote.objects.filter(account=account, issued_at__isnull=False)
    orders = Order.objects.filter(account=account)
    return {
        "quotes": quotes.select_related("partner").order_by("-pk")[:LATEST],
        "orders": orders.select_related("partner").order_by("-pk")[:LATEST],
    }
