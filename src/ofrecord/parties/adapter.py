"""Sign-in as this product wants it: nobody signs up, letters are queued, seeds are encrypted."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from allauth.account import adapter as account
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, override

from ofrecord.delivery import letters, wake
from ofrecord.parties import sign_in
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person

EVERYBODY = {"app": "allauth.account", "key": "everybody"}


class AccountAdapter(account.DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no stubs
    """People are added by the vendor or by their account; there is no sign-up."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the letter. For an unknown address the same work is done, and nobody gets it."""
        person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
        language = (person.language if person else "") or _language()
        with override(language):
            message = self.render_mail(template_prefix, email, {**context, "email": email})
        draft = letters.Draft(
            act=uuid4(),
            kind="sign_in",
            language=language,
            subject=message.subject,
            text=message.body,
            html=_html(message),
            person_id=person.pk if person else None,
        )
        with seeing(Actor.system("sign_in")):
            letters.write([draft])
        wake.wake()

    def format_email_subject(self, subject: str) -> str:
        """As it is: what a request calls its host does not belong in a letter."""
        return str(subject)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the letter leads to where people reach us, whatever host was asked for."""
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.OFRECORD_BASE_URL}{path}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse beyond the limits of this person and address, and of everybody together."""
        super().pre_authenticate(request, **credentials)
        self._in_total = ratelimit.consume(request, action="login_failed_total", **EVERYBODY)
        if not self._in_total:
            raise self.validation_error("too_many_login_attempts")

    def _get_login_attempts_cache_key(self, _request: HttpRequest, **credentials: Any) -> str:
        """One count a person, by whatever host name or port somebody calls us."""
        return str(credentials.get("email", "")).strip().lower()

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        self._in_total.rollback()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in.failed(str(credentials.get("email", "")), getattr(request, "request_id", ""))

    def reauthenticate(self, user: Person, password: str) -> bool:
        """A person has one address, the one they sign in with."""
        found = self.authenticate(account.context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: Person, password: str) -> None:
        """The new password and the fact of it, in one transaction."""
        with transaction.atomic():
            super().set_password(user, password)
            sign_in.password_changed(account.context.request, user)

    def post_login(self, request: HttpRequest, user: Person, **given: Any) -> HttpResponse:
        """Go on in the person's own language, where they have one."""
        response: HttpResponse = super().post_login(request, user, **given)
        if user.language in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite="Lax",
            )
        return response


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # likewise
    """Seeds and recovery codes are encrypted with a key that the database does not hold."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


class SessionsAdapter(DefaultUserSessionsAdapter):  # type: ignore[misc]  # likewise
    """Signing out elsewhere is an act that the journal knows."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        ended = list(sessions)
        super().end_sessions(ended)
        if ended:
            sign_in.sessions_ended(account.context.request, len(ended))


def _box() -> Fernet:
    return Fernet(settings.OFRECORD_ENCRYPTION_KEY)


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _html(message: Any) -> str:
    alternatives = getattr(message, "alternatives", [])
    return next((part[0] for part in alternatives if part[1] == "text/html"), "")
