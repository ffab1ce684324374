"""A new version of the policy: written as a draft, compared, and published."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ofrecord.changes.simulate import Simulation, TookTooLong, simulate
from ofrecord.console.policy import changes, crumbs
from ofrecord.console.policy_forms import DraftForm
from ofrecord.journal import clock
from ofrecord.parties.context import seeing
from ofrecord.rules.models import PolicyDraft
from ofrecord.rules.publish import Draft, draft, publish
from ofrecord.rules.refusals import PolicyRefused, may_publish
from ofrecord.rules.second_person import hand_over
from ofrecord.rules.versions import versions
from ofrecord.web.access import page
from ofrecord.web.actor import DoorRequest

PATIENCE = 10
"""Seconds for which somebody waits until the book is counted."""


@page(get=may_publish, post=may_publish)
def policy_draft(request: DoorRequest) -> HttpResponse:
    """The form; then what it changes, with *Publish*. Nothing is kept before that."""
    with seeing(request.actor):
        form = DraftForm(versions()[0], request.POST if request.method == "POST" else None)
        if request.method != "POST" or request.POST.get("step") == "edit":
            return _form(request, form)
        made = _judged(form)
        if form.errors:
            return _form(request, form, 422)
        if request.POST.get("step") != "publish":
            return _compare(request, form, made)
    return _publish(request, form)


def _judged(form: DraftForm) -> Draft:
    """The draft; what is wrong with it is said on the form, all at once."""
    said = set() if form.is_valid() else {"", *form.errors}
    day = form.cleaned_data.get("in_force_on") or clock.today()
    made = draft(form.parameters, in_force_on=day)
    form.put([each for each in made.defects if each.about not in said])
    return made


def _publish(request: DoorRequest, form: DraftForm) -> HttpResponse:
    compared = request.POST.get("compared_with", "")[:9]
    act = hand_over if settings.OFRECORD_POLICY_BY_TWO else publish
    try:
        with seeing(request.actor):
            done = act(
                form.parameters,
                in_force_on=form.cleaned_data["in_force_on"],
                by=request.actor,
                note=form.cleaned_data["note"],
                compared_with=int(compared) if compared.isascii() and compared.isdecimal() else 0,
            )
    except PolicyRefused as refusal:
        form.put(refusal.defects)
        with seeing(request.actor):
            return _form(request, form, 409)
    if isinstance(done, PolicyDraft):
        messages.success(request, _("The draft waits for a second person."))
        return redirect("console:policy_waiting", done.pk)
    messages.success(request, _("Version %(version)s is published.") % {"version": done})
    return redirect("console:policy")


def _form(request: DoorRequest, form: DraftForm, status: int = 200) -> HttpResponse:
    return _answer(request, "console/policy_draft.html", {"step": 1, "form": form}, status)


def _compare(request: DoorRequest, form: DraftForm, made: Draft) -> HttpResponse:
    context = {
        "step": 2,
        "form": form,
        "draft": made,
        "hidden": [field.as_hidden() for field in form],
        "changes": changes(made.changed),
        "by_two": settings.OFRECORD_POLICY_BY_TWO,
        **simulated(made),
    }
    return _answer(request, "console/policy_compare.html", context, 200)


def simulated(made: Draft) -> dict[str, Any]:
    try:
        counted = simulate(made.base, made.terms, seconds=PATIENCE)
    except TookTooLong:
        return {}
    figures = {name: f"{number:,}" for name, number in counted.as_data().items()}
    said = _(
        "Of %(agreements)s agreements, the partner of %(before)s can be changed today by those"
        " who may; with this version it would be %(after)s."
    )
    return {"book_sentence": _sentence(counted), "book_figures": said % figures}


def _sentence(book: Simulation) -> str:
    """What the draft would do today, in one sentence."""
    if not (book.gained or book.lost):
        return _("Nothing: the same agreements can be changed as without it.")
    parts = []
    if book.gained:
        more = ngettext(
            "%(n)s more agreement would be available today",
            "%(n)s more agreements would be available today",
            book.gained,
        )
        parts.append(more % {"n": f"{book.gained:,}"})
    if book.lost:
        fewer = ngettext(
            "%(n)s agreement would not be available any more",
            "%(n)s agreements would not be available any more",
            book.lost,
        )
        parts.append(fewer % {"n": f"{book.lost:,}"})
    return "; ".join(parts) + "."


def _answer(
    request: DoorRequest, template: str, context: dict[str, Any], status: int
) -> HttpResponse:
    """Rendered here, inside what the actor may see."""
    told = {
        "heading": _("A new version of the policy"),
        "crumbs": crumbs(),
        "steps": [_("Edit"), _("Compare"), _("Published")],
        **context,
    }
    return TemplateResponse(request, template, told, status=status).render()
