"""Time, drawn: where a period, a mark and today lie on a lane, in percent of its width.

The pages may carry no inline styles, so a drawing is SVG whose places are attributes. A drawing is
as wide as its container, from a phone to a desk; labels that would not fit are hidden, or moved to
a lower line, for the narrow and for the wide case apart.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _

NARROW, WIDE = 270, 640  # pixels of a lane on a phone and on a desk, at the least
LETTER = 7.2  # pixels a letter of a label takes, on average
MARK = 84  # pixels that the label of a mark takes
MARGIN = 0.16  # of the known time, shown before and after where a period has no end
DAY = timedelta(days=1)

At = Callable[[date], float]


@dataclass(frozen=True)
class Period:
    """A stretch of days, both ends included; None is open.

    `state` is good, warn, bad, neutral, accent or next; `words` says the same beneath the drawing;
    `url` and `link` lead on.
    """

    label: str
    start: date | None
    end: date | None
    state: str = "neutral"
    words: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Lane:
    """A role and who held it through time."""

    label: str
    periods: Sequence[Period]


@dataclass(frozen=True)
class Bar:
    """One period as drawn; its label begins `indent` percent into it, clear of today's line."""

    period: Period
    x: float
    width: float
    indent: float
    fits: str


@dataclass(frozen=True)
class Mark:
    """A date under a lane. `narrow` and `wide` are the lines on which its label fits."""

    day: date
    label: str
    x: float
    anchor_narrow: str
    anchor_wide: str
    with_year: bool
    narrow: int
    wide: int
    now: bool = False


@dataclass(frozen=True)
class Drawing:
    """Lanes over one stretch of time, with today and the marks beneath."""

    rows: Sequence[tuple[str, Sequence[Bar]]]
    marks: Sequence[Mark]
    now: float | None
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def bars(self) -> Sequence[Bar]:
        """The bars of the first lane."""
        return self.rows[0][1] if self.rows else ()


@dataclass(frozen=True)
class Term:
    """A term as a small bar: how much of it is over, in percent, and today unless outside."""

    done: float
    now: float | None


def term(start: date | None, end: date | None, today: date) -> Term:
    """The bar of a term that runs from `start` through `end`."""
    if start is None or end is None or end < start:
        return Term(0, None)
    share = 100 * (today - start).days / ((end - start).days + 1)
    done = round(min(max(share, 0), 100), 2)
    return Term(done, done if start <= today <= end else None)


def lane(periods: Sequence[Period], today: date, marks: Iterable[tuple[date, str]] = ()) -> Drawing:
    """The eligibility lane: `periods` in order, today, and `marks` (day, word) of its own."""
    starts = [(period.start, "") for period in periods[1:] if period.start]
    return _draw([Lane("", periods)], today, [*starts, *marks])


def history(lanes: Sequence[Lane], today: date) -> Drawing:
    """Who was partner of record through time, one lane per role."""
    filled = [Lane(one.label, _with_gaps(one.periods, today)) for one in lanes]
    starts = {period.start for one in filled for period in one.periods if period.start}
    return _draw(filled, today, [(day, "") for day in starts])


def _with_gaps(periods: Sequence[Period], today: date) -> Sequence[Period]:
    """`periods` with the times in between, and since the last, when nobody held the role."""
    filled: list[Period] = []
    for period in periods:
        before = filled[-1].end if filled else None
        if before and period.start and period.start > before + DAY:
            filled.append(Period(_("none"), before + DAY, period.start - DAY, "none"))
        filled.append(period)
    ended = filled[-1].end if filled else None
    if ended and ended < today:
        filled.append(Period(_("none"), ended + DAY, None, "none"))
    return filled


def _draw(lanes: Sequence[Lane], today: date, marks: Iterable[tuple[date, str]]) -> Drawing:
    first, last = _span([period for one in lanes for period in one.periods], today)
    stretch = _Stretch(first, last, today)
    rows = [(one.label, [stretch.bar(period) for period in one.periods]) for one in lanes]
    at = stretch.at
    labels = {day: word for day, word in marks if first <= day <= last and day != today}
    placed = _marks([(today, ""), *sorted(labels.items())], today, at)
    lines = {
        "narrow": max(mark.narrow for mark in placed) + 1,
        "wide": max(mark.wide for mark in placed) + 1,
    }
    return Drawing(rows, placed, at(today), lines)


def _span(periods: Sequence[Period], today: date) -> tuple[date, date]:
    """The first day shown, and the day after the last."""
    known = [day for one in periods for day in (one.start, one.end) if day] + [today]
    first, last = min(known), max(known) + DAY
    margin = timedelta(days=max(14, round((last - first).days * MARGIN)))
    opens = any(one.start is None for one in periods) or first == today
    ends = any(one.end is None for one in periods)
    return first - margin if opens else first, last + margin if ends else last


@dataclass(frozen=True)
class _Stretch:
    """The days that a drawing shows, `last` being the day after them."""

    first: date
    last: date
    today: date

    def at(self, day: date) -> float:
        """Where `day` begins, in percent."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(100 * min(max(share, 0), 1), 2)

    def bar(self, period: Period) -> Bar:
        """`period` as drawn."""
        start = self.at(period.start or self.first)
        end = self.at(period.end + DAY) if period.end else 100.0
        width, now = max(end - start, 0.4), self.at(self.today) - start
        label = len(period.label) * LETTER + 18
        crossed = 0 < now < min(100 * label / NARROW, width)
        after = crossed and width - now >= now
        indent = 100 * now / width if after else 0.0
        room = width - now if after else now if crossed else width
        return Bar(period, start, round(width, 2), round(indent, 2), _fits(label, room))


def _fits(label: float, width: float) -> str:
    """Where a label of so many pixels fits into so many percent: always, wide or never."""
    if label <= NARROW * width / 100:
        return "always"
    return "wide" if label <= WIDE * width / 100 else "never"


def _anchor(x: float, pixels: int) -> str:
    """Which point of a mark's label stands at `x` percent, so that it stays inside."""
    half = 100 * MARK / 2 / pixels
    return "start" if x < half else "end" if x > 100 - half else "middle"


def _marks(labels: Sequence[tuple[date, str]], today: date, at: At) -> list[Mark]:
    narrow, wide = _Lines(NARROW), _Lines(WIDE)
    placed, year = [], today.year
    for day, word in labels:
        x = at(day)
        placed.append(
            Mark(
                day=day,
                label=word,
                x=x,
                anchor_narrow=_anchor(x, NARROW),
                anchor_wide=_anchor(x, WIDE),
                with_year=day.year != year,
                narrow=narrow.line(x, word),
                wide=wide.line(x, word),
                now=day == today,
            )
        )
        year = day.year
    return placed


class _Lines:
    """Which lines are taken under a lane of so many pixels."""

    def __init__(self, pixels: int) -> None:
        self.pixels = pixels
        self.taken: list[list[tuple[float, float]]] = []

    def line(self, x: float, word: str) -> int:
        """The first line on which a label at `x` percent is free."""
        width = MARK + len(word) * LETTER
        left = min(max(self.pixels * x / 100 - width / 2, 0), self.pixels - width)
        right = left + width
        for number, spans in enumerate(self.taken):
            if all(right <= start or left >= end for start, end in spans):
                spans.append((left, right))
                return number
        self.taken.append([(left, right)])
        return len(self.taken) - 1
