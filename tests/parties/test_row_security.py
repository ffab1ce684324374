"""Row-level security alone: with the application's own filter taken out, nothing foreign shows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model, QuerySet

from ofrecord.agreements.models import Agreement, Agreements
from ofrecord.changes.cancel import cancel
from ofrecord.changes.check import check
from ofrecord.changes.models import PartnerChange, PartnerChanges
from ofrecord.changes.refusals import NotFound, NotPermitted
from ofrecord.cli.verify.guards import PROTECTED
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, of_record

OURS = {
    "journal",
    "rules",
    "delivery",
    "parties",
    "agreements",
    "changes",
    "invitations",
    "quotes",
    "feeds",
    "portal",
}
MODELS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in OURS and model._meta.managed and not model._meta.proxy
]
OPEN_TO_ALL = {
    "policy": "the rules are everybody's",
    "person": "people sign in before it is known who they are; they are seen through their roles",
    "endpoint": "a change's page names the systems that are told",
    "signing_key": "whoever checks a signature needs the public keys",
}
# Of each account the one partner serves one agreement now, and has or had a tenure on both: one
# that was superseded, and what holds in its place.
SERVED = {"account": 2, "agreement": 2, "term": 2, "subscription": 2}
ROWS_OF_PARTNERS = {
    "lou": {"partner": 1, "role": 1, **SERVED, "tenure": 8},
    "gil": {"partner": 1, "role": 1, **SERVED, "tenure": 4},
    "dee": {"partner": 1, "role": 1},
}


@pytest.fixture
def two_accounts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """Both customers have agreements and changes; the filter of the application is out."""
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO endpoint (name, url, secret, required, types, active, created_at)"
            " VALUES ('ledger', 'http://127.0.0.1:1', '', true, '{partner_change.*}', true, now())"
        )
    for account, by in ((cast.alder, "pia"), (cast.birch, "bo")):
        moved, waiting = cast.contract(account=account), cast.contract(account=account)
        cast.change(moved, by=by, idempotency_key="k")
        cast.change(waiting, by=by, effective_on=clock.today() + timedelta(days=3))

    def everything(queryset: QuerySet[Any], actor: Actor) -> QuerySet[Any]:
        return queryset

    monkeypatch.setattr(Agreements, "visible_to", everything)
    monkeypatch.setattr(PartnerChanges, "visible_to", everything)
    yield cast


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_without_a_context_there_are_no_rows(two_accounts: Cast, model: type[Model]) -> None:
    if model._meta.db_table not in OPEN_TO_ALL:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
@pytest.mark.parametrize("name", ["stan", "lou", "gil", "dee"])
def test_people_of_no_account_see_what_their_firm_serves_and_no_other_row(
    two_accounts: Cast, model: type[Model], name: str
) -> None:
    table = model._meta.db_table
    if table in OPEN_TO_ALL:
        return
    with seeing(two_accounts.actor(name)):
        rows = list(model._default_manager.all())
    assert len(rows) == ROWS_OF_PARTNERS.get(name, {}).get(table, 0)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.db_table)
def test_people_of_an_account_see_no_row_of_another(two_accounts: Cast, model: type[Model]) -> None:
    table = model._meta.db_table
    if table in OPEN_TO_ALL:
        return
    seen: dict[str, set[Any]] = {}
    for name in ("pia", "bo"):
        with seeing(two_accounts.actor(name)):
            seen[name] = set(model._default_manager.values_list("pk", flat=True))
    if table == "partner":
        partners = {two_accounts.larkspur.pk, two_accounts.gorse.pk}
        assert seen == {"pia": partners, "bo": partners}
        return
    assert seen["pia"] & seen["bo"] == set()
    with seeing(Actor.system()):
        rows = {row.pk: row for row in model._default_manager.all()}
    for name, account in (("pia", two_accounts.alder), ("bo", two_accounts.birch)):
        for key in seen[name]:
            if hasattr(rows[key], "account_id"):
                assert rows[key].__dict__["account_id"] == account.pk


def test_the_guarded_tables_hold_something(two_accounts: Cast) -> None:
    """Otherwise the tests above would prove nothing."""
    with seeing(two_accounts.actor("pia")), connection.cursor() as cursor:
        for table in ("agreement", "tenure", "event", "delivery", "letter", "partner_change"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() != (0,), table


def test_every_table_is_guarded_or_said_to_be_open(db: None) -> None:
    tables = {model._meta.db_table for model in MODELS}
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        guarded = {name for (name,) in cursor.fetchall()}
    assert tables - guarded == set(OPEN_TO_ALL) - {"endpoint"}
    assert set(PROTECTED) <= guarded


@pytest.mark.parametrize("name", ["bo", "gil", "dee", "stan"])
def test_what_is_foreign_is_not_found_by_any_verb(two_accounts: Cast, name: str) -> None:
    cast, actor = two_accounts, two_accounts.actor(name)
    reference = cast.contract()
    number = cast.change(cast.contract(), effective_on=clock.today() + timedelta(days=2))
    with seeing(actor):
        assert check([reference], by=actor, partner=cast.gorse.account_number) == []
        assert not Agreement.objects.visible_to(actor).filter(reference=reference).exists()
        assert not PartnerChange.objects.visible_to(actor).filter(number=number).exists()
    with pytest.raises(NotFound):
        cast.submit(reference, by=name)
    with pytest.raises(NotFound):
        cancel(number, by=actor, reason="No.")
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}


def test_a_partner_of_record_reads_and_changes_nothing(two_accounts: Cast) -> None:
    cast, actor = two_accounts, two_accounts.actor("lou")
    reference = cast.contract()
    with seeing(actor):
        assert Agreement.objects.get(reference=reference).account.name == "Alder Works"
        assert not Agreement.objects.select_for_update().filter(reference=reference).exists()
        assert Agreement.objects.filter(reference=reference).update(country="FR") == 0
    with pytest.raises((NotFound, NotPermitted)):
        cast.submit(reference, by="lou")
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}


def test_nobody_writes_into_another_account(two_accounts: Cast) -> None:
    cast = two_accounts
    with seeing(cast.actor("bo")):
        assert Agreement.objects.filter(account=cast.alder).update(country="FR") == 0
    with (
        pytest.raises(Exception, match="row-level security"),
        seeing(cast.actor("bo")),
    ):
        Agreement.objects.create(
            reference="400000008888",
            purchasing_model="contract",
            account=cast.alder,
            program="standard",
            country="DE",
            ends_on=clock.today(),
        )


def test_a_context_ends_with_its_transaction(fresh_cast: Cast) -> None:
    fresh_cast.contract()
    with seeing(Actor.system()):
        assert Agreement.objects.count() == 1
    assert Agreement.objects.count() == 0
    with pytest.raises(RuntimeError), seeing(Actor.system()):
        raise RuntimeError
    assert Agreement.objects.count() == 0


def test_inside_another_context_the_outer_one_returns(cast: Cast) -> None:
    cast.contract()
    with seeing(cast.actor("bo")):
        with seeing(cast.actor("pia")):
            assert Agreement.objects.count() == 1
        assert Agreement.objects.count() == 0
        with pytest.raises(RuntimeError), seeing(cast.actor("pia")):
            raise RuntimeError
        assert Agreement.objects.count() == 0


def test_an_account_sees_only_partners_that_are_or_were_of_record(cast: Cast) -> None:
    from ofrecord.parties.models import Partner

    with seeing(cast.actor("pia")):
        assert not Partner.objects.exists()
    reference = cast.contract()
    cast.change(reference)
    with seeing(cast.actor("pia")):
        names = {partner.name for partner in Partner.objects.all()}
    assert names == {"Larkspur Systems", "Gorse Digital"}


def test_a_partner_is_found_by_its_exact_number_only(cast: Cast) -> None:
    with seeing(cast.actor("pia")), connection.cursor() as cursor:
        for number, names in (
            (cast.dune.account_number, ["Dune Distribution"]),
            (cast.dune.account_number[:-1] + "%", []),
            ("", []),
            (None, []),
        ):
            cursor.execute("SELECT name FROM find_partner(%s)", [number])
            assert [name for (name,) in cursor.fetchall()] == names
