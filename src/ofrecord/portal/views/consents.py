"""A second admin approves a change, or declines it."""

from functools import partial
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ofrecord.changes import refusals
from ofrecord.changes.check import check_ids
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.consents.refusals import consent_closed
from ofrecord.changes.models import Kind, PartnerChange
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.portal.views.changes import DeclineForm, acted
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest


@page(post=holds_account)
def approve(request: DoorRequest, number: str) -> HttpResponse:
    """Agree to what a colleague has submitted."""
    return acted(request, number, partial(_say, given=True), forms.Form(request.POST))


@page(post=holds_account)
def decline(request: DoorRequest, number: str) -> HttpResponse:
    """Keep the partner as it is."""
    form = DeclineForm(request.POST)
    return acted(request, number, partial(_say, given=False), form)


def _say(number: str, *, by: Actor, reason: str, given: bool) -> None:
    answer([_approval(number, by)], given=given, by=by, reason=reason)


def _approval(number: str, by: Actor) -> UUID:
    """The approval that a change waits for; who may not give it is told that first."""
    with seeing(by):
        change = PartnerChange.objects.visible_to(by).filter(number=number).first()
        if change is None:
            raise refusals.refused([refusals.no_change(number)])
        asked = change.consents.filter(kind=Kind.APPROVAL).first()
        if asked and not asked.answer:
            return asked.pk
        checks = check_ids([change.agreement_id], partner=None, person=by.judged_person)
        refusals.permitted(checks[change.agreement_id].verdicts)
    said = str(asked.get_answer_display()) if asked else _("nobody has to approve it")
    raise refusals.refused([consent_closed(said)])
