"""Each violation is planted, and exactly the invariant that it violates reports it.

The book is made once, by real acts. A plant is written past every guard, in a transaction that
is rolled back; the checker then looks at it as the runtime role does.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.complete import complete
from ofrecord.changes.runs.carry_on import carry_on
from ofrecord.changes.runs.start import start
from ofrecord.changes.undo import undo
from ofrecord.cli.verify import liveness, run, verify
from ofrecord.cli.verify.invariant import Invariant
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.pause import pause
from ofrecord.delivery.remove import remove
from ofrecord.delivery.replay import replay_range
from ofrecord.delivery.trial import send_test
from ofrecord.invitations.accept import accept
from ofrecord.invitations.decline import decline
from ofrecord.journal import anchors, clock
from ofrecord.journal.record import By, Fact, open_ledger
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.publish import publish
from tests.cast import Cast, Of
from tests.databases import Copy
from tests.invitations import inviting
from tests.quotes import selling
from tests.verify import test_planted_cases
from tests.verify.planting import Book, offended, planted, superuser

ENDPOINTS = """
INSERT INTO endpoint (name, url, secret, required, types, active, created_at)
VALUES ('ledger', 'http://127.0.0.1:1/', '', true, '{partner_change.*}', true, clock_timestamp()),
       ('board', 'http://127.0.0.1:2/', '', false, '{partner_change.*}', true, clock_timestamp())
"""
ACKNOWLEDGE = """
UPDATE delivery SET state = 'acknowledged', acknowledged_at = clock_timestamp(), attempts = 1
 WHERE id = (SELECT d.id FROM delivery AS d JOIN agreement AS a ON a.id = d.subject_id
              WHERE a.reference = ANY (%s) AND d.state = 'waiting' ORDER BY d.sequence LIMIT 1)
"""

ACKNOWLEDGE_REPLAYED = """
UPDATE delivery SET state = 'acknowledged', acknowledged_at = clock_timestamp(), attempts = 1
 WHERE id = (SELECT id FROM delivery WHERE replay IS NOT NULL AND state = 'waiting'
              ORDER BY sequence, id LIMIT 1)
"""


@pytest.fixture(scope="module")
def book(shared_database: Copy) -> Iterator[Book]:
    """A book in which much has happened; afterwards the connection is a superuser's."""
    book = _happened(Cast.enter())
    with superuser(shared_database):
        yield book


def _offered(cast: Cast) -> str:
    """A renewal that Birch asked Gorse for, and has not answered; the quote's number."""
    reference = cast.subscription(days=39, account=cast.birch)
    selling.asked(cast, reference, by="bo")
    return selling.issued(cast, reference, account=cast.birch.account_number, ask=False).number


def _sold(cast: Cast) -> str:
    """A renewal that Birch asked Gorse for, and ordered; the quote's number."""
    reference = cast.subscription(days=39, account=cast.birch)
    selling.asked(cast, reference, by="bo")
    quote = selling.issued(cast, reference, account=cast.birch.account_number, ask=False)
    selling.accepted(cast, quote, by="bo")
    return quote.number


def _invited(cast: Cast) -> None:
    """Birch changes to Gorse by its invitation and declines the vendor's; a number is guessed."""
    made = inviting.reached(cast, cast.birch.account_number)
    bo, reference = cast.actor("bo"), cast.contract(account=cast.birch)
    accept(made.pk, [reference], cast.gorse.account_number, by=bo, reason="Known.")
    dune = cast.dune.account_number
    other = inviting.by_vendor(cast, account=cast.birch.account_number, partner=dune)
    decline(other.pk, by=bo)
    inviting.reached(cast, inviting.NOBODY)


def _happened(cast: Cast) -> Book:
    _as_system(ENDPOINTS)
    later = clock.today() + timedelta(days=9)
    anchored = {name: _anchored(cast) for name in ("anchored", "anchored_later")}
    three = Of(cast.larkspur), Of(cast.gorse, days=40), Of(cast.dune, "distributor")
    refs = {name: cast.contract() for name in ("moved", "waiting", "quiet", "late", "undone")}
    refs |= {"shared": cast.contract(partners=three), "back": cast.contract(partners=three)}
    names: dict[str, Any] = {**refs, **anchored}
    names |= {"offer": _offered(cast), "quote": _sold(cast)}
    _invited(cast)
    names["first"] = cast.change(refs["moved"], by="sam", idempotency_key="one")
    names["second"] = cast.change(refs["moved"], partner=cast.dune.account_number)
    names["third"] = cast.change(refs["shared"], idempotency_key="two")
    names["scheduled"] = cast.change(refs["waiting"], effective_on=later)
    names["cancelled"] = cast.change(refs["back"], effective_on=later)
    cancel(names["cancelled"], by=cast.actor("sam"), reason="No.")
    names["taken_back"] = cast.change(refs["undone"])
    undone = undo([names["taken_back"]], by=cast.actor("pia"), reason="A slip.")
    names["undo"] = undone.items[0].number
    names["untold"] = cast.change(refs["late"])
    for _ in range(12):
        _as_system(ACKNOWLEDGE, [[refs["moved"], refs["shared"]]])
    with seeing(Actor.system()):
        complete(by=Actor.system())
    _keep_systems(cast)
    _run_halfway(cast)
    _publish_policies(cast)
    with seeing(Actor.system()):
        ledger = open_ledger("account", [cast.alder.pk])
        seen = [Fact(cast.alder.pk, "account.seen", "x", {}, cast.alder.pk) for _ in range(2)]
        ledger.record(seen, By())
        cast.alder.version = 2
        cast.alder.save()
    return Book(cast, names)


def _anchored(cast: Cast) -> str:
    reference = cast.contract()
    with seeing(Actor.system()):
        anchors.take(timedelta())
    return reference


def _keep_systems(cast: Cast) -> None:
    """One system is paused, one is removed, one was tested, one is told again."""
    given: dict[str, Any] = {"by": Actor.system("cli")}
    for name in ("archive", "old"):
        add_endpoint("http://127.0.0.1:3/", name, required=False, **given)
    send_test("archive", **given)
    cast.change(cast.contract())
    pause("archive", reason="It is being moved", **given)
    remove("old", reason="It is switched off", **given)
    cast.change(cast.contract())
    ever = datetime(2000, 1, 1, tzinfo=UTC)
    replay_range("ledger", ever, datetime.now(UTC) + timedelta(minutes=1), **given)
    for _ in range(12):
        _as_system(ACKNOWLEDGE_REPLAYED)


def _run_halfway(cast: Cast) -> None:
    """Of two batches one is done, with something accepted and something refused."""
    named = cast.contract(), cast.contract(days=3), cast.contract()
    by = cast.actor("pia")
    run = start(named, cast.gorse.account_number, by=by, reason="Closer.", batch_size=2)
    carry_on(run.number, by=Actor.system())


def _publish_policies(cast: Cast) -> None:
    """Two versions of the policy, for later."""
    opal, day = cast.actor("opal"), clock.today() + timedelta(days=30)
    with seeing(opal):
        for parameters in ({"near_expiration_days": 60}, {"cool_down_days": 7}):
            publish(parameters, in_force_on=day, by=opal, note="For the summer.")


def _as_system(sql: str, given: list[Any] | None = None) -> None:
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute(sql, given)


TENURE_OF_SECOND = """
 FROM tenure WHERE opened_by_id = (SELECT id FROM partner_change WHERE number = %(second)s)
  AND effective_until IS NULL
"""
COLUMNS = "agreement_id, account_id, role, partner_id, recorded_at, opened_by_id"
REHASHED = """
UPDATE event SET hash = sha256(previous_hash || body)
 WHERE stream = 'account' AND type = 'account.seen' AND sequence >= 2
"""
LAST_SEEN = "WHERE stream = 'account' AND type = 'account.seen' AND sequence = 2"
TO_LEDGER = """
 WHERE endpoint_id = (SELECT id FROM endpoint WHERE name = 'ledger') AND replay IS NULL
   AND subject_id = (SELECT id FROM agreement WHERE reference = %(moved)s)
"""
REPLAYED = TO_LEDGER.replace("replay IS NULL", "replay IS NOT NULL")
TO_OLD = " WHERE endpoint_id = (SELECT id FROM endpoint WHERE name = 'old')"

PLANTS: dict[str, dict[str, tuple[str, ...]]] = {
    "sold": {
        "a quote in a state that it never came to": (
            "UPDATE quote SET state = 'declined' WHERE number = %(quote)s",
        ),
        "lines that do not add up": (
            """UPDATE quote_line SET total = total + 1
                WHERE quote_id = (SELECT id FROM quote WHERE number = %(quote)s)""",
        ),
        "an accepted quote without its order": ("DELETE FROM sales_order",),
        "an order for another amount": ("UPDATE sales_order SET net = net + 1, total = total + 1",),
        "a change that comes with another order": (
            "UPDATE partner_change SET cause = 'order/ORD-1' WHERE occasion = 'order'",
        ),
    },
    "invited": {
        "an answer that nobody gave": (
            "UPDATE invitation SET state = 'expired' WHERE state = 'declined'",
        ),
        "accepted by a change that was not": (
            "UPDATE invitation SET answer = 'partner_change/PC-0' WHERE state = 'accepted'",
        ),
        "accepted by a change to another partner": (
            """UPDATE invitation SET partner_id = (SELECT id FROM partner WHERE name LIKE 'Lark%%')
                WHERE state = 'accepted'""",
        ),
        "a change that comes with no invitation": (
            """UPDATE partner_change SET cause = 'invitation/0'
                WHERE cause = '' AND id = (SELECT max(id) FROM partner_change WHERE cause = '')""",
        ),
        "meant for people of another account": (
            "UPDATE invitation_person SET account_id = (SELECT min(id) FROM account)",
        ),
    },
    "one_partner_set": {
        "an undo of what had replaced partners in force and to come": (
            """INSERT INTO tenure (agreement_id, account_id, role, partner_id, effective_from,
                                   recorded_at, opened_by_id, superseded_at, superseded_by_id)
               SELECT t.agreement_id, t.account_id, t.role, t.partner_id,
                      c.effective_at + interval '1 day', c.decided_at, c.id, c.decided_at, c.id
                 FROM partner_change AS c JOIN tenure AS t ON t.superseded_by_id = c.id
                WHERE c.number = %(taken_back)s""",
        ),
        "a boundary that nothing explains": (
            f"""UPDATE tenure SET effective_until = effective_from + interval '1 hour'
                 WHERE id = (SELECT min(id) {TENURE_OF_SECOND})""",
            f"""INSERT INTO tenure ({COLUMNS}, effective_from)
                SELECT {COLUMNS}, effective_until FROM tenure
                 WHERE effective_until = effective_from + interval '1 hour'""",
        ),
        "two changes at the same instant": (
            """UPDATE partner_change SET effective_at =
                      (SELECT effective_at FROM partner_change WHERE number = %(second)s)
                WHERE number = %(first)s""",
        ),
        "a tenure of another account": (
            """UPDATE tenure SET account_id = (SELECT max(id) FROM account)
                WHERE agreement_id = (SELECT id FROM agreement WHERE reference = %(quiet)s)""",
        ),
    },
    "no_overlap": {
        "tenures that overlap": (
            "ALTER TABLE tenure DROP CONSTRAINT tenure_no_overlap",
            f"""INSERT INTO tenure ({COLUMNS}, effective_from)
                SELECT {COLUMNS}, effective_from {TENURE_OF_SECOND}""",
        ),
        "no constraint": ("ALTER TABLE tenure DROP CONSTRAINT tenure_no_overlap",),
        "a constraint that is not valid": (
            """UPDATE pg_index SET indisvalid = false
                WHERE indexrelid = 'tenure_no_overlap'::regclass""",
        ),
    },
    "past_immutable": {
        "events can be rewritten": ("ALTER TABLE event DISABLE TRIGGER event_never",),
        "events reach nobody": ("DROP TRIGGER event_fan_out ON event",),
        "tenures can be rewritten": ("ALTER TABLE tenure DISABLE TRIGGER tenure_superseded_once",),
        "tenures can be deleted": ("ALTER TABLE tenure DISABLE TRIGGER tenure_never",),
        "members can be rewritten": (
            "DROP TRIGGER partner_change_member_never ON partner_change_member",
        ),
        "policies can be rewritten": ("ALTER TABLE policy DISABLE TRIGGER policy_never",),
        "a right to update events": (f"GRANT UPDATE ON event TO {settings.RUNTIME_ROLE}",),
        "a right to update one column": (
            f"GRANT UPDATE (reason) ON partner_change TO {settings.RUNTIME_ROLE}",
        ),
        "a right to delete tenures": (f"GRANT DELETE ON tenure TO {settings.RUNTIME_ROLE}",),
        "row security not forced": ("ALTER TABLE agreement NO FORCE ROW LEVEL SECURITY",),
        "row security off": ("ALTER TABLE api_tally DISABLE ROW LEVEL SECURITY",),
        "the runtime role owns a table": (f"ALTER TABLE cache OWNER TO {settings.RUNTIME_ROLE}",),
        "superseded by nobody": (
            "ALTER TABLE tenure DROP CONSTRAINT tenure_superseded_by_somebody",
            """UPDATE tenure SET superseded_by_id = NULL WHERE superseded_at IS NOT NULL""",
        ),
    },
    "replay": {
        "a partner that the journal does not know": tuple(
            f"""UPDATE {table} SET partner_id = (SELECT max(id) FROM partner)
                 WHERE {column} = (SELECT id FROM partner_change WHERE agreement_id =
                       (SELECT id FROM agreement WHERE reference = %(quiet)s))"""
            for table, column in (
                ("tenure", "opened_by_id"),
                ("partner_change_member", "change_id"),
            )
        ),
    },
    "legal_life": {
        "a move without its event": (
            """UPDATE partner_change SET state = 'complete', completed_at = clock_timestamp()
                WHERE number = %(untold)s""",
        ),
        "no instant of applying": (
            "UPDATE partner_change SET applied_at = NULL WHERE number = %(untold)s",
        ),
        "the event of another change": (
            """UPDATE partner_change SET applied_event =
                      (SELECT applied_event FROM partner_change WHERE number = %(second)s)
                WHERE number = %(first)s""",
        ),
        "a member that is missing": (
            """DELETE FROM partner_change_member WHERE before AND change_id =
                      (SELECT id FROM partner_change WHERE number = %(first)s)""",
        ),
        "a load that opened more than it names": (
            """DELETE FROM partner_change_member WHERE change_id =
                      (SELECT id FROM partner_change WHERE occasion = 'load' AND agreement_id =
                      (SELECT id FROM agreement WHERE reference = %(quiet)s))""",
        ),
        "an undo of another agreement's change": (
            """UPDATE partner_change SET undoes_id =
                      (SELECT id FROM partner_change WHERE number = %(first)s)
                WHERE number = %(undo)s""",
        ),
        "a tenure opened by another change": (
            """UPDATE tenure SET opened_by_id =
                      (SELECT id FROM partner_change WHERE number = %(first)s)
                WHERE id = (SELECT id FROM tenure WHERE effective_until IS NULL AND opened_by_id =
                      (SELECT id FROM partner_change WHERE number = %(second)s))""",
        ),
        "nothing refuses two open changes": ("DROP INDEX partner_change_one_open",),
    },
    "kept_once": {
        "a request without its answer": ("UPDATE request SET answer = NULL WHERE key = 'one'",),
        "a change that its request does not name": (
            """UPDATE partner_change SET request_id = (SELECT id FROM request WHERE key = 'two')
                WHERE number = %(second)s""",
        ),
        "an answer that names no change": (
            "UPDATE partner_change SET request_id = NULL WHERE number = %(first)s",
        ),
        "nothing refuses a key twice": ("ALTER TABLE request DROP CONSTRAINT request_once",),
    },
    "gapless": {
        "a version ahead of its stream": (
            "UPDATE agreement SET version = version + 1 WHERE reference = %(quiet)s",
        ),
        "a version behind its stream": (
            "UPDATE account SET version = version - 1 WHERE version = 2",
        ),
        "a stream with a gap": (
            f"""UPDATE event SET sequence = 3, body = convert_to(replace(
                       convert_from(body, 'UTF8'), '"sequence":2', '"sequence":3'), 'UTF8')
                {LAST_SEEN}""",
            REHASHED,
            "UPDATE account SET version = 3 WHERE version = 2",
        ),
        "a preview ahead of its agreement": (
            "UPDATE agreement SET moved_at_version = version + 1 WHERE reference = %(quiet)s",
        ),
        "a policy that nobody published": (
            """INSERT INTO policy (version, in_force_on, parameters, published_at, note)
               SELECT 4, in_force_on, parameters, clock_timestamp(), '' FROM policy
                WHERE version = 3""",
        ),
        "a policy that is gone": ("DELETE FROM policy WHERE version = 3",),
        "a policy from another day on": (
            "UPDATE policy SET in_force_on = in_force_on - 1 WHERE version = 2",
        ),
        "policies that overtake each other": (
            "UPDATE policy SET in_force_on = '3000-01-01' WHERE version = 1",
        ),
    },
    "at_least_once": {
        "an event that was never meant for an endpoint": (
            f"""DELETE FROM delivery {TO_LEDGER} AND sequence =
                      (SELECT version FROM agreement WHERE reference = %(moved)s)""",
        ),
        "acknowledged at no time": (f"UPDATE delivery SET acknowledged_at = NULL {TO_LEDGER}",),
        "given up without a reason": (
            """UPDATE delivery SET state = 'parked' WHERE subject_id =
                      (SELECT id FROM agreement WHERE reference = %(late)s)""",
        ),
        "waived without a reason": (
            f"UPDATE delivery SET waived_reason = '' {TO_OLD} AND state = 'waived'",
        ),
        "waiting for a system that was removed": (
            f"UPDATE delivery SET state = 'waiting' {TO_OLD} AND state = 'waived'",
        ),
        "an event that was only replayed": (
            f"""DELETE FROM delivery {TO_LEDGER} AND sequence =
                      (SELECT version FROM agreement WHERE reference = %(moved)s)""",
        ),
        "a pause without its event": (
            """UPDATE endpoint SET paused_at = clock_timestamp(), paused_reason = 'Quietly'
                WHERE name = 'board'""",
        ),
        "a pause without a reason": (
            "UPDATE endpoint SET paused_reason = '' WHERE name = 'archive'",
        ),
        "a test of another system": (
            """UPDATE delivery SET endpoint_id = (SELECT id FROM endpoint WHERE name = 'board')
                WHERE stream = 'endpoint_test'""",
        ),
        "a delivery that is not where its event is": (
            f"""UPDATE delivery SET sequence = sequence + 1 {TO_LEDGER} AND sequence =
                      (SELECT version FROM agreement WHERE reference = %(moved)s)""",
        ),
    },
    "in_order": {
        "a later event acknowledged first": (
            f"""UPDATE delivery SET acknowledged_at = acknowledged_at + interval '1 hour'
                {TO_LEDGER} AND sequence = 2""",
        ),
        "a replay acknowledged in another order": (
            f"""UPDATE delivery SET acknowledged_at = acknowledged_at + interval '1 hour'
                {REPLAYED} AND sequence = 2""",
        ),
        "acknowledged behind one that waits": (
            f"""UPDATE delivery SET state = 'waiting', acknowledged_at = NULL,
                       next_try_at = clock_timestamp() {TO_LEDGER} AND sequence = 2""",
        ),
    },
    "chained": {
        "an event rewritten": (
            """UPDATE event SET body = convert_to(replace(
                      convert_from(body, 'UTF8'), 'Closer to us.', 'Cheaper.'), 'UTF8')
                WHERE about = %(first)s AND type = 'partner_change.applied'""",
        ),
        "another actor than the event says": (
            "UPDATE event SET actor_id = 0 WHERE about = %(first)s",
        ),
        "a body that says another place": (
            f"""UPDATE event SET body = convert_to(replace(
                       convert_from(body, 'UTF8'), '"sequence":2', '"sequence":7'), 'UTF8')
                {LAST_SEEN}""",
            REHASHED,
        ),
        "an event without who did it": (
            f"""UPDATE event SET body = convert_to(replace(
                       convert_from(body, 'UTF8'), '"strength"', '"weakness"'), 'UTF8')
                {LAST_SEEN}""",
            REHASHED,
        ),
        "a body that cannot be read": (
            f"UPDATE event SET body = 'nothing' {LAST_SEEN}",
            REHASHED,
        ),
        "a change without its event": (
            "UPDATE partner_change SET version = 99 WHERE number = %(first)s",
        ),
    },
    "anchored": {
        "a past rewritten, and its hash with it": (
            """UPDATE event SET body = convert_to(replace(
                      convert_from(body, 'UTF8'), '"door":"cli"', '"door":"api"'), 'UTF8')
                WHERE stream = 'agreement' AND subject_id =
                      (SELECT id FROM agreement WHERE reference = %(anchored)s)""",
            """UPDATE event SET hash = sha256(previous_hash || body)
                WHERE stream = 'agreement' AND subject_id =
                      (SELECT id FROM agreement WHERE reference = %(anchored)s)""",
        ),
        "an anchor brought in line with another past": (
            "UPDATE anchor SET root = sha256('another') WHERE number = 2",
        ),
        "a document that nobody signed": (
            "UPDATE anchor SET body = overlay(body PLACING 'A' FROM 90) WHERE number = 2",
        ),
        "an anchor taken out": ("DELETE FROM anchor WHERE number = 1",),
    },
    "rights_held": {
        "submitted by somebody without a role": (
            "DELETE FROM role WHERE name = 'secondary_admin'",
        ),
        "submitted by somebody else than the journal says": (
            """UPDATE partner_change SET by_id = (SELECT id FROM person WHERE name = 'Vera')
                WHERE number = %(first)s""",
        ),
        "decided while it was locked": (
            """INSERT INTO agreement_lock (agreement_id, account_id, reason, locked_at)
               SELECT agreement_id, account_id, '', decided_at - interval '1 second'
                 FROM partner_change WHERE number = %(first)s""",
        ),
        "judged by a policy of later": (
            """UPDATE policy SET published_at = clock_timestamp() + interval '1 day'
                WHERE version = 1""",
        ),
    },
    "seen_by_right": {
        "invitations that their partner sees": (
            """CREATE POLICY leak ON invitation FOR SELECT
               USING (partner_id = ANY (sees_partners()))""",
        ),
        "agreements that everybody sees": (
            "CREATE POLICY leak ON agreement FOR SELECT USING (true)",
        ),
        "deliveries that their account does not see": (
            "ALTER POLICY delivery_seen ON delivery USING (sees_everything())",
        ),
    },
    "conserved": {
        "an agreement that was never loaded": (
            """INSERT INTO agreement (reference, purchasing_model, account_id, program, token_flex,
                      country, ends_on, version, moved_at_version)
               SELECT '1', 'contract', id, 'standard', false, 'DE', '2030-01-01', 0, 0
                 FROM account LIMIT 1""",
            """INSERT INTO term (agreement_id, account_id, number, start_on, end_on, auto_renew)
               SELECT id, account_id, 1, '2029-01-01', ends_on, false
                 FROM agreement WHERE reference = '1'""",
        ),
        "more tenures than the load tells of": (
            f"""INSERT INTO tenure ({COLUMNS}, effective_from, superseded_at, superseded_by_id)
                SELECT {COLUMNS}, effective_from, recorded_at, opened_by_id FROM tenure
                 WHERE agreement_id = (SELECT id FROM agreement WHERE reference = %(quiet)s)""",
        ),
        "an end that is not the last term's": (
            "UPDATE agreement SET ends_on = ends_on + 1 WHERE reference = %(quiet)s",
        ),
        "a subscription in another account": (
            "UPDATE subscription SET account_id = (SELECT max(id) FROM account)",
        ),
    },
    "accounted": {
        "an agreement that is in no batch": ("UPDATE run SET items = items + 1",),
        "a batch that is missing": ("DELETE FROM run_batch WHERE done_at IS NULL",),
        "an agreement in two batches": (
            """UPDATE run_batch SET agreements = (SELECT agreements[:1] FROM run_batch
                                                   WHERE done_at IS NOT NULL)
                WHERE done_at IS NULL""",
        ),
        "more marked as accepted than were changed": (
            "UPDATE run_batch SET accepted = 2, refused = 0 WHERE done_at IS NOT NULL",
        ),
        "the answer of another batch": (
            """UPDATE run_batch SET request_id = (SELECT id FROM request WHERE key = 'two')
                WHERE done_at IS NOT NULL""",
        ),
        "complete before the last batch": (
            "UPDATE run SET state = 'complete', ended_at = clock_timestamp()",
        ),
    },
    "made_by_support": {
        "a customer who overrides a rule": (
            "ALTER TABLE partner_change DROP CONSTRAINT partner_change_overridden_with_reason",
            """UPDATE partner_change SET overridden = '{expired}'
                WHERE id = (SELECT min(id) FROM partner_change WHERE occasion = 'request')""",
        ),
        "a customer whose undo passes for one of support": (
            """UPDATE partner_change SET cause = 'support'
                WHERE id = (SELECT min(id) FROM partner_change WHERE occasion = 'undo')""",
        ),
    },
    "in_time": {
        "recorded times that fall": (
            f"""UPDATE event SET recorded_at = moved.at, body = convert_to(replace(
                       convert_from(body, 'UTF8'), convert_from(body, 'UTF8')::json ->> 'time',
                       to_char(moved.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')),
                       'UTF8')
                  FROM (SELECT recorded_at - interval '1 microsecond' AS at
                          FROM event {LAST_SEEN}) AS moved
                {LAST_SEEN}""",
            REHASHED,
        ),
    },
    "alive": {
        "a delivery that nobody takes": (
            """UPDATE delivery SET next_try_at = clock_timestamp() - interval '2 hours'
                WHERE state = 'waiting'""",
        ),
        "a delivery that nobody takes since its system was resumed": (
            """UPDATE delivery SET next_try_at = clock_timestamp() - interval '2 hours'
                WHERE endpoint_id = (SELECT id FROM endpoint WHERE name = 'archive')""",
            "DELETE FROM delivery WHERE stream = 'endpoint_test'",
            "UPDATE endpoint SET paused_at = NULL WHERE name = 'archive'",
        ),
        "an invitation that nobody expires": (
            "UPDATE invitation SET expires_at = sent_at - interval '1 hour' WHERE state = 'sent'",
        ),
        "an invitation for which nobody was looked": (
            """UPDATE invitation SET introduced_at = NULL, sent_at = sent_at - interval '1 hour'
                WHERE state = 'sent'""",
        ),
        "an offer that nobody expires": (
            "UPDATE quote SET expires_on = expires_on - 100 WHERE number = %(offer)s",
        ),
        "an order that nobody begins": (
            "UPDATE sales_order SET begun_at = NULL, begins_on = begins_on - 365",
        ),
        "a letter that nobody takes": (
            "UPDATE letter SET next_try_at = clock_timestamp() - interval '2 hours'",
        ),
        "a job of a worker that is gone": (
            """INSERT INTO procrastinate_jobs (queue_name, task_name, status)
               VALUES ('default', 'sweep', 'doing')""",
        ),
    },
}


def test_the_book_is_clean(book: Book) -> None:
    with planted(book, "SELECT 1"):
        assert {each.name: each.examples for each in verify() if each.violations} == {}


@pytest.mark.parametrize(
    ("invariant", "statements"),
    [
        pytest.param(name, sql, id=f"{name}: {what}")
        for name, plants in PLANTS.items()
        for what, sql in plants.items()
    ],
)
def test_a_violation_is_reported_by_its_invariant_alone(
    book: Book, invariant: str, statements: tuple[str, ...]
) -> None:
    with planted(book, *statements):
        assert offended() == {invariant}


def test_every_invariant_has_its_plant() -> None:
    assert {each.name for each in run.INVARIANTS} == {*PLANTS, *test_planted_cases.PLANTS}


def test_a_change_that_was_due_and_is_still_scheduled(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ten_days_on(monkeypatch)
    with planted(book, "SELECT 1"):
        assert offended() == {"alive"}


def test_a_change_that_was_applied_early(book: Book) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        _ten_days_on(patch)
        assert apply(by=Actor.system()) == 1
        patch.undo()
        with planted(book, "SELECT 1"):
            assert offended() == {"in_time"}
        transaction.set_rollback(True)


def _ten_days_on(patch: pytest.MonkeyPatch) -> None:
    now = clock.business_now
    patch.setattr(clock, "business_now", lambda: now() + timedelta(days=10))


def test_a_transaction_that_idles(book: Book, shared_database: Copy) -> None:
    search = liveness.IDLE.replace("5 minutes", "0 seconds").replace("%(runtime)s", "%s")
    with psycopg.connect(shared_database.url) as idle, connection.cursor() as cursor:
        cursor.execute(search, [settings.RUNTIME_ROLE])
        assert cursor.fetchall() == []
        idle.execute("SELECT 1")
        cursor.execute(search, [settings.RUNTIME_ROLE])
        ((what,),) = cursor.fetchall()
        assert f"process {idle.info.backend_pid} " in what


def test_nothing_can_be_written_meanwhile(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    writing = "DELETE FROM role RETURNING 'gone'"
    _only(monkeypatch, Invariant("x", "", (f"WITH d AS ({writing}) SELECT * FROM d",)))
    (result,) = verify()
    assert result.examples[0].startswith("cannot be read: ")


def test_indexes_are_left_aside_where_a_broken_one_could_hide_a_row(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = (
        "SELECT name FROM pg_settings WHERE name ~ '^enable_.*(index|bitmap)' AND setting = '{}'"
    )
    search = settings.format("off")
    _only(
        monkeypatch,
        Invariant("aside", "", (search,), unindexed=True),
        Invariant("used", "", (search,)),
    )
    aside, used = verify()
    assert set(aside.examples) == {"enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan"}
    assert used.examples == ()


def _only(patch: pytest.MonkeyPatch, *invariants: Invariant) -> None:
    patch.setattr(run, "INVARIANTS", invariants)
