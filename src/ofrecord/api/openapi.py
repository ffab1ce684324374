"""The document made whole: security, problems and headers of every operation."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from ofrecord.api.problems import MEDIA_TYPE
from ofrecord.api.shapes.problem import Problem, TokenRequest
from ofrecord.parties.scopes import SCOPES

Json = dict[str, Any]
ALWAYS = (401, 403, 405, 422, 429, 500, 503)
WITH_BODY = (400, 413, 415)
TAGS = {
    "Access": "Tokens for clients.",
    "Agreements": "Contracts and subscriptions, and their partners of record now and then.",
    "Eligibility": "Whether a partner can be changed, why not, and when.",
    "Partner changes": "Submit, follow and cancel changes of the partner of record.",
    "Consents": "What changes wait for, and the answers of the parties that were asked.",
    "Transfer codes": "What lets one named partner take agreements over, once.",
    "Quotes": "What customers ask partners for, what partners offer, and accepting it.",
    "Orders": "What was bought, and with it the partner that it changes to.",
    "Runs": "More agreements than one act takes.",
    "Receipts and statements": "Signed documents that somebody else can check without asking.",
    "Accounts and partners": "Who is who.",
    "Events": "What happened, for systems that cannot receive events.",
    "Endpoints and deliveries": "Which systems are told, how that goes, and telling them again.",
}
WHY = {
    400: "The body is not JSON.",
    401: "The access token is missing, over, or revoked.",
    403: "The token's scope, the kind of client, its address, or the person's role does not allow "
    "it.",
    404: "It does not exist, or not for this client.",
    405: "This address does not know the method.",
    406: "It is not to be had in any media type that `Accept` names.",
    409: "Rules or other changes stand against it, or another request holds it now.",
    412: "It is no longer as the client saw it.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "The request does not have the form that is documented, or its key was used for another.",
    429: "The client called too often.",
    500: "Something went wrong here.",
    503: "The database has no time for it just now.",
}
HEADERS: Json = {
    "X-Request-ID": {
        "description": "Names the request in the logs of both sides.",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "The limit: `q` calls in a window of `w` seconds.",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "What is left: `r` calls in the next `t` seconds.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds to wait before asking again.",
        "schema": {"type": "integer"},
    },
    "ETag": {"description": "The state that this shows.", "schema": {"type": "string"}},
    "Location": {
        "description": "Where the one thing is that was made.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Idempotency-Replayed": {
        "description": "`true` when this is the stored answer of the first request.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "WWW-Authenticate": {"description": "What is needed.", "schema": {"type": "string"}},
}
USUAL = ("X-Request-ID", "RateLimit-Policy", "RateLimit")
TEXT = ("application/jose",)
WAIT = ("Retry-After",)
EXTRA = {401: ("WWW-Authenticate",), 409: WAIT, 429: WAIT, 503: WAIT}


def completed(document: Any) -> Json:
    """The document with what the framework leaves out."""
    made: Json = dict(document)
    schemas = made["components"]["schemas"]
    for model in (Problem, TokenRequest):
        shape = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update({**shape.pop("$defs", {}), model.__name__: shape})
    made["components"].update(
        securitySchemes=_security(made["servers"][0]["url"]),
        headers=HEADERS,
        responses={f"Problem{status}": _problem(status) for status in WHY},
    )
    made["tags"] = [{"name": name, "description": said} for name, said in TAGS.items()]
    for operation in operations(made):
        _complete(operation)
    return made


def operations(document: Json) -> Iterator[Json]:
    for methods in document["paths"].values():
        yield from methods.values()


def _complete(operation: Json) -> None:
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    responses = {str(status): each for status, each in operation["responses"].items()}
    others = operation.pop("x-also", ())
    for status, response in responses.items():
        response["headers"] = _headers(operation, int(status))
        if "content" in response:
            response["content"].update({kind: {"schema": _file(kind)} for kind in others})
    wanted = set(operation.pop("x-problems", ()))
    if not operation.pop("x-token", False):
        wanted.update(ALWAYS, WITH_BODY if "requestBody" in operation else ())
    for status in sorted(wanted):
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = dict(sorted(responses.items()))
    kinds = operation.pop("x-kinds", [])
    if kinds:
        operation["x-client-kinds"] = kinds


def _file(media_type: str) -> Json:
    """What is no JSON: text of its own, or bytes."""
    return {"type": "string"} if media_type in TEXT else {"type": "string", "format": "binary"}


def _without_null(schema: Json) -> Json:
    """A parameter that is not given is left out, not null."""
    choices = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(choices) != 1:
        return {**schema, "anyOf": choices} if choices else schema
    kept = {key: value for key, value in schema.items() if key not in ("anyOf", "title")}
    return {**choices[0], **kept}


def _headers(operation: Json, status: int) -> Json:
    names = list(USUAL)
    given = {each["name"] for each in operation.get("parameters", ())}
    if "If-None-Match" in given:
        names.append("ETag")
    if "Idempotency-Key" in given:
        names.append("Idempotency-Replayed")
    if status == HTTPStatus.CREATED:
        names.append("Location")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problem(status: int) -> Json:
    names = (*USUAL, *EXTRA.get(status, ()))
    return {
        "description": WHY[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _security(server: str) -> Json:
    scopes = {name: str(said) for name, said in SCOPES.items()}
    return {
        "oauth2": {
            "type": "oauth2",
            "description": "OAuth 2 client credentials; the token is sent as a bearer token.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": f"{server}/api/v1/oauth/token",
                    "scopes": scopes,
                }
            },
        },
        "client": {
            "type": "http",
            "scheme": "basic",
            "description": "The client's id and secret, to get a token.",
        },
    }
