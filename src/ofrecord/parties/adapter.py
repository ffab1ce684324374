"""Sign-in as this product wants it: nobody signs up, letters are queued, seeds are encrypted."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from ofrecord.delivery import letters, wake
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.sign_in import failed


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no stubs
    """People are added by the vendor or by their account; there is no sign-up."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the letter. For an unknown address the same work is done, and nobody gets it."""
        person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
        message = self.render_mail(template_prefix, email, {**context, "email": email})
        draft = letters.Draft(
            act=uuid4(),
            kind="sign_in",
            language=get_language() or settings.LANGUAGE_CODE,
            subject=message.subject,
            text=message.body,
            html=_html(message),
            person_id=person.pk if person else None,
        )
        with seeing(Actor.system("sign_in")):
            letters.write([draft])
        wake.wake()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        failed(str(credentials.get("email", "")), getattr(request, "request_id", ""))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # likewise
    """Seeds and recovery codes are encrypted with a key that the database does not hold."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> Fernet:
    return Fernet(settings.OFRECORD_ENCRYPTION_KEY)


def _html(message: Any) -> str:
    alternatives = getattr(message, "alternatives", [])
    return next((part[0] for part in alternatives if part[1] == "text/html"), "")
