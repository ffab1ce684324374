"""The page that people read the document on."""

import os
import re
from pathlib import Path

import pytest
from django.test import Client

from ofrecord.api import codes
from ofrecord.api.api import api
from ofrecord.api.openapi import operations
from tests.api.running import server
from tests.browsers import chromium, complaints, sideways, violations
from tests.databases import Copy

SOURCE = Path(codes.__file__).parent
ROOT = Path(__file__).resolve().parents[2]


def page() -> str:
    answer = Client().get("/api/v1/docs")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_it_shows_every_operation_and_every_shape(db: None) -> None:
    shown = page()
    document = api.get_openapi_schema()
    for operation in operations(document):
        assert f'id="{operation["operationId"]}"' in shown
    for name in document["components"]["schemas"]:
        assert f'id="shape-{name}"' in shown


def test_every_link_on_it_leads_somewhere_on_it(db: None) -> None:
    shown = page()
    links = set(re.findall(r'href="#([^"]+)"', shown))
    names = set(re.findall(r'\bid="([^"]+)"', shown))
    assert links
    assert links <= names


def test_every_code_is_explained_where_its_type_leads(db: None) -> None:
    shown = page()
    source = "".join(file.read_text() for file in SOURCE.rglob("*.py"))
    named = set(re.findall(r'Problem\(\s*\d{3}, "([a-z_]+)"', source))
    assert named
    for code in named | refusals():
        assert f'id="problem-{code}"' in shown, code


def refusals() -> set[str]:
    """The codes with which acts on changes, endpoints and deliveries are refused."""
    told = (ROOT / "docs" / "reference" / "refusals.md").read_text()
    sections = {part.partition("\n")[0]: part for part in told.split("\n## ")}
    rows = sections["Partner changes"] + sections["Endpoints and deliveries"]
    found = set(re.findall(r"^\| `([a-z_]+)` \|", rows, re.MULTILINE))
    assert {"others_refused", "url_unusable"} <= found
    return found


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_readable_by_everybody_and_everywhere(fresh_database: Copy, width: int) -> None:
    with server(fresh_database) as url, chromium() as browser:
        shown = browser.new_page(viewport={"width": width, "height": 900})
        said = complaints(shown)
        shown.goto(f"{url}/api/v1/docs")
        assert violations(shown) == []
        assert sideways(shown) <= 0
        assert said == []
        if path := os.environ.get("OFRECORD_SCREENSHOT"):
            shown.screenshot(path=f"{path}-{width}.png")
