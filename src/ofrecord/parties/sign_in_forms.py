"""The forms of a forgotten password: the same work for every address, and no way back in."""

from typing import Any

from allauth.account.forms import ResetPasswordForm, UserTokenForm
from allauth.core import context
from allauth.core.internal import ratelimit
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ofrecord.parties.adapter import EVERYBODY
from ofrecord.parties.models import Person


class ResetPassword(ResetPasswordForm):  # type: ignore[misc]  # allauth has no stubs
    """Asks for a link. For an address that nobody has, one is made too, and sent to nobody."""

    users: list[Person]

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if not ratelimit.consume(context.request, action="reset_password_total", **EVERYBODY):
            raise ValidationError(_("Too many new passwords are being asked for. Try again later."))
        return email

    def save(self, request: HttpRequest, **given: Any) -> str:
        self.users = self.users or [Person(pk=0, email=self.cleaned_data["email"])]
        email: str = super().save(request, **given)
        return email


class ResetLink(UserTokenForm):  # type: ignore[misc]  # likewise
    """Judges a link; nobody who was disabled since it was sent may use it."""

    def _get_user(self, uidb36: str) -> Person | None:
        person: Person | None = super()._get_user(uidb36)
        return person if person and person.is_active else None
