"""What comes in, read strictly: JSON as its standard says, and text that can be kept."""

import json
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.parser import Parser
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
)

from ofrecord.api.problems import Problem, too_large

NOT_BLANK = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")


def _only(pattern: re.Pattern[str], said: str) -> BeforeValidator:
    def whole(value: Any) -> Any:
        if value is None or (isinstance(value, str) and pattern.fullmatch(value)):
            return value
        raise ValueError(said)

    return BeforeValidator(whole)


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"\d{1,19}", value, re.ASCII):
        raise ValueError("a whole number")
    return value


def a_number(value: Any) -> Any:
    """A number of JSON, which may be written 24 or 24.0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a whole number")
    return value


def _true_or_false(value: Any) -> Any:
    if value not in ("true", "false", True, False):
        raise ValueError("true or false")
    return value


FIRST, LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
"""As early and as late as every calendar that takes part can count, in any zone."""


def _countable_day(day: date) -> date:
    return min(max(day, FIRST.date()), LAST.date())


def _countable(instant: datetime) -> datetime:
    return min(max(instant, FIRST), LAST).astimezone(UTC)


Day = Annotated[date, _only(_DAY, "a day, YYYY-MM-DD"), AfterValidator(_countable_day)]
Instant = Annotated[
    datetime,
    _only(_INSTANT, "an instant with offset (RFC 3339)"),
    AfterValidator(_countable),
]
MEMBER = r"^(reseller|distributor|services)(:[^@\x00-\x1f\x7f]+)?(@[^@\x00-\x1f\x7f]+)?$"
MemberName = Annotated[str, StringConstraints(max_length=200, pattern=MEMBER)]
MOST = 10**18
Whole = Annotated[int, Field(ge=0, le=MOST), BeforeValidator(_digits)]
Number = Annotated[int, BeforeValidator(a_number)]
Flag = StrictBool
Switch = Annotated[bool, BeforeValidator(_true_or_false)]
Text = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=NOT_BLANK)
]
Reason = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=2_000, pattern=NOT_BLANK)
]
Email = Annotated[
    str,
    StringConstraints(strict=True, min_length=3, max_length=254, pattern=r"^[!-?A-~]+@[!-?A-~]+$"),
]
Reference = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=64, pattern=r"^[!-~]+$")
]
ChangeNumber = Annotated[str, StringConstraints(strict=True, pattern=r"^PC-[0-9A-HJKMNP-TV-Z]{8}$")]
EventType = Annotated[
    str,
    StringConstraints(
        strict=True, max_length=80, pattern=r"^(\*|[a-z_]{1,39}\.(\*|[a-z_]{1,39}))$"
    ),
]
SubscribedType = Annotated[
    str,
    StringConstraints(strict=True, max_length=80, pattern=r"^[a-z_]{1,39}\.(\*|[a-z_]{1,39})$"),
]
Url = Annotated[str, StringConstraints(strict=True, max_length=2_000, pattern=r"^https?://[!-~]+$")]
LONGEST_CURSOR = 32_000
"""The server's own grow with what is open: ten digits for each of 2,900 transactions."""
Cursor = Annotated[
    str,
    Field(
        description="Where to go on: the `next_cursor` of the page before.",
        min_length=1,
        max_length=LONGEST_CURSOR,
        pattern=r"^[!-~]+$",
    ),
]
Limit = Annotated[
    int, Field(description="At most so many.", ge=1, le=200), BeforeValidator(_digits)
]


class Strict(Schema):
    """What a request may say; a field that is not named here is refused."""

    model_config = ConfigDict(extra="forbid")


class StrictParser(Parser):
    """JSON in UTF-8, as application/json: nothing beyond the standard, and no name twice."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            said = _("The body has to be application/json.")
            raise Problem(415, "media_type_unsupported", said)
        try:
            body = request.body.decode("utf-8")
            parsed = json.loads(body, object_pairs_hook=_once, parse_constant=_refuse)
        except RequestDataTooBig:
            raise too_large() from None
        except (ValueError, RecursionError, UnreadablePostError) as error:
            said = _("The body is not JSON: %(why)s.") % {"why": str(error)[:200]}
            raise Problem(400, "body_unusable", said) from None
        return parsed  # type: ignore[no-any-return]  # whatever it is, the schema judges it


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
