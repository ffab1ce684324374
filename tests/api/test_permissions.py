"""Who may call what: every operation by every kind of client, on its own, a foreign, no thing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from ofrecord.api.api import api
from ofrecord.api.openapi import operations
from ofrecord.changes.codes.make import make
from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.changes.runs.start import start
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, ApiClient
from ofrecord.parties.scopes import HELD_BY
from ofrecord.quotes.book import book
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.draft import draft
from ofrecord.quotes.issue import issue
from ofrecord.quotes.request import request
from ofrecord.quotes.transactions import Transaction
from tests.api.systems import Systems, call, said, system
from tests.cast import Cast, Of
from tests.quotes.selling import offer

KINDS = ("vendor", "alder", "gorse")
WHOSE = ("own", "foreign", "absent")
WORDS = {"on_behalf_of": "pia@example.com", "reason": "Closer to us."}
ABSENT = {
    "reference": "409999999999",
    "number": "PC-00000000",
    "done": "PC-00000001",
    "account": "5199999999",
    "partner": "7299999999",
    "endpoint": "999999999",
    "delivery": "999999999",
    "consent": "00000000-0000-4000-8000-000000000000",
    "code": "00000000-0000-4000-8000-000000000001",
    "secret": "0" * 26,
    "run": "RUN-00000000",
    "order": "ORD-00000000",
    "quote": "Q-00000000",
    "wish": "00000000-0000-4000-8000-000000000002",
    "sold": "71-99999999",
}
NOUNS = {
    "endpoints": "endpoint",
    "deliveries": "delivery",
    "consents": "consent",
    "transfer-codes": "code",
    "quote-requests": "wish",
}
SERIAL = {"endpoint", "delivery"}
BODIES: dict[str, dict[str, Any]] = {
    "cancel_partner_change": WORDS,
    "undo_partner_change": WORDS,
    "lock_agreement": WORDS,
    "answer_consent": {"answer": "give"},
    "withdraw_transfer_code": {"on_behalf_of": "pia@example.com"},
    "cancel_run": WORDS,
    "check_acceptance": {},
    "accept_quote": {"on_behalf_of": "pia@example.com"},
    "decline_quote": WORDS,
    "withdraw_quote": {},
    "withdraw_quote_request": {"on_behalf_of": "pia@example.com"},
    "decline_quote_request": {"reason": "Not ours."},
    "add_endpoint": {"name": "ERP", "url": "http://127.0.0.1:9/"},
    "change_endpoint": {"required": False},
    "remove_endpoint": {"reason": "Replaced."},
    "pause_endpoint": {"reason": "It moves."},
    "rotate_endpoint_secret": {},
    "replay_to_endpoint": {"since": "2026-01-01T00:00:00Z"},
    "waive_delivery": {"on_behalf_of": "opal@example.com", "reason": "Entered by hand."},
}
SOLD = {
    "kind": "seats",
    "account": "5100000001",
    "partner": "7200000001",
    "lines": [{"product": "Draft", "seats": 2}],
    "currency": "EUR",
    "net": "240.00",
}

DAY = timedelta(days=1)
OFFER = {
    "kind": "renewal",
    "lines": [{"product": "Draft", "seats": 10, "unit_price": "120.00"}],
    "currency": "EUR",
    "start_on": (clock.today() + 40 * DAY).isoformat(),
    "end_on": (clock.today() + 404 * DAY).isoformat(),
    "expires_on": (clock.today() + 14 * DAY).isoformat(),
}
OFFERS = ("draft_quote", "redraft_quote", "revise_quote")

# Operation, then what the vendor's client, an account's and a partner's are answered on a thing
# of Alder's; the same for a thing of Birch's; the same for a thing that does not exist.
MATRIX = {
    "get_client": ((200, 200, 200), None, None),
    "list_agreements": ((200, 200, 403), None, None),
    "get_agreement": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "get_partners_of_record": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "list_agreement_events": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "list_agreements_of_record": ((403, 403, 200), None, None),
    "get_agreement_of_record": ((403, 403, 200), (403, 403, 404), (403, 403, 404)),
    "check_eligibility": ((200, 200, 403), (200, 200, 403), (200, 200, 403)),
    "submit_partner_changes": ((201, 201, 403), (403, 404, 403), (404, 404, 403)),
    "list_partner_changes": ((200, 200, 403), None, None),
    "get_partner_change": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "cancel_partner_change": ((200, 200, 403), (403, 404, 403), (404, 404, 403)),
    "undo_partner_change": ((201, 201, 403), (403, 404, 403), (404, 404, 403)),
    "list_accounts": ((200, 200, 403), None, None),
    "get_account": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "list_partners": ((200, 403, 403), None, None),
    "get_partner": ((200, 200, 200), (200, 404, 404), (404, 404, 404)),
    "read_events": ((200, 200, 200), None, None),
    "get_lock": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "lock_agreement": ((200, 200, 403), (403, 404, 403), (404, 404, 403)),
    "list_consents": ((200, 200, 200), None, None),
    "get_consent": ((200, 200, 200), (200, 404, 404), (404, 404, 404)),
    "answer_consent": ((403, 403, 200), (403, 404, 404), (404, 404, 404)),
    "make_transfer_code": ((201, 201, 403), (403, 404, 403), (404, 404, 403)),
    "list_transfer_codes": ((200, 200, 403), None, None),
    "withdraw_transfer_code": ((200, 200, 403), (403, 404, 403), (404, 404, 403)),
    "redeem_transfer_code": ((403, 403, 200), (403, 403, 404), (403, 403, 404)),
    "list_quotes": ((200, 200, 200), None, None),
    "get_quote": ((200, 200, 200), (200, 404, 404), (404, 404, 404)),
    "check_acceptance": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "accept_quote": ((403, 201, 403), (403, 404, 403), (403, 404, 403)),
    "decline_quote": ((403, 200, 403), (403, 404, 403), (403, 404, 403)),
    "draft_quote": ((403, 403, 201), (403, 403, 404), (403, 403, 404)),
    "redraft_quote": ((403, 403, 200), (403, 403, 404), (403, 403, 404)),
    "revise_quote": ((403, 403, 201), (403, 403, 404), (403, 403, 404)),
    "issue_quote": ((403, 403, 200), (403, 403, 404), (403, 403, 404)),
    "withdraw_quote": ((403, 403, 200), (403, 403, 404), (403, 403, 404)),
    "list_quote_requests": ((200, 200, 200), None, None),
    "get_quote_request": ((200, 200, 200), (200, 404, 404), (404, 404, 404)),
    "request_quote": ((403, 201, 403), (403, 404, 403), (403, 404, 403)),
    "withdraw_quote_request": ((403, 200, 403), (403, 404, 403), (403, 404, 403)),
    "decline_quote_request": ((403, 403, 200), (403, 403, 404), (403, 403, 404)),
    "list_orders": ((200, 200, 200), None, None),
    "get_order": ((200, 200, 404), (200, 404, 404), (404, 404, 404)),
    "book_order": ((201, 403, 403), (404, 403, 403), (404, 403, 403)),
    "start_run": ((202, 202, 403), (202, 202, 403), (202, 202, 403)),
    "list_runs": ((200, 200, 403), None, None),
    "get_run": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "list_run_outcomes": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "cancel_run": ((403, 200, 403), (403, 404, 403), (404, 404, 403)),
    "get_receipt": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "get_statement": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "make_statement": ((200, 200, 403), (200, 404, 403), (404, 404, 403)),
    "list_endpoints": ((200, 403, 403), None, None),
    "get_endpoint": ((200, 403, 403), None, (404, 403, 403)),
    "add_endpoint": ((201, 403, 403), None, None),
    "change_endpoint": ((200, 403, 403), None, (404, 403, 403)),
    "remove_endpoint": ((200, 403, 403), None, (404, 403, 403)),
    "pause_endpoint": ((200, 403, 403), None, (404, 403, 403)),
    "resume_endpoint": ((409, 403, 403), None, (404, 403, 403)),
    "rotate_endpoint_secret": ((200, 403, 403), None, (404, 403, 403)),
    "test_endpoint": ((201, 403, 403), None, (404, 403, 403)),
    "replay_to_endpoint": ((201, 403, 403), None, (404, 403, 403)),
    "list_deliveries": ((200, 403, 403), None, None),
    "get_delivery": ((200, 403, 403), None, (404, 403, 403)),
    "replay_delivery": ((200, 403, 403), None, (404, 403, 403)),
    "waive_delivery": ((200, 403, 403), None, (404, 403, 403)),
}


def waited_for(cast: Cast, number: str, by: str, account: Account) -> str:
    """The id of a consent that this partner was asked for, to a change of the account."""
    cast.policy(consent_days={"gaining": 5})
    change = cast.change(cast.contract(account=account), by=by, partner=number)
    cast.policy(consent_days={"gaining": 0})
    with seeing(Actor.system()):
        return str(Consent.objects.get(change__number=change).pk)


def run_of(cast: Cast, account: Account, by: str) -> str:
    """The number of a run that the account's system started, or else its admin."""
    with seeing(Actor.system()):
        tool = ApiClient.objects.filter(account=account).first()
    actor = cast.actor(by)
    if tool:
        person = cast.people[by].pk
        given: dict[str, Any] = {"accounts": (account.pk,), "client": tool.client_id}
        actor = Actor(None, "api", strength="client", on_behalf_of=person, **given)
    reference = cast.contract(account=account)
    return start([reference], "7200000002", by=actor, reason="All of them.").number


def things(cast: Cast, owner: str, name: str = "consent code run order quote") -> dict[str, str]:
    """Alder's or Birch's: an agreement, changes of theirs, the account; and who is told of them.

    With what an operation of this name is about: a consent, a code, a run, an order or a quote.
    """
    account, by = (cast.alder, "pia") if owner == "own" else (cast.birch, "bo")
    later = clock.today() + timedelta(days=3)
    by_hand = Actor.system("cli")
    endpoint, _secret = add_endpoint(
        "http://127.0.0.1:9/", str(uuid4()), required=False, by=by_hand
    )
    open_ = cast.contract(account=account)
    partner = cast.gorse.account_number if owner == "own" else cast.dune.account_number
    made = {}
    if "consent" in name:
        made["consent"] = waited_for(cast, partner, by, account)
    if "code" in name:
        actor, reference = cast.actor(by), cast.contract(account=account)
        code = make([reference], partner, by=actor, reason="Closer to us.")
        made.update(code=str(code.id), secret=code.code)
    if "run" in name:
        made["run"] = run_of(cast, account, by)
    if "order" in name:
        (done,) = book([_bought(cast.contract(account=account), account)], by=by_hand)
        made["order"] = done.order.number if done.order else ""
    if name == "get_agreement_of_record":
        firm = cast.gorse if owner == "own" else cast.dune
        made["served"] = cast.contract(account=account, partners=[Of(firm)])
    if "quote" in name or "acceptance" in name:
        made |= offered(cast, account, by, partner, name)
    return {
        **made,
        "endpoint": str(endpoint.pk),
        "reference": cast.contract(account=account),
        "number": cast.change(open_, by=by, effective_on=later),
        "done": cast.change(cast.contract(account=account), by=by),
        "delivery": str(latest(endpoint)),
        "account": account.account_number,
        "partner": partner,
    }


def offered(cast: Cast, account: Account, by: str, partner: str, name: str) -> dict[str, str]:
    """What an account has asked its partner for, and another thing that it was offered.

    A quote, or a draft where that is what the operation is about.
    """
    seller = cast.actor("gil" if partner == cast.gorse.account_number else "dee")
    sold, other = (cast.subscription(account=account, days=39) for _ in range(2))
    wish = request(partner, kind="renewal", by=cast.actor(by), agreement=other)
    if "request" not in name:
        request(partner, kind="renewal", by=cast.actor(by), agreement=sold)
    if name in ("draft_quote", "request_quote"):
        return {"sold": sold}
    if "request" in name:
        return {"wish": str(wish.pk), "sold": sold}
    made = draft(offer(sold, account=account.account_number), by=seller)
    if name not in ("redraft_quote", "issue_quote"):
        issue(made.number, by=seller)
    return {"wish": str(wish.pk), "sold": sold, "quote": made.number}


def _bought(reference: str, account: Account) -> Transaction:
    """Seats that the partner of record has sold."""
    return Transaction(
        number=f"SO-own-{reference}",
        kind="seats",
        account=account.account_number,
        partner="7200000001",
        agreement=reference,
        lines=(Bought("Draft", 2),),
        currency="EUR",
        net=Decimal("240.00"),
    )


def latest(endpoint: Endpoint) -> int:
    """The last delivery to an endpoint."""
    with seeing(Actor.system()):
        return Delivery.objects.filter(endpoint=endpoint).latest("pk").pk


def asked(name: str, thing: dict[str, str]) -> tuple[str, str, Any]:
    """Method, path and body of an operation on a thing."""
    about = "served" if name == "get_agreement_of_record" else "reference"
    reference, number = thing.get(about, thing["reference"]), thing["number"]
    found = next(
        (method.upper(), path.removeprefix("/api/v1"), each)
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method, each in methods.items()
        if each["operationId"] == name
    )
    method, path, _operation = found
    is_account = path.startswith("/accounts")
    party = thing["account"] if is_account else thing["partner"]
    path = path.replace("{reference}", reference)
    path = path.replace("/runs/{number}", f"/runs/{thing.get('run', '')}")
    path = path.replace("/orders/{number}", f"/orders/{thing.get('order', '')}")
    path = path.replace("/quotes/{number}", f"/quotes/{thing.get('quote', '')}")
    path = path.replace("{number}", number if "changes" in path else party)
    path = path.replace("{id}", thing.get(NOUNS.get(path.split("/")[1], ""), ""))
    body: Any = BODIES.get(name)
    if name == "redeem_transfer_code":
        body = {"code": thing["secret"]}
    if name in ("check_eligibility", "make_statement"):
        body = {"agreements": [reference]}
    elif name in ("submit_partner_changes", "start_run", "make_transfer_code"):
        body = {"agreements": [reference], "partner": "7200000002", **WORDS}
    elif name in OFFERS:
        body = {**OFFER, "account": thing["account"], "agreement": thing.get("sold", reference)}
    elif name == "request_quote":
        sold = thing.get("sold", reference)
        body = {"partner": "7200000002", "kind": "renewal", "agreement": sold, **WORDS}
        body.pop("reason")
    elif name == "book_order":
        body = {**SOLD, "transaction": f"SO-{reference}", "agreement": reference}
    if name == "undo_partner_change":
        path = path.replace(number, thing.get("done", number))
    return method, path, body


@pytest.mark.parametrize("name", MATRIX)
def test_the_answers_are_those_of_the_table(cast: Cast, systems: Systems, name: str) -> None:
    given = {}
    for whose, statuses in zip(WHOSE, MATRIX[name], strict=True):
        for kind in KINDS if statuses else ():
            own = things(cast, "own", name)
            thing = {"own": own, "absent": ABSENT}.get(whose) or things(cast, whose, name)
            method, path, body = asked(name, thing)
            if name == "get_partner" and kind == "alder":
                about = thing if whose == "foreign" else own
                path += f"?agreement={about['reference']}"
            given[whose, kind] = getattr(systems, kind).call(method, path, body).status_code
    assert given == {
        (whose, kind): status
        for whose, statuses in zip(WHOSE, MATRIX[name], strict=True)
        for kind, status in zip(KINDS, statuses or (), strict=False)
    }


def test_the_table_knows_every_operation() -> None:
    known = {each["operationId"] for each in operations(api.get_openapi_schema())}
    assert known - {"get_token"} == set(MATRIX)


def test_every_operation_declares_what_it_needs() -> None:
    for operation in operations(api.get_openapi_schema()):
        assert operation["security"], operation["operationId"]


def test_without_its_scope_nothing_is_answered(cast: Cast) -> None:
    own = things(cast, "own")
    needed = {
        each["operationId"]: each["security"][0]["oauth2"][0]
        for each in operations(api.get_openapi_schema())
        if each["security"][0].get("oauth2")
    }
    narrow = {
        scope: system("Narrow", "vendor", [held for held in HELD_BY["vendor"] if held != scope])
        for scope in set(needed.values())
    }
    for name, scope in needed.items():
        method, path, body = asked(name, own)
        answer = narrow[scope].call(method, path, body)
        assert (answer.status_code, said(answer)["code"]) == (403, "scope_missing"), name
        assert scope in answer.headers["WWW-Authenticate"]


def test_without_a_token_nothing_is_answered(cast: Cast) -> None:
    own = things(cast, "own")
    for name in MATRIX:
        method, path, body = asked(name, own)
        answer = call(method, path, body)
        assert (answer.status_code, said(answer)["code"]) == (401, "token_unusable"), name
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "name", [name for name, (_, foreign, _) in MATRIX.items() if foreign and 404 in foreign]
)
def test_a_foreign_thing_is_answered_like_one_that_does_not_exist(
    cast: Cast, systems: Systems, name: str
) -> None:
    foreign, told = things(cast, "foreign", name), []
    for thing in (foreign, ABSENT):
        method, path, body = asked(name, thing)
        if name == "get_partner":
            path += f"?agreement={thing['reference']}"
        answer = systems.alder.call(method, path, body)
        text = answer.content.decode().replace(said(answer)["request_id"], "")
        for key in thing.keys() - SERIAL:
            text = text.replace(thing[key], key)
        told.append((answer.status_code, text))
    assert told[0] == told[1]


def test_lists_show_what_is_ones_own(cast: Cast, systems: Systems) -> None:
    own, foreign = things(cast, "own", ""), things(cast, "foreign", "")
    agreements = said(systems.alder.get("/agreements"))["agreements"]
    assert {each["account"]["account_number"] for each in agreements} == {own["account"]}
    changes = said(systems.alder.get("/partner-changes"))["changes"]
    assert {each["number"] for each in changes} == {own["number"], own["done"]}
    accounts = said(systems.alder.get("/accounts"))["accounts"]
    assert [each["account_number"] for each in accounts] == [own["account"]]
    for path in (
        f"/agreements?account={foreign['account']}",
        f"/partner-changes?agreement={foreign['reference']}",
    ):
        page = said(systems.alder.get(path))
        assert page["agreements" if "agreements?" in path else "changes"] == []
    assert len(said(systems.vendor.get("/accounts"))["accounts"]) == 2


@pytest.mark.parametrize(
    ("who", "email", "status"),
    [
        ("alder", "pia@example.com", 201),
        ("alder", "vera@example.com", 403),
        ("alder", "bo@example.com", 403),
        ("alder", "nobody@example.com", 403),
        ("vendor", "pia@example.com", 201),
        ("vendor", "bo@example.com", 403),
        ("vendor", "nobody@example.com", 403),
    ],
)
def test_the_person_a_system_acts_for_is_the_one_who_is_judged(
    cast: Cast, systems: Systems, who: str, email: str, status: int
) -> None:
    body = {
        "agreements": [cast.contract()],
        "partner": cast.gorse.account_number,
        "on_behalf_of": email,
        "reason": "Closer to us.",
    }
    answer = getattr(systems, who).post("/partner-changes", body)
    assert answer.status_code == status
    if status == 403:
        known = email == "vera@example.com" or (who, email) == ("vendor", "bo@example.com")
        assert said(answer)["code"] == ("not_permitted" if known else "person_unknown")


def test_a_system_of_an_account_cannot_tell_who_exists_elsewhere(
    cast: Cast, systems: Systems
) -> None:
    reference, told = cast.contract(), []
    for email in ("bo@example.com", "nobody@example.com"):
        body = {"agreements": [reference], "on_behalf_of": email}
        answer = said(systems.alder.post("/eligibility-checks", body))
        told.append({**answer, "request_id": "", "detail": answer["detail"].replace(email, "")})
    assert told[0] == told[1]


def test_a_refused_write_leaves_nothing_behind(cast: Cast, systems: Systems) -> None:
    body = {"agreements": [cast.contract(account=cast.birch)], "partner": "7200000002", **WORDS}
    assert systems.alder.post("/partner-changes", body).status_code == 404
    with seeing(Actor.system()):
        assert not PartnerChange.objects.exclude(occasion="load").exists()


def test_row_level_security_alone_shows_nothing_foreign(
    cast: Cast, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, foreign = things(cast, "own"), things(cast, "foreign")
    monkeypatch.setattr(Actor, "sees_everything", True)
    for name, (_, answers, _) in MATRIX.items():
        if answers is None or answers[1] != 404 or name == "get_partner":
            continue
        method, path, body = asked(name, foreign)
        assert systems.alder.call(method, path, body).status_code == 404, name
    checked = systems.alder.post("/eligibility-checks", {"agreements": [foreign["reference"]]})
    assert said(checked)["checks"][0]["verdicts"][0]["code"] == "not_found"
    for path, name, key in (
        ("/agreements", "agreements", "agreement"),
        ("/partner-changes", "changes", "agreement"),
        ("/accounts", "accounts", "account_number"),
    ):
        found = {each[key] for each in said(systems.alder.get(path))[name]}
        assert found
        assert found & {foreign["reference"], foreign["account"]} == set()
        assert systems.vendor.get(path).content != systems.alder.get(path).content
    assert own["account"] in {
        each["account_number"] for each in said(systems.alder.get("/accounts"))["accounts"]
    }
