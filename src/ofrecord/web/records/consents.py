"""What a change waits for, line by line: whose consent, until when, and what was said."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ofrecord.changes.models import Answer, Consent, Kind, PartnerChange
from ofrecord.changes.recipients import last_day
from ofrecord.journal import clock
from ofrecord.rules.words import GROUNDS
from ofrecord.web.records.people import People
from ofrecord.web.records.step import Step
from ofrecord.web.templatetags import web


def of(change: PartnerChange) -> list[Consent]:
    """The consents of a change in a fixed order."""
    related = change.consents.select_related("partner", "answered_by")
    return list(related.order_by("due_at", "kind", "partner__name"))


def standing(asked: Consent) -> str:
    """The answer, or what follows from a deadline that no job has marked yet."""
    over = not asked.answer and asked.due_at <= clock.business_now()
    return Answer.LAPSED.value if over else asked.answer


def latest_day(asks: Sequence[Any], effective_at: datetime | None = None) -> date:
    """The latest day on which a change takes effect, if it does.

    Consents given on their last day, and the silence of a losing partner, which proceeds as that
    day ends; not before the day that was chosen.
    """
    days = [_counts_from(each.kind, each.due_at) for each in asks]
    chosen = clock.day_of(effective_at) if effective_at else date.min
    return max(*days, chosen) if days else chosen


def on_chosen_day(day: date, effective_at: datetime) -> bool:
    """Whether this latest day is the one on which the change was to take effect anyway."""
    chosen = clock.day_of(effective_at)
    return day == chosen and effective_at > clock.business_now()


def _counts_from(kind: str, due_at: datetime) -> date:
    if kind == Kind.LOSING:
        return clock.day_of(due_at)
    return last_day(due_at)


def asks(kind: str) -> str:
    """What is asked of a party of this kind."""
    return {
        Kind.GAINING: _("is asked to accept"),
        Kind.LOSING: _("may object"),
        Kind.APPROVAL: _("is asked to approve"),
        Kind.CONFIRMATION: _("is asked to confirm"),
        Kind.OVERRIDE: _("is asked to agree to what is overridden"),
    }[Kind(kind)]


def silence(kind: str) -> str:
    """What no answer means."""
    if kind == Kind.LOSING:
        return _("no answer means that it proceeds")
    return _("without an answer the change expires")


def party(kind: str, partner: str) -> str:
    """Who is asked."""
    if kind == Kind.APPROVAL:
        return _("A second admin")
    if kind == Kind.OVERRIDE:
        return _("A second person of the vendor")
    return partner or _("The vendor's system of record")


def step(asked: Consent, people: People) -> Step:
    """One line of the tracker."""
    name = party(asked.kind, asked.partner.name if asked.partner else "")
    answer = Answer(standing(asked))
    day = web.long_day(last_day(asked.due_at))
    if answer == Answer.NONE:
        note = _("until the end of %(day)s; %(silence)s")
        said = note % {"day": day, "silence": silence(asked.kind)}
        until = _("until %(day)s") % {"day": web.short_day(last_day(asked.due_at))}
        return Step(name, "pending", asks(asked.kind), said, aside=until)
    if answer == Answer.LAPSED:
        return _lapsed(asked, name, day)
    if answer == Answer.WITHDRAWN:
        return Step(name, "waiting", _("is not asked any more"))
    state = "done" if answer == Answer.GIVEN else "failed"
    return Step(name, state, _said(asked), _why(asked, people), asked.answered_at)


def _lapsed(asked: Consent, name: str, day: str) -> Step:
    words = asks(asked.kind)
    if asked.kind == Kind.LOSING:
        said = _("no answer until %(day)s, so it proceeds") % {"day": day}
        return Step(name, "done", words, said, asked.due_at)
    said = _("no answer until %(day)s, so the change has expired") % {"day": day}
    return Step(name, "failed", words, said, asked.due_at)


def _said(asked: Consent) -> str:
    """The answer as a verb after the party's name."""
    given = {
        Kind.GAINING: _("has accepted"),
        Kind.LOSING: _("does not object"),
        Kind.APPROVAL: _("has approved"),
        Kind.CONFIRMATION: _("has confirmed"),
        Kind.OVERRIDE: _("has agreed"),
    }
    refused = {Kind.LOSING: _("objects"), Kind.APPROVAL: _("has declined")}
    if asked.answer == Answer.GIVEN:
        return given[Kind(asked.kind)]
    return refused.get(Kind(asked.kind), _("has declined"))


def _why(asked: Consent, people: People) -> str:
    """Who of the account it was, on what ground, and in which words."""
    who = asked.answered_by if asked.kind in (Kind.APPROVAL, Kind.OVERRIDE) else None
    by = _("by %(name)s") % {"name": people.name(who)} if who else ""
    ground = ""
    if asked.ground:
        named = str(GROUNDS.get(asked.ground, asked.ground))
        ground = _("ground: %(ground)s") % {"ground": named}
    reason = _("reason: %(reason)s") % {"reason": asked.reason} if asked.reason else ""
    return ", ".join(filter(None, (by, ground, reason)))
