"""What stands around every page: the navigation of the door, and where else the person may go.

Doors do not know each other and this module knows none of them: each door registers the function
that draws its frame, under its URL namespace.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest


@dataclass(frozen=True)
class Entry:
    """One word of the main navigation."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Place:
    """An account, partner or console that the person can switch to.

    With a `url` it is a link; without one it is a button that posts `key` to `Frame.switch_url`.
    """

    name: str
    note: str = ""
    key: str = ""
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Frame:
    """The header of one page. `search_url` is where its search box asks, if it has one."""

    nav: Sequence[Entry] = ()
    places: Sequence[Place] = ()
    home_url: str = "/"
    switch_url: str = ""
    search_url: str = ""
    person_links: Sequence[Entry] = field(default_factory=tuple)

    @property
    def place(self) -> Place | None:
        """Where the person is now."""
        return next((place for place in self.places if place.current), None)


Draw = Callable[[HttpRequest], Frame]
_doors: dict[str, Draw] = {}


def register(namespace: str, draw: Draw) -> None:
    """Let `draw(request)` make the frame of pages in `namespace` ("" for pages of no door)."""
    _doors[namespace] = draw


def frame_of(request: HttpRequest) -> Frame:
    """The frame of the page that answers `request`; an empty one where nobody drew one."""
    match = request.resolver_match
    namespace = match.namespaces[0] if match and match.namespaces else ""
    draw = _doors.get(namespace) or _doors.get("")
    return draw(request) if draw else Frame()
