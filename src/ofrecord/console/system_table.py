"""What can be done with a system on a page of its own: the words, the form, and the verb."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ofrecord.console.system_forms import ChangeForm, ReplayForm, RotateForm
from ofrecord.delivery import pause as pausing
from ofrecord.delivery.change import change_endpoint
from ofrecord.delivery.models import Endpoint
from ofrecord.delivery.remove import remove
from ofrecord.delivery.replay import replay_range
from ofrecord.delivery.rotate import rotate
from ofrecord.parties.actors import Actor
from ofrecord.web.reason import ReasonForm

Done = tuple[str, str]
"""What to say afterwards, and a secret to show once."""


@dataclass(frozen=True)
class Act:
    """An act: its words, its form, and the verb, which answers what to say."""

    heading: str | Promise
    lead: str | Promise
    button: str | Promise
    form: Callable[..., forms.Form]
    do: Callable[[Endpoint, dict[str, Any], Actor], Done]
    first: Callable[[Endpoint], forms.Form] | None = None
    danger: bool = False


def _change(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    change_endpoint(endpoint.name, by=by, **given)
    return _("It is changed, from now on."), ""


def _pause(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    pausing.pause(endpoint.name, by=by, reason=given["reason"])
    return _("It is paused. What it is told of waits for it."), ""


def _rotate(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    _endpoint, secret = rotate(endpoint.name, by=by, overlap=given["overlap"])
    return _("It has a new secret."), secret


def _remove(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    remove(endpoint.name, by=by, reason=given["reason"])
    return _("It is removed. Nothing waits for it any more."), ""


def _replay(endpoint: Endpoint, given: dict[str, Any], by: Actor) -> Done:
    done = replay_range(endpoint.name, given["since"], given["until"], by=by)
    number = done.reopened + done.repeated
    said = ngettext("%(n)s event is sent again.", "%(n)s events are sent again.", number)
    return said % {"n": number}, ""


ACTS = {
    "change": Act(
        gettext_lazy("Change"),
        gettext_lazy(
            "What you change counts from now on. What is on its way stays as required as it was."
        ),
        gettext_lazy("Save"),
        ChangeForm,
        _change,
        ChangeForm.of,
    ),
    "pause": Act(
        gettext_lazy("Pause"),
        gettext_lazy(
            "Nothing is sent until somebody resumes it. Events wait, in their order, and changes "
            "for which it is required wait with them."
        ),
        gettext_lazy("Pause"),
        ReasonForm,
        _pause,
    ),
    "rotate": Act(
        gettext_lazy("New secret"),
        gettext_lazy("The new secret is shown once, on the next page."),
        gettext_lazy("Make a new secret"),
        RotateForm,
        _rotate,
    ),
    "replay": Act(
        gettext_lazy("Send again"),
        gettext_lazy(
            "Everything of its types that was recorded in this time is sent again, also what was "
            "recorded before the system was added: the same events, in the order of each "
            "agreement, after what is new. No change waits for that. What was given up is tried "
            "again."
        ),
        gettext_lazy("Send again"),
        ReplayForm,
        _replay,
        ReplayForm.of,
    ),
    "remove": Act(
        gettext_lazy("Remove"),
        gettext_lazy(
            "It is told of nothing any more. What still waits for it is waived with your reason, "
            "so that no change waits in vain. The log of what it was told stays."
        ),
        gettext_lazy("Remove the system"),
        ReasonForm,
        _remove,
        danger=True,
    ),
}
