"""What goes wrong, as programs read it: problem details (RFC 9457) with our codes."""

import json
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from ofrecord.changes.refusals import Refused
from ofrecord.delivery import refusals as telling
from ofrecord.journal.overload import is_away, is_busy
from ofrecord.rules.verdicts import Verdict

MEDIA_TYPE = "application/problem+json"
CHALLENGE = 'Bearer realm="ofrecord", error="invalid_token"'
MOST_ERRORS = 100
FORM = ("idempotency_key_reused", "reason_missing", "too_many")
"""What can be seen from a request alone. Whatever else an act refuses stands against what is so
now, such as today's date: the request has the form that is documented.
"""
STATUS_OF_TELLING = {"not_permitted": 403, "endpoint_unknown": 404}
FIELD = {
    "name_taken": "name",
    "name_unusable": "name",
    "url_unusable": "url",
    "url_insecure": "url",
    "address_refused": "url",
    "types_unusable": "types",
    "range_unusable": "until",
    "range_too_large": "until",
}
"""The field of a request beside which a refusal belongs."""

log = structlog.get_logger(__name__)


class Problem(Exception):
    """Something that a request cannot have, said once: status, code, and a sentence."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        verdicts: Sequence[Verdict] = (),
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.verdicts = tuple(verdicts)
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def body(self, request: HttpRequest) -> bytes:
        said: dict[str, Any] = {
            "type": f"/api/v1/docs#problem-{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "request_id": getattr(request, "request_id", ""),
        }
        if self.verdicts:
            said["verdicts"] = [verdict.as_data() for verdict in self.verdicts]
        if self.errors:
            said["errors"] = list(self.errors)
        return json.dumps(said, ensure_ascii=False).encode()

    def answer(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(
            self.body(request), status=self.status, content_type=MEDIA_TYPE, headers=self.headers
        )


def of_refusal(refused: Refused) -> Problem:
    """A refusal of a verb, with everything that stands against the act."""
    unjudged = refused.status == HTTPStatus.UNPROCESSABLE_ENTITY and refused.code not in FORM
    status = HTTPStatus.CONFLICT if unjudged else refused.status
    headers = {"Retry-After": "3600"} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
    return Problem(status, refused.code, str(refused), verdicts=refused.verdicts, headers=headers)


def of_telling(refused: telling.Refused) -> Problem:
    """A refusal of a verb of endpoints and deliveries, beside the field that it is about."""
    said, field = str(refused), FIELD.get(refused.code)
    errors = [{"where": f"body.{field}", "what": said}] if field else []
    return Problem(STATUS_OF_TELLING.get(refused.code, 409), refused.code, said, errors=errors)


def not_found() -> Problem:
    """It does not exist, or not for this client: the same answer for both."""
    return Problem(404, "not_found", _("There is nothing at this address."))


def invalid(errors: Sequence[Mapping[str, str]]) -> Problem:
    """The request does not have the form that the document says."""
    said = _("The request does not have the form that is documented.")
    return Problem(422, "invalid", said, errors=errors[:MOST_ERRORS])


def unauthenticated() -> Problem:
    said = _("This needs an access token that is valid: get one from /api/v1/oauth/token.")
    return Problem(401, "token_unusable", said, headers={"WWW-Authenticate": CHALLENGE})


def too_large() -> Problem:
    return Problem(413, "body_too_large", _("The body is larger than a request may be."))


def method_not_allowed(allowed: str) -> Problem:
    said = _("This address does not know the method. It knows: %(allowed)s.")
    return Problem(
        405, "method_not_allowed", said % {"allowed": allowed}, headers={"Allow": allowed}
    )


def busy() -> Problem:
    said = _("Another request holds what this one needs. Send it again, with the same key.")
    return Problem(409, "busy", said, headers={"Retry-After": "1"})


def unavailable() -> Problem:
    said = _("Too much is going on just now. Send it again in a moment, with the same key.")
    return Problem(503, "unavailable", said, headers={"Retry-After": "1"})


def answer_with_problems(api: NinjaAPI) -> None:
    """Have every exception answered as a problem."""
    for kind in (Exception, Http404, HttpError, ValidationError):
        api.add_exception_handler(kind, _told)


def _told(request: HttpRequest, error: Any) -> HttpResponse:
    return _problem(request, error).answer(request)


def _problem(request: HttpRequest, error: Exception) -> Problem:
    """The problem that an exception is; what nobody foresaw is noted."""
    if isinstance(error, HttpError) and isinstance(error.__cause__, Problem):
        return error.__cause__
    if isinstance(error, Problem):
        return error
    if isinstance(error, Refused):
        return of_refusal(error)
    if isinstance(error, telling.Refused):
        return of_telling(error)
    if isinstance(error, ValidationError):
        return invalid(_errors(error))
    return _plain(error) or _unexpected(request, error)


def _plain(error: Exception) -> Problem | None:
    """The problems of which there is nothing more to say."""
    told: dict[type[Exception], Callable[[], Problem]] = {
        Http404: not_found,
        AuthenticationError: unauthenticated,
        RequestDataTooBig: too_large,
    }
    if is_busy(error):
        return busy()
    if is_away(error):
        log.warning("api_unavailable", error=str(error))
        return unavailable()
    return next((make() for kind, make in told.items() if isinstance(error, kind)), None)


def _unexpected(request: HttpRequest, error: Exception) -> Problem:
    log.exception("api_failed", path=request.path, error=str(error))
    said = _("Something went wrong here, and was noted. Send it again, with the same key.")
    return Problem(500, "server_error", said)


def _errors(error: ValidationError) -> list[dict[str, str]]:
    """Where, as a path of names below query, path, header or body; and what is wrong there."""
    return [
        {"where": ".".join(str(part) for part in _place(each["loc"])), "what": str(each["msg"])}
        for each in error.errors
    ]


def _place(location: Sequence[Any]) -> list[Any]:
    """Without the name that the argument has in our own code."""
    first, *rest = location
    return [first, *rest[1:]] if first == "body" and len(rest) > 1 else [first, *rest]
