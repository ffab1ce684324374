"""Looking partner numbers up cannot be made into a list of the vendor's partners."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from ofrecord.changes.find import find
from ofrecord.changes.refusals import Refused
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast
from tests.databases import Copy
from tests.security.people import browser_of

UNKNOWN = "7299999999"


def look_up(client: Client, reference: str, number: str) -> tuple[int, str, str]:
    """Status, page without what is chance in it, and where it leads."""
    answer = client.post(reverse("portal:update_one", args=[reference]), {"number": number})
    page = answer.content.decode().replace(number, "NUMBER")
    page = re.sub(r'[0-9a-f]{32}|(nonce|value|content)="[^"]+"', "", page)
    return answer.status_code, page, answer.headers.get("location", "")


def looked_up(cast: Cast) -> list[tuple[str, str]]:
    """What the account's journal says of look-ups: number and outcome."""
    with seeing(Actor.system()):
        told = Event.objects.filter(type="partner.looked_up", account_id=cast.alder.pk)
        bodies = [json.loads(bytes(each.body))["data"] for each in told.order_by("sequence")]
    return [(data["number"], data["outcome"]) for data in bodies]


def test_whatever_is_wrong_with_a_number_the_page_has_one_form(cast: Cast) -> None:
    """One sentence differs, and no address of the partner is told."""
    reference = cast.contract()
    home = {"street": "Hidden Lane 9", "city": "Nowhereville"}
    gone = cast.partner("7200000021", "Gone Away", status="terminated", **home)
    far = cast.partner("7200000022", "Far Off", authorized_countries=["JP"], **home)
    other = cast.partner("7200000023", "Else Ware", authorized_products=["Other"], **home)
    unfit = {
        "partner_unknown": UNKNOWN,
        "partner_malformed": "no-such-form",
        "partner_inactive": gone.account_number,
        "partner_territory": far.account_number,
        "partner_product": other.account_number,
        "partner_same": cast.larkspur.account_number,
    }
    client, shapes = browser_of(cast.people["pia"]), set()
    assert client.get("/home/").status_code == 200, "the greeting has been read"
    for number in unfit.values():
        status, page, location = look_up(client, reference, number)
        shapes.add((status, location, re.sub(r">[^<]+<", "><", page)))
        assert not any(secret in page for secret in ("Hidden", "Nowhereville", "office@"))
    assert {(status, location) for status, location, _page in shapes} == {(422, "")}
    assert len({page for *_, page in shapes}) == 1
    assert [outcome for _number, outcome in looked_up(cast)] == list(unfit)


def test_nothing_near_a_number_is_offered(cast: Cast) -> None:
    client, reference = browser_of(cast.people["pia"]), cast.contract()
    exact = cast.gorse.account_number
    for near in (exact[:-1], f"{exact}0", f"%{exact[1:]}", "_" * 10, "Gorse", "gorse digital", "*"):
        status, page, _location = look_up(client, reference, near)
        assert status == 422
        assert "Gorse" not in page.replace("gorse digital", "")
    assert look_up(client, reference, exact)[0] == 302


def test_a_viewer_looks_nobody_up_and_it_counts_for_nobody(cast: Cast, settings: object) -> None:
    settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR = 1  # type: ignore[attr-defined]  # pytest-django's
    reference = cast.contract()
    viewer = browser_of(cast.people["vera"])
    assert {look_up(viewer, reference, UNKNOWN)[0] for _ in range(3)} == {403}
    assert looked_up(cast) == []
    assert look_up(browser_of(cast.people["pia"]), reference, cast.gorse.account_number)[0] == 302


def test_beyond_the_limit_nothing_is_told_whoever_it_is(cast: Cast, settings: object) -> None:
    settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR = 3  # type: ignore[attr-defined]  # pytest-django's
    settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR = 5  # type: ignore[attr-defined]  # likewise
    reference = cast.contract()
    pia, sam = browser_of(cast.people["pia"]), browser_of(cast.people["sam"])
    known, unknown = cast.gorse.account_number, UNKNOWN
    assert [look_up(pia, reference, unknown)[0] for _ in range(3)] == [422] * 3
    assert look_up(pia, reference, known) == look_up(pia, reference, unknown)
    assert look_up(pia, reference, known)[0] == 429
    assert [look_up(sam, reference, known)[0] for _ in range(3)] == [302, 302, 429]
    assert len(looked_up(cast)) == 5


def test_another_account_has_a_budget_of_its_own(cast: Cast, settings: object) -> None:
    settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR = 1  # type: ignore[attr-defined]  # pytest-django's
    ours, theirs = cast.contract(), cast.contract(account=cast.birch)
    pia, bo = browser_of(cast.people["pia"]), browser_of(cast.people["bo"])
    assert [look_up(pia, ours, UNKNOWN)[0] for _ in range(2)] == [422, 429]
    assert look_up(bo, theirs, UNKNOWN)[0] == 422


def test_many_at_the_same_moment_pass_no_limit(fresh_cast: Cast, settings: object) -> None:
    settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR = 7  # type: ignore[attr-defined]  # pytest-django's
    reference, pia = fresh_cast.contract(), fresh_cast.actor("pia")

    def tried(_number: int) -> str:
        try:
            return find(UNKNOWN, [reference], by=pia).verdicts[0].code
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as desks:
        codes = list(desks.map(tried, range(20)))
    assert codes.count("partner_unknown") == 7
    assert codes.count("lookup_limit") == 13
    assert len(looked_up(fresh_cast)) == 7


FINDS = """
import django, os
django.setup()
from ofrecord.changes.find import find
from ofrecord.changes.refusals import Refused
from ofrecord.parties.actors import for_person
from ofrecord.parties.models import Person
by = for_person(Person.objects.get(email="pia@example.com"), door="portal")
for _ in range(4):
    try:
        print(find("{number}", ["{reference}"], by=by).verdicts[0].code)
    except Refused as refusal:
        print(refusal.code)
"""


@pytest.mark.slow
def test_two_processes_share_the_budget(fresh_cast: Cast, fresh_database: Copy) -> None:
    code = FINDS.format(number=UNKNOWN, reference=fresh_cast.contract())
    limited = {**fresh_database.env, "OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR": "5"}
    said = []
    for _ in range(2):
        command = [sys.executable, "-c", code]
        ran = subprocess.run(command, env=limited, check=True, capture_output=True, text=True)
        said += ran.stdout.split()
    assert said == ["partner_unknown"] * 5 + ["lookup_limit"] * 3
