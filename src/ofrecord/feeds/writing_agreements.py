"""SQL that writes what was judged new or changed of agreements and what is under them.

An agreement first seen is a `load`: one change, decided and complete, that opens its tenures.
One known before keeps its partners of record; its other terms follow the feed.
"""

# An agreement is touched when it, or a subscription under it, is other than the book has it.
TOUCHED = """
CREATE TEMP TABLE touched ON COMMIT DROP AS
SELECT id AS agreement_id FROM judged_agreements WHERE outcome = 'changed'
UNION SELECT agreement_id FROM judged_subscriptions
       WHERE outcome IN ('new', 'changed') AND NOT first_seen
"""

# In one order, agreements first, before the recorded time is read.
LOCKS = (
    "SELECT FROM agreement WHERE id IN (SELECT agreement_id FROM touched) ORDER BY id FOR UPDATE",
    *[
        f"SELECT FROM {table} WHERE id IN (SELECT id FROM {judged} WHERE outcome = 'changed')"
        " ORDER BY id FOR UPDATE"
        for table, judged in (
            ("account", "judged_accounts"),
            ("partner", "judged_partners"),
            ("person", "judged_persons"),
        )
    ],
)

# The heads of the streams that go on: recorded times of a stream never fall back.
LATEST = """
SELECT clock_timestamp(), max(recorded_at) + interval '1 microsecond'
  FROM (SELECT 'agreement' AS stream, id, version FROM agreement
         WHERE id IN (SELECT agreement_id FROM touched)
         UNION ALL SELECT 'account', id, version FROM account
         WHERE id IN (SELECT id FROM judged_accounts WHERE outcome = 'changed')
         UNION ALL SELECT 'partner', id, version FROM partner
         WHERE id IN (SELECT id FROM judged_partners WHERE outcome = 'changed')
         UNION ALL SELECT 'person', id, version FROM person
         WHERE id IN (SELECT id FROM judged_persons WHERE outcome = 'changed')) AS subject
  JOIN event ON event.stream = subject.stream AND event.subject_id = subject.id
   AND event.sequence = subject.version
"""

LOADS = """
CREATE TEMP TABLE loads ON COMMIT DROP AS
SELECT id AS agreement_id, account_id, nextval('partner_change_number') AS ordinal,
       nextval('partner_change_id_seq') AS change_id
  FROM judged_agreements WHERE outcome = 'new'
"""

# What stands in each load, made once and read by the change, its members and the event.
_SETS = """
CREATE TEMP TABLE sets ON COMMIT DROP AS
SELECT agreement_id, min(judged.effective_at) AS effective_at,
       CASE WHEN count(*) = 1 THEN min(partner_id) END AS partner_id,
       array_to_json(array_agg(row_to_json(shown) ORDER BY line)) AS members
  FROM judged_partners_of_record AS judged JOIN partner ON partner.id = partner_id
 CROSS JOIN LATERAL (
       SELECT account_number AS partner, partner.name, judged.role,
              subscription_reference AS subscription,
              to_char(judged.effective_at AT TIME ZONE 'UTC',
                      'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') AS effective_at) AS shown
 WHERE outcome = 'new' GROUP BY agreement_id
"""
_LINES = """
CREATE TEMP TABLE lines ON COMMIT DROP AS
SELECT agreement_id,
       array_to_json(array_agg(row_to_json(shown) ORDER BY line)) AS subscriptions
  FROM judged_subscriptions
 CROSS JOIN LATERAL (SELECT reference, product, seats) AS shown
 WHERE outcome IN ('new', 'changed') GROUP BY agreement_id
"""

_AGREEMENTS = (
    """
    INSERT INTO agreement (id, reference, purchasing_model, account_id, program, token_flex,
                           country, contract_manager_id, ends_on, version, moved_at_version)
    SELECT id, reference, purchasing_model, account_id, program, token_flex, country, manager_id,
           end_date, 1, 1
      FROM judged_agreements WHERE outcome = 'new' ORDER BY line
    """,
    """
    UPDATE agreement AS known
       SET program = judged.program, token_flex = judged.token_flex, country = judged.country,
           contract_manager_id = judged.manager_id,
           ends_on = CASE WHEN judged.past THEN known.ends_on ELSE judged.end_date END
      FROM judged_agreements AS judged
     WHERE judged.outcome = 'changed' AND judged.id = known.id
    """,
    """
    UPDATE agreement SET version = version + 1, moved_at_version = version + 1
      FROM touched WHERE touched.agreement_id = agreement.id
    """,
    """
    INSERT INTO term (agreement_id, account_id, number, start_on, end_on, auto_renew)
    SELECT id, account_id, coalesce(term_number, 0) + 1, start_date, end_date, auto_renew
      FROM judged_agreements WHERE outcome = 'new' OR outcome = 'changed' AND renewed
     ORDER BY line
    """,
    """
    UPDATE term SET start_on = start_date, end_on = end_date, auto_renew = judged.auto_renew
      FROM judged_agreements AS judged
     WHERE outcome = 'changed' AND NOT renewed AND NOT past AND judged.term_id = term.id
    """,
)

_SUBSCRIPTIONS = (
    """
    INSERT INTO subscription (id, reference, agreement_id, account_id, product, product_key, seats)
    SELECT id, reference, agreement_id, account_id, product, product_key, seats
      FROM judged_subscriptions WHERE outcome = 'new' ORDER BY line
    """,
    """
    UPDATE subscription AS known
       SET product = judged.product, product_key = judged.product_key, seats = judged.seats
      FROM judged_subscriptions AS judged
     WHERE judged.outcome = 'changed' AND judged.id = known.id
    """,
)

_CHANGES = (
    """
    INSERT INTO partner_change (id, number, agreement_id, account_id, occasion, state, partner_id,
                                effective_at, submitted_at, decided_at, applied_at, completed_at,
                                policy_version, version, by_id, on_behalf_of_id, door, reason,
                                closed_reason)
    SELECT change_id, number, loads.agreement_id, loads.account_id, 'load', 'complete', partner_id,
           coalesce(effective_at, start_date::timestamp AT TIME ZONE %(zone)s),
           %(at)s, %(at)s, %(at)s, %(at)s, %(policy_version)s, 1, %(actor)s, %(on_behalf_of)s,
           %(door)s, '', ''
      FROM loads JOIN numbers USING (ordinal)
      JOIN judged_agreements AS judged ON judged.id = loads.agreement_id
      LEFT JOIN sets ON sets.agreement_id = loads.agreement_id
    """,
    """
    INSERT INTO tenure (agreement_id, account_id, subscription_id, role, partner_id,
                        effective_from, recorded_at, opened_by_id)
    SELECT agreement_id, loads.account_id, subscription_id, role, partner_id, effective_at, %(at)s,
           change_id
      FROM judged_partners_of_record JOIN loads USING (agreement_id) WHERE outcome = 'new'
     ORDER BY agreement_id
    """,
    """
    INSERT INTO partner_change_member (change_id, account_id, partner_id, role, subscription_id,
                                       before, after, movement)
    SELECT change_id, loads.account_id, partner_id, role, subscription_id, false, true, 'gaining'
      FROM judged_partners_of_record JOIN loads USING (agreement_id) WHERE outcome = 'new'
    """,
)

ROWS = (_SETS, _LINES, *_AGREEMENTS, *_SUBSCRIPTIONS, *_CHANGES)

_SHOWN = """known.purchasing_model, known.program, known.token_flex, known.country,
            known.contract_manager_id AS contract_manager"""
LOADED_FACTS = f"""
SELECT gen_random_uuid() AS event_id, known.id AS subject_id, 1 AS sequence,
       'agreement.loaded' AS type, known.reference AS subject, known.account_id,
       NULL::bigint AS partner_id, number AS about,
       (SELECT row_to_json(data) FROM (
         SELECT number AS change, 'load' AS occasion, known.reference AS agreement,
                judged.account_number AS account, {_SHOWN}, json_build_array(term) AS terms,
                coalesce(subscriptions, '[]') AS subscriptions, json_build_array() AS before,
                coalesce(members, '[]') AS after, %(by)s::json AS by) AS data) AS data
  FROM loads JOIN numbers USING (ordinal)
  JOIN judged_agreements AS judged ON judged.id = loads.agreement_id
  JOIN agreement AS known ON known.id = loads.agreement_id
  LEFT JOIN sets ON sets.agreement_id = loads.agreement_id
  LEFT JOIN lines ON lines.agreement_id = loads.agreement_id
 CROSS JOIN LATERAL (SELECT row_to_json(shown) AS term FROM (
         SELECT 1 AS number, start_date AS start_on, end_date AS end_on, auto_renew) AS shown
       ) AS first
"""

UPDATED_FACTS = f"""
SELECT gen_random_uuid() AS event_id, known.id AS subject_id, known.version AS sequence,
       'agreement.updated' AS type, known.reference AS subject, known.account_id,
       NULL::bigint AS partner_id, '' AS about,
       (SELECT row_to_json(data) FROM (
         SELECT known.reference AS agreement, account.account_number AS account, {_SHOWN},
                (SELECT array_to_json(array_agg(row_to_json(shown) ORDER BY shown.number))
                   FROM (SELECT number, start_on, end_on, auto_renew FROM term
                          WHERE term.agreement_id = known.id) AS shown) AS terms,
                coalesce(subscriptions, '[]') AS subscriptions, %(by)s::json AS by
         ) AS data) AS data
  FROM touched JOIN agreement AS known ON known.id = touched.agreement_id
  JOIN account ON account.id = known.account_id
  LEFT JOIN lines ON lines.agreement_id = touched.agreement_id
"""
