"""Refusals of acts on endpoints and deliveries, each with a code and a sentence."""

from typing import Protocol

from django.utils.translation import gettext as _

from ofrecord.journal.record import By


class Refused(Exception):
    """An act was refused; its text is the sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Acting(Protocol):
    """Whoever acts, as much as is asked here."""

    @property
    def by(self) -> By: ...
    @property
    def door(self) -> str: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def vendor_roles(self) -> tuple[str, ...]: ...
    @property
    def is_system(self) -> bool: ...


def demand_role(by: Acting, *roles: str) -> None:
    """Refuse unless the actor holds one of these roles at the vendor, or is at its terminal."""
    if not (by.is_system or set(roles) & set(by.vendor_roles)):
        raise Refused("not_permitted", _("Your role at the vendor does not allow this."))


def demand_keeper(by: Acting) -> None:
    """Refuse unless the actor may change endpoints; the scopes of a client are the API's to ask."""
    demand_role(by, "administrator", "operations", "client")


def demand_reason(reason: str) -> str:
    """The reason in one line; refused when there is none."""
    words = " ".join(reason.split())
    if not words:
        raise Refused("reason_missing", _("Give a reason."))
    return words
