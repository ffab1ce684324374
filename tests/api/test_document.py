"""The document is whole: it is valid, Schemathesis finds nothing, a generated client works."""

import importlib
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from ofrecord.api.api import api
from ofrecord.api.openapi import operations
from ofrecord.parties.scopes import SCOPES
from tests.api.running import program, server
from tests.api.systems import Systems, call, said
from tests.cast import Cast, of_record
from tests.databases import Copy

ROOT = Path(__file__).resolve().parents[2]
SEED = "20261122"


def test_the_document_is_valid_and_served(db: None) -> None:
    document = said(call("GET", "/openapi.json"))
    assert document["openapi"].startswith("3.1")
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_operation_is_described_with_its_security_and_its_problems() -> None:
    names = []
    for operation in operations(api.get_openapi_schema()):
        names.append(operation["operationId"])
        assert operation["summary"]
        assert operation["description"]
        assert operation["tags"]
        assert {"401", "429"} <= set(operation["responses"])
        assert {"200", "201", "202"} & set(operation["responses"])
        for status, response in operation["responses"].items():
            assert "$ref" in response or "content" in response or status == "304"
    assert len(set(names)) == len(names)


def test_the_document_names_every_scope() -> None:
    flows = api.get_openapi_schema()["components"]["securitySchemes"]["oauth2"]["flows"]
    assert set(flows["clientCredentials"]["scopes"]) == set(SCOPES)


def tried_out(url: str, system: str, directory: Path, cases: int, *words: str) -> None:
    """Every operation with good and bad requests, all checks; what is wrong is shown."""
    asked = [
        *("run", f"{url}/api/v1/openapi.json", "--checks", "all", "--max-examples", str(cases)),
        *("--seed", SEED, "--no-shrink", "--continue-on-failure", "--generation-database", "none"),
        *("--header", f"Authorization: Bearer {system}", *words),
    ]
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.own_keys", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [program("schemathesis"), *asked], cwd=directory, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-20_000:]


def test_schemathesis_finds_nothing_in_some_hundred_cases(
    fresh_database: Copy, fresh_cast: Cast, fresh_systems: Systems, tmp_path: Path
) -> None:
    fresh_cast.change(fresh_cast.contract())
    with server(fresh_database) as url:
        tried_out(url, fresh_systems.vendor.token, tmp_path, 3, "--phases", "examples,fuzzing")


@pytest.mark.slow
@pytest.mark.parametrize("who", ["vendor", "alder", "gorse"])
def test_schemathesis_finds_nothing_in_thousands_of_cases(
    fresh_database: Copy, fresh_cast: Cast, fresh_systems: Systems, tmp_path: Path, who: str
) -> None:
    fresh_cast.change(fresh_cast.contract())
    with server(fresh_database) as url:
        tried_out(url, getattr(fresh_systems, who).token, tmp_path, 60)


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The package that a public generator makes of a document."""

    def generate(url: str) -> Any:
        document = tmp_path / "openapi.json"
        document.write_bytes(httpx.get(f"{url}/api/v1/openapi.json").content)
        config = tmp_path / "config.yml"
        config.write_text("package_name_override: generated_client\npost_hooks: []\n")
        made = subprocess.run(
            [
                *(program("openapi-python-client"), "generate", "--path", str(document)),
                *("--config", str(config), "--output-path", str(tmp_path / "made")),
                "--fail-on-warning",
            ],
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        monkeypatch.syspath_prepend(str(tmp_path / "made"))
        return importlib.import_module("generated_client")

    yield generate
    for name in [name for name in sys.modules if name.startswith("generated_client")]:
        del sys.modules[name]


def test_head_has_no_body_on_the_wire(
    fresh_database: Copy, fresh_cast: Cast, fresh_systems: Systems
) -> None:
    path = f"/api/v1/agreements/{fresh_cast.contract()}"
    headers = {"Authorization": f"Bearer {fresh_systems.alder.token}"}
    with server(fresh_database) as url, httpx.Client(base_url=url, headers=headers) as client:
        head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.content))
    assert head.headers["ETag"] == whole.headers["ETag"]


@pytest.mark.slow
def test_a_generated_client_keeps_an_endpoint(
    fresh_database: Copy, fresh_systems: Systems, generated: Any
) -> None:
    with server(fresh_database) as url:
        package = generated(url)

        def of(path: str) -> Any:
            return importlib.import_module(f"generated_client.{path}")

        token = fresh_systems.vendor.token
        wish = {"name": "CRM", "url": "http://127.0.0.1:9/", "types": ["partner_change.*"]}
        with package.AuthenticatedClient(base_url=url, token=token) as client:
            acts = "api.endpoints_and_deliveries"
            added = of(f"{acts}.add_endpoint").sync(
                client=client, body=of("models").NewEndpoint.from_dict(wish), idempotency_key="k"
            )
            assert added.secret.startswith("whsec_")
            paused = of(f"{acts}.pause_endpoint").sync(
                added.id, client=client, body=of("models").Because(reason="It moves.")
            )
            assert paused.paused_reason == "It moves."
            of(f"{acts}.resume_endpoint").sync(added.id, client=client)
            refused = of(f"{acts}.change_endpoint").sync(
                added.id,
                client=client,
                body=of("models").EndpointChange(url="http://169.254.169.254/"),
            )
            assert (refused.code, refused.errors[0].where) == ("address_refused", "body.url")
            listed = of(f"{acts}.list_endpoints").sync(client=client)
            assert [(each.name, each.paused_at) for each in listed.endpoints] == [("CRM", None)]


@pytest.mark.slow
def test_a_generated_client_gets_a_token_checks_submits_and_reads(
    fresh_database: Copy, fresh_cast: Cast, fresh_systems: Systems, generated: Any
) -> None:
    reference = fresh_cast.contract()
    with server(fresh_database) as url, ExitStack() as opened:
        package = generated(url)

        def of(path: str) -> Any:
            return importlib.import_module(f"generated_client.{path}")

        form = {
            "grant_type": "client_credentials",
            "client_id": fresh_systems.alder.client.client_id,
            "client_secret": fresh_systems.alder.secret,
        }
        anybody = opened.enter_context(package.Client(base_url=url))
        token = of("api.access.get_token").sync(
            client=anybody, body=of("models").TokenRequest.from_dict(form)
        )
        known = package.AuthenticatedClient(base_url=url, token=token.access_token)
        client = opened.enter_context(known)
        wish = {
            "agreements": [reference],
            "partner": fresh_cast.gorse.account_number,
            "on_behalf_of": "pia@example.com",
        }
        checked = of("api.eligibility.check_eligibility").sync(
            client=client, body=of("models").CheckRequest.from_dict(wish)
        )
        (check,) = checked.checks
        assert check.available
        body = {**wish, "reason": "Closer to us.", "fingerprints": [check.fingerprint]}
        outcome = of("api.partner_changes.submit_partner_changes").sync(
            client=client,
            body=of("models").ChangeRequest.from_dict(body),
            idempotency_key="0b8f2f0e-7a67-4f2e-9c55-0d4a3f1f8a11",
        )
        number = outcome.changes[0].number
        shown = of("api.partner_changes.get_partner_change").sync(number, client=client)
        assert (shown.agreement, shown.state) == (reference, "complete")
        receipt = of("api.receipts_and_statements.get_receipt").sync(number, client=client)
        assert (receipt.change, receipt.after[0].name) == (number, "Gorse Digital")
        feed = of("api.events.read_events").sync(client=client)
        assert "partner_change.applied" in [event.type_ for event in feed.events]
        missing = of("api.agreements.get_agreement").sync("409999999999", client=client)
        assert (missing.status, missing.code) == (404, "not_found")
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
