"""What an act decided about one agreement, for letters and events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection

from ofrecord.changes.models import Movement

SIDES = ("before", "after")


class Party(NamedTuple):
    """A partner in its role on an agreement; without a subscription it is agreement-wide."""

    partner_id: int
    number: str
    name: str
    role: str
    subscription: str | None = None
    subscription_id: int | None = None

    def as_data(self) -> dict[str, Any]:
        return {
            "partner": self.number,
            "name": self.name,
            "role": self.role,
            "subscription": self.subscription,
        }


@dataclass(frozen=True)
class Decided:
    """A change as an act left it; only a correction may count to `effective_until`."""

    change_id: int
    number: str
    agreement_id: int
    reference: str
    purchasing_model: str
    account_id: int
    account_name: str
    state: str
    effective_at: datetime
    before: tuple[Party, ...]
    after: tuple[Party, ...]
    contract_manager_id: int | None
    reason: str
    occasion: str = "request"
    partner_id: int | None = None
    overridden: tuple[str, ...] = ()
    effective_until: datetime | None = None

    @property
    def kept(self) -> tuple[Party, ...]:
        """Who is partner of record before and after, in the same role and scope."""
        return tuple(party for party in self.before if party in self.after)


def movements(before: Sequence[Party], after: Sequence[Party]) -> dict[Party, Movement]:
    """Whether each partner of the two sets gains, loses or stays: judged by the partner."""
    was, will_be = ({party.partner_id for party in side} for side in (before, after))
    return {
        party: Movement.STAYING
        if party.partner_id in was & will_be
        else Movement.GAINING
        if party.partner_id in will_be
        else Movement.LOSING
        for party in dict.fromkeys((*before, *after))
    }


def fates(before: Sequence[Party], after: Sequence[Party]) -> dict[Party, Movement]:
    """What becomes of each partner in each of its roles, where `movements` tells of the partner.

    One that only goes on in another role or scope stays; one that ends in a role ends there,
    even where it stays untouched in another.
    """
    ends, begins = _without(before, after), _without(after, before)
    return {
        party: Movement.LOSING
        if party in ends
        else Movement.GAINING
        if party in begins
        else Movement.STAYING
        for party in dict.fromkeys((*before, *after))
    }


@lru_cache(maxsize=1024)
def tidings(
    before: tuple[Party, ...], after: tuple[Party, ...], new: int | None
) -> Mapping[Party, Movement]:
    """What each partner is told of itself, by one of its parties.

    It gains, or stays what it is while another one changes, or its role ends. The partner that
    is named (`new`, its id) gains, whatever it was.
    """
    one = {party.partner_id: party for party in (*after, *before)}
    return {party: _tiding(before, after, id, id == new) for id, party in one.items()}


def _tiding(
    before: Sequence[Party], after: Sequence[Party], partner: int, is_new: bool
) -> Movement:
    was, will_be = (
        {(party.role, party.subscription_id) for party in side if party.partner_id == partner}
        for side in (before, after)
    )
    if not will_be:
        return Movement.LOSING
    return Movement.STAYING if was == will_be and not is_new else Movement.GAINING


def _without(side: Sequence[Party], other: Sequence[Party]) -> set[Party]:
    """Those of one side that the other has not, unless their partner comes to be there by it."""
    elsewhere = {party.partner_id for party in other if party not in side}
    return {party for party in side if party not in other and party.partner_id not in elsewhere}


def load(change_ids: Sequence[int]) -> list[Decided]:
    """The changes as they stand, with their members, in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [list(change_ids)])
        rows = cursor.fetchall()
    return [_decided(row) for row in rows]


def _decided(row: Sequence[Any]) -> Decided:
    names = (field.name for field in fields(Decided))
    values = dict(zip(names, row, strict=True))
    sides = {side: tuple(Party(*each) for each in values[side] or ()) for side in SIDES}
    return Decided(**{**values, **sides, "overridden": tuple(values["overridden"])})


_MEMBERS = """
(SELECT json_agg(json_build_array(m.partner_id, partner.account_number, partner.name, m.role,
                                  subscription.reference, m.subscription_id) ORDER BY m.id)
   FROM partner_change_member AS m JOIN partner ON partner.id = m.partner_id
   LEFT JOIN subscription ON subscription.id = m.subscription_id
  WHERE m.change_id = c.id AND m.{side})
"""
_LOAD = f"""
SELECT c.id, c.number, a.id, a.reference, a.purchasing_model, account.id, account.name, c.state,
       c.effective_at, {_MEMBERS.format(side="before")}, {_MEMBERS.format(side="after")},
       a.contract_manager_id, c.reason, c.occasion, c.partner_id, c.overridden,
       c.effective_until
  FROM partner_change AS c JOIN agreement AS a ON a.id = c.agreement_id
  JOIN account ON account.id = c.account_id
 WHERE c.id = ANY (%s) ORDER BY c.id
"""
