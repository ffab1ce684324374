"""What people can see today is what their roles say: row-level security against other queries."""

from collections.abc import Iterator

from django.db import connection

from ofrecord.cli.verify.invariant import Asked, Invariant
from ofrecord.journal import clock
from ofrecord.parties.actors import for_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Person

PEOPLE_OF_EACH_ROLE = 2
_ACCOUNTS = "SELECT r.account_id FROM role AS r WHERE r.person_id = %(person)s"
_PARTNERS = """SELECT r.partner_id FROM role AS r JOIN partner AS p ON p.id = r.partner_id
                WHERE r.person_id = %(person)s AND p.status <> 'terminated'"""
_OF_ACCOUNT = f"account_id IN ({_ACCOUNTS})"
_OWN = f"t.partner_id IN ({_PARTNERS}) AND t.superseded_at IS NULL"
_OF_RECORD = f"""(SELECT t.{{}} FROM tenure AS t WHERE {_OWN} AND t.effective_from <= %(now)s
                     AND coalesce(t.effective_until > %(now)s, true))"""
_AGREEMENT_OF_RECORD = f"agreement_id IN {_OF_RECORD.format('agreement_id')}"
_QUOTED = f"{_OF_ACCOUNT} AND issued_at IS NOT NULL OR partner_id IN ({_PARTNERS})"
_OF_CASE = f"case_id IN (SELECT c.id FROM support_case AS c WHERE c.{_OF_ACCOUNT})"
# Each table, and which of its rows people without a role at the vendor may see.
SEEN_BY_ROLE = {
    "account": f"id IN ({_ACCOUNTS}) OR id IN {_OF_RECORD.format('account_id')}",
    "partner": f"""id IN ({_PARTNERS})
                   OR id IN (SELECT t.partner_id FROM tenure AS t WHERE t.{_OF_ACCOUNT})
                   OR id IN (SELECT c.partner_id FROM partner_change AS c
                              WHERE c.{_OF_ACCOUNT} AND c.decided_at IS NULL)
                   OR id IN (SELECT t.partner_id FROM transfer_code AS t WHERE t.{_OF_ACCOUNT})
                   OR id IN (SELECT i.partner_id FROM invitation AS i WHERE i.{_OF_ACCOUNT})
                   OR id IN (SELECT q.partner_id FROM quote AS q
                              WHERE q.{_OF_ACCOUNT} AND q.issued_at IS NOT NULL)
                   OR id IN (SELECT q.partner_id FROM quote_request AS q WHERE q.{_OF_ACCOUNT})
                   OR id IN (SELECT o.partner_id FROM sales_order AS o WHERE o.{_OF_ACCOUNT})""",
    "role": f"{_OF_ACCOUNT} OR partner_id IN ({_PARTNERS}) OR person_id = %(person)s",
    "role_invitation": f"{_OF_ACCOUNT} OR partner_id IN ({_PARTNERS})",
    "agreement": f"{_OF_ACCOUNT} OR id IN {_OF_RECORD.format('agreement_id')}",
    "term": f"{_OF_ACCOUNT} OR {_AGREEMENT_OF_RECORD}",
    "subscription": f"""{_OF_ACCOUNT} OR {_AGREEMENT_OF_RECORD}
                        AND (id IN {_OF_RECORD.format("subscription_id")}
                             OR EXISTS {_OF_RECORD.format("id")[:-1]}
                                           AND t.agreement_id = subscription.agreement_id
                                           AND t.subscription_id IS NULL))""",
    "tenure": f"{_OF_ACCOUNT} OR partner_id IN ({_PARTNERS})",
    "agreement_lock": _OF_ACCOUNT,
    "partner_change": _OF_ACCOUNT,
    "partner_change_member": _OF_ACCOUNT,
    "consent": f"{_OF_ACCOUNT} OR partner_id IN ({_PARTNERS})",
    "transfer_code": _OF_ACCOUNT,
    "transfer_code_agreement": _OF_ACCOUNT,
    "correction": "false",
    "policy_draft": "false",
    "invitation": _OF_ACCOUNT,
    "invitation_agreement": _OF_ACCOUNT,
    "invitation_person": _OF_ACCOUNT,
    "quote": _QUOTED,
    "quote_line": f"quote_id IN (SELECT q.id FROM quote AS q WHERE {_QUOTED})",
    "quote_recipient": f"quote_id IN (SELECT q.id FROM quote AS q WHERE {_QUOTED})",
    "quote_request": f"{_OF_ACCOUNT} OR partner_id IN ({_PARTNERS})",
    "sales_order": f"{_OF_ACCOUNT} OR partner_id IN ({_PARTNERS})",
    "support_case": _OF_ACCOUNT,
    "case_message": _OF_CASE,
    "case_note": "false",
    "case_attachment": _OF_CASE,
    "event": f"{_OF_ACCOUNT} OR partner_id IN ({_PARTNERS}) OR actor_id = %(person)s",
    "delivery": _OF_ACCOUNT,
    "delivery_attempt": "false",
    "letter": _OF_ACCOUNT,
    "tally": f"""whose = 'person/' || %(person)s
                 OR whose IN (SELECT 'account/' || held.account_id FROM ({_ACCOUNTS}) AS held)""",
    "run": "coalesce(on_behalf_of_id, by_id) = %(person)s",
    "run_batch": """run_id IN (SELECT r.id FROM run AS r
                               WHERE coalesce(r.on_behalf_of_id, r.by_id) = %(person)s)""",
    "request": "requester = 'person/' || %(person)s",
}
_OF_VENDOR = """
EXISTS (SELECT FROM role AS r WHERE r.person_id = %(person)s
           AND r.account_id IS NULL AND r.partner_id IS NULL)
"""


def _different(_asked: Asked) -> Iterator[str]:
    for person in _sample():
        with seeing(for_person(person, door="cli")):
            seen = _contents(dict.fromkeys(SEEN_BY_ROLE, "true"), person.pk)
        held = {table: f"{_OF_VENDOR} OR {rows}" for table, rows in SEEN_BY_ROLE.items()}
        expected = _contents(held, person.pk)
        for table in SEEN_BY_ROLE:
            if seen[table] != expected[table]:
                yield (
                    f"person {person.pk} sees {seen[table][0]} rows of {table}, "
                    f"and {expected[table][0]} by the roles they hold"
                )


def _sample() -> list[Person]:
    """A few people of every role, drawn anew each time."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, {"people": PEOPLE_OF_EACH_ROLE})
        return list(Person.objects.filter(pk__in=[id for (id,) in cursor.fetchall()]))


def _contents(tables: dict[str, str], person: int) -> dict[str, tuple[int, int]]:
    """How many rows there are of each table, and a sum that tells which."""
    counts = [
        f"SELECT '{table}', count(*), coalesce(sum(hashtext(id::text)::bigint), 0)"
        f" FROM {table} WHERE {rows}"
        for table, rows in tables.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts), {"person": person, "now": clock.business_now()})
        return {table: (count, rows) for table, count, rows in cursor.fetchall()}


_SAMPLE = """
SELECT DISTINCT drawn.person_id FROM (SELECT DISTINCT name FROM role) AS each
 CROSS JOIN LATERAL (SELECT person_id FROM role WHERE role.name = each.name
                      ORDER BY random() LIMIT %(people)s) AS drawn
"""
SEEN = Invariant(
    "seen_by_right",
    "What people of every role can see is what the roles they hold say, no more and no less.",
    (_different,),
)
