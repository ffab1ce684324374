"""Arguments and options that several commands share."""

import re
from datetime import date, datetime
from typing import Annotated

import typer
from django.utils.translation import gettext as _

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


References = Annotated[
    list[str], typer.Argument(metavar="REF", help="Contract numbers or subscription IDs.")
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
EffectiveOn = Annotated[
    date | None,
    typer.Option(parser=day, metavar="DATE", help="The day on which it takes effect; else now."),
]
Reason = Annotated[str, typer.Option(help="Why; kept with the change.")]
By = Annotated[str, typer.Option(metavar="EMAIL", help="The person who is acted for.")]
