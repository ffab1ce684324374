"""When and where from each session was last used: written once a minute, not at every request."""

from collections.abc import Callable
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Answer = Callable[[HttpRequest], HttpResponse]
MINUTE = timedelta(minutes=1)
LONGEST = UserSession._meta.get_field("user_agent").max_length


def last_seen(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware in place of the library's own, which writes at every request."""

    def noted(request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            now = timezone.now()
            stale = UserSession.objects.filter(
                session_key=request.session.session_key, last_seen_at__lt=now - MINUTE
            )
            stale.update(
                last_seen_at=now,
                ip=get_adapter().get_client_ip(request),
                user_agent=request.headers.get("User-Agent", "")[:LONGEST],
            )
        return answer(request)

    return noted
