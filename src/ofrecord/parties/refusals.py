"""Refusals of acts on people, each with a code and a sentence."""

from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor


class Refused(Exception):
    """An act was refused; its text is the sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def demand_administrator(by: Actor) -> None:
    """Refuse unless the actor administers the vendor's installation, or is at its terminal."""
    if not (by.is_system or "administrator" in by.vendor_roles):
        raise Refused("not_permitted", _("Your role at the vendor does not allow this."))
