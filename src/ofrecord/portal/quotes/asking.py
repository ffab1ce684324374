"""Asking a partner for a quote: which kinds fit the agreement, and through whom."""

from dataclasses import dataclass
from typing import Any

from ofrecord.agreements.history import partners_of_record
from ofrecord.agreements.models import Agreement, Subscription
from ofrecord.changes.refusals import Refused
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.quotes.finding import Candidate
from ofrecord.quotes.judging import of_kind
from ofrecord.quotes.models import Kind
from ofrecord.quotes.rights import demand_buyer
from ofrecord.rules.policy import PARTNER
from ofrecord.rules.verdicts import Verdict
from ofrecord.web.records import record, words

NOBODY = 0
ON_AGREEMENT = (Kind.RENEWAL, Kind.SEATS, Kind.EXTENSION, Kind.SWITCH)
OF_NUMBER = (*PARTNER, "lookup_limit", "asked_already")


@dataclass(frozen=True)
class Fitting:
    """The kinds of quote that can be asked for now, and what stands against the others.

    `through` names who alone can make those of `kept`: the partners of record.
    """

    kinds: tuple[Kind, ...]
    kept: tuple[Kind, ...] = ()
    through: str = ""
    against: tuple[Verdict, ...] = ()

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(kind.value, str(kind.label).capitalize()) for kind in (*self.kinds, *self.kept)]


def fitting(agreement: Agreement | None) -> Fitting:
    """What fits the purchasing model of an agreement and its term; without one a new purchase."""
    if agreement is None:
        return Fitting((Kind.PURCHASE,))
    of_record = partners_of_record([agreement.pk], clock.business_now())[agreement.pk]
    by_new = {kind: of_kind(kind, agreement, NOBODY) for kind in ON_AGREEMENT}
    anybody = tuple(kind for kind, against in by_new.items() if not against)
    kept = tuple(
        kind
        for kind in ON_AGREEMENT
        if of_record
        and kind not in anybody
        and not of_kind(kind, agreement, of_record[0].partner_id)
    )
    against = {each.code: each for kind in ON_AGREEMENT for each in by_new[kind]}
    return Fitting(
        anybody,
        kept,
        words.joined(dict.fromkeys(each.name for each in of_record)),
        tuple(against.values()),
    )


def barred(account_id: int, agreement: Agreement | None, by: Actor) -> tuple[Verdict, ...]:
    """Why this person may not ask, or nothing."""
    try:
        demand_buyer(account_id, agreement.pk if agreement else None, by)
    except Refused as refusal:
        return refusal.verdicts
    return ()


def card(found: Candidate) -> dict[str, Any]:
    """Whom the person is about to ask, as the page shows it."""
    return {
        "found": found.partner,
        "kind_of_partner": record.kind_of(found.partner.kind),
        "ready": not found.against,
    }


def held(agreement: Agreement) -> list[Any]:
    """The products of an agreement with their seats."""
    own = Subscription.objects.filter(agreement=agreement).order_by("product_key", "id")
    return list(own.values("product", "seats"))


def field_of(verdict: Verdict) -> str | None:
    """The field beside which a refusal belongs; None for the whole form."""
    if verdict.code in OF_NUMBER:
        return "number"
    return None if verdict.code in ("not_found", "not_permitted") else "kind"
