"""Quotes through the API: asked for, drafted, issued, checked, accepted, and taken back."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.models import Quote
from ofrecord.quotes.renew import renew
from tests.api.systems import Systems, said
from tests.cast import Cast, of_record
from tests.changes.test_concurrency import at_once
from tests.quotes.selling import GORSE, LARKSPUR, ends_on, issued, orders, sound

PIA = "pia@example.com"


def terms(reference: str, **given: Any) -> dict[str, Any]:
    """What Gorse offers: the next year of an agreement, for ten seats of Draft."""
    start = ends_on(reference) + timedelta(days=1) if reference else clock.today()
    return {
        "kind": "renewal",
        "account": "5100000001",
        "agreement": reference or None,
        "lines": [{"product": "Draft", "seats": 10, "unit_price": "120.00"}],
        "currency": "EUR",
        "tax": "228.00",
        "start_on": start.isoformat(),
        "end_on": (start + timedelta(days=364)).isoformat(),
        "expires_on": (clock.today() + timedelta(days=14)).isoformat(),
        **given,
    }


def wish(reference: str, **given: Any) -> dict[str, Any]:
    """What Pia asks of Gorse."""
    asked = {"partner": "7200000002", "kind": "renewal", "agreement": reference}
    return {**asked, "on_behalf_of": PIA, **given}


@pytest.fixture
def reference(cast: Cast, systems: Systems) -> str:
    """A subscription for whose renewal Alder's system has asked Gorse."""
    reference = cast.subscription(days=39)
    assert systems.alder.post("/quote-requests", wish(reference)).status_code == 201
    return reference


@pytest.fixture
def drafted(systems: Systems, reference: str) -> str:
    return str(said(systems.gorse.post("/quotes", terms(reference)))["number"])


@pytest.fixture
def offered(systems: Systems, drafted: str) -> str:
    answer = systems.gorse.call("POST", f"/quotes/{drafted}/issuance")
    assert answer.status_code == 200, answer.content
    return drafted


def test_asked_offered_and_accepted_the_partner_changes_with_the_new_term(
    cast: Cast, systems: Systems, settings: Any
) -> None:
    reference = cast.subscription(days=39)
    asked = systems.alder.post("/quote-requests", wish(reference, wish="Two more\nplease."))
    request = said(asked)
    assert asked.headers["Location"] == f"/api/v1/quote-requests/{request['id']}"
    (open_,) = said(systems.gorse.get("/quote-requests?state=open"))["quote_requests"]
    assert open_ == request
    assert (open_["wish"], open_["products"]) == (
        "Two more\nplease.",
        [{"product": "Draft", "seats": 10}],
    )
    made = systems.gorse.post("/quotes", terms(open_["agreement"]))
    number = said(made)["number"]
    assert made.status_code == 201
    assert made.headers["Location"] == f"/api/v1/quotes/{number}"
    assert said(made)["request"] == request["id"]
    assert said(made)["acts"] == ["draft", "issue", "withdraw"]
    assert systems.alder.get(f"/quotes/{number}").status_code == 404, "a draft is the firm's own"
    assert systems.gorse.call("POST", f"/quotes/{number}/issuance").status_code == 200
    seen = said(systems.alder.get(f"/quotes/{number}"))
    assert (seen["net"], seen["tax"], seen["total"]) == ("1200.00", "228.00", "1428.00")
    assert seen["lines"][0]["unit_price"] == "120.00"
    assert (seen["state"], seen["acts"]) == ("issued", ["accept", "decline"])
    checked = said(systems.alder.post(f"/quotes/{number}/acceptance-check", {"on_behalf_of": PIA}))
    assert checked["acceptable"] and checked["changes_partner"]
    assert [each["name"] for each in checked["before"]] == ["Larkspur Systems"]
    assert [each["name"] for each in checked["after"]] == ["Gorse Digital"]
    accepted = systems.alder.post(
        f"/quotes/{number}/acceptance",
        {"on_behalf_of": PIA, "purchase_order": "PO 7", "name": "Pia Alder", "revision": 1},
    )
    order = said(accepted)
    assert accepted.status_code == 201, order
    assert accepted.headers["Location"] == f"/api/v1/orders/{order['number']}"
    assert (order["quote"], order["agreements"]) == (number, [reference])
    assert len(order["partner_changes"]) == 1 and order["corrected_by"] == []
    start = ends_on(reference) - timedelta(days=364)
    assert order["begins_on"] == start.isoformat()
    assert of_record(reference) == {LARKSPUR}
    settings.OFRECORD_TODAY = start
    assert of_record(reference) == {GORSE}
    assert said(systems.gorse.get(f"/quote-requests/{request['id']}"))["quotes"] == [number]
    sold = said(systems.gorse.get(f"/orders/{order['number']}"))
    assert sold["partner_changes"] == [], "a partner is told no change's number"
    assert {**sold, "partner_changes": order["partner_changes"]} == order
    assert systems.birch.get(f"/orders/{order['number']}").status_code == 404
    sound()


def test_what_accepting_would_do_is_seen_by_the_vendor_too_and_does_nothing(
    cast: Cast, systems: Systems, offered: str
) -> None:
    before = said(systems.vendor.get(f"/quotes/{offered}"))
    seen = said(systems.vendor.post(f"/quotes/{offered}/acceptance-check", {}))
    assert seen["acceptable"] and seen["verdicts"] == []
    vera = {"on_behalf_of": "vera@example.com"}
    judged = said(systems.alder.post(f"/quotes/{offered}/acceptance-check", vera))
    assert [each["code"] for each in judged["verdicts"]] == ["not_permitted"]
    assert said(systems.vendor.get(f"/quotes/{offered}")) == before and orders() == 0


@pytest.mark.parametrize(
    ("email", "code"),
    [("vera@example.com", "not_permitted"), ("bo@example.com", "person_unknown")],
)
def test_only_who_may_change_the_partner_accepts(
    cast: Cast, systems: Systems, offered: str, email: str, code: str
) -> None:
    answer = systems.alder.post(f"/quotes/{offered}/acceptance", {"on_behalf_of": email})
    assert (answer.status_code, said(answer)["code"]) == (403, code)
    assert orders() == 0


def test_an_acceptance_sent_again_is_one_order_and_without_its_key_refused(
    cast: Cast, systems: Systems, offered: str
) -> None:
    send = partial(systems.alder.post, f"/quotes/{offered}/acceptance", {"on_behalf_of": PIA})
    first, again, other = send(Idempotency_Key="k"), send(Idempotency_Key="k"), send()
    assert first.content == again.content and first.status_code == again.status_code == 201
    assert again.headers["Location"] == first.headers["Location"]
    assert (other.status_code, said(other)["code"]) == (409, "quote_accepted")
    assert orders() == 1


def test_a_draft_is_written_anew_only_as_it_was_seen(
    cast: Cast, systems: Systems, reference: str, drafted: str
) -> None:
    path = f"/quotes/{drafted}"
    seen = systems.gorse.get(path).headers["ETag"]
    less = [{"product": "Draft", "seats": 10, "unit_price": "99.95", "discount_percent": "12.5"}]
    write = partial(systems.gorse.call, "PUT", path, terms(reference, lines=less, tax="0"))
    first = write(If_Match=seen)
    assert first.status_code == 200, first.content
    assert (said(first)["total"], said(first)["lines"][0]["total"]) == ("874.56", "874.56")
    stale = write(If_Match=seen)
    assert (stale.status_code, said(stale)["code"]) == (412, "moved_meanwhile")
    issue = partial(systems.gorse.call, "POST", f"{path}/issuance")
    assert issue(If_Match=seen).status_code == 412
    now = systems.gorse.get(path)
    assert systems.gorse.get(path, If_None_Match=now.headers["ETag"]).status_code == 304
    assert issue(If_Match=now.headers["ETag"]).status_code == 200
    frozen = write()
    assert (frozen.status_code, said(frozen)["code"]) == (409, "quote_frozen")


def test_a_revision_comes_in_place_of_what_was_on_offer_when_it_is_issued(
    cast: Cast, systems: Systems, reference: str, offered: str
) -> None:
    path = f"/quotes/{offered}"
    revised = systems.gorse.post(f"{path}/revisions", terms(reference, notes="A better price."))
    assert (revised.status_code, said(revised)["revision"]) == (201, 2)
    assert said(systems.alder.get(path))["revision"] == 1, "the customer knows of no draft"
    (counts,) = said(systems.alder.get("/quotes"))["quotes"]
    assert (counts["revision"], counts["state"]) == (1, "issued")
    assert systems.alder.get(f"{path}?revision=2").status_code == 404
    again = systems.gorse.post(f"{path}/revisions", terms(reference))
    assert (again.status_code, said(again)["code"]) == (409, "drafted_already")
    systems.gorse.call("POST", f"{path}/issuance")
    known = said(systems.alder.get(path))
    assert (known["revision"], known["notes"]) == (2, "A better price.")
    states = [(each["revision"], each["state"]) for each in known["revisions"]]
    assert states == [(1, "withdrawn"), (2, "issued")]
    assert said(systems.alder.get(f"{path}?revision=1"))["state"] == "withdrawn"
    old = systems.alder.post(f"{path}/acceptance", {"on_behalf_of": PIA, "revision": 1})
    assert (old.status_code, said(old)["code"]) == (409, "quote_revised")
    no = {"on_behalf_of": PIA, "reason": "Too dear.", "revision": 1}
    assert said(systems.alder.post(f"{path}/declination", no))["code"] == "quote_revised"


def test_withdrawn_declined_and_expired_quotes_are_accepted_by_nobody(
    cast: Cast, systems: Systems, settings: Any
) -> None:
    quotes = [issued(cast, cast.subscription(days=39)).number for _ in range(3)]
    taken, declined, late = (f"/quotes/{number}" for number in quotes)
    back = systems.gorse.post(f"{taken}/withdrawal", {"reason": "A mistake."})
    assert (back.status_code, said(back)["state"]) == (200, "withdrawn")
    no = systems.alder.post(f"{declined}/declination", {"on_behalf_of": PIA, "reason": "Too dear."})
    assert (no.status_code, said(no)["closed_reason"]) == (200, "Too dear.")
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=15)
    told = []
    for path in (taken, declined, late):
        answer = systems.alder.post(f"{path}/acceptance", {"on_behalf_of": PIA})
        told.append((answer.status_code, said(answer)["code"]))
    assert told == [(409, "quote_withdrawn"), (409, "quote_declined"), (409, "quote_expired")]
    found = {
        state: [q["number"] for q in said(systems.gorse.get(f"/quotes?state={state}"))["quotes"]]
        for state in ("issued", "withdrawn", "declined", "expired")
    }
    assert found == {
        "issued": [],
        "withdrawn": [quotes[0]],
        "declined": [quotes[1]],
        "expired": [quotes[2]],
    }
    assert orders() == 0


def test_a_request_is_declined_by_the_firm_and_withdrawn_by_the_customer(
    cast: Cast, systems: Systems
) -> None:
    asked = [
        said(systems.alder.post("/quote-requests", wish(reference, wish="Ten, please.")))["id"]
        for reference in (cast.subscription(days=39), cast.subscription(days=39))
    ]
    no = systems.gorse.post(f"/quote-requests/{asked[0]}/declination", {"reason": "Not ours."})
    back = systems.alder.post(f"/quote-requests/{asked[1]}/withdrawal", {"on_behalf_of": PIA})
    assert [said(each)["state"] for each in (no, back)] == ["declined", "withdrawn"]
    for id, answered in zip(
        asked, (no, systems.gorse.get(f"/quote-requests/{asked[1]}")), strict=True
    ):
        left = said(answered)
        assert left["account"] == {"account_number": None, "name": "Alder Works"}
        assert (left["country"], left["term"], left["products"], left["wish"]) == (
            None,
            None,
            [],
            "",
        )
        whole = said(systems.alder.get(f"/quote-requests/{id}"))
        assert (
            whole["account"]["account_number"] == "5100000001" and whole["wish"] == "Ten, please."
        )
        assert (whole["country"], whole["products"]) == ("DE", [{"product": "Draft", "seats": 10}])
        assert left["agreement"] == whole["agreement"]
    listed = said(systems.gorse.get("/quote-requests"))["quote_requests"]
    assert {each["wish"] for each in listed} == {""}
    late = systems.gorse.post(f"/quote-requests/{asked[1]}/declination", {"reason": "Late."})
    assert (late.status_code, said(late)["code"]) == (409, "request_closed")
    page = said(systems.alder.get("/quote-requests?limit=1"))
    rest = said(systems.alder.get(f"/quote-requests?limit=1&cursor={page['next_cursor']}"))
    shown = [each["id"] for each in [*page["quote_requests"], *rest["quote_requests"]]]
    assert shown == asked[::-1] and rest["next_cursor"] is None


def test_the_list_goes_on_where_it_was(cast: Cast, systems: Systems) -> None:
    numbers = [issued(cast, cast.subscription(days=39)).number for _ in range(3)]
    first = said(systems.gorse.get("/quotes?limit=2"))
    rest = said(systems.gorse.get(f"/quotes?limit=2&cursor={first['next_cursor']}"))
    shown = [each["number"] for each in [*first["quotes"], *rest["quotes"]]]
    assert shown == numbers[::-1] and rest["next_cursor"] is None
    lost = systems.birch.get(f"/quotes?cursor={first['next_cursor']}")
    assert (lost.status_code, said(lost)["code"]) == (404, "cursor_unknown")


def test_a_quote_is_had_on_paper(cast: Cast, systems: Systems, offered: str) -> None:
    for system in (systems.alder, systems.gorse, systems.vendor):
        paper = system.get(f"/quotes/{offered}", Accept="application/pdf")
        assert paper.headers["Content-Type"] == "application/pdf"
        assert paper.content.startswith(b"%PDF-")
    other = systems.alder.get(f"/quotes/{offered}", Accept="text/html")
    assert (other.status_code, said(other)["code"]) == (406, "not_acceptable")
    foreign = systems.birch.get(f"/quotes/{offered}", Accept="application/pdf")
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"currency": "XXQ"}, 409, "currency_unknown"),
        ({"tax": "1.005"}, 409, "amount_unusable"),
        ({"tax": 1.5}, 422, "invalid"),
        ({"lines": []}, 422, "invalid"),
        ({"lines": [{"product": "Draft", "seats": 1, "unit_price": 9.5}]}, 422, "invalid"),
        (
            {"lines": [{"product": "Draft", "seats": 9_999_999, "unit_price": "999999999999"}]},
            409,
            "amount_unusable",
        ),
        ({"expires_on": "2020-01-01"}, 409, "expires_in_past"),
        ({"end_on": "2020-01-01"}, 409, "term_unusable"),
        ({"notes": "a\x00b"}, 422, "invalid"),
        ({"price": "1"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_offered_is_refused_and_leaves_nothing(
    cast: Cast, systems: Systems, reference: str, given: dict[str, Any], status: int, code: str
) -> None:
    answer = systems.gorse.post("/quotes", terms(reference, **given))
    assert (answer.status_code, said(answer)["code"]) == (status, code), answer.content
    with seeing(Actor.system()):
        assert not Quote.objects.exists()


def test_a_firm_learns_the_same_of_everybody_with_whom_it_has_no_business(
    cast: Cast, systems: Systems, settings: Any
) -> None:
    settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR = 4
    foreign, own = cast.subscription(account=cast.birch, days=39), cast.subscription(days=39)
    told = []
    for account, agreement in (
        ("5100000001", own),
        ("5100000002", foreign),
        ("5100000002", own),
        ("5199999999", "71-99999999"),
        ("5199999998", "71-99999998"),
    ):
        body = {**terms(own), "account": account, "agreement": agreement}
        answer = systems.gorse.post("/quotes", body, Idempotency_Key=f"{account}{agreement}")
        told.append({**said(answer), "request_id": ""})
    assert {each["code"] for each in told[:4]} == {"no_business"}
    assert told[0] == told[1] == told[2] == told[3]
    assert (told[4]["status"], told[4]["code"]) == (429, "lookup_limit"), "refused ones count too"
    with seeing(Actor.system()):
        assert Event.objects.filter(type="quote.addressed", partner_id=cast.gorse.pk).count() == 4


def test_every_partner_number_that_is_asked_counts(
    cast: Cast, systems: Systems, settings: Any
) -> None:
    settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR = 2
    reference = cast.subscription(days=39)
    ask = partial(systems.alder.post, "/quote-requests")
    told = [said(ask(wish(reference, partner=f"729999999{n}")))["code"] for n in range(3)]
    assert told == ["partner_unknown", "partner_unknown", "lookup_limit"]
    with seeing(Actor.system()):
        looked_up = Event.objects.filter(type="partner.looked_up", about=reference)
        assert looked_up.count() == 2
    key = {"Idempotency_Key": "one"}
    assert ask(wish(reference), **key).status_code == 429
    settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR = 200
    assert ask(wish(reference), **key).status_code == 201, "a limit is no answer to keep"


def test_a_renewal_by_the_clock_is_seen_by_who_accepts_late(
    cast: Cast, systems: Systems, settings: Any
) -> None:
    reference = cast.subscription(days=5, auto_renew=True)
    number = issued(cast, reference).number
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=6)
    renew(by=Actor.system())
    late = systems.alder.post(f"/quotes/{number}/acceptance", {"on_behalf_of": PIA})
    assert (late.status_code, said(late)["code"]) == (409, "agreement_moved")


def test_beside_a_draft_of_its_firm_the_vendor_sees_what_is_on_offer(
    cast: Cast, systems: Systems, offered: str, reference: str
) -> None:
    revised = systems.gorse.post(f"/quotes/{offered}/revisions", terms(reference, notes="Anew."))
    assert revised.status_code == 201
    for system, revision in ((systems.vendor, 1), (systems.gorse, 2), (systems.alder, 1)):
        assert said(system.get(f"/quotes/{offered}"))["revision"] == revision
        (listed,) = said(system.get("/quotes"))["quotes"]
        assert listed["revision"] == revision
    check = said(systems.vendor.post(f"/quotes/{offered}/acceptance-check", {}))
    assert (check["revision"], check["verdicts"]) == (1, [])


def test_a_firm_is_told_what_it_can_do_with_each_revision(
    cast: Cast, systems: Systems, reference: str, offered: str, settings: Any
) -> None:
    def told(**query: Any) -> list[str]:
        asked = "".join(f"?{name}={value}" for name, value in query.items())
        return sorted(said(systems.gorse.get(f"/quotes/{offered}{asked}"))["acts"])

    assert told() == ["revise", "withdraw"]
    systems.gorse.post(f"/quotes/{offered}/revisions", terms(reference))
    assert told() == ["draft", "issue", "withdraw"] and told(revision=1) == []
    systems.gorse.call("POST", f"/quotes/{offered}/withdrawal", {})
    assert told() == ["revise", "withdraw"]
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=15)
    assert told() == [], "without business with the customer"


@pytest.mark.slow
def test_accepted_many_times_at_once_it_is_one_order(
    fresh_cast: Cast, fresh_systems: Systems
) -> None:
    number = issued(fresh_cast, fresh_cast.subscription(days=39)).number
    accept = partial(
        fresh_systems.alder.post, f"/quotes/{number}/acceptance", {"on_behalf_of": PIA}
    )
    answers = at_once([accept] * 6)
    assert sorted(each.status_code for each in answers) == [201, *[409] * 5]
    assert orders() == 1
    sound()
