"""The mailbox of a try-out: every letter, readable by whoever is at the machine.

There is no sign-in in front of it, so it exists only where OFRECORD_MAILBOX says so, and never
in production.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from ofrecord.delivery.models import Letter, LetterState
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

SHOWN = 200
BADGES = {
    LetterState.SENT: "good",
    LetterState.WAITING: "neutral",
    LetterState.WITHHELD: "warn",
    LetterState.PARKED: "bad",
}
View = Callable[..., HttpResponse]


def try_out_only(view: View) -> View:
    """Not there at all, except in a try-out."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.OFRECORD_MAILBOX or settings.PRODUCTION:
            raise Http404
        with seeing(Actor.system("mailbox")):
            return view(request, *args, **kwargs)

    return guarded


@require_safe
@try_out_only
def listed(request: HttpRequest) -> HttpResponse:
    """The latest letters; `q` finds by address, subject or number."""
    wanted = request.GET.get("q", "").strip()
    letters = Letter.objects.defer("text", "html").order_by("-id")
    if wanted:
        letters = letters.filter(
            Q(sent_to__icontains=wanted)
            | Q(subject__icontains=wanted)
            | Q(about__contains=[wanted.upper()])
        )
    rows = [(letter, BADGES[LetterState(letter.state)]) for letter in letters[:SHOWN]]
    context = {"heading": _("Mailbox"), "rows": rows, "q": wanted, "limit": SHOWN}
    return render(request, "web/mailbox.html", context)


@require_safe
@try_out_only
def letter(request: HttpRequest, id: int) -> HttpResponse:
    """One letter: its HTML in a frame that can do nothing, and its text."""
    found = get_object_or_404(Letter, pk=id)
    context = {
        "heading": found.subject,
        "letter": found,
        "badge": BADGES[LetterState(found.state)],
    }
    return render(request, "web/mailbox_letter.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": [NONE],
        "script-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "img-src": [NONE],
        "font-src": [NONE],
        "connect-src": [NONE],
        "form-action": [NONE],
        "frame-src": [NONE],
        "frame-ancestors": [SELF],
    }
)
@try_out_only
def letter_html(_request: HttpRequest, id: int) -> HttpResponse:
    """The letter as a mail program would show it."""
    return HttpResponse(get_object_or_404(Letter, pk=id).html)
