"""SQL that judges agreements, their subscriptions and their partners of record.

A row may say an earlier term that is known, where the agreement was renewed here and the vendor's
own system does not know it yet: it says nothing new of its terms.
"""

from ofrecord.feeds.judging_parties import REFUSED, Check, found

_PLACED_AGREEMENTS = """
CREATE TEMP TABLE placed_agreements ON COMMIT DROP AS
SELECT staged.line, staged.reference, staged.purchasing_model, staged.account_number,
       staged.program, staged.token_flex, staged.auto_renew, staged.start_date, staged.end_date,
       staged.country, staged.contract_manager,
       coalesce(account.id, new_account.id) AS account_id,
       coalesce(person.id, new_person.id) AS manager_id, held.person_id AS holder_id,
       known.id AS known_id, known.purchasing_model AS known_model,
       known.account_id AS known_account_id, last.id AS term_id, last.number AS term_number,
       last.start_on, last.end_on, staged.start_date > last.end_on AS renewed,
       (SELECT max(earlier.end_on) FROM term AS earlier
         WHERE earlier.agreement_id = known.id AND earlier.number < last.number) AS earlier_end,
       past.known AS past,
       (known.program, known.token_flex, known.country, known.contract_manager_id)
       IS DISTINCT FROM
       (staged.program, staged.token_flex, staged.country, coalesce(person.id, new_person.id))
       OR NOT past.known AND (last.start_on, last.end_on, last.auto_renew)
       IS DISTINCT FROM (staged.start_date, staged.end_date, staged.auto_renew) AS differs
  FROM staged_agreements AS staged
  LEFT JOIN account ON account.account_number = staged.account_number
  LEFT JOIN judged_accounts AS new_account ON new_account.account_number = staged.account_number
        AND new_account.outcome = 'new'
  LEFT JOIN person ON person.email = staged.contract_manager
  LEFT JOIN judged_persons AS new_person ON new_person.email = staged.contract_manager
        AND new_person.outcome = 'new'
  LEFT JOIN (SELECT person_id, account_id FROM role WHERE account_id IS NOT NULL
              UNION SELECT person.id, account_id FROM judged_people
                      JOIN judged_persons AS person USING (email)
                     WHERE judged_people.outcome <> 'refused' AND account_id IS NOT NULL) AS held
         ON held.person_id = coalesce(person.id, new_person.id)
        AND held.account_id = coalesce(account.id, new_account.id)
  LEFT JOIN agreement AS known ON known.reference = staged.reference
  LEFT JOIN LATERAL (SELECT * FROM term WHERE term.agreement_id = known.id
                      ORDER BY number DESC LIMIT 1) AS last ON true
 CROSS JOIN LATERAL (
       SELECT EXISTS (SELECT FROM term AS earlier
                       WHERE earlier.agreement_id = known.id AND earlier.number < last.number
                         AND earlier.start_on = staged.start_date
                         AND earlier.end_on = staged.end_date) AS known) AS past
"""

_AGREEMENTS_FOUND = found(
    "agreements",
    Check(
        "account_number",
        "unknown_account",
        "account_number IS NOT NULL AND account_id IS NULL",
    ),
    Check(
        "contract_manager",
        "unknown_person",
        "contract_manager IS NOT NULL AND manager_id IS NULL",
    ),
    Check(
        "contract_manager",
        "no_role_in_account",
        "account_id IS NOT NULL AND manager_id IS NOT NULL AND holder_id IS NULL",
    ),
    Check(
        "account_number",
        "account_differs",
        "known_account_id <> account_id",
        "(SELECT account_number FROM account WHERE account.id = known_account_id)",
    ),
    Check(
        "purchasing_model",
        "purchasing_model_differs",
        "known_model <> purchasing_model",
        "known_model",
    ),
    Check(
        "start_date",
        "term_overlaps",
        "start_date <= earlier_end AND NOT past",
        "earlier_end::text",
    ),
)

_JUDGED_AGREEMENTS = f"""
CREATE TEMP TABLE judged_agreements ON COMMIT DROP AS
SELECT placed.*, outcome,
       CASE outcome WHEN 'new' THEN nextval('agreement_id_seq')
                    ELSE known_id END AS id
  FROM placed_agreements AS placed
  {REFUSED.format("agreements")}
 CROSS JOIN LATERAL (
       SELECT CASE WHEN bad.line IS NOT NULL THEN 'refused'
                   WHEN known_id IS NULL THEN 'new'
                   WHEN differs THEN 'changed'
                   ELSE 'unchanged' END AS outcome) AS judged
"""

AGREEMENTS = (_PLACED_AGREEMENTS, _AGREEMENTS_FOUND, _JUDGED_AGREEMENTS)

_AGREEMENT = """
  LEFT JOIN agreement ON agreement.reference = staged.agreement_reference
  LEFT JOIN judged_agreements AS new ON new.reference = staged.agreement_reference
        AND new.outcome = 'new'
"""

_PLACED_SUBSCRIPTIONS = f"""
CREATE TEMP TABLE placed_subscriptions ON COMMIT DROP AS
SELECT staged.line, staged.reference, staged.agreement_reference, staged.product,
       staged.product_key, staged.seats, new.id IS NOT NULL AS first_seen,
       coalesce(agreement.id, new.id) AS agreement_id,
       coalesce(agreement.account_id, new.account_id) AS account_id,
       coalesce(agreement.purchasing_model, new.purchasing_model) = 'subscription' AS alone,
       known.id AS known_id, known.agreement_id AS known_agreement_id,
       (known.product, known.product_key, known.seats)
       IS DISTINCT FROM (staged.product, staged.product_key, staged.seats) AS differs,
       count(*) OVER (PARTITION BY staged.agreement_reference) > 1
         OR EXISTS (SELECT FROM subscription AS other WHERE other.agreement_id = agreement.id
                       AND other.reference <> staged.reference) AS several
  FROM staged_subscriptions AS staged
  {_AGREEMENT}
  LEFT JOIN subscription AS known ON known.reference = staged.reference
"""

_SUBSCRIPTIONS_FOUND = found(
    "subscriptions",
    Check(
        "agreement_reference",
        "unknown_agreement",
        "agreement_reference IS NOT NULL AND agreement_id IS NULL",
    ),
    Check(
        "agreement_reference",
        "agreement_differs",
        "known_agreement_id <> agreement_id",
        "(SELECT reference FROM agreement WHERE agreement.id = known_agreement_id)",
    ),
    Check("agreement_reference", "too_many_subscriptions", "alone AND several"),
)

_JUDGED_SUBSCRIPTIONS = f"""
CREATE TEMP TABLE judged_subscriptions ON COMMIT DROP AS
SELECT placed.*, outcome,
       CASE outcome WHEN 'new' THEN nextval('subscription_id_seq')
                    ELSE known_id END AS id
  FROM placed_subscriptions AS placed
  {REFUSED.format("subscriptions")}
 CROSS JOIN LATERAL (
       SELECT CASE WHEN bad.line IS NOT NULL THEN 'refused'
                   WHEN known_id IS NULL THEN 'new'
                   WHEN differs THEN 'changed'
                   ELSE 'unchanged' END AS outcome) AS judged
"""

SUBSCRIPTIONS = (_PLACED_SUBSCRIPTIONS, _SUBSCRIPTIONS_FOUND, _JUDGED_SUBSCRIPTIONS)

_PLACED_OF_RECORD = f"""
CREATE TEMP TABLE placed_partners_of_record ON COMMIT DROP AS
SELECT staged.line, staged.agreement_reference, staged.partner_account_number, staged.role,
       staged.effective_at, staged.subscription_reference, new.id IS NOT NULL AS first_seen,
       coalesce(agreement.id, new.id) AS agreement_id,
       coalesce(agreement.account_id, new.account_id) AS account_id,
       coalesce(partner.id, new_partner.id) AS partner_id,
       coalesce(subscription.id, new_subscription.id) AS subscription_id,
       num_nulls(staged.subscription_reference,
                 coalesce(subscription.id, new_subscription.id)) <> 1 AS scope_found,
       EXISTS (SELECT FROM tenure
                WHERE tenure.agreement_id = agreement.id AND tenure.partner_id = partner.id
                  AND tenure.role = staged.role AND tenure.effective_from = staged.effective_at
                  AND tenure.subscription_id IS NOT DISTINCT FROM subscription.id
                  AND tenure.superseded_at IS NULL AND tenure.effective_until IS NULL) AS in_book
  FROM staged_partners_of_record AS staged
  {_AGREEMENT}
  LEFT JOIN partner ON partner.account_number = staged.partner_account_number
  LEFT JOIN judged_partners AS new_partner
         ON new_partner.account_number = staged.partner_account_number
        AND new_partner.outcome = 'new'
  LEFT JOIN subscription ON subscription.reference = staged.subscription_reference
        AND subscription.agreement_id = agreement.id
  LEFT JOIN judged_subscriptions AS new_subscription
         ON new_subscription.reference = staged.subscription_reference
        AND new_subscription.agreement_id = coalesce(agreement.id, new.id)
        AND new_subscription.outcome = 'new'
"""

_OF_RECORD_FOUND = found(
    "partners_of_record",
    Check(
        "agreement_reference",
        "unknown_agreement",
        "agreement_reference IS NOT NULL AND agreement_id IS NULL",
    ),
    Check(
        "partner_account_number",
        "unknown_partner",
        "partner_account_number IS NOT NULL AND partner_id IS NULL",
    ),
    Check(
        "subscription_reference",
        "unknown_subscription",
        "agreement_id IS NOT NULL AND NOT scope_found",
    ),
    Check(
        "partner_account_number",
        "partner_differs",
        "agreement_id IS NOT NULL AND NOT first_seen AND NOT in_book AND scope_found"
        " AND num_nulls(partner_id, role, effective_at) = 0",
    ),
)

_JUDGED_OF_RECORD = f"""
CREATE TEMP TABLE judged_partners_of_record ON COMMIT DROP AS
SELECT placed.*, CASE WHEN bad.line IS NOT NULL THEN 'refused' WHEN first_seen THEN 'new'
                      ELSE 'unchanged' END AS outcome
  FROM placed_partners_of_record AS placed
  {REFUSED.format("partners_of_record")}
"""

PARTNERS_OF_RECORD = (_PLACED_OF_RECORD, _OF_RECORD_FOUND, _JUDGED_OF_RECORD)
