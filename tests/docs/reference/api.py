"""The page of the API, from its document."""

from collections.abc import Iterator
from typing import Any

from ofrecord.api.api import api
from ofrecord.parties.scopes import HELD_BY, SCOPES
from tests.docs.reference.markdown import code, page, table, words


def render() -> str:
    schema = api.get_openapi_schema()
    return page(
        "API",
        "What programs can do, below `/api/v1`. An installation serves the whole document at "
        "`/api/v1/openapi.json`, and the same for people at `/api/v1/docs`. [Use the API]"
        "(../how-to/use-the-api.md) begins with credentials and ends with a submitted change.",
        "## Operations",
        table(("Operation", "What it does", "Scope"), _operations(schema)),
        "## Scopes",
        "What a client may be given depends on where it belongs.",
        table(("Scope", "Allows", "For clients of"), _scopes()),
    )


def _operations(schema: Any) -> Iterator[tuple[str, str, str]]:
    for path, methods in schema["paths"].items():
        for method, said in methods.items():
            needed = [
                scope for each in said.get("security", []) for scope in each.get("oauth2", [])
            ]
            where = path.removeprefix("/api/v1")
            yield code(f"{method.upper()} {where}"), said["summary"], words(needed)


def _scopes() -> Iterator[tuple[str, str, str]]:
    for scope, said in SCOPES.items():
        held = ", ".join(kind for kind, scopes in HELD_BY.items() if scope in scopes)
        yield code(scope), str(said), held
