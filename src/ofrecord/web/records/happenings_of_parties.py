"""What the events of accounts, partners, people, quotes and systems say, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ofrecord.parties.models import RoleName

Data = Mapping[str, Any]

PLAIN: dict[str, Any] = {
    "account.loaded": _("The account was loaded from the vendor's book"),
    "account.updated": _("The account was brought up to date"),
    "account.viewed": _("%(who)s looked at account %(account)s"),
    "partner.loaded": _("The partner was loaded from the vendor's book"),
    "partner.updated": _("The partner was brought up to date"),
    "partner.suspended": _("%(who)s suspended the partner"),
    "partner.terminated": _("%(who)s terminated the partner"),
    "partner.reinstated": _("%(who)s reinstated the partner"),
    "person.loaded": _("The person was loaded from the vendor's book"),
    "person.updated": _("The person was brought up to date"),
    "person.added": _("%(who)s made the person known"),
    "person.role_granted": _("%(who)s gave the role %(role_name)s%(place)s"),
    "person.role_removed": _("%(who)s took the role %(role_name)s away%(place)s"),
    "person.role_changed": _("%(who)s gave the role %(role_name)s in place of another%(place)s"),
    "role_invitation.sent": _("%(who)s invited somebody as %(role_name)s"),
    "role_invitation.accepted": _("%(who)s accepted an invitation as %(role_name)s"),
    "role_invitation.withdrawn": _("%(who)s withdrew an invitation as %(role_name)s"),
    "role.removed": _("%(who)s removed somebody from the role %(role_name)s"),
    "role.changed": _("%(who)s gave somebody the role %(role_name)s"),
    "role.handed_over": _("%(who)s made somebody else the primary admin"),
    "agreement.contract_manager_changed": _("%(who)s changed the contract manager"),
    "partner.profile_changed": _("%(who)s edited the firm's profile"),
    "person.password_changed": _("The password was changed"),
    "person.signed_in": _("The person signed in"),
    "person.signed_out": _("The person signed out"),
    "person.sign_in_failed": _("Somebody failed to sign in as this person"),
    "person.sessions_ended": _("%(who)s ended sessions"),
    "person.disabled": _("%(who)s disabled the person"),
    "person.enabled": _("%(who)s enabled the person again"),
    "person.second_factor_added": _("A second factor was added"),
    "person.second_factor_removed": _("A second factor was removed"),
    "invitation.sent": _("%(firm)s was to be introduced"),
    "invitation.received": _("The account's admins were told of %(firm)s"),
    "invitation.opened": _("%(who)s opened the invitation of %(firm)s"),
    "invitation.accepted": _("%(who)s accepted the invitation of %(firm)s"),
    "invitation.declined": _("%(who)s declined the invitation of %(firm)s"),
    "invitation.answered": _("The firm was told how its invitation was answered"),
    "invitation.withdrawn": _("%(who)s withdrew an invitation of %(firm)s"),
    "invitation.expired": _("An invitation of %(firm)s expired"),
    "invitation.canary_invited": _("%(firm)s has invited a number that no customer has"),
    "quote.requested": _("%(who)s asked %(firm)s for a quote"),
    "quote_request.declined": _("%(firm)s will not quote"),
    "quote_request.withdrawn": _("%(who)s asks %(firm)s no longer for a quote"),
    "quote.addressed": _("%(who)s tried to quote to account %(account)s"),
    "quote.drafted": _("%(who)s drafted quote %(quote)s"),
    "quote.issued": _("%(firm)s issued quote %(quote)s"),
    "quote.viewed": _("%(who)s opened quote %(quote)s for the first time"),
    "quote.accepted": _("%(who)s accepted quote %(quote)s"),
    "quote.declined": _("%(who)s declined quote %(quote)s"),
    "quote.withdrawn": _("Quote %(quote)s was withdrawn"),
    "quote.expired": _("Quote %(quote)s expired"),
    "order.booked": _("Order %(order)s was booked"),
    "run.started": _("%(who)s asked for a change of many agreements"),
    "run.completed": _("A change of many agreements was carried out"),
    "run.stopped": _("A change of many agreements was stopped"),
    "run.resumed": _("A change of many agreements goes on"),
    "run.cancelled": _("%(who)s ended a change of many agreements"),
    "agreement.updated": _("The agreement was brought up to date"),
    "agreement.purchased": _("An order began the agreement"),
    "policy.drafted": _("%(who)s handed a draft of the policy to a second person"),
    "policy.draft_declined": _("%(who)s declined a draft of the policy"),
    "policy.published": _("%(who)s published version %(version)s of the policy"),
}
FOR_CUSTOMERS: dict[str, Any] = {
    "role.handed_over": _("Support (%(who)s) made somebody else the primary admin"),
    "person.role_changed": _(
        "Support (%(who)s) gave the role %(role_name)s in place of another%(place)s"
    ),
}
"""What support does for a customer."""


def told(type: str, data: Data) -> str | None:
    """The sentence of such an event; None for one of another kind."""
    support = FOR_CUSTOMERS.get(type) if data.get("occasion") == "support" else None
    sentence = support or PLAIN.get(type)
    return str(sentence) % _Known({**data, **_role(data)}) if sentence else None


def _role(data: Data) -> dict[str, str]:
    names = dict(RoleName.choices)
    place = data.get("account") or data.get("partner") or ""
    held = f" ({place})" if isinstance(place, str) and place else ""
    return {"role_name": str(names.get(data.get("role", ""), data.get("role", ""))), "place": held}


class _Known(dict[str, Any]):
    """What an event does not say stays empty."""

    def __missing__(self, _name: str) -> str:
        return ""
