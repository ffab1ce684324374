"""Locking the partner of an agreement, and lifting the lock."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from ofrecord.changes import locks
from ofrecord.portal.views.details import LIFT, LOCK, acted
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.reason import ReasonForm


@page(post=holds_account)
def lock(request: DoorRequest, reference: str) -> HttpResponse:
    """Keep the partner as it is."""

    def act(reason: str) -> str:
        locks.lock([reference], by=request.actor, reason=reason)
        return _("The partner is locked.")

    return acted(request, reference, "lock_form", ReasonForm(request.POST, auto_id=LOCK), act)


@page(post=holds_account)
def lift(request: DoorRequest, reference: str) -> HttpResponse:
    """Ask for the lock to be lifted, or lift it as the second person."""

    def act(reason: str) -> str:
        if locks.lift([reference], by=request.actor, reason=reason):
            return _("The lock is lifted.")
        return _("Asked. Another person who may change the partner has to lift it too.")

    return acted(request, reference, "lift_form", ReasonForm(request.POST, auto_id=LIFT), act)
