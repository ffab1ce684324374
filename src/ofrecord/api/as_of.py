"""Two instants: when it counts, and as known when. A day means its end for the vendor."""

from datetime import date, datetime

from pydantic import Field

from ofrecord.api.strict import Day, Instant, Strict
from ofrecord.journal import clock


class AsOf(Strict):
    """The instants that a request asks about."""

    as_of: Day | Instant | None = Field(
        None, description="An instant with offset, or a day, meaning its end. Null: now."
    )
    known_at: Day | Instant | None = Field(
        None, description="As the system knew it then, likewise. Null: as known now."
    )

    @property
    def effective_at(self) -> datetime:
        return _instant(self.as_of) or clock.business_now()

    @property
    def known(self) -> datetime | None:
        return _instant(self.known_at)

    @property
    def known_so_far(self) -> datetime | None:
        """The same for what states the past: a day that is not over yet means now."""
        is_today = not isinstance(self.known_at, datetime) and self.known_at == clock.today()
        return None if is_today else self.known


def _instant(asked: date | datetime | None) -> datetime | None:
    """The instant asked for; a day means its last instant for the vendor."""
    if asked is None or isinstance(asked, datetime):
        return asked
    return clock.end(asked)
