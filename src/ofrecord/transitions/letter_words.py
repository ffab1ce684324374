"""What letters about a partner's status say: the customer what to do, the firm what it means."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ofrecord.changes.letter_words import Words, questions
from ofrecord.parties.models import Partner, PartnerStatus

if TYPE_CHECKING:
    from ofrecord.transitions.letters import Reader

LISTED = 50


def for_account(partner: Partner, status: PartnerStatus, reader: "Reader") -> Words:
    """For the admins and contract managers of the accounts."""
    subject, lead = _to_customers(status)
    name = {"name": partner.name}
    listed = reader.references[:LISTED]
    left = reader.agreements - len(listed)
    more = ngettext("and %(count)s more", "and %(count)s more", left) if left > 0 else ""
    return Words(
        subject=subject % name,
        lead=lead % name,
        facts=tuple(fact for fact in _facts(partner, status, reader) if fact[1]),
        lines=tuple((reference, partner.name) for reference in listed),
        more=more and more % {"count": left},
        closing=questions(),
        link=_link(reader),
        link_label=_("See what you can do"),
    )


def for_firm(partner: Partner, status: PartnerStatus) -> Words:
    """For the firm's own address."""
    subject, lead = _to_firms(status)
    vendor = {"vendor": settings.OFRECORD_VENDOR_NAME}
    return Words(
        subject=subject % vendor,
        lead=lead % vendor,
        facts=((_("Partner"), f"{partner.name} ({partner.account_number})"),),
        lines=(),
        more="",
        closing=questions(),
    )


def _to_customers(status: PartnerStatus) -> tuple[str, str]:
    return {
        PartnerStatus.SUSPENDED: (
            _("%(name)s is suspended as a partner"),
            _(
                "%(name)s is suspended for now. It stays the authorized partner of what it is, and"
                " nothing new can go through it. You can change the partner where that is"
                " possible, or with an agreement's renewal or next transaction."
            ),
        ),
        PartnerStatus.TERMINATED: (
            _("%(name)s is no longer an authorized partner"),
            _(
                "%(name)s is no longer an authorized partner. It stays named on your agreements"
                " until you change the partner: choose a new one where that is possible, or with"
                " an agreement's renewal or next transaction."
            ),
        ),
        PartnerStatus.ACTIVE: (
            _("%(name)s is an authorized partner again"),
            _("%(name)s is an authorized partner again. You need not do anything."),
        ),
    }[status]


def _to_firms(status: PartnerStatus) -> tuple[str, str]:
    return {
        PartnerStatus.SUSPENDED: (
            _("%(vendor)s has suspended your firm"),
            _(
                "%(vendor)s has suspended your firm for now. You keep what you have and your"
                " access; no agreement can be moved to you, and your quotes cannot be accepted."
            ),
        ),
        PartnerStatus.TERMINATED: (
            _("%(vendor)s has terminated your firm as a partner"),
            _(
                "%(vendor)s has terminated your firm as a partner. Your people and systems have no"
                " access any more, what was to come to you is called off, and your quotes are"
                " withdrawn. Your customers are told."
            ),
        ),
        PartnerStatus.ACTIVE: (
            _("Your firm is an authorized partner of %(vendor)s again"),
            _(
                "Your firm is an authorized partner of %(vendor)s again, and your people have"
                " their access back."
            ),
        ),
    }[status]


def _facts(partner: Partner, status: PartnerStatus, reader: "Reader") -> list[tuple[str, str]]:
    account = reader.account if reader.accounts == 1 else ""
    terminated = status == PartnerStatus.TERMINATED
    waiting = {
        (_("Changes that are called off") if terminated else ""): reader.changes,
        (_("Quotes that are withdrawn") if terminated else ""): reader.quotes,
    }
    return [
        (_("Account"), account),
        (_("Partner"), f"{partner.name} ({partner.account_number})"),
        *((name, ", ".join(numbers)) for name, numbers in waiting.items() if name),
    ]


def _link(reader: "Reader") -> str:
    one = reader.references[0] if reader.agreements == 1 else ""
    path = f"/billing/agreements/{one}/" if one else "/billing/agreements/"
    return f"{settings.OFRECORD_BASE_URL}{path}"
