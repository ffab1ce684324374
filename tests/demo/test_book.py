"""The demo book: the same on every load, whole in itself, with every rule and boundary in it."""

import csv
import re
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from ofrecord.cli.demo import book
from ofrecord.cli.demo.ledger import Ledger
from ofrecord.cli.demo.sheets import Agreement, Partner
from ofrecord.cli.demo.story import BOUNDARIES, CAST, STORY

TODAY = date(2026, 11, 22)
PATTERNS = {
    "number": re.compile(r"\d{10}"),
    "contract": re.compile(r"\d{12}"),
    "subscription": re.compile(r"\d{2,3}-\d{8}"),
}


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return book.compose(TODAY)


def agreement(ledger: Ledger, reference: str) -> Agreement:
    return next(row for row in ledger.agreements if row.reference == reference)


def partner(ledger: Ledger, number: str) -> Partner:
    return next(row for row in ledger.partners if row.account_number == number)


def lines_of(ledger: Ledger, account: str) -> int:
    mine = {row.reference for row in ledger.agreements if row.account_number == account}
    return sum(row.agreement_reference in mine for row in ledger.subscriptions)


def refusals(ledger: Ledger, row: Agreement) -> set[str]:
    """The availability rules of the default policy, told a second time for this test alone."""
    if row.purchasing_model == "subscription":
        return {"transaction_only"}
    days = (row.end_date - ledger.today).days
    moving = {
        change.agreement
        for change in ledger.history
        if change.effective_on
        and change.effective_on > ledger.today
        and change.cancelled_days_ago is None
    }
    found = {
        "auto_renews": row.auto_renew,
        "token_flex": row.program == "eba" and row.token_flex,
        "expired": days < 0,
        "near_expiration": 0 <= days <= 90,
        "change_in_progress": row.reference in moving,
    }
    return {code for code, refused in found.items() if refused}


def test_the_vendor_has_forty_accounts_in_eight_countries_and_a_large_one(ledger: Ledger) -> None:
    assert len(ledger.accounts) == 41
    assert len({row.country for row in ledger.accounts}) == 8
    assert {row.language for row in ledger.accounts} == {"de", "en", "es", "fr", "ja", "pt-br"}
    assert lines_of(ledger, STORY.large_account) == 5_000
    assert 1_400 <= len(ledger.subscriptions) - 5_000 <= 1_600


def test_sixty_partners_of_every_kind_and_status(ledger: Ledger) -> None:
    assert len(ledger.partners) == 60
    assert {row.status for row in ledger.partners} == {"active", "suspended", "terminated"}
    kinds = {row.kind for row in ledger.partners}
    assert kinds == {"reseller", "solution_provider", "distributor"}
    assert any(row.authorized_products for row in ledger.partners)
    assert any(not row.authorized_countries for row in ledger.partners)


def test_the_same_day_writes_the_same_files(tmp_path: Path) -> None:
    for name in ("once", "twice"):
        book.write(tmp_path / name, TODAY)
    files = sorted(path.name for path in (tmp_path / "once").iterdir())
    assert len(files) == 6
    for name in files:
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "twice" / name).read_bytes()


@pytest.mark.parametrize("today", [date(2027, 2, 28), date(2028, 2, 29), date(2029, 12, 31)])
def test_another_day_moves_dates_and_nothing_else(ledger: Ledger, today: date) -> None:
    later = book.compose(today)
    assert [row.reference for row in later.agreements] == [
        row.reference for row in ledger.agreements
    ]
    assert later.people == ledger.people
    assert [change.agreement for change in later.history] == [
        change.agreement for change in ledger.history
    ]
    moved = today - TODAY
    assert {
        after.end_date - before.end_date
        for after, before in zip(later.agreements, ledger.agreements, strict=True)
    } == {moved}


def test_columns_are_those_of_the_feeds(tmp_path: Path) -> None:
    book.write(tmp_path, TODAY)
    headers = {
        path.stem: path.read_text(encoding="utf-8").partition("\n")[0]
        for path in tmp_path.iterdir()
    }
    assert headers == {
        "accounts": "account_number,name,country,language",
        "partners": "account_number,name,kind,status,street,city,postal_code,country,email,"
        "website,authorized_countries,authorized_products,language",
        "people": "email,name,belongs_to,role",
        "agreements": "reference,purchasing_model,account_number,program,token_flex,auto_renew,"
        "start_date,end_date,country,contract_manager",
        "subscriptions": "reference,agreement_reference,product,seats",
        "partners_of_record": "agreement_reference,partner_account_number,role,effective_at,"
        "subscription_reference",
    }
    with (tmp_path / "agreements.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["token_flex"] for row in rows} == {"true", "false"}
    assert all(date.fromisoformat(row["end_date"]) for row in rows)


def test_numbers_are_well_formed_and_used_once(ledger: Ledger) -> None:
    numbers = [row.account_number for row in ledger.accounts]
    numbers += [row.account_number for row in ledger.partners]
    references = [row.reference for row in ledger.agreements]
    lines = [row.reference for row in ledger.subscriptions]
    for keys in (numbers, references, lines):
        assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert all(PATTERNS["number"].fullmatch(number) for number in numbers)
    assert all(PATTERNS["subscription"].fullmatch(line) for line in lines)
    for row in ledger.agreements:
        assert PATTERNS[row.purchasing_model].fullmatch(row.reference)


def test_every_reference_resolves(ledger: Ledger) -> None:
    accounts = {row.account_number for row in ledger.accounts}
    partners = {row.account_number for row in ledger.partners}
    roles = {(row.email, row.belongs_to) for row in ledger.people}
    agreements = {row.reference: row for row in ledger.agreements}
    lines = {row.reference: row.agreement_reference for row in ledger.subscriptions}
    assert {row.belongs_to for row in ledger.people} <= accounts | partners | {"vendor"}
    for agreed in ledger.agreements:
        assert agreed.account_number in accounts
        manager = (agreed.contract_manager, agreed.account_number)
        assert not agreed.contract_manager or manager in roles
        assert agreed.start_date <= ledger.today
        assert agreed.start_date <= agreed.end_date
        assert agreed.program == "eba" or not agreed.token_flex
    assert set(lines.values()) <= set(agreements)
    for record in ledger.records:
        assert record.agreement_reference in agreements
        assert record.partner_account_number in partners
        scope = record.subscription_reference
        assert not scope or lines[scope] == record.agreement_reference
        assert date.fromisoformat(record.effective_at[:10]) <= ledger.today


def test_no_partner_is_of_record_twice_in_one_role(ledger: Ledger) -> None:
    members = Counter(
        (row.agreement_reference, row.subscription_reference, row.partner_account_number, row.role)
        for row in ledger.records
    )
    assert max(members.values()) == 1


def test_a_subscription_agreement_has_at_most_one_subscription(ledger: Ledger) -> None:
    lines = Counter(row.agreement_reference for row in ledger.subscriptions)
    alone = [row for row in ledger.agreements if row.purchasing_model == "subscription"]
    assert len(alone) > 200
    assert max(lines[row.reference] for row in alone) == 1


@pytest.mark.parametrize("boundary", BOUNDARIES, ids=lambda boundary: boundary.name)
def test_each_boundary_is_in_the_story_account(ledger: Ledger, boundary: object) -> None:
    found = next(one for one in BOUNDARIES if one == boundary)
    row = agreement(ledger, found.reference)
    assert row.account_number == STORY.account
    assert row.end_date == TODAY + timedelta(days=found.days)
    assert refusals(ledger, row) == set(found.codes)


def test_every_availability_rule_is_met_by_some_boundary() -> None:
    codes = {code for boundary in BOUNDARIES for code in boundary.codes}
    assert codes == {
        "auto_renews",
        "token_flex",
        "expired",
        "near_expiration",
        "transaction_only",
        "change_in_progress",
    }
    assert {91, 90, 1, 0, -1, -30, -31} <= {boundary.days for boundary in BOUNDARIES}


def test_partner_sets_of_the_story(ledger: Ledger) -> None:
    def members(reference: str) -> list[tuple[str, str, bool]]:
        return [
            (row.partner_account_number, row.role, bool(row.subscription_reference))
            for row in ledger.records
            if row.agreement_reference == reference
        ]

    assert members(STORY.contract) == [
        (STORY.reseller, "reseller", False),
        (STORY.distributor, "distributor", False),
    ]
    assert members(STORY.direct_contract) == []
    assert {role for _, role, _ in members(STORY.three_partners_contract)} == {
        "reseller",
        "distributor",
        "services",
    }
    assert [scoped for _, _, scoped in members(STORY.shared_contract)] == [True, True, False]


def test_the_partners_that_can_not_serve_the_story_contract(ledger: Ledger) -> None:
    products = {
        row.product for row in ledger.subscriptions if row.agreement_reference == STORY.contract
    }
    fit = {
        number: partner(ledger, number).serves("DE", products)
        for number in (
            STORY.new_partner,
            STORY.former_partner,
            STORY.suspended_partner,
            STORY.foreign_partner,
            STORY.one_product_partner,
        )
    }
    assert [number for number, fits in fit.items() if fits] == [STORY.new_partner]
    numbers = {row.account_number for row in ledger.partners}
    assert STORY.unknown_number not in numbers
    assert not PATTERNS["number"].fullmatch(STORY.malformed_number)


def test_somebody_holds_every_role(ledger: Ledger) -> None:
    assert {row.role for row in ledger.people} == {
        "primary_admin",
        "secondary_admin",
        "viewer",
        "partner_admin",
        "partner_rep",
        "operations",
        "support_agent",
        "auditor",
        "administrator",
    }
    assert all(row.email.endswith(".example") for row in ledger.people)
    primaries = Counter(row.belongs_to for row in ledger.people if row.role == "primary_admin")
    assert primaries == {row.account_number: 1 for row in ledger.accounts}


def test_the_cast_is_in_the_book_under_its_name(ledger: Ledger) -> None:
    roles = {(row.email, row.name, row.belongs_to, row.role) for row in ledger.people}
    for member in CAST:
        role = "viewer" if member.role == "contract_manager" else member.role
        assert (member.email, member.name, member.belongs_to, role) in roles


def test_people_with_more_than_one_hat(ledger: Ledger) -> None:
    def hats(email: str) -> set[tuple[str, str]]:
        return {(row.belongs_to, row.role) for row in ledger.people if row.email == email}

    assert hats(STORY.contract_manager) == {(STORY.account, "viewer")}
    assert agreement(ledger, STORY.contract).contract_manager == STORY.contract_manager
    assert hats(STORY.viewer) == {(STORY.account, "viewer")}
    assert not any(row.contract_manager == STORY.viewer for row in ledger.agreements)
    assert hats(STORY.two_accounts) == {
        (STORY.account, "secondary_admin"),
        (STORY.sister_account, "primary_admin"),
    }
    assert hats(STORY.both_sides) == {
        (STORY.both_sides_account, "secondary_admin"),
        (STORY.reseller, "partner_rep"),
    }


def test_a_name_goes_with_one_address_only(ledger: Ledger) -> None:
    names: dict[str, set[str]] = {}
    for row in ledger.people:
        names.setdefault(row.email, set()).add(row.name)
    assert [email for email, known in names.items() if len(known) > 1] == []


def test_three_hundred_contracts_move_and_some_are_refused_for_the_reasons_given(
    ledger: Ledger,
) -> None:
    new = partner(ledger, STORY.bulk_partner)
    mine = [row for row in ledger.agreements if row.account_number == STORY.bulk_account]
    assert len(mine) == 300
    expected = {}
    for row in mine:
        lines = [one for one in ledger.subscriptions if one.agreement_reference == row.reference]
        now = [one for one in ledger.records if one.agreement_reference == row.reference]
        codes = refusals(ledger, row)
        if [one.partner_account_number for one in now] == [STORY.bulk_partner]:
            codes.add("partner_same")
        if row.country not in new.authorized_countries:
            codes.add("partner_territory")
        if not {one.product for one in lines} <= set(new.authorized_products):
            codes.add("partner_product")
        if codes:
            expected[row.reference] = codes
    assert expected == {key: set(codes) for key, codes in ledger.bulk_refused.items()}
    assert len(set(ledger.bulk_refused.values())) == 9
    assert len(expected) == 24


def test_each_change_of_the_history_was_allowed_on_its_day(ledger: Ledger) -> None:
    roles = {(row.email, row.belongs_to): row.role for row in ledger.people}
    products: dict[str, set[str]] = {}
    for line in ledger.subscriptions:
        products.setdefault(line.agreement_reference, set()).add(line.product)
    assert 60 <= len(ledger.history) <= 120
    for change in ledger.history:
        row = agreement(ledger, change.agreement)
        day = TODAY - timedelta(days=change.days_ago)
        assert row.purchasing_model == "contract"
        assert row.start_date < day
        assert (row.end_date - day).days > 90
        assert not row.auto_renew
        assert not row.token_flex
        assert partner(ledger, change.partner).serves(row.country, products[row.reference])
        role = roles[change.by, row.account_number]
        assert role in {"primary_admin", "secondary_admin"} or change.by == row.contract_manager
        assert change.effective_on is None or change.effective_on > day
        assert change.cancelled_days_ago is None or change.cancelled_days_ago < change.days_ago


def test_the_history_runs_forward_and_never_meets_an_open_change(ledger: Ledger) -> None:
    days = [change.days_ago for change in ledger.history]
    assert days == sorted(days, reverse=True)
    open_until: dict[str, date] = {}
    holder: dict[str, str] = {}
    for change in ledger.history:
        day = TODAY - timedelta(days=change.days_ago)
        assert open_until.get(change.agreement, date.min) < day
        assert holder.get(change.agreement) != change.partner
        if change.effective_on:
            open_until[change.agreement] = change.effective_on
        holder[change.agreement] = change.partner


def test_the_history_has_scheduled_applied_and_cancelled_changes(ledger: Ledger) -> None:
    kinds = Counter(
        "cancelled"
        if change.cancelled_days_ago is not None
        else "at once"
        if change.effective_on is None
        else "to come"
        if change.effective_on > TODAY
        else "came"
        for change in ledger.history
    )
    assert set(kinds) == {"cancelled", "at once", "to come", "came"}
    times = Counter(change.agreement for change in ledger.history)
    assert max(times.values()) == 2
