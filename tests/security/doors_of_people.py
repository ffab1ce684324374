"""People, API clients and a firm's profile in the table of doors, and what is tried of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from ofrecord.parties.actors import Actor
from ofrecord.parties.add_person import add_person
from ofrecord.parties.clients import add_client
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner, Person, Role
from ofrecord.parties.people.invite import invite

# Route: the word for GET and for POST, and what it is about; the table makes rows of them.
PLACE = {
    "people": ("", None, ""),
    "people_invite": ("heads 200", "heads 422", ""),
    "clients": ("", None, ""),
    "client_add": ("heads 200", "heads 422", ""),
}
WORDS: dict[str, tuple[str | None, str | None, str]] = {
    **{f"portal:{name}": row for name, row in PLACE.items()},
    **{f"desk:{name}": row for name, row in PLACE.items()},
    "portal:people_role": ("sees", None, "role"),
    "portal:people_change": (None, "heads 302", "role"),
    "portal:people_remove": (None, "heads 302", "role"),
    "portal:people_hand_over": (None, "heads 302", "role"),
    "portal:people_again": (None, "heads 302", "role_invitation"),
    "portal:people_withdraw": (None, "heads 302", "role_invitation"),
    "portal:client_revoke": (None, "heads 302", "api_client"),
    "portal:manager": ("heads 200", "heads 302", "agreement"),
    "desk:people_role": ("serves firm_role 200", None, "firm_role"),
    "desk:people_change": (None, "serves firm_role 302", "firm_role"),
    "desk:people_remove": (None, "serves firm_role 302", "firm_role"),
    "desk:people_again": (None, "serves firm_role 302", "firm_role_invitation"),
    "desk:people_withdraw": (None, "serves firm_role 302", "firm_role_invitation"),
    "desk:client_revoke": (None, "serves firm_role 302", "firm_client"),
    "desk:firm": ("", None, ""),
    "desk:firm_edit": ("heads 200", "heads 422", ""),
    "console:people": ("", None, ""),
    "console:people_invite": ("keeps 200", "keeps 422", ""),
    "console:people_role": ("", None, "staff_role"),
    "console:people_change": (None, "administers 302", "staff_role"),
    "console:people_remove": (None, "administers 302", "staff_role"),
    "console:people_hand_over": (None, "keeps 302", "account_role"),
    "console:people_again": (None, "administers 302", "staff_invitation"),
    "console:people_withdraw": (None, "administers 302", "staff_invitation"),
    "console:person": ("", None, "person"),
    "console:person_sessions": (None, "administers 302", "person"),
    "console:person_disable": (None, "administers 302", "person"),
    "console:person_enable": (None, "administers 302", "person"),
    "console:clients": ("", None, ""),
    "console:client_add": ("administers 200", "administers 422", ""),
    "console:client_revoke": (None, "administers 302", "vendor_client"),
}
OF_THINGS = (
    *("role", "role_invitation", "api_client"),
    *("firm_role", "firm_role_invitation", "firm_client"),
)
HEADS = ("pia", "lou")
ANOTHER = {"portal": "secondary_admin", "desk": "partner_admin", "console": "auditor"}
TERMINAL = Actor.system("cli")


def heads(verb: str, person: str, level: str, thing: str) -> int:
    """What only the primary admin of an account, or an admin of a firm, gets."""
    if thing and not level:
        return 404
    own = person in HEADS and thing in ("", "own")
    return int(verb.split()[1]) if own else 403


@dataclass(frozen=True)
class OfPeople:
    """For each thing a role, an invitation and an API client of its account, and of its firm."""

    accounts: dict[str, tuple[int, UUID, str]]
    firms: dict[str, tuple[int, UUID, str]]
    staff: tuple[int, UUID, str]
    person: int

    def known(self, thing: str) -> dict[str, Any]:
        """What stands in the addresses."""
        nothing = (2**40, uuid4(), "0" * 24)
        of_account = dict(zip(OF_THINGS[:3], self.accounts.get(thing, nothing), strict=True))
        of_firm = dict(zip(OF_THINGS[3:], self.firms.get(thing, nothing), strict=True))
        role, invitation, client = self.staff
        return {
            **of_account,
            **of_firm,
            "staff_role": role,
            "staff_invitation": invitation,
            "vendor_client": client,
            "account_role": self.accounts["own"][0],
            "person": self.person,
        }


def of_people(accounts: dict[str, Account], partners: dict[str, Partner]) -> OfPeople:
    """Somebody works and somebody is invited at each place, which has a system of its own."""
    return OfPeople(
        {thing: _at(each.account_number, "viewer") for thing, each in accounts.items()},
        {thing: _at(each.account_number, "partner_rep") for thing, each in partners.items()},
        _at("vendor", "support_agent"),
        Person.objects.get(email="viewer-5100000001@example.com").pk,
    )


def _at(number: str, role: str) -> tuple[int, UUID, str]:
    where: dict[str, Any] = {"belongs_to": number, "by": TERMINAL}
    person = add_person(f"{role}-{number}@example.com", "Wim", role=role, **where)
    asked = invite(f"asked-{number}@example.com", "Ida", role=role, **where)
    client, _secret = add_client("Sync", scopes=["partners:read"], **where)
    with seeing(TERMINAL):
        held = Role.objects.get(person=person)
    return held.pk, asked.pk, client.client_id
