"""A change as one follows a parcel: submitted, applied, known by each system, complete."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import now
from django.utils.translation import gettext as _

from ofrecord.changes.models import OPEN, PartnerChange, State
from ofrecord.delivery.models import DeliveryState
from ofrecord.delivery.progress import Progress, progress
from ofrecord.web.templatetags import web
from ofrecord.web.templatetags.records import seconds


@dataclass(frozen=True)
class Step:
    """One line of the tracker, in the shape of <c-tracker>."""

    name: str
    state: str
    words: str = ""
    note: str = ""
    at: datetime | None = None
    aside: str = ""


@dataclass(frozen=True)
class Track:
    """All steps of a change; `moving` while the page should look again by itself."""

    steps: tuple[Step, ...]
    moving: bool
    known: int
    required: int


def track(change: PartnerChange) -> Track:
    """Where the change has got to. Call it inside `parties.context.seeing`."""
    found = progress([change.applied_event]) if change.applied_event else {}
    lines = found.get(change.applied_event, []) if change.applied_event else []
    required = [line for line in lines if line.required]
    known = [line for line in required if _is_settled(line)]
    steps = (_submitted(change), *_middle(change), *map(_system, lines), *_end(change, required))
    waiting = change.state == State.APPLIED or any(
        line.state == DeliveryState.WAITING for line in lines
    )
    due = change.state == State.SCHEDULED and change.effective_at <= now()
    return Track(steps, waiting or due, len(known), len(required))


def _submitted(change: PartnerChange) -> Step:
    who = change.on_behalf_of or change.by
    note = _("by %(name)s") % {"name": who.name} if who else ""
    if change.reason:
        note = ", ".join(filter(None, (note, _("reason: %(reason)s") % {"reason": change.reason})))
    name = _("Loaded") if change.occasion == "load" else _("Submitted")
    return Step(name, "done", note=note, at=change.submitted_at)


def _middle(change: PartnerChange) -> Iterable[Step]:
    """What happened between the submit and the applying, and the applying itself."""
    if change.state == State.CANCELLED:
        who = _("by %(name)s") % {"name": change.closed_by.name} if change.closed_by else ""
        reason = _("reason: %(reason)s") % {"reason": change.closed_reason}
        note = ", ".join(filter(None, (who, reason if change.closed_reason else "")))
        return [Step(_("Cancelled"), "failed", note=note, at=change.closed_at)]
    if change.occasion == "load":
        return []
    name = change.partner.name if change.partner else ""
    if change.applied_at:
        said = _("%(name)s is partner of record; your details page shows it")
        note = said % {"name": name} if name else _("Who was partner of record before is so again")
        return [Step(_("Applied"), "done", note=note, at=change.applied_at)]
    if change.state in OPEN:
        day = web.long_day(change.effective_at)
        note = _("%(name)s becomes partner of record on %(day)s") % {"name": name, "day": day}
        return [Step(_("Applied"), "waiting", note=note)]
    return []


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
    if change.state == State.CANCELLED or change.occasion == "load":
        return []
    if change.completed_at:
        note = _("every required system knows") if required else _("no system has to be told")
        return [Step(_("Complete"), "done", note=note, at=change.completed_at)]
    return [Step(_("Complete"), "waiting", note=_("when all required systems have acknowledged"))]
