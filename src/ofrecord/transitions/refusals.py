"""Refusals of acts on a partner, each with a code and a sentence."""

from django.utils.translation import gettext as _

from ofrecord.changes.refusals import plain
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Partner
from ofrecord.rules.verdicts import Verdict

KEEPERS = ("operations", "administrator")
"""The roles at the vendor that may suspend, terminate and reinstate."""


def may_set_status(by: Actor) -> bool:
    """Whether somebody holds such a role, or is at the vendor's terminal."""
    return by.is_system or bool(set(KEEPERS) & set(by.vendor_roles))


def not_a_keeper() -> Verdict:
    return plain(
        "not_permitted",
        _("Your role at the vendor does not allow this."),
        _("Ask somebody of operations, or an administrator."),
    )


def no_partner(number: str) -> Verdict:
    return plain("not_found", _("There is no partner %(number)s.") % {"number": number})


def status_held(partner: Partner) -> Verdict:
    said = _("%(name)s is %(status)s already.")
    status = str(partner.get_status_display()).lower()
    return plain("status_held", said % {"name": partner.name, "status": status})


def terminated(partner: Partner) -> Verdict:
    return plain(
        "partner_terminated",
        _("%(name)s is terminated.") % {"name": partner.name},
        _("Reinstate it first."),
    )
