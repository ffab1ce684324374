"""What support does with a case: answer, note, assign, resolve, open again, close."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ofrecord.cases.answer import answer
from ofrecord.cases.assign import assign
from ofrecord.cases.close import close
from ofrecord.cases.note import note
from ofrecord.cases.reopen import reopen
from ofrecord.cases.resolve import resolve
from ofrecord.cases.rights import agents, is_agent
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.console import case_forms
from ofrecord.console.cases import context
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.access import page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import case as records


def _assign_form(*args: Any, **kwargs: Any) -> forms.Form:
    return case_forms.AssignForm(*args, people=agents(), **kwargs)


def _text(verb: Callable[..., Any]) -> Callable[[str, Actor, Any], Any]:
    return lambda number, by, form: verb(number, text=form.cleaned_data["text"], by=by)


def _answer(number: str, by: Actor, form: Any) -> Any:
    said = form.cleaned_data
    given = {"text": said["text"], "files": form.uploads, "waits_for": said["waits_for"]}
    return answer(number, by=by, **given)


def _assign(number: str, by: Actor, form: Any) -> Any:
    said = form.cleaned_data
    return assign(number, said["to"], by=by, shown=said["shown"])


@dataclass(frozen=True)
class Act:
    """An act: its form, the verb, and what is said when it is done."""

    form: Callable[..., forms.Form]
    do: Callable[[str, Actor, Any], Any]
    done: str | Promise


ACTS = {
    "answer": Act(
        case_forms.AnswerForm, _answer, gettext_lazy("The customer has your answer, by email too.")
    ),
    "note": Act(case_forms.NoteForm, _text(note), gettext_lazy("The note is kept.")),
    "assign": Act(_assign_form, _assign, gettext_lazy("The case is assigned.")),
    "resolve": Act(
        case_forms.ResolveForm,
        _text(resolve),
        gettext_lazy("The case is resolved, and the customer is told."),
    ),
    "reopen": Act(case_forms.ReopenForm, _text(reopen), gettext_lazy("The case is open again.")),
    "close": Act(
        case_forms.CloseForm,
        lambda number, by, _form: close(number, by=by),
        gettext_lazy("The case is closed."),
    ),
}


@page(post=is_agent)
def act(request: DoorRequest, number: str, name: str) -> HttpResponse:
    """Do it, or show the case again with what is wrong beside its field."""
    with seeing(request.actor):
        known = records.loaded(request, number).number
    form = ACTS[name].form(request.POST, request.FILES, auto_id=f"{name}_%s")
    refused: Any = ()
    status = 422
    if form.is_valid():
        try:
            ACTS[name].do(known, request.actor, form)
        except (NotFound, NotPermitted):
            raise
        except Refused as refusal:
            refused, status = _beside(form, refusal), refusal.status
        else:
            messages.success(request, str(ACTS[name].done))
            return redirect("console:case", known)
    with seeing(request.actor):
        shown = {**context(request, known), name: form, "refused": refused}
        return TemplateResponse(request, "console/case.html", shown, status=status).render()


def _beside(form: forms.Form, refusal: Refused) -> list[Verdict]:
    """Put what is about a field beside it; the rest, which is told on top."""
    fields = records.FILE_REFUSALS
    own = [each for each in refusal.verdicts if fields.get(each.code) in form.fields]
    records.field_errors(form, own, fields)
    return [each for each in refusal.verdicts if each not in own]
