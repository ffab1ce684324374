"""What a firm can do with its quote, and what would become of it: judged as issuing is.

It learns what its own act would do and what refuses it, and of no other partner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ofrecord.changes.refusals import Refused
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes import lifecycle, loading, refusals
from ofrecord.quotes.draft import still
from ofrecord.quotes.effect import Effect
from ofrecord.quotes.issue import judged
from ofrecord.quotes.models import OPEN, Quote, State
from ofrecord.rules.verdicts import Verdict


@dataclass(frozen=True)
class Prospect:
    """The acts of the lifecycle that are open to the firm, and what acceptance would do today.

    `gains` says whether it makes the firm the authorized partner, from `effective_at` on; None
    where it cannot be accepted, for which `verdicts` are the reasons.
    """

    acts: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()
    gains: bool | None = None
    effective_at: datetime | None = None


def prospect(number: str, *, by: Actor) -> Prospect:
    """What the firm can do with the revision of this number that counts: done, and taken back.

    Refused as `not_found` or `not_permitted`.
    """
    with seeing(by):
        known = loading.own(number, by)
    with seeing(Actor.system()):
        quote = loading.locked(known)
        acts, against = _acts(quote)
        if against:
            return Prospect(acts, against if quote.standing == State.DRAFT else ())
        return _foreseen(quote, acts, by)


def acts_of(quote: Quote, by: Actor) -> tuple[str, ...]:
    """What the firm can do with this revision of its quote: with another than counts nothing."""
    with seeing(by):
        if loading.own(quote.number, by).pk != quote.pk:
            return ()
    with seeing(Actor.system()):
        return _acts(quote)[0]


def _acts(quote: Quote) -> tuple[tuple[str, ...], tuple[Verdict, ...]]:
    """The moves of the table; without business with the customer to take it back, and why."""
    acts = lifecycle.acts(quote.standing, by="partner")
    try:
        still(quote)
    except Refused as refusal:
        return tuple(act for act in acts if act == "withdraw"), refusal.verdicts
    return acts, ()


def _foreseen(quote: Quote, acts: tuple[str, ...], by: Actor) -> Prospect:
    if quote.standing not in (State.DRAFT, *OPEN):
        return Prospect(acts)
    try:
        done, against = _judged(quote, by)
    except Refused as refusal:
        return Prospect(acts, refusal.verdicts)
    if done is None or against:
        return Prospect(acts, tuple(against))
    return Prospect(acts, (), not done.keeps, done.effective_at)


def _judged(quote: Quote, by: Actor) -> tuple[Effect | None, Sequence[Verdict]]:
    """As at issuing; an offer whose agreement has moved since cannot be accepted any more."""
    agreement = quote.agreement
    if quote.issued_at and agreement and agreement.moved_at_version != quote.made_for_version:
        return None, [refusals.offer_stale()]
    return judged(quote, by)
