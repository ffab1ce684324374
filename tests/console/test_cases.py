"""Cases at the console: the queue, one with what the customer sees, and working on it."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from ofrecord.cases.assign import assign
from ofrecord.cases.models import Case
from ofrecord.cases.resolve import resolve
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cases.asking import (
    DUNE,
    FERN,
    GORSE,
    NOTE,
    agent,
    answered,
    now,
    of_three,
    opened,
    replacing,
    something,
    types,
    with_agents,
)
from tests.cast import Cast, of_record
from tests.console.test_corrections import Enter
from tests.portal.reading import text

QUEUE = "/console/cases/"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    return with_agents(cast)


@pytest.fixture
def enter(cast: Cast) -> Enter:
    """A browser of somebody who has signed in."""

    def entered(name: str) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(cast.people[name])
        return client

    return entered


def at(case: Case, act: str = "") -> str:
    return f"{QUEUE}{case.number}/{act}"


def numbers(page: Any) -> list[str]:
    return [row["case"].number for row in page.context["rows"]]


def test_what_is_overdue_is_on_top_then_by_target(cast: Cast, enter: Enter, settings: Any) -> None:
    today = clock.today()
    early, waits = opened(cast).number, opened(cast)
    answered(cast, waits)
    settings.OFRECORD_TODAY = today + timedelta(days=14)
    late = opened(cast).number
    sue = enter("sue")
    page = sue.get(QUEUE)
    assert numbers(page) == [early, late, waits.number]
    assert "1 case is overdue." in text(page)
    assert text(page).count("overdue") == 2
    assert QUEUE in sue.get("/console/").content.decode()


def test_mine_unassigned_and_what_is_over(cast: Cast, enter: Enter) -> None:
    mine, free, over = (opened(cast) for _ in range(3))
    assign(mine.number, cast.people["sue"].pk, by=agent(cast), shown=None)
    resolve(over.number, by=cast.actor("pia"))
    sue = enter("sue")
    assert numbers(sue.get(f"{QUEUE}?view=mine")) == [mine.number]
    assert numbers(sue.get(f"{QUEUE}?view=unassigned")) == [free.number]
    assert numbers(sue.get(f"{QUEUE}?view=over")) == [over.number]
    assert numbers(sue.get(QUEUE)) == [mine.number, free.number]
    assert "No open case is assigned to you." in text(enter("ali").get(f"{QUEUE}?view=mine"))


def test_the_queue_goes_on_page_by_page(
    cast: Cast, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ofrecord.console.keyset.PAGE", 2)
    cases = [opened(cast) for _ in range(5)]
    for each in cases[3:]:
        answered(cast, each)
    sue, address, seen = enter("sue"), QUEUE, list[str]()
    for _page in range(3):
        page = sue.get(address)
        seen += numbers(page)
        address = page.context["later_url"]
    assert seen == [each.number for each in cases] and address == ""
    for odd in ("x", "2026-99-99T00:00:00Z,1", ",x", "2026-01-01T00:00:00,1"):
        assert sue.get(QUEUE, {"after": odd}).status_code == 200


def test_the_agent_sees_what_the_customer_sees_and_who_wrote_what(cast: Cast, enter: Enter) -> None:
    reference = of_three(cast, auto_renew=True)
    case = opened(cast, replacing(reference), files=[NOTE])
    answered(cast, case, text="We are on it.")
    page = enter("ali").get(at(case))
    said = text(page)
    customer = text(_portal(cast, "pia").get(f"/billing/agreements/{reference}/"))
    verdict = "The contract renews automatically."
    assert verdict in said and verdict in customer
    for words in (
        *("Replace Larkspur Systems as reseller", "Gorse Digital", "Sue", "Pia opened a case"),
        *("Dune Distribution", "Fern Services", "note.txt", "We are on it."),
    ):
        assert words in said
    found = enter("ali").get("/console/search/", {"q": case.number})
    assert found.status_code == 302 and found["Location"] == at(case)


def _portal(cast: Cast, name: str) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(cast.people[name])
    return client


def test_take_note_answer_resolve_reopen_and_close(cast: Cast, enter: Enter) -> None:
    case, sue = opened(cast), enter("sue")
    taken = sue.post(at(case, "assign/"), {"to": cast.people["sue"].pk, "shown": ""}, follow=True)
    assert "The case is assigned." in text(taken)
    late = enter("ali").post(at(case, "assign/"), {"to": cast.people["ali"].pk, "shown": ""})
    assert late.status_code == 409 and "was assigned to Sue meanwhile" in text(late)
    sue.post(at(case, "note/"), {"text": "Ask the bank."})
    assert "Ask the bank." in text(sue.get(at(case)))
    assert "Ask the bank." not in text(_portal(cast, "pia").get(f"/cases/{case.number}/"))
    empty = sue.post(at(case, "answer/"), {"text": "", "waits_for": "waiting_for_customer"})
    assert empty.status_code == 422 and "Write a message." in text(empty)
    sue.post(at(case, "answer/"), {"text": "Which?", "waits_for": "waiting_for_vendor"})
    assert now(case).state == "waiting_for_vendor"
    done = sue.post(at(case, "resolve/"), {"text": "Sent again."}, follow=True)
    assert "The case is resolved, and the customer is told." in text(done)
    sue.post(at(case, "reopen/"), {"text": "It bounced."})
    assert now(case).state == "waiting_for_vendor"
    early = sue.post(at(case, "close/"))
    assert early.status_code == 409 and "is not resolved yet" in text(early)
    sue.post(at(case, "resolve/"), {"text": "Now it is there."})
    sue.post(at(case, "close/"))
    assert now(case).state == "closed"
    assert types(case)[-1] == "case.closed"


def test_the_auditor_reads_all_and_does_nothing(cast: Cast, enter: Enter) -> None:
    case, aude = opened(cast, replacing(of_three(cast)), files=[NOTE]), enter("aude")
    page = aude.get(at(case))
    assert page.status_code == 200 and case.number in text(page)
    assert page.content.decode().count('method="post"') == aude.get(
        "/console/"
    ).content.decode().count('method="post"')
    assert "Carry it out" not in text(page)
    for act in ("answer", "note", "assign", "resolve", "reopen", "close"):
        assert aude.post(at(case, f"{act}/"), {"text": "x"}).status_code == 403, act
    assert types(case) == ["case.opened"]
    file = page.context["said"][0].files[0]
    assert aude.get(at(case, f"files/{file.pk}/")).content == NOTE.content


def test_who_holds_a_role_in_the_account_reads_why_somebody_else_works_on_it(
    cast: Cast, enter: Enter
) -> None:
    reference = of_three(cast)
    case = opened(cast, replacing(reference))
    with seeing(Actor.system("cli")):
        Role.objects.create(person=cast.people["sue"], name="viewer", account=cast.alder)
    page = enter("sue").get(at(case))
    assert "You hold a role in this account" in text(page)
    assert "Carry it out" not in text(page) and 'method="post" action="/console/cases/' not in (
        page.content.decode()
    )
    address = f"/console/agreements/{reference}/"
    assert "You hold a role in this account" in text(enter("sue").get(address))
    refused = enter("sue").get(f"{address}support/")
    assert refused.status_code == 403 and "You hold a role in this account" in text(refused)


def test_the_wish_is_carried_out_and_the_case_resolved_in_one_step(
    cast: Cast, enter: Enter
) -> None:
    reference, sue = of_three(cast), enter("sue")
    case = opened(cast, replacing(reference))
    page = sue.get(at(case)).content.decode()
    address = unescape(re.search(r'href="([^"]+)"[^>]*>Carry it out', page)[1])  # type: ignore[index]  # it is there
    review = sue.get(address)
    assert "You act for Alder Works" in text(review) and case.number in text(review)
    form = _form(review)
    assert form["member"] == "reseller@7200000001" and form["partner"] == "7200000002"
    silent = {**form, "reason": "As the case asks.", "resolves": "on", "text": ""}
    missing = sue.post(address.partition("?")[0], silent)
    assert missing.status_code == 422 and "Write what the customer is to read." in text(missing)
    answer = sue.post(address.partition("?")[0], {**silent, "text": "Done."}, follow=True)
    assert of_record(reference) == {GORSE, DUNE, FERN}
    assert now(case).state == "resolved" and now(case).made_change is not None
    assert now(case).made_change.number in text(answer)  # type: ignore[union-attr]  # it is there
    shown = text(_portal(cast, "pia").get(f"/cases/{case.number}/"))
    assert "Support has made the change for you" in shown and "Done." in shown
    number = now(case).made_change.number  # type: ignore[union-attr]  # it is there
    for browser, change, back in (
        (sue, f"/console/changes/{number}/", at(case)),
        (_portal(cast, "pia"), f"/changes/{number}/", f"/cases/{case.number}/"),
    ):
        page = browser.get(change).content.decode()
        assert f'<a href="{back}">case {case.number}</a>' in page
        assert f"case/{case.number}" not in page


def _form(page: Any) -> dict[str, str]:
    """What the review's form sends by itself."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found}


def test_a_case_about_no_agreement_offers_no_change(cast: Cast, enter: Enter) -> None:
    assert "Carry it out" not in text(enter("sue").get(at(opened(cast, something()))))
