"""Receipts and statements through the API: what was signed, with its signature, and on paper."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from pydantic import BaseModel
from pypdf import PdfReader

from ofrecord.api.shapes import documents as shapes
from ofrecord.journal import clock, settled, signing
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.api.systems import Answer, Systems, said
from tests.cast import Cast

SHAPES: dict[str, type[BaseModel]] = {"receipt": shapes.Receipt, "statement": shapes.Statement}
OF_ISSUE = ("issued_at", "known_at", "effective_at")
JWS, PDF = "application/jose", "application/pdf"


def checked(document: bytes) -> dict[str, Any]:
    """What the document says, with its signature good."""
    signed = signing.read(document, [signing.present()])
    return {"kind": signed.kind, **signed.content}


def lasting(content: dict[str, Any]) -> dict[str, Any]:
    """Without the instants of one issue."""
    return {name: each for name, each in content.items() if name not in OF_ISSUE}


def issued(type: str) -> list[dict[str, Any]]:
    with seeing(Actor.system()):
        found = Event.objects.filter(type=type).order_by("sequence")
        return [json.loads(bytes(each.body))["data"] for each in found]


def then(answer: Answer, name: str) -> list[str]:
    (stated,) = said(answer)["agreements"]
    return [each[name] for each in stated["partners_of_record"]]


@pytest.fixture
def paths(cast: Cast) -> Iterator[dict[str, str]]:
    reference = cast.contract()
    number = cast.change(reference)
    yield {
        "receipt": f"/partner-changes/{number}/receipt",
        "statement": f"/agreements/{reference}/statement",
    }


@pytest.mark.parametrize("kind", ["receipt", "statement"])
def test_it_is_had_as_json_as_what_was_signed_and_on_paper(
    systems: Systems, paths: dict[str, str], kind: str
) -> None:
    path = paths[kind]
    plain = systems.alder.get(path)
    signed = systems.alder.get(path, Accept=JWS)
    paper = systems.alder.get(path, Accept=PDF)
    types = [each.headers["Content-Type"] for each in (plain, signed, paper)]
    assert types == ["application/json", JWS, PDF]
    assert lasting(said(plain)) == lasting(checked(signed.content))
    ((name, (inside,)),) = PdfReader(BytesIO(paper.content)).attachments.items()
    assert lasting(checked(inside)) == lasting(said(plain))
    assert name in paper.headers["Content-Disposition"].replace(".pdf", ".jws")
    assert set(said(plain)) == set(SHAPES[kind].model_json_schema()["properties"])
    SHAPES[kind].model_validate(said(plain))
    assert len(issued(f"{kind}.issued")) == 3


@pytest.mark.parametrize(
    ("accept", "type"),
    [
        ("*/*", "application/json"),
        ("application/pdf;q=0.5, application/jose", JWS),
        ("text/html, application/*;q=0.1", "application/json"),
        ("application/pdf, */*;q=0.1", PDF),
    ],
)
def test_the_client_says_which_it_prefers(
    systems: Systems, paths: dict[str, str], accept: str, type: str
) -> None:
    answer = systems.alder.get(paths["receipt"], Accept=accept)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, type)


def test_what_is_not_to_be_had_is_not_issued(systems: Systems, paths: dict[str, str]) -> None:
    for path in paths.values():
        answer = systems.alder.get(path, Accept="text/html")
        assert (answer.status_code, said(answer)["code"]) == (406, "not_acceptable")
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert issued("receipt.issued") == issued("statement.issued") == []


def test_the_journal_names_the_system_that_got_it(systems: Systems, paths: dict[str, str]) -> None:
    systems.alder.get(paths["receipt"])
    (told,) = issued("receipt.issued")
    assert told["by"]["client"] == systems.alder.client.client_id


def test_a_statement_is_of_a_day_as_known_on_a_day(cast: Cast, systems: Systems) -> None:
    reference = cast.contract()
    path = f"/agreements/{reference}/statement"
    before = quote(datetime.now(UTC).isoformat())
    cast.change(reference)
    yesterday = clock.today() - timedelta(days=1)
    assert then(systems.alder.get(path), "name") == ["Gorse Digital"]
    assert then(systems.alder.get(f"{path}?as_of={yesterday}"), "name") == ["Larkspur Systems"]
    assert then(systems.alder.get(f"{path}?known_at={before}"), "name") == ["Larkspur Systems"]
    today = systems.alder.get(f"{path}?known_at={clock.today()}")
    assert then(today, "name") == ["Gorse Digital"]
    tomorrow = clock.today() + timedelta(days=1)
    later = systems.alder.get(f"{path}?known_at={tomorrow}")
    assert (later.status_code, said(later)["code"]) == (409, "known_at_in_future")


def test_many_are_stated_in_one_document(cast: Cast, systems: Systems) -> None:
    one, other, foreign = cast.contract(), cast.contract(), cast.contract(account=cast.birch)
    answer = systems.alder.post("/statements", {"agreements": [other, one, other]})
    assert [each["agreement"] for each in said(answer)["agreements"]] == [other, one]
    paper = systems.alder.post("/statements", {"agreements": [one, other]}, Accept=PDF)
    assert paper.content.startswith(b"%PDF-")
    for lost in (foreign, "409999999999"):
        refused = systems.alder.post("/statements", {"agreements": [one, lost]})
        assert (refused.status_code, said(refused)["code"]) == (404, "not_found")
    assert systems.vendor.post("/statements", {"agreements": [one, foreign]}).status_code == 200


def test_what_is_too_long_for_paper_is_had_as_json(cast: Cast, systems: Systems) -> None:
    many = {"agreements": [cast.contract() for _ in range(501)]}
    refused = systems.alder.post("/statements", many, Accept=PDF)
    assert (refused.status_code, said(refused)["code"]) == (409, "too_long_for_paper")
    assert len(said(systems.alder.post("/statements", many))["agreements"]) == 501


def test_what_somebody_could_still_add_to_is_not_signed(
    fresh_cast: Cast, fresh_systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settled.settle, "__defaults__", (0.1,))
    reference = fresh_cast.contract()
    path = f"/agreements/{reference}/statement"

    def ask() -> list[Answer]:
        try:
            return [fresh_systems.alder.get(path, Accept=kind) for kind in ("*/*", JWS, PDF)]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, seeing(Actor.system()):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE partner SET name = name")
        answers = pool.submit(ask).result()
        connection.set_rollback(True)
    told = {(each.status_code, said(each)["code"]) for each in answers}
    assert told == {(409, "not_final")}
    assert {each.status_code for each in ask()} == {200}
