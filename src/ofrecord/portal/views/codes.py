"""Transfer codes: given to a partner in three steps, listed, and withdrawn."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.changes.codes.refusals import codes_off
from ofrecord.changes.codes.withdraw import withdraw as withdrawing
from ofrecord.changes.models import TransferCode
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.parties.context import seeing
from ofrecord.portal import codes, flow
from ofrecord.portal.account import account_of
from ofrecord.portal.flow import CODE, Flow
from ofrecord.portal.steps import coding, finding
from ofrecord.portal.views.update import begun
from ofrecord.rules import policy
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest

PAGE = 50
Step = Callable[[DoorRequest, Flow], HttpResponse]


@page(get=holds_account)
def listed(request: DoorRequest) -> HttpResponse:
    """The account's codes, the latest first."""
    own = TransferCode.objects.visible_to(request.actor).filter(account_id=account_of(request).pk)
    rows = own.select_related("partner", "made_by", "withdrawn_by").order_by("-made_at", "-pk")
    shown = list(_after(rows, request.GET.get("after", ""))[: PAGE + 1])
    context = {
        "heading": _("Transfer codes"),
        "crumbs": [(_("Billing and Orders"), reverse("portal:billing"))],
        "rows": codes.lines(shown[:PAGE], request.actor),
        "later_url": f"?after={shown[PAGE - 1].pk}" if len(shown) > PAGE else "",
        "most": policy.live().transfer_code_days,
    }
    return TemplateResponse(request, "portal/codes.html", context)


def _after(rows: QuerySet[TransferCode], place: str) -> QuerySet[TransferCode]:
    """Those behind the code that an address names; all where it names none."""
    try:
        last = rows.filter(pk=UUID(place)).first()
    except ValueError:
        last = None
    if last is None:
        return rows
    return rows.filter(Q(made_at__lt=last.made_at) | Q(made_at=last.made_at, pk__lt=last.pk))


@page(post=holds_account)
def withdraw(request: DoorRequest, code: UUID) -> HttpResponse:
    """A code that was not redeemed is worth nothing any more."""
    try:
        withdrawing(code, by=request.actor)
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The code is withdrawn. Nobody can redeem it any more."))
    return redirect("portal:codes")


@page(get=holds_account, post=holds_account)
def one(request: DoorRequest, reference: str) -> HttpResponse:
    """Find the partner that is given a code."""
    return _taken(request, finding.step, Flow((reference,), act=CODE))


@page(get=holds_account, post=holds_account)
def one_review(request: DoorRequest, reference: str) -> HttpResponse:
    """What the code allows, and the code."""
    return _taken(request, coding.step, Flow((reference,), act=CODE))


@page(post=holds_account)
def start(request: DoorRequest) -> HttpResponse:
    """Begin with the agreements that were selected in the list."""
    return begun(request, CODE)


@page(get=holds_account, post=holds_account)
def many(request: DoorRequest, token: str) -> HttpResponse:
    """Find the partner that is given a code for a selection."""
    return _taken(request, finding.step, flow.chosen(request, token, CODE))


@page(get=holds_account, post=holds_account)
def many_review(request: DoorRequest, token: str) -> HttpResponse:
    """What the code for a selection allows, and the code."""
    return _taken(request, coding.step, flow.chosen(request, token, CODE))


def _taken(request: DoorRequest, step: Step, act: Flow) -> HttpResponse:
    """The step, where codes are made at all; else the list, with why not."""
    with seeing(request.actor):
        most: Any = policy.live().transfer_code_days
    if most:
        return step(request, act)
    off = codes_off()
    messages.warning(request, f"{off.reason} {off.remedy.text}".strip())
    return redirect("portal:codes")
