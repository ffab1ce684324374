"""Cases at the console: the queue, and one with all that support needs to work on it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.cases.models import LIVE, Case, State
from ofrecord.cases.rights import agents, is_agent
from ofrecord.changes import overrides
from ofrecord.changes.members import Member
from ofrecord.console import case_forms, case_queue, journal, keyset
from ofrecord.console.undoing import can_be
from ofrecord.parties import reading
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import agreement as agreement_page
from ofrecord.web.records import case as records


@page(get=is_staff)
def listed(request: DoorRequest) -> HttpResponse:
    """The queue."""
    view = request.GET.get("view", "")
    view = view if view in case_queue.VIEWS else ""
    rows, later = case_queue.page(view, keyset.asked(request, "after"), request.actor)
    here = reverse("console:cases")
    context = {
        "heading": _("Cases"),
        "tabs": case_queue.tabs(view),
        "view": view,
        "late": case_queue.late(),
        "rows": rows,
        "later_url": keyset.address(here, view=view, after=later) if later else "",
    }
    return TemplateResponse(request, "console/cases.html", context)


@page(get=is_staff)
def one(request: DoorRequest, number: str) -> HttpResponse:
    """One case."""
    return TemplateResponse(request, "console/case.html", context(request, number))


@page(get=is_staff)
def file(request: DoorRequest, number: str, id: UUID) -> HttpResponse:
    """A file of the case, to save."""
    reading.note(records.loaded(request, number).account, request.actor)
    return records.file(request, number, id)


def context(request: DoorRequest, number: str) -> dict[str, Any]:
    """What the page of a case shows to staff. Call it inside `parties.context.seeing`."""
    crumbs = [(_("Cases"), reverse("console:cases"))]
    found = records.page(request, number, crumbs)
    shown: Case = found["case"]
    reading.note(shown.account, request.actor)
    people, assignee = agents(), shown.assignee_id
    barred = overrides.barred(request.actor, shown.account_id)
    return {
        **found,
        "notes": list(shown.notes.select_related("author").order_by("pk")),
        "works": barred is None,
        "why_not": barred.reason if barred and is_agent(request.actor) else "",
        "carry_out_url": "" if barred else _carry_out(shown),
        "can_undo": can_be(shown.about_change, request.actor),
        "resolved": shown.state == State.RESOLVED,
        "own": assignee is not None and assignee == request.actor.person_id,
        "you": request.actor.person_id,
        "seen": _seen(request, shown),
        "stretch": journal.about(shown.number),
        "answer": case_forms.AnswerForm(auto_id="answer_%s"),
        "note": case_forms.NoteForm(auto_id="note_%s"),
        "resolve": case_forms.ResolveForm(auto_id="resolve_%s"),
        "reopen": case_forms.ReopenForm(auto_id="reopen_%s"),
        "close": case_forms.CloseForm(auto_id="close_%s"),
        "assign": case_forms.AssignForm(
            people=people, initial={"to": assignee or 0, "shown": assignee}, auto_id="assign_%s"
        ),
    }


def _seen(request: DoorRequest, case: Case) -> dict[str, Any] | None:
    """The agreement as the customer sees it, with the same verdicts."""
    if case.agreement is None:
        return None
    reference = case.agreement.reference
    return agreement_page.page(request, reference, [], judge_person=False)


def _carry_out(case: Case) -> str:
    """Where the wish is reviewed and carried out, filled in; empty where there is nothing to."""
    if case.agreement is None or case.state not in LIVE:
        return ""
    page = reverse("console:agreement_support", args=[case.agreement.reference])
    wish = {"partner": case.new_partner, "member": str(_member(case) or "")}
    return keyset.address(page, case=case.number, **(wish if case.new_partner else {}))


def _member(case: Case) -> Member | None:
    """The partner of record that the case asks to be replaced."""
    if case.member_partner is None:
        return None
    scope = case.member_subscription.reference if case.member_subscription else None
    return Member(case.member_role, scope, case.member_partner.account_number)
