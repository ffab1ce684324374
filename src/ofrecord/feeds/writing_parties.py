"""SQL that writes what was judged new or changed of accounts, partners and people."""

from ofrecord.feeds.sheets import SHEETS, Sheet


def _of_number(table: str, sheet: Sheet) -> tuple[str, ...]:
    names = [column.name for column in sheet.columns]
    rest = ", ".join(name for name in names if name not in sheet.key)
    theirs = ", ".join(f"judged.{name}" for name in names if name not in sheet.key)
    return (
        f"""
        INSERT INTO {table} (id, {", ".join(names)}, version)
        SELECT id, {", ".join(names)}, 1 FROM judged_{sheet.name}
         WHERE outcome = 'new' ORDER BY line
        """,
        f"""
        UPDATE {table} AS known SET ({rest}, version) = ROW({theirs}, known.version + 1)
          FROM judged_{sheet.name} AS judged
         WHERE judged.outcome = 'changed' AND judged.id = known.id
        """,
    )


_PERSONS = (
    """
    INSERT INTO person (id, email, name, password, language, is_active, version)
    SELECT id, email, name, '!' || replace(gen_random_uuid()::text, '-', ''), '', true, 1
      FROM judged_persons WHERE outcome = 'new' ORDER BY id
    """,
    """
    UPDATE person SET name = judged.name, version = version + 1
      FROM judged_persons AS judged WHERE judged.outcome = 'changed' AND judged.id = person.id
    """,
    """
    INSERT INTO role (person_id, name, account_id, partner_id)
    SELECT person.id, granted.role, granted.account_id, granted.partner_id
      FROM judged_people AS granted JOIN judged_persons AS person USING (email)
     WHERE granted.outcome = 'new' ORDER BY granted.line
    """,
)

# What each person was granted, made once for their event.
_GRANTS = """
CREATE TEMP TABLE grants ON COMMIT DROP AS
SELECT granted.email, array_to_json(array_agg(row_to_json(shown) ORDER BY line)) AS roles
  FROM judged_people AS granted
  LEFT JOIN account ON account.id = granted.account_id
  LEFT JOIN partner ON partner.id = granted.partner_id
 CROSS JOIN LATERAL (
       SELECT granted.role, account.account_number AS account,
              partner.account_number AS partner) AS shown
 WHERE outcome = 'new' GROUP BY granted.email
"""

ROWS = (*_of_number("account", SHEETS[0]), *_of_number("partner", SHEETS[1]), *_PERSONS, _GRANTS)

_FACT = """
SELECT gen_random_uuid() AS event_id, judged.id AS subject_id, known.version AS sequence,
       CASE judged.outcome WHEN 'new' THEN '{name}.loaded' ELSE '{name}.updated' END AS type,
       {subject} AS subject, {account} AS account_id, {partner} AS partner_id, '' AS about,
       (SELECT row_to_json(data) FROM (SELECT {data}, %(by)s::json AS by) AS data) AS data
  FROM {judged} AS judged JOIN {name} AS known ON known.id = judged.id {also}
 WHERE judged.outcome IN ('new', 'changed')
"""

ACCOUNT_FACTS = _FACT.format(
    name="account",
    judged="judged_accounts",
    subject="known.account_number",
    account="known.id",
    partner="NULL::bigint",
    data="known.account_number, known.name, known.country, known.language",
    also="",
)
PARTNER_FACTS = _FACT.format(
    name="partner",
    judged="judged_partners",
    subject="known.account_number",
    account="NULL::bigint",
    partner="known.id",
    data="known.account_number, known.name, known.kind, known.status, known.country,"
    " known.language, known.authorized_countries, known.authorized_products, known.program",
    also="",
)

# People are told of by id: their names and addresses are where they can be blanked.
PERSON_FACTS = _FACT.format(
    name="person",
    judged="judged_persons",
    subject="known.id::text",
    account="NULL::bigint",
    partner="NULL::bigint",
    data="known.id AS person, coalesce(judged.renamed, false) AS renamed,"
    " coalesce(roles, '[]') AS roles_granted",
    also="LEFT JOIN grants ON grants.email = judged.email",
)
