"""Problem details, and what an access token looks like."""

from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from ofrecord.api.shapes.changes import Verdict


def example(**values: Any) -> ConfigDict:
    """The configuration of a shape with one example."""
    return ConfigDict(json_schema_extra={"examples": [values]})


class Wrong(Schema):
    """One thing that is wrong with the form of a request."""

    where: str = Field(description="Where: a path of names below query, path, header or body.")
    what: str = Field(description="What is wrong there.")


class Problem(Schema):
    """What went wrong (RFC 9457). `code` stays the same; the sentence follows the language."""

    model_config = example(
        type="/api/v1/docs#problem-not_found",
        title="Not Found",
        status=404,
        detail="There is no agreement 400000000099.",
        code="not_found",
        request_id="6f1c0f1f7a3f4e34a0f4f4b0a0f2c7d1",
    )

    type: str = Field(description="Where the code is explained.")
    title: str = Field(description="What HTTP calls the status.")
    status: int
    detail: str = Field(description="A sentence for people.")
    code: str = Field(description="The name of the refusal, for programs.")
    request_id: str = Field(description="Names this request in the logs of both sides.")
    verdicts: list[Verdict] | None = Field(None, description="All that stands against the act.")
    errors: list[Wrong] | None = Field(None, description="What is wrong with the form.")


class TokenRequest(Schema):
    """Client credentials, unless they come as HTTP Basic authentication."""

    grant_type: Literal["client_credentials"]
    scope: str = Field(
        "",
        description="The scopes wanted, separated by blanks; else all of the client's.",
        examples=["agreements:read changes:write"],
    )
    client_id: str = ""
    client_secret: str = ""


class AccessToken(Schema):
    """A bearer token, to be sent in the header Authorization."""

    access_token: str
    token_type: str = Field(examples=["Bearer"])
    expires_in: int = Field(description="Seconds.", examples=[3600])
    scope: str = Field(description="The scopes granted, separated by blanks.")


class TokenError(Schema):
    """Why there is no token (RFC 6749, section 5.2)."""

    error: str = Field(examples=["invalid_client"])
    error_description: str | None = None
