"""A correction in words: what it would do, from when, and who will be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ofrecord.changes.check import Check
from ofrecord.changes.decided import Party, fates, tidings
from ofrecord.changes.models import OPEN, Correction, Movement, PartnerChange
from ofrecord.changes.recipients import recipients
from ofrecord.journal import clock
from ofrecord.web.records import words
from ofrecord.web.templatetags import web

STATES = {Movement.LOSING: "ends", Movement.GAINING: "new", Movement.STAYING: "stays"}


@dataclass(frozen=True)
class Side:
    """A partner of the set before or after. `state` is that of <c-party>."""

    name: str
    number: str
    role: str
    state: str


def preview(check: Check, *, supersedes: bool) -> dict[str, Any]:
    """What the page shows of a correction before it is carried out."""
    opened = PartnerChange.objects.filter(agreement=check.facts["id"], state__in=OPEN).first()
    since, until = check.facts["effective_at"], check.facts["effective_until"]
    return {
        "before": _sides(check, check.before),
        "after": _sides(check, check.after or ()),
        "period": period(since, until),
        "called_off": opened if supersedes else None,
        "goes_on": None if supersedes else opened,
        "people": [each.name for each in recipients([check.facts["id"]], None, ()).people],
        "firms": {movement.value: _names(check, movement) for movement in Movement},
    }


def period(since: datetime, until: datetime | None) -> str:
    """From when and until when it counts, as a sentence."""
    if until is None:
        return _("It counts from %(since)s on.") % {"since": instant(since)}
    said = _("It counts from %(since)s until before %(until)s. What came then stays as it is.")
    return said % {"since": instant(since), "until": instant(until)}


def instant(at: datetime) -> str:
    """A day where it begins then for the vendor, else the exact time."""
    here = localtime(at, clock.vendor_zone())
    is_day = clock.midnight(here.date()) == at
    return web.long_day(here.date()) if is_day else web.full_moment(at)


def wished(correction: Correction) -> str:
    """What somebody wished for, in a few words."""
    if correction.partner:
        return _("%(name)s is it") % {"name": correction.partner.name}
    number = correction.corrects.number if correction.corrects else ""
    return _("As it was before %(number)s") % {"number": number}


def _sides(check: Check, parties: Sequence[Party]) -> list[Side]:
    becomes = fates(check.before, check.after or ())
    return [
        Side(party.name, party.number, _role(party), STATES[becomes[party]]) for party in parties
    ]


def _role(party: Party) -> str:
    role = words.role(party.role)
    return f"{role}, {party.subscription}" if party.subscription else role


def _names(check: Check, movement: Movement) -> str:
    told = tidings(check.before, check.after or (), check.facts["partner_id"])
    return words.joined(dict.fromkeys(p.name for p, each in told.items() if each == movement))
