"""Sign-ins, failed ones, and changes of what a person signs in with: facts of that person."""

from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from ofrecord.journal.record import By, Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person
from ofrecord.parties.streams import tell

NOBODY = 0


def strength(request: HttpRequest, person: Person) -> str:
    """How strongly this person proved in this session who they are: `password` or `mfa`."""
    records = get_authentication_records(request, person)
    return "mfa" if any(each.get("method") == "mfa" for each in records) else "password"


def failed(email: str, request_id: str) -> None:
    """A password that was wrong.

    For an address that nobody has the same statements run and are undone, so that the work does
    not tell who exists.
    """
    known = Person.objects.filter(email=email.strip().lower()).values_list("pk", flat=True).first()
    id = known or NOBODY
    with seeing(Actor.system("sign_in")):
        list(Person.objects.select_for_update(no_key=True).filter(pk=id))
        ledger = open_ledger("person", [id])
        fact = Fact(id, "person.sign_in_failed", str(id), {"factor": "password"})
        ledger.record([fact], By(None, None, "sign_in", "none", request_id))
        Person.objects.filter(pk=id).update(version=ledger.sequence(id))
        transaction.set_rollback(known is None)


def password_changed(request: HttpRequest, person: Person) -> None:
    """Somebody set their password, knowing the old one or by a link; call it in that act."""
    _by_themself(request, person, "person.password_changed")


def sessions_ended(request: HttpRequest, count: int) -> None:
    """Somebody signed out everywhere else."""
    _by_themself(request, request.user, "person.sessions_ended", {"count": count})


@receiver(account.user_logged_in)
def _signed_in(request: HttpRequest, user: Person, **_kwargs: Any) -> None:
    factors = [each.get("type") or each["method"] for each in _records(request, user)]
    _by_themself(request, user, "person.signed_in", {"factors": factors})


@receiver(account.user_logged_out)
def _signed_out(request: HttpRequest, user: Person | None, **_kwargs: Any) -> None:
    if user:
        _by_themself(request, user, "person.signed_out")


@receiver(post_save, sender=Authenticator)
def _factor_added(instance: Authenticator, created: bool, **_kwargs: Any) -> None:
    if created:
        _factor(instance, "person.second_factor_added")


@receiver(post_delete, sender=Authenticator)
def _factor_removed(instance: Authenticator, **_kwargs: Any) -> None:
    _factor(instance, "person.second_factor_removed")


def _factor(factor: Authenticator, type: str) -> None:
    """In the transaction that changes the factor, whichever page it was."""
    _by_themself(context.request, factor.user, type, {"kind": str(factor.type)})


@receiver(mfa.authentication_failed)
def _code_wrong(request: HttpRequest, user: Person, authenticator: Any, **_kwargs: Any) -> None:
    _by_themself(request, user, "person.sign_in_failed", {"factor": authenticator.type})


def _by_themself(
    request: HttpRequest, person: Any, type: str, data: dict[str, Any] | None = None
) -> None:
    by = By(
        person.pk, None, "sign_in", strength(request, person), getattr(request, "request_id", "")
    )
    with seeing(Actor.system("sign_in")):
        tell(person, type, data or {}, by)


def _records(request: HttpRequest, person: Person) -> list[dict[str, Any]]:
    return [each for each in get_authentication_records(request, person) if "method" in each]
