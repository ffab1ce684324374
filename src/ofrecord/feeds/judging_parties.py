"""SQL that judges accounts, partners and people."""

from typing import NamedTuple

from ofrecord.feeds.sheets import SHEETS, Sheet
from ofrecord.parties.models import ACCOUNT_ROLES, PARTNER_ROLES

REFUSED = "LEFT JOIN (SELECT DISTINCT line FROM defect WHERE sheet = '{}') AS bad USING (line)"


class Check(NamedTuple):
    """SQL of a condition on placed rows that refuses them, and what it names in doing so."""

    column: str
    code: str
    condition: str
    detail: str = "NULL"

    @property
    def values(self) -> str:
        detail = f"CASE WHEN {self.condition} THEN {self.detail} END"
        return f"('{self.column}', '{self.code}', {detail}, {self.condition})"


def found(sheet: str, *checks: Check) -> str:
    """SQL that notes the defects of placed rows: all of the checks in one pass."""
    return f"""
    INSERT INTO defect (sheet, line, name, code, detail)
    SELECT '{sheet}', line, checked.name, checked.code, checked.detail
      FROM placed_{sheet} AS placed
     CROSS JOIN LATERAL (VALUES {", ".join(check.values for check in checks)})
             AS checked (name, code, detail, refuses)
     WHERE refuses
    """


def _of_number(table: str, sheet: Sheet) -> tuple[str, ...]:
    """Accounts and partners: known by their number, and taken as they are."""
    names = [column.name for column in sheet.columns]
    given = [
        f"coalesce(staged.{column.name}, known.{column.name}, '{column.blank}')"
        if column.optional
        else f"staged.{column.name}"
        for column in sheet.columns
    ]
    return (
        f"""
        CREATE TEMP TABLE judged_{sheet.name} ON COMMIT DROP AS
        SELECT line, {", ".join(map("{} AS {}".format, given, names))}, outcome,
               CASE outcome WHEN 'new' THEN nextval('{table}_id_seq')
                            ELSE known.id END AS id
          FROM staged_{sheet.name} AS staged
          {REFUSED.format(sheet.name)}
          LEFT JOIN {table} AS known ON known.account_number = staged.account_number
         CROSS JOIN LATERAL (
               SELECT CASE WHEN bad.line IS NOT NULL THEN 'refused'
                           WHEN known.id IS NULL THEN 'new'
                           WHEN ({", ".join(f"known.{name}" for name in names)})
                                IS DISTINCT FROM ({", ".join(given)}) THEN 'changed'
                           ELSE 'unchanged' END AS outcome) AS judged
        """,
    )


ACCOUNTS = _of_number("account", SHEETS[0])
PARTNERS = _of_number("partner", SHEETS[1])

_PLACED_PEOPLE = f"""
CREATE TEMP TABLE placed_people ON COMMIT DROP AS
SELECT staged.line, staged.email, staged.name, staged.belongs_to, staged.role,
       coalesce(account.id, new_account.id) AS account_id,
       coalesce(partner.id, new_partner.id) AS partner_id,
       person.id AS person_id, person.name AS known_name,
       staged.role IN {ACCOUNT_ROLES} AS of_account, staged.role IN {PARTNER_ROLES} AS of_partner
  FROM staged_people AS staged
  LEFT JOIN account ON account.account_number = staged.belongs_to
        AND staged.role IN {ACCOUNT_ROLES}
  LEFT JOIN judged_accounts AS new_account ON new_account.account_number = staged.belongs_to
        AND new_account.outcome = 'new' AND staged.role IN {ACCOUNT_ROLES}
  LEFT JOIN partner ON partner.account_number = staged.belongs_to
        AND staged.role IN {PARTNER_ROLES}
  LEFT JOIN judged_partners AS new_partner ON new_partner.account_number = staged.belongs_to
        AND new_partner.outcome = 'new' AND staged.role IN {PARTNER_ROLES}
  LEFT JOIN person ON person.email = staged.email
"""

# vendor at an account's role is told as a wrong role, and not as an unknown account.
_PEOPLE_FOUND = found(
    "people",
    Check(
        "belongs_to",
        "unknown_account",
        "of_account AND account_id IS NULL AND belongs_to <> 'vendor'",
    ),
    Check(
        "belongs_to",
        "unknown_partner",
        "of_partner AND partner_id IS NULL AND belongs_to <> 'vendor'",
    ),
)

_NAMES_FOUND = """
INSERT INTO defect (sheet, line, name, code)
SELECT 'people', line, 'name', 'name_differs'
  FROM (SELECT unnest(array_agg(line)) AS line FROM staged_people
         WHERE email IS NOT NULL GROUP BY email HAVING count(DISTINCT name) > 1) AS person
"""

# The first good row stands, unless the book knows somebody else in that place.
_PRIMARY_ADMINS_FOUND = f"""
INSERT INTO defect (sheet, line, name, code)
SELECT 'people', line, 'role', 'second_primary_admin'
  FROM (SELECT line, other, row_number() OVER (PARTITION BY account_id ORDER BY other, line) > 1
                     AS later
          FROM (SELECT line, placed.account_id, role.person_id IS DISTINCT FROM placed.person_id
                             AND role.id IS NOT NULL AS other
                  FROM placed_people AS placed
                  {REFUSED.format("people")}
                  LEFT JOIN role ON role.account_id = placed.account_id
                        AND role.name = 'primary_admin'
                 WHERE placed.role = 'primary_admin' AND bad.line IS NULL) AS named) AS ordered
 WHERE other OR later
"""

_JUDGED_PEOPLE = f"""
CREATE TEMP TABLE judged_people ON COMMIT DROP AS
SELECT placed.line, email, placed.name, placed.role, placed.account_id, placed.partner_id,
       placed.person_id, known_name, role.id AS role_id, outcome
  FROM placed_people AS placed
  {REFUSED.format("people")}
  LEFT JOIN role ON role.person_id = placed.person_id AND role.name = placed.role
        AND coalesce(role.account_id, 0) = coalesce(placed.account_id, 0)
        AND coalesce(role.partner_id, 0) = coalesce(placed.partner_id, 0)
 CROSS JOIN LATERAL (
       SELECT CASE WHEN bad.line IS NOT NULL THEN 'refused'
                   WHEN role.id IS NULL THEN 'new'
                   WHEN known_name <> placed.name THEN 'changed'
                   ELSE 'unchanged' END AS outcome) AS judged
"""

_JUDGED_PERSONS = """
CREATE TEMP TABLE judged_persons ON COMMIT DROP AS
SELECT email, name, renamed, outcome,
       CASE outcome WHEN 'new' THEN nextval('person_id_seq')
                    ELSE person_id END AS id
  FROM (SELECT email, min(name) AS name, min(person_id) AS person_id,
               bool_or(known_name <> name) AS renamed,
               CASE WHEN min(person_id) IS NULL THEN 'new'
                    WHEN bool_or(outcome <> 'unchanged') THEN 'changed'
                    ELSE 'unchanged' END AS outcome
          FROM judged_people WHERE outcome <> 'refused' GROUP BY email) AS person
"""

PEOPLE = (
    _PLACED_PEOPLE,
    _PEOPLE_FOUND,
    _NAMES_FOUND,
    "ANALYZE placed_people",
    _PRIMARY_ADMINS_FOUND,
    _JUDGED_PEOPLE,
    _JUDGED_PERSONS,
    "ANALYZE judged_persons",
)
