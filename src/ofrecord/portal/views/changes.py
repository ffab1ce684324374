"""Changes: the list, those of one request, and the page of one change."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.changes import cancel as cancelling
from ofrecord.changes import undo as undoing
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.consents.rights import may_answer
from ofrecord.changes.lifecycle import acts
from ofrecord.changes.models import Kind, PartnerChange, Request
from ofrecord.changes.numbers import normalized
from ofrecord.changes.recipients import last_day
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.portal.account import account_of
from ofrecord.portal.asked import approvers
from ofrecord.portal.quotes.showing import order_of
from ofrecord.portal.steps.frame import answer
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import ReasonForm
from ofrecord.web.records import change as records
from ofrecord.web.records import words
from ofrecord.web.records.change import Source
from ofrecord.web.records.people import submitted_by, submitter

PAGE = 50
STATES = ("open", "applied", "complete", "declined", "expired", "cancelled")
OPEN_STATES = ("submitted", "awaiting_consent", "scheduled")


class DeclineForm(ReasonForm):
    """Why a second admin does not agree."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="decline_%s")


@page(get=holds_account)
def listed(request: DoorRequest) -> HttpResponse:
    """The account's changes, the latest first."""
    changes = PartnerChange.objects.filter(account_id=account_of(request).pk)
    state = request.GET.get("state", "")
    if state == "open":
        changes = changes.filter(state__in=OPEN_STATES)
    elif state in STATES:
        changes = changes.filter(state=state)
    context = {
        "heading": _("Changes"),
        "tabs": _tabs(state),
        **_paged(changes.exclude(occasion="load"), request, f"state={state}&" if state else ""),
    }
    return TemplateResponse(request, "portal/changes.html", context)


@page(get=holds_account)
def request(request: DoorRequest, key: str) -> HttpResponse:
    """The changes that one submit of this person made."""
    person = request.actor.person_id
    found = Request.objects.filter(requester=f"person/{person}", key=key).first()
    if found is None:
        raise Http404
    changes = PartnerChange.objects.filter(request=found)
    states: dict[str, int] = {}
    for state in changes.values_list("state", flat=True):
        states[state] = states.get(state, 0) + 1
    context = {
        "heading": _("Changes of one request"),
        "total": sum(states.values()),
        "done": states.get("complete", 0),
        "moving": states.get("applied", 0) > 0,
        "received_at": found.received_at,
        **_paged(changes, request, ""),
    }
    return TemplateResponse(request, "portal/request.html", context)


@page(get=holds_account)
def change(request: DoorRequest, number: str) -> HttpResponse:
    """One change."""
    context = _context(request, number)
    return TemplateResponse(request, "portal/change.html", context)


@page(post=holds_account)
def cancel(request: DoorRequest, number: str) -> HttpResponse:
    """Call an open change off."""
    return acted(request, number, cancelling.cancel, ReasonForm(request.POST))


@page(post=holds_account)
def undo(request: DoorRequest, number: str) -> HttpResponse:
    """Take the latest change back."""

    def act(number: str, *, by: Actor, reason: str) -> object:
        return undoing.undo([number], by=by, reason=reason)

    return acted(request, number, act, ReasonForm(request.POST))


def acted(
    request: DoorRequest, number: str, act: Callable[..., object], form: forms.Form
) -> HttpResponse:
    """Do it and show the change again, with what refused it if something did."""
    actor, number = request.actor, normalized(number) or number
    refused: Any = ()
    status = 422
    if form.is_valid():
        try:
            act(number, by=actor, reason=form.cleaned_data.get("reason", ""))
            return redirect("portal:change", number)
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            refused, status = refusal.verdicts, refusal.status
    with seeing(actor):
        context = _context(request, number, form)
    return answer(request, "portal/change.html", {**context, "refused": refused}, status)


def _context(request: DoorRequest, number: str, form: forms.Form | None = None) -> dict[str, Any]:
    context = records.page(request, number, [(_("Changes"), reverse("portal:changes"))])
    shown: PartnerChange = context["change"]
    actor = request.actor
    undone = undoing.preview(shown.number, by=actor) if _undoable(shown, context) else None
    check = (
        undone
        or check_ids([shown.agreement_id], partner=None, person=actor.judged_person)[
            shown.agreement_id
        ]
    )
    restored = (undone.after if undone else None) or ()
    barred = [verdict for verdict in check.verdicts if verdict.code == "not_permitted"]
    return {
        **context,
        **_approval(shown, check, actor),
        "code_url": f"{reverse('portal:codes')}#code-{context['code'].pk}"
        if context["code"]
        else "",
        **_order(shown, context["came_from"], actor),
        "undo": undone,
        "restored": words.joined(dict.fromkeys(party.name for party in restored)),
        "barred": barred[0] if barred else None,
        "form": form if type(form) is ReasonForm else ReasonForm(),
        "decline": form if type(form) is DeclineForm else DeclineForm(),
    }


def _order(shown: PartnerChange, came_from: Source | None, actor: Actor) -> dict[str, Any]:
    """The order that caused the change, which customers do not cancel."""
    order = order_of(shown, actor)
    cancellable = "cancel" in acts(shown.state)
    return {
        "order": order,
        "came_from": None if order else came_from,
        "can_cancel": cancellable and order is None,
        "bound": cancellable and order is not None,
    }


def _approval(shown: PartnerChange, check: Check, actor: Actor) -> dict[str, Any]:
    """The approval that the change waits for: whether by this person, and who else can give it."""
    asked = shown.consents.filter(kind=Kind.APPROVAL, answer="").first()
    if asked is None:
        return {}
    asker = submitter(shown)
    names = approvers([shown.agreement_id], check.terms, asker.pk if asker else None)
    return {
        "approval": asked,
        "approve_until": last_day(asked.due_at),
        "may_approve": may_answer(asked, check, actor),
        "asked_by_you": asker is not None and asker.pk == actor.judged_person,
        "approvers": words.joined(names),
    }


def _undoable(shown: PartnerChange, context: dict[str, Any]) -> bool:
    """Whether the page speaks of undoing: of a change that was made here and not undone."""
    made = shown.occasion in ("request", "order") and shown.applied_at is not None
    return made and context["undone_by"] is None


def _paged(changes: QuerySet[PartnerChange], request: DoorRequest, kept: str) -> dict[str, Any]:
    """One page of changes by their ids, which rise with time, and where the next begins."""
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        changes = changes.filter(pk__lt=int(after))
    related = changes.select_related("agreement", "partner", "by", "on_behalf_of")
    rows = list(related.prefetch_related("consents").order_by("-pk")[: PAGE + 1])
    more = f"?{kept}after={rows[PAGE - 1].pk}" if len(rows) > PAGE else ""
    known = submitted_by(rows[:PAGE], request.actor)
    return {"rows": [_row(who, each) for who, each in known], "later_url": more}


def _row(who: str, shown: PartnerChange) -> dict[str, Any]:
    return {"change": shown, "kind": words.kind(shown.agreement.purchasing_model), "who": who}


def _tabs(state: str) -> list[dict[str, Any]]:
    labels = {"": _("All"), "open": _("Open"), "applied": _("On their way")}
    labels |= {"complete": _("Complete"), "declined": _("Declined"), "expired": _("Expired")}
    labels["cancelled"] = _("Cancelled")
    return [
        {"label": label, "url": f"?state={value}" if value else "?", "current": value == state}
        for value, label in labels.items()
    ]
