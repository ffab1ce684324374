"""Sign-ins, failed ones, and changes of what a person signs in with: facts of that person."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.dispatch import receiver
from django.http import HttpRequest

from ofrecord.journal.record import By
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.streams import tell


def failed(email: str, request_id: str) -> None:
    """A password that was wrong for somebody whom we know."""
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person:
        _told(person, "person.sign_in_failed", {}, By(None, None, "sign_in", "none", request_id))


@receiver(account.user_logged_in)
def _signed_in(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    _by_themself(request, user, "person.signed_in")


@receiver(account.user_logged_out)
def _signed_out(request: HttpRequest, user: Person | None, **_kwargs: Any) -> None:
    if user:
        _by_themself(request, user, "person.signed_out")


@receiver(account.password_changed)
@receiver(account.password_reset)
@receiver(account.password_set)
def _password_changed(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    _by_themself(request, user, "person.password_changed")


@receiver(mfa.authenticator_added)
def _factor_added(request: HttpRequest, user: Person, authenticator: Any, **_kwargs: Any) -> None:
    _by_themself(request, user, "person.second_factor_added", {"kind": authenticator.type})


@receiver(mfa.authenticator_removed)
def _factor_removed(request: HttpRequest, user: Person, authenticator: Any, **_kwargs: Any) -> None:
    _by_themself(request, user, "person.second_factor_removed", {"kind": authenticator.type})


def _by_themself(
    request: HttpRequest, person: Person, type: str, data: dict[str, Any] | None = None
) -> None:
    methods = [each.get("method", "") for each in _methods(request)]
    strength = "mfa" if "mfa" in methods else "password"
    by = By(person.pk, None, "sign_in", strength, getattr(request, "request_id", ""))
    _told(person, type, data or {}, by)


def _methods(request: HttpRequest) -> list[dict[str, Any]]:
    return list(request.session.get("account_authentication_methods", []))


def _told(person: Person, type: str, data: dict[str, Any], by: By) -> None:
    with seeing(Actor.system("sign_in")):
        tell(person, type, data, by)
