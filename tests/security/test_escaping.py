"""Names are data: whatever somebody put into one, no page, letter, file or terminal obeys it."""

import csv
import io
import re
import subprocess
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.http import HttpResponseBase
from django.urls import reverse

from ofrecord.changes.letter_addresses import addresses
from ofrecord.delivery.letters import one_line
from ofrecord.delivery.models import Letter
from ofrecord.delivery.posting import Claim, message, post
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner, Person
from tests.cast import Cast
from tests.databases import Copy
from tests.security.doors import TABLE, World
from tests.security.doors import world as made
from tests.security.trying import KNOWN, address, browser, undone

MARKUP = (
    "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}[red]\u202egnp\x1b[31m"
)
EVIL = f"=1+1{MARKUP}"
Pages = list[tuple[str, str, HttpResponseBase]]
DOORS = {"portal": "pia", "desk": "lou", "console": "opal"}


@pytest.fixture(scope="module")
def world(shared_database: Copy) -> World:
    """The world, in which every name of Alder's is hostile; a change of it is applied."""
    cast = Cast.enter()
    hostile = made(cast)
    with seeing(Actor.system("cli")):
        Account.objects.filter(pk=cast.alder.pk).update(name=f"A{MARKUP}")
        Partner.objects.filter(pk=cast.larkspur.pk).update(
            name=f"L{MARKUP}", street=MARKUP, city=MARKUP, website=f"javascript:{MARKUP}"
        )
        Partner.objects.filter(pk=cast.gorse.pk).update(name=EVIL)
        for name in ("pia", "sam", "cora", "lou"):
            Person.objects.filter(email=f"{name}@example.com").update(name=f"{name}{MARKUP}")
    moved = cast.contract(products=(EVIL, f"P{MARKUP}"), manager="cora")
    hostile.changes["own"] = cast.change(moved, reason=f"Because {MARKUP}\r\nBcc: x@example.com")
    hostile.agreements["own"] = moved
    return hostile


class Page(HTMLParser):
    """What a browser would make of a page: its tags, and what could run in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [
            f"{tag} {name}" for name in given if name.startswith("on") or name == "style"
        ]
        self.links += [given.get(name) or "" for name in ("href", "src", "action") if name in given]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        if tag == "img" and given.get("src") == "x":
            self.inline.append("img")


def pages(world: World) -> Pages:
    """Every page of every door as somebody sees it who may, and every page of no door."""
    found: Pages = []
    for route in sorted(KNOWN & set(TABLE)):
        if TABLE[route].get is None:
            continue
        for person in {DOORS.get(route.partition(":")[0], "pia"), "nobody"}:
            with undone():
                where = address(world, route, "own", "absent")
                given = {"partner": world.gorse} if "update" in route else {}
                if route == "portal:update_one_confirmation":
                    given = {"change": world.changes["own"]}
                answer = browser(world, person).get(where, given)
                body = answer.getvalue() if answer.streaming else answer.content
                answer.close()
            found.append((f"{person} {route}", body.decode(errors="replace"), answer))
    return found


@pytest.fixture(scope="module")
def every_page(world: World) -> Pages:
    return pages(world)


def test_nothing_in_a_name_runs_on_any_page(every_page: Pages) -> None:
    hostile = 0
    for where, text, answer in every_page:
        if "html" in answer.headers["content-type"]:
            page = Page(text)
            assert not page.inline, (where, page.inline)
            assert not [link for link in page.links if link.startswith("javascript")], where
            hostile += "&lt;script&gt;alert(1)" in text
    assert hostile >= 10, "the hostile names are on the pages, as text"


def test_every_page_forbids_what_is_not_ours(every_page: Pages) -> None:
    for where, _text, answer in every_page:
        headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, where
        assert "default-src 'none'" in policy, where
        assert "frame-ancestors 'none'" in policy, where
        assert "base-uri 'none'" in policy, where
        assert "form-action 'self'" in policy, where
        assert headers["X-Frame-Options"] == "DENY", where
        assert headers["X-Content-Type-Options"] == "nosniff", where
        assert headers["Referrer-Policy"] == "same-origin", where
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", where


def test_no_cache_keeps_a_signed_in_page(every_page: Pages) -> None:
    for where, _text, answer in every_page:
        person, route = where.split()
        if person != "nobody" and route.startswith(("portal", "desk", "console", "mfa", "users")):
            assert "no-store" in answer.headers["Cache-Control"], where


def test_nothing_in_a_name_runs_in_a_letter(world: World) -> None:
    post(addresses)
    with seeing(Actor.system()):
        letters = list(Letter.objects.exclude(kind="sign_in"))
    assert len(letters) >= 5
    hostile = 0
    for letter in letters:
        page = Page(letter.html)
        assert set(page.inline) <= {"style"}
        assert all(link.startswith("http://127.0.0.1:8000/") for link in page.links)
        assert not re.search(r"[\x00-\x1f\x7f\u2028]", letter.subject)
        hostile += "alert(1)" in letter.html
    assert hostile >= 3


@pytest.mark.parametrize("line", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_no_name_adds_a_header_to_a_letter(line: str) -> None:
    subject = f"Moved{line}Bcc: everybody@example.com"
    claim = Claim(1, datetime.now(UTC), 0, one_line(subject), "text", "<p>text</p>")
    sent = message(claim, "pia@example.com").message()
    assert sent["Bcc"] is None
    assert sent["Subject"].startswith("Moved Bcc:")
    assert not mail.outbox


def test_a_spreadsheet_runs_nothing_of_the_export(world: World) -> None:
    with undone():
        answer = browser(world, "pia").get(reverse("portal:agreements_export"))
        text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    cells = [cell for row in rows[1:] for cell in row]
    assert any("alert(1)" in cell for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.slow
def test_a_terminal_obeys_nothing_of_a_table(world: World, shared_database: Copy) -> None:
    for words in (
        ("change", "show", world.changes["own"]),
        ("agreement", "show", world.agreements["own"]),
        ("partner", "find", world.gorse),
    ):
        ran = subprocess.run(
            [sys.executable, "-m", "ofrecord", *words],
            env=shared_database.env,
            capture_output=True,
            text=True,
        )
        said = ran.stdout + ran.stderr
        assert "alert(1)" in said, (words, said)
        assert "[red]" in said.replace("\n", ""), words
        assert "\x1b" not in said, words
        assert "\u202e" not in said, words


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/theme/", {"theme": "dark", "next": "https://else.example/"}),
        ("/theme/", {"theme": "dark", "next": "//else.example/"}),
        ("/language/", {"language": "en", "next": "https://else.example/"}),
        ("/sign-in/logout/", {"next": "https://else.example/"}),
        ("/switch/", {"place": "https://else.example/"}),
    ],
)
def test_nobody_is_sent_elsewhere(world: World, path: str, form: dict[str, str]) -> None:
    with undone():
        answer = browser(world, "pia").post(path, form)
    assert answer.status_code == 302
    assert "else.example" not in answer.headers["location"]
