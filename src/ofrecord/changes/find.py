"""Find: an admin of the customer looks the new partner up by its exact account number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.changes import refusals
from ofrecord.changes.check import Check, check_ids
from ofrecord.changes.members import ROLE_OF_KIND
from ofrecord.journal.record import Fact
from ofrecord.parties import limits
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.streams import lock_accounts, tell_accounts
from ofrecord.rules.policy import PARTNER
from ofrecord.rules.verdicts import Verdict

WHAT = "partner.looked_up"
LONGEST = 40


@dataclass(frozen=True)
class FoundPartner:
    """What a look-up says: the partner, and whether it can serve the agreements asked about.

    `checks` are those of the agreements; `verdicts` the rules about number and partner that
    refuse everywhere, one of a code. Without a known partner there are only verdicts.
    """

    number: str
    checks: tuple[Check, ...]
    name: str = ""
    kind: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    email: str = ""
    website: str = ""

    @property
    def role(self) -> str:
        """The role in which it would be partner of record; empty for an unknown one."""
        return ROLE_OF_KIND.get(self.kind, "")

    @property
    def able(self) -> tuple[Check, ...]:
        """The agreements that it can serve, whatever else stands against their change."""
        return tuple(each for each in self.checks if not _about_partner(each))

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        if self.able:
            return ()
        first = {v.code: v for check in reversed(self.checks) for v in _about_partner(check)}
        return tuple(first[code] for code in PARTNER if code in first)


def typed(number: str) -> str:
    """A number as it is kept, from what a person typed: without the blanks inside it."""
    return "".join(number.split())


def looked_up(number: str, checks: Sequence[Check]) -> FoundPartner:
    """What a look-up of this number told, for the pages that follow one; `checks` name it.

    It neither counts nor journals: only a number that `find` has found may be shown again.
    Without a check it is that of a partner which there is.
    """
    if checks and checks[0].facts["partner_id"] is None:
        return FoundPartner(number, tuple(checks))
    with connection.cursor() as cursor:
        cursor.execute(_CARD, [number])
        return FoundPartner(number, tuple(checks), *cursor.fetchone())


def find(
    number: str, references: Sequence[str], *, by: Actor, occasion: str = "request"
) -> FoundPartner:
    """Look a partner up for agreements whose partner the person wants to change.

    Exact match only; every look-up is journaled on the account, found or not. Refused as
    `not_found`, `not_permitted`, `lookup_limit` (429), and with the rules of the agreements
    where none of them can be changed at all: by the occasion `order`, that of asking for a quote,
    each can be some day.
    """
    number = typed(number)
    with seeing(by):
        agreements = _agreements(references, by)
        accounts = lock_accounts(account for _id, _reference, account in agreements)
        if ends_at := limits.count(WHAT, _limits(accounts, by)):
            raise refusals.refused([lookup_limit(ends_at)])
        ids = [id for id, _reference, _account in agreements]
        person = by.judged_person
        checks = check_ids(ids, partner=number, person=person, occasion=occasion)
        found = looked_up(number, [checks[id] for id in ids])
        _refuse_if_in_vain(found.checks, occasion)
        _record(found, agreements, accounts, by)
    return found


def lookup_limit(ends_at: datetime) -> Verdict:
    """The refusal of a look-up beyond the limit, with when looking up is possible again."""
    at = date_format(localtime(ends_at), "TIME_FORMAT")
    return refusals.plain(
        "lookup_limit",
        _("Too many partner numbers were looked up within the hour."),
        _("You can look one up again from %(time)s.") % {"time": at},
    )


def _agreements(references: Sequence[str], by: Actor) -> list[tuple[int, str, int]]:
    wanted = list(dict.fromkeys(references))
    rows = Agreement.objects.visible_to(by).filter(reference__in=wanted)
    found = list(rows.order_by("id").values_list("id", "reference", "account_id"))
    if not found:
        raise refusals.refused([refusals.not_found(wanted[0] if wanted else "")])
    return found


def _limits(accounts: dict[int, str], by: Actor) -> dict[str, int]:
    most = {f"account/{id}": settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR for id in accounts}
    if by.person_id:
        most[f"person/{by.person_id}"] = settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR
    return most


def _refuse_if_in_vain(checks: Sequence[Check], occasion: str) -> None:
    """Nobody looks partners up for agreements that they cannot change whoever the partner is."""
    if occasion == "order":
        refusals.permitted(checks[0].verdicts)
    elif all(_beside_partner(check) for check in checks):
        raise refusals.refused(_beside_partner(checks[0]))


def _about_partner(check: Check) -> list[Verdict]:
    return [verdict for verdict in check.verdicts if verdict.code in PARTNER]


def _beside_partner(check: Check) -> list[Verdict]:
    verdicts = [verdict for verdict in check.verdicts if verdict.code not in PARTNER]
    return sorted(verdicts, key=lambda verdict: verdict.code != "not_permitted")


def _record(
    found: FoundPartner,
    agreements: Sequence[tuple[int, str, int]],
    accounts: dict[int, str],
    by: Actor,
) -> None:
    """One fact for each account, in its stream; a look-up for one agreement is about that one."""
    facts = []
    for id, account_number in accounts.items():
        own = [reference for _id, reference, account in agreements if account == id]
        data = {
            "number": found.number[:LONGEST],
            "outcome": found.verdicts[0].code if found.verdicts else "found",
            "agreements": own,
        }
        about = own[0] if len(own) == 1 else ""
        facts.append(Fact(id, WHAT, account_number, data, account_id=id, about=about))
    tell_accounts(facts, by.by)


_CARD = """
SELECT name, kind, street, postal_code, city, country, email, website FROM find_partner(%s)
"""
