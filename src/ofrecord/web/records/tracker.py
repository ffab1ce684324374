"""A change as one follows a parcel: submitted, consented to, applied, known by each, complete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.timezone import now
from django.utils.translation import gettext as _

from ofrecord.changes.models import Consent, PartnerChange, State
from ofrecord.delivery.models import DeliveryState
from ofrecord.delivery.progress import Progress, progress
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Person
from ofrecord.web.records import consents, words
from ofrecord.web.records.people import People, made_by_support, submitter
from ofrecord.web.records.step import Step
from ofrecord.web.templatetags import web
from ofrecord.web.templatetags.records import seconds

ENDED = (State.CANCELLED, State.DECLINED, State.EXPIRED)


@dataclass(frozen=True)
class Track:
    """All steps of a change.

    `moving` while the page should look again by itself, `waits` while the tracker alone should,
    beside what somebody may be writing.
    """

    steps: tuple[Step, ...]
    moving: bool
    waits: bool
    known: int
    required: int


def track(change: PartnerChange, reader: Actor) -> Track:
    """Where the change has got to, for this reader. Call it inside `parties.context.seeing`."""
    found = progress([change.applied_event]) if change.applied_event else {}
    lines = found.get(change.applied_event, []) if change.applied_event else []
    required = [line for line in lines if line.required]
    known = [line for line in required if _is_settled(line)]
    asked = consents.of(change)
    people = People(_everybody(change, asked), reader)
    steps = (
        _submitted(change, people),
        *(consents.step(each, people) for each in asked),
        *_middle(change, asked, people),
        *map(_system, lines),
        *_end(change, required),
    )
    waiting = change.state == State.APPLIED or any(
        line.state == DeliveryState.WAITING for line in lines
    )
    due = change.state == State.SCHEDULED and change.effective_at <= clock.business_now()
    waits = change.state == State.AWAITING_CONSENT
    return Track(steps, waiting or due, waits, len(known), len(required))


def _everybody(change: PartnerChange, asked: Sequence[Consent]) -> list[Person | None]:
    answered = (each.answered_by for each in asked)
    return [submitter(change), change.by, change.proposed_by, change.closed_by, *answered]


def _submitted(change: PartnerChange, people: People) -> Step:
    who, proposed = people.name(submitter(change)), people.name(change.proposed_by)
    reason = _("reason: %(reason)s") % {"reason": change.reason} if change.reason else ""
    if change.occasion == "correction":
        words = _("proposed by %(name)s, approved by a second person there")
        note = ", ".join(filter(None, (words % {"name": proposed}, reason)))
        return Step(_("Approved"), "done", note=note, at=change.submitted_at)
    if made_by_support(change):
        return _made_by_support(change, people, reason)
    by = _("by %(name)s") % {"name": who} if who else ""
    code = change.cause.startswith("transfer_code/") and change.partner
    with_code = _("with a code that %(name)s redeemed") % {"name": code.name} if code else ""
    name = _("Loaded") if change.occasion == "load" else _("Submitted")
    note = ", ".join(filter(None, (by, with_code, reason)))
    return Step(name, "done", note=note, at=change.submitted_at)


def _made_by_support(change: PartnerChange, people: People, reason: str) -> Step:
    agent, customer = people.name(change.by), people.name(change.on_behalf_of)
    by = _("by %(name)s") % {"name": agent}
    acting = _("acting for %(name)s") % {"name": customer} if customer else ""
    rules = words.names(change.overridden) if change.overridden else ""
    overriding = _("overriding: %(rules)s") % {"rules": rules} if rules else ""
    note = ", ".join(filter(None, (by, acting, overriding, reason)))
    return Step(_("Made by support"), "done", note=note, at=change.submitted_at)


def _middle(change: PartnerChange, asked: Sequence[Consent], people: People) -> Iterable[Step]:
    """What happened between the submit and the applying, and the applying itself."""
    if change.state in ENDED:
        return [_ended(change, people)]
    if change.occasion == "load":
        return []
    if change.applied_at:
        return [Step(_("Applied"), "done", note=_applied(change), at=change.applied_at)]
    return [Step(_("Applied"), "waiting", note=_to_come(change, asked))]


def _ended(change: PartnerChange, people: People) -> Step:
    """Why it does not go ahead."""
    if change.state == State.DECLINED:
        note = change.closed_reason or _("a consent was refused; everything stays as it is")
        return Step(_("Declined"), "failed", note=note, at=change.settled_at)
    if change.state == State.EXPIRED:
        note = _("not everybody answered in time; everything stays as it is")
        return Step(_("Expired"), "failed", note=note, at=change.settled_at)
    closer = people.name(change.closed_by)
    who = _("by %(name)s") % {"name": closer} if closer else ""
    reason = _("reason: %(reason)s") % {"reason": change.closed_reason}
    note = ", ".join(filter(None, (who, reason if change.closed_reason else "")))
    return Step(_("Cancelled"), "failed", note=note, at=change.closed_at)


def _applied(change: PartnerChange) -> str:
    if change.occasion == "correction":
        return _("the record of the past is put right")
    if change.partner is None:
        return _("Who was partner of record before is so again")
    said = _("%(name)s is partner of record; your details page shows it")
    return said % {"name": change.partner.name}


def _to_come(change: PartnerChange, asked: Sequence[Consent]) -> str:
    name = change.partner.name if change.partner else ""
    if change.state == State.AWAITING_CONSENT:
        latest = consents.latest_day(asked, change.effective_at)
        said = _(
            "%(name)s becomes partner of record when nobody is waited for any more, at the "
            "latest on %(day)s"
        )
        if consents.on_chosen_day(latest, change.effective_at):
            said = _("%(name)s becomes partner of record on %(day)s, if nobody is waited for then")
        return said % {"name": name, "day": web.long_day(latest)}
    day = web.long_day(change.effective_at)
    return _("%(name)s becomes partner of record on %(day)s") % {"name": name, "day": day}


def _is_settled(line: Progress) -> bool:
    return line.state in (DeliveryState.ACKNOWLEDGED, DeliveryState.WAIVED)


def _system(line: Progress) -> Step:
    if line.state == DeliveryState.ACKNOWLEDGED:
        note = _("acknowledged after %(time)s") % {"time": seconds(line.seconds)}
        return Step(line.endpoint, "done", _("knows"), note, line.acknowledged_at)
    if line.state == DeliveryState.WAIVED:
        note = _("somebody decided that it need not be told")
        return Step(line.endpoint, "done", _("waived"), note)
    if line.state == DeliveryState.PARKED:
        return Step(line.endpoint, "failed", note=_("did not take it; somebody looks into it"))
    return _waiting(line)


def _waiting(line: Progress) -> Step:
    since = _("since %(time)s") % {"time": seconds((now() - line.created_at).total_seconds())}
    if line.paused:
        note = _("is paused, and is told as soon as it goes on")
        return Step(line.endpoint, "late", note=note, aside=since)
    if line.late_since:
        late = web.clock_time(line.late_since, "medium")
        note = _("late since %(time)s, we keep trying") % {"time": late}
        return Step(line.endpoint, "late", note=note, aside=since)
    notes = []
    if line.usual_seconds is not None:
        notes.append(_("usually within %(time)s") % {"time": seconds(line.usual_seconds)})
    if line.attempts:
        notes.append(_("sent, no answer yet, we keep trying"))
    elif line.held_back:
        notes.append(_("waits for an earlier event of this agreement"))
    return Step(line.endpoint, "pending", note="; ".join(notes), aside=since)


def _end(change: PartnerChange, required: list[Progress]) -> Iterable[Step]:
    if change.state in ENDED or change.occasion == "load":
        return []
    if change.completed_at:
        note = _("every required system knows") if required else _("no system has to be told")
        return [Step(_("Complete"), "done", note=note, at=change.completed_at)]
    return [Step(_("Complete"), "waiting", note=_("when all required systems have acknowledged"))]
