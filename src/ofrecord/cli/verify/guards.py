"""The past is immutable: the guards stand, and what was superseded was superseded once."""

from collections.abc import Iterator

from django.db import connection

from ofrecord.cli.verify.invariant import Asked, Invariant

TRIGGERS = (
    ("event", "event_never"),
    ("event", "event_fan_out"),
    ("tenure", "tenure_superseded_once"),
    ("tenure", "tenure_never"),
    ("partner_change", "partner_change_never"),
    ("partner_change_member", "partner_change_member_never"),
    ("partner_change", "partner_change_once"),
    ("agreement_lock", "agreement_lock_never"),
    ("run", "run_never"),
    ("run", "run_once"),
    ("run_batch", "run_batch_never"),
    ("run_batch", "run_batch_once"),
    ("consent", "consent_never"),
    ("consent", "consent_once"),
    ("correction", "correction_never"),
    ("correction", "correction_once"),
    ("transfer_code", "transfer_code_never"),
    ("transfer_code_agreement", "transfer_code_agreement_never"),
    ("invitation", "invitation_never"),
    ("invitation", "invitation_once"),
    ("invitation_agreement", "invitation_agreement_never"),
    ("invitation_person", "invitation_person_never"),
    ("quote", "quote_never"),
    ("quote", "quote_frozen"),
    ("quote_line", "quote_line_never"),
    ("quote_line", "quote_line_frozen"),
    ("quote_recipient", "quote_recipient_never"),
    ("quote_recipient", "quote_recipient_frozen"),
    ("quote_request", "quote_request_never"),
    ("quote_request", "quote_request_once"),
    ("sales_order", "sales_order_never"),
    ("sales_order", "sales_order_once"),
    ("support_case", "support_case_never"),
    ("support_case", "support_case_once"),
    ("case_message", "case_message_never"),
    ("case_note", "case_note_never"),
    ("case_attachment", "case_attachment_never"),
    ("policy", "policy_never"),
    ("signing_key", "signing_key_never"),
    ("anchor", "anchor_never"),
)
# What the runtime role may still update of rows that are otherwise history.
UPDATABLE: dict[str, tuple[str, ...]] = {
    "event": (),
    "policy": (),
    "signing_key": (),
    "anchor": (),
    "partner_change_member": (),
    "tenure": ("superseded_at", "superseded_by_id"),
    "request": ("answer", "status"),
    "run": ("state", "stopped_for", "ended_at"),
    "run_batch": ("done_at", "accepted", "refused", "request_id"),
    "agreement_lock": ("lift_asked_at", "lift_asked_by_id", "lifted_at", "lifted_by_id"),
    "consent": (
        "answer",
        "answered_at",
        "recorded_at",
        "answered_by_id",
        "client",
        "ground",
        "reason",
    ),
    "correction": ("outcome", "decided_at", "decided_by_id", "decided_reason", "change_id"),
    "transfer_code": ("redeemed_at", "redeemed_by_id", "withdrawn_at", "withdrawn_by_id"),
    "transfer_code_agreement": (),
    "invitation": (
        "introduced_at",
        "account_id",
        "hash",
        "opened_at",
        "opened_by_id",
        "state",
        "closed_at",
        "closed_by_id",
        "closed_reason",
        "answer",
    ),
    "invitation_agreement": (),
    "invitation_person": (),
    "quote_request": ("state", "closed_at", "closed_by_id", "closed_reason"),
    "sales_order": ("begun_at",),
    "support_case": (
        "state",
        "assignee_id",
        "answered_at",
        "resolution_due_at",
        "waiting_since",
        "resolved_at",
        "resolved_by_id",
        "closes_at",
        "closed_at",
        "made_change_id",
    ),
    "case_message": (),
    "case_note": (),
    "case_attachment": (),
    "partner_change": (
        "state",
        "effective_at",
        "settled_at",
        "decided_at",
        "applied_at",
        "completed_at",
        "closed_at",
        "applied_event",
        "version",
        "closed_by_id",
        "closed_reason",
    ),
}
PROTECTED = (
    "account",
    "agreement",
    "api_client",
    "api_tally",
    "agreement_lock",
    "anchor",
    "case_attachment",
    "case_message",
    "case_note",
    "consent",
    "correction",
    "delivery",
    "delivery_attempt",
    "endpoint",
    "event",
    "invitation",
    "invitation_agreement",
    "invitation_person",
    "letter",
    "partner",
    "partner_change",
    "partner_change_member",
    "policy_draft",
    "quote",
    "quote_line",
    "quote_recipient",
    "quote_request",
    "request",
    "role",
    "role_invitation",
    "run",
    "run_batch",
    "sales_order",
    "subscription",
    "support_case",
    "tally",
    "tenure",
    "term",
    "transfer_code",
    "transfer_code_agreement",
)

STANDING_TRIGGERS = """
SELECT concat('trigger ', wanted.name, ' of ', wanted.of, ' is missing or off')
  FROM unnest(%(trigger_tables)s::text[], %(trigger_names)s::text[]) AS wanted(of, name)
 WHERE NOT EXISTS (SELECT FROM pg_trigger AS t
                    WHERE t.tgrelid = to_regclass(wanted.of) AND t.tgname = wanted.name
                      AND t.tgenabled IN ('O', 'A'))
"""
RIGHTS = """
SELECT concat('the runtime role may alter ', history.of, coalesce('.' || a.attname, ''))
  FROM unnest(%(history)s::text[]) AS history(of)
  JOIN pg_attribute AS a ON a.attrelid = to_regclass(history.of)
   AND a.attnum > 0 AND NOT a.attisdropped
 WHERE has_column_privilege(%(runtime)s, history.of, a.attname, 'UPDATE')
   AND history.of || '.' || a.attname <> ALL (%(updatable)s::text[])
UNION ALL
SELECT concat('the runtime role may ', privilege.name, ' ', history.of)
  FROM unnest(%(history)s::text[]) AS history(of)
 CROSS JOIN (VALUES ('DELETE'), ('TRUNCATE')) AS privilege(name)
 WHERE has_table_privilege(%(runtime)s, history.of, privilege.name)
"""
ROW_SECURITY = """
SELECT concat('row-level security of ', wanted.name, ' is not in force')
  FROM (SELECT unnest(%(protected)s::text[])
        UNION SELECT polrelid::regclass::text FROM pg_policy) AS wanted(name)
  LEFT JOIN pg_class AS c ON c.oid = to_regclass(wanted.name)
 WHERE c.relrowsecurity IS NOT TRUE OR c.relforcerowsecurity IS NOT TRUE
    OR NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
"""
ROLE = """
SELECT concat('the runtime role ', %(runtime)s, ' is a superuser, or may bypass row security')
  FROM pg_roles WHERE rolname = %(runtime)s AND (rolsuper OR rolbypassrls)
UNION ALL
SELECT concat('the runtime role owns ', c.relname)
  FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner WHERE r.rolname = %(runtime)s
"""
SUPERSEDED = """
SELECT concat('tenure ', t.id, ' is superseded inconsistently')
  FROM tenure AS t LEFT JOIN partner_change AS c ON c.id = t.superseded_by_id
 WHERE (t.superseded_at IS NULL) <> (t.superseded_by_id IS NULL)
    OR t.superseded_at < t.recorded_at
    OR t.superseded_by_id IS NOT NULL AND c.agreement_id IS DISTINCT FROM t.agreement_id
"""


def _guards(asked: Asked) -> Iterator[str]:
    """Triggers, rights and row-level security, as the database's catalogue has them."""
    wanted = {
        "runtime": asked["runtime"],
        "trigger_tables": [table for table, _ in TRIGGERS],
        "trigger_names": [name for _, name in TRIGGERS],
        "history": list(UPDATABLE),
        "updatable": [f"{table}.{c}" for table, columns in UPDATABLE.items() for c in columns],
        "protected": list(PROTECTED),
    }
    with connection.cursor() as cursor:
        for sql in (STANDING_TRIGGERS, RIGHTS, ROW_SECURITY, ROLE):
            cursor.execute(sql, wanted)
            yield from (what for (what,) in cursor.fetchall())


PAST_IMMUTABLE = Invariant(
    "past_immutable",
    "The past never alters: its guards stand, and a tenure is superseded once.",
    (_guards, SUPERSEDED),
)
