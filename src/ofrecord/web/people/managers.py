"""The page on which the contract manager of an agreement is appointed."""

from typing import Any, cast

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ofrecord.agreements.contract_manager import appoint
from ofrecord.agreements.models import Agreement
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from ofrecord.parties.people.rights import is_head
from ofrecord.web.access import refused
from ofrecord.web.actor import DoorRequest
from ofrecord.web.people.at import address, done, shown
from ofrecord.web.records import words

MOST = 500


class ManagerForm(forms.Form):
    """Somebody of the account, or nobody."""

    manager = forms.ChoiceField(label=gettext_lazy("Contract manager"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **given: Any):
        super().__init__(*args, **{**given, "use_required_attribute": False})
        field = cast(forms.ChoiceField, self.fields["manager"])
        field.choices = [("", _("Nobody")), *people]


def one(request: DoorRequest, reference: str) -> HttpResponse:
    """Who it is, and the form with which somebody else is appointed."""
    with seeing(request.actor):
        agreement = _agreement(request, reference)
        if not is_head(request.actor, agreement.account):
            return refused(request, [_("Only the account's primary admin appoints its managers.")])
        first = {"manager": str(agreement.contract_manager_id or "")}
        given = request.POST if request.method == "POST" else None
        form = ManagerForm(given, people=_people(agreement), initial=first)
    back = address(request, "agreement", reference)
    if form.is_valid():
        chosen = form.cleaned_data["manager"]
        said = _("The agreement has its contract manager.") if chosen else _("Nobody manages it.")
        whom = int(chosen) if chosen else None
        return done(request, lambda: appoint([reference], whom, by=request.actor), said, back)
    context = {
        "heading": _("Contract manager"),
        "crumbs": [(reference, back)],
        "agreement": agreement,
        "kind": words.kind(agreement.purchasing_model),
        "form": form,
        "back_url": back,
    }
    return shown(request, "web/people/manager.html", context, 422 if form.is_bound else 200)


def _agreement(request: DoorRequest, reference: str) -> Agreement:
    visible = Agreement.objects.visible_to(request.actor).select_related("account")
    found = visible.filter(reference=reference).first()
    if found is None:
        raise Http404(reference)
    return found


def _people(agreement: Agreement) -> list[tuple[str, str]]:
    """Those of the account, by name, each once."""
    held = Role.objects.filter(account=agreement.account, person__is_active=True)
    rows = held.order_by("person__name", "person__pk").values_list(
        "person__pk", "person__name", "person__email"
    )
    return [(str(pk), f"{name} ({email})") for pk, name, email in dict.fromkeys(rows[:MOST])]
