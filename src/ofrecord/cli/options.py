"""Arguments and options that several commands share."""

import re
from datetime import date, datetime
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from ofrecord.changes.members import Member, parsed
from ofrecord.journal import clock


def day(text: str) -> date:
    """A day as it is written everywhere, YYYY-MM-DD; bad usage when it is none."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise typer.BadParameter(_("%(text)r is no date: write YYYY-MM-DD.") % {"text": text})


def instant(text: str) -> datetime:
    """An instant with offset, or a day, meaning its last instant for the vendor."""
    try:
        if (moment := datetime.fromisoformat(text)).tzinfo and "T" in text:
            return moment
    except ValueError:
        pass
    return clock.end(day(text))


def so_far(known_at: datetime | None) -> datetime | None:
    """As known when: the end of a day that is not over yet means now."""
    is_today = known_at and clock.day_of(known_at) == clock.today()
    return None if is_today and known_at and known_at > clock.business_now() else known_at


References = Annotated[
    list[str], typer.Argument(metavar="REF", help="Contract numbers or subscription IDs.")
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
EffectiveOn = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE", help="The day on which it takes effect; else now."),
]


def member(text: str) -> Member:
    """A member of a partner set, ROLE[:SUBSCRIPTION][@PARTNER]; bad usage when it is none."""
    if named := parsed(text):
        return named
    said = _("%(text)r names no member: write ROLE[:SUBSCRIPTION][@PARTNER].")
    raise typer.BadParameter(said % {"text": text})


Only = Annotated[
    list[Member] | None,
    typer.Option(
        "--only",
        parser=member,
        metavar="ROLE[:SUBSCRIPTION][@PARTNER]",
        help="Replace only this member of the partner set; repeat it for more.",
    ),
]
Reason = Annotated[str, typer.Option(help="Why; kept with the change.")]
IdempotencyKey = Annotated[
    str | None, typer.Option(metavar="K", help="The same key is the same request.")
]
AllOrNothing = Annotated[
    bool, typer.Option("--all-or-nothing", help="Change nothing when one is refused.")
]
By = Annotated[str, typer.Option(metavar="EMAIL", help="The person who is acted for.")]
