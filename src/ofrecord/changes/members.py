"""Members of a partner set by name: by role, by subscription, and by partner where need be."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ofrecord.agreements.models import PartnerRole
from ofrecord.changes.refusals import plain, refused
from ofrecord.parties.actors import Actor
from ofrecord.rules.verdicts import Verdict

ROLE_OF_KIND = {
    "reseller": "reseller",
    "solution_provider": "reseller",
    "distributor": "distributor",
}
"""The role in which a partner of each kind replaces a whole set."""
_KEY = re.compile(r"(?P<role>[a-z]+)(:(?P<subscription>[^@]+))?(@(?P<partner>.+))?")


@dataclass(frozen=True)
class Member:
    """Who is of record in a role: of one subscription, and this partner, where these are given."""

    role: str
    subscription: str | None = None
    partner: str | None = None

    def __str__(self) -> str:
        """As it is written everywhere: ROLE[:SUBSCRIPTION][@PARTNER]."""
        scope = f":{self.subscription}" if self.subscription else ""
        return f"{self.role}{scope}{f'@{self.partner}' if self.partner else ''}"


def parsed(text: str) -> Member | None:
    """A member as it is written; None when this names none."""
    found = _KEY.fullmatch(text.strip())
    if not found or found["role"] not in PartnerRole.values:
        return None
    return Member(found["role"], found["subscription"], found["partner"])


def named(texts: Sequence[str]) -> tuple[Member, ...]:
    """Members as they are written, each once; `texts` are well-formed."""
    found = (parsed(text) for text in dict.fromkeys(texts))
    return tuple(each for each in found if each)


def as_json(members: Sequence[Member]) -> str:
    """The members as the database keeps them and compares them."""
    return json.dumps([[each.role, each.subscription, each.partner] for each in members])


def written(kept: Sequence[Sequence[str | None]]) -> list[str]:
    """Members as the database keeps them, as they are written everywhere."""
    return [str(Member(str(role), *scope)) for role, *scope in kept]


def can_serve(kind: str, role: str) -> bool:
    """Whether a partner of this kind can take the place of a member in this role."""
    return role == PartnerRole.SERVICES or ROLE_OF_KIND[kind] == role


def demand_vendor(members: Sequence[Member], by: Actor) -> None:
    """Refuse named members to a customer's own people and systems: these replace the whole set."""
    if members and not by.sees_everything:
        reason = _("One of several partners is replaced by support.")
        raise refused([plain("not_permitted", reason, _("Contact support."))])


def member_unknown(member: Member) -> Verdict:
    """Nobody is of record as it was named."""
    return plain(
        "member_unknown",
        _("Nobody is partner of record as %(member)s.") % {"member": _named(member)},
        _("Name one of the partners of record."),
    )


def partner_role(name: str, role: str) -> Verdict:
    """The new partner is of a kind that has another role."""
    return plain(
        "partner_role",
        _("%(partner)s cannot be partner of record in the role %(role)s.")
        % {"partner": name, "role": _role(role)},
        _("Choose another partner."),
    )


def _named(member: Member) -> str:
    parts = (_role(member.role), member.subscription, member.partner)
    return ", ".join(part for part in parts if part)


def _role(role: str) -> str:
    return str(PartnerRole(role).label).lower()
