"""Locking the partner of an agreement, and lifting the lock."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ofrecord.changes import locks
from ofrecord.changes.refusals import NotFound, NotPermitted, Refused
from ofrecord.web.access import holds_account, page
from ofrecord.web.actor import DoorRequest


@page(post=holds_account)
def lock(request: DoorRequest, reference: str) -> HttpResponse:
    """Keep the partner as it is."""
    _done(request, locks.lock, reference, _("The partner is locked."), "")
    return redirect("portal:agreement", reference)


@page(post=holds_account)
def lift(request: DoorRequest, reference: str) -> HttpResponse:
    """Ask for the lock to be lifted, or lift it as the second person."""
    asked = _("Asked. Another person who may change the partner has to lift it too.")
    _done(request, locks.lift, reference, _("The lock is lifted."), asked)
    return redirect("portal:agreement", reference)


def _done(
    request: DoorRequest, act: Callable[..., list[str]], reference: str, said: str, otherwise: str
) -> None:
    try:
        done = act([reference], by=request.actor, reason=request.POST.get("reason", "")[:500])
    except (NotFound, NotPermitted):
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said if done else otherwise or said)
