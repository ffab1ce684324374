"""What the database promises of tenures and agreements, whoever asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from ofrecord.agreements.models import Agreement, Tenure
from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of
from tests.databases import Copy


@contextmanager
def refused(what: str, error: type[DatabaseError] = DatabaseError) -> Iterator[None]:
    with pytest.raises(error, match=what), seeing(Actor.system()), transaction.atomic():
        yield


def copied(reference: str, **other: Any) -> None:
    """The tenure of an agreement once more, with something else about it."""
    row = Tenure.objects.filter(agreement__reference=reference).earliest("pk")
    row.pk = None
    for name, value in other.items():
        setattr(row, name, value)
    row.save(force_insert=True)


def test_tenures_that_overlap_are_refused(cast: Cast) -> None:
    reference = cast.contract()
    for days in (-50, 0, 50):
        at = clock.midnight(clock.today() + timedelta(days=days))
        with refused("tenure_no_overlap", IntegrityError):
            copied(reference, effective_from=at)


def test_tenures_beside_each_other_are_not(cast: Cast) -> None:
    reference = cast.contract()
    with seeing(Actor.system()):
        start = Tenure.objects.get(agreement__reference=reference).effective_from
        earlier = start - timedelta(days=10)
        copied(reference, effective_from=earlier, effective_until=start)
        copied(reference, partner=cast.dune)
        copied(reference, role="services")


def test_one_subscription_has_a_partner_once(cast: Cast) -> None:
    reference = cast.contract(products=("Draft",), partners=(Of(cast.larkspur, product="Draft"),))
    with refused("tenure_no_overlap"):
        copied(reference)


def test_a_period_ends_after_it_begins(cast: Cast) -> None:
    reference = cast.contract()
    with refused("tenure_period"):
        at = clock.business_now()
        copied(reference, partner=cast.dune, effective_from=at, effective_until=at)


def test_a_second_open_change_is_refused(cast: Cast) -> None:
    reference = cast.contract()
    number = cast.change(reference, effective_on=clock.today() + timedelta(days=3))
    with refused("partner_change_one_open"):
        change = PartnerChange.objects.get(number=number)
        change.pk, change.number = None, "PC-X"
        change.save(force_insert=True)


def test_token_flex_is_for_enterprise_agreements(cast: Cast) -> None:
    reference = cast.contract()
    with refused("agreement_token_flex_needs_eba"):
        Agreement.objects.filter(reference=reference).update(token_flex=True)


FORBIDDEN = (
    "UPDATE tenure SET partner_id = partner_id",
    "UPDATE tenure SET effective_until = now()",
    "UPDATE partner_change SET submitted_at = now()",
    "UPDATE partner_change SET partner_id = NULL",
    "UPDATE partner_change_member SET after = false",
    "DELETE FROM tenure",
    "DELETE FROM partner_change",
    "DELETE FROM partner_change_member",
    "DELETE FROM request",
    "TRUNCATE tenure CASCADE",
    "TRUNCATE partner_change CASCADE",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_runtime_role_has_no_right_to_alter_the_past(cast: Cast, statement: str) -> None:
    cast.contract()
    with refused("permission denied"):
        connection.cursor().execute(statement)


def test_a_tenure_is_superseded_once(cast: Cast) -> None:
    reference = cast.contract()
    cast.change(reference)
    again = "UPDATE tenure SET superseded_at = now() WHERE superseded_at IS NOT NULL"
    with refused("its rows are history"):
        connection.cursor().execute(again)


def test_the_owner_cannot_alter_the_past_either(fresh_cast: Cast, fresh_database: Copy) -> None:
    reference = fresh_cast.contract()
    fresh_cast.change(reference)
    for statement in (
        "UPDATE tenure SET role = 'services'",
        "DELETE FROM tenure",
        "TRUNCATE tenure CASCADE",
        "DELETE FROM partner_change",
        "UPDATE partner_change_member SET after = false",
        "DELETE FROM partner_change_member",
        "UPDATE policy SET note = 'x'",
    ):
        with (
            pytest.raises(psycopg.errors.RestrictViolation),
            psycopg.connect(fresh_database.owner_url) as owner,
        ):
            owner.execute("SELECT set_config('ofrecord.scope', 'system', true)")
            owner.execute(statement)


def test_the_runtime_role_is_no_superuser_and_owns_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
            " (SELECT count(*) FROM pg_class WHERE relowner = r.oid)"
            " FROM pg_roles AS r WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False, False, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "SET session_replication_role = replica",
        "ALTER TABLE event DISABLE TRIGGER event_never",
        "ALTER TABLE tenure DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenure_seen ON tenure",
        "CREATE TABLE mine (id int)",
        "SET ROLE ofrecord_test_owner",
    ],
)
def test_the_runtime_role_cannot_take_a_guard_away(db: None, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(statement)
