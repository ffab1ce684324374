"""`ofrecord client`, as it is typed."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.api.systems import call, said, token
from tests.cast import Cast

ADD = ("client", "add", "ERP", "--belongs-to", "vendor", "--scope", "accounts:read", "--json")


def typed(*words: str) -> tuple[int, Any]:
    """How a command ends, and the JSON that it writes."""
    from ofrecord.cli.main import app

    result = CliRunner().invoke(app, words, prog_name="ofrecord")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, json.loads(result.stdout) if result.stdout.strip() else result.stderr


def test_credentials_work_until_they_are_revoked(cast: Cast) -> None:
    code, told = typed(*ADD)
    assert code == 0
    bearer = said(token(told["client_id"], told["client_secret"]))["access_token"]
    header = f"Bearer {bearer}"
    assert call("GET", "/accounts", Authorization=header).status_code == 200
    assert typed("client", "revoke", told["client_id"], "--json")[0] == 0
    assert call("GET", "/accounts", Authorization=header).status_code == 401


def test_the_list_shows_no_secret(cast: Cast) -> None:
    _, told = typed(*ADD)
    _, listed = typed("client", "list", "--json")
    (client,) = listed["clients"]
    assert client == {key: value for key, value in told.items() if key != "client_secret"}
    assert told["client_secret"] not in json.dumps(listed)


@pytest.mark.parametrize(
    "words",
    [
        ("add", "ERP", "--belongs-to", "5199999999", "--scope", "accounts:read"),
        ("add", "ERP", "--belongs-to", "vendor", "--scope", "everything"),
        ("add", "ERP", "--belongs-to", "vendor", "--scope", "accounts:read", "--network", "here"),
        ("revoke", "nobody"),
    ],
)
def test_what_is_refused_says_why(cast: Cast, words: tuple[str, ...]) -> None:
    code, said_why = typed("client", *words)
    assert code == 3
    assert said_why.strip().endswith(".")


def test_bad_usage_is_no_refusal(cast: Cast) -> None:
    assert typed("client", "add", "ERP", "--belongs-to", "vendor")[0] == 2
