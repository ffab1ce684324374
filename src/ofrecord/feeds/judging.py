"""What each staged row comes to: new, changed, unchanged or refused. Whole files at a time.

Files are judged in the order in which one rests on another, so what is refused is unknown to
the rows that rest on it.
"""

from django.db import connection

from ofrecord.feeds import judging_agreements, judging_parties
from ofrecord.feeds.sheets import SHEETS, Sheet
from ofrecord.feeds.staging import Progress

STEPS = {
    "accounts": judging_parties.ACCOUNTS,
    "partners": judging_parties.PARTNERS,
    "people": judging_parties.PEOPLE,
    "agreements": judging_agreements.AGREEMENTS,
    "subscriptions": judging_agreements.SUBSCRIPTIONS,
    "partners_of_record": judging_agreements.PARTNERS_OF_RECORD,
}


def judge(progress: Progress) -> dict[str, dict[str, int]]:
    """How many rows of each file came to what."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(f"staged_{sheet.name}" for sheet in SHEETS))
        for place, sheet in enumerate(SHEETS):
            progress("judging", place, len(SHEETS))
            cursor.execute(_FAULTS.format(sheet=sheet.name))
            cursor.execute(_duplicates(sheet))
            for statement in STEPS[sheet.name]:
                cursor.execute(statement)
            cursor.execute(f"ANALYZE judged_{sheet.name}")
        cursor.execute(_COUNTS)
        counts: dict[str, dict[str, int]] = {}
        for name, outcome, rows in cursor.fetchall():
            counts.setdefault(name, {})[outcome] = rows
    progress("judging", len(SHEETS), len(SHEETS))
    return counts


_FAULTS = """
INSERT INTO defect (sheet, line, name, code)
SELECT '{sheet}', line, split_part(fault, ':', 1), split_part(fault, ':', 2)
  FROM staged_{sheet}, unnest(faults) AS fault
"""


def _duplicates(sheet: Sheet) -> str:
    """A key that occurs twice: every occurrence is named, with the first lines of all."""
    optional = {column.name for column in sheet.columns if column.blank is None}
    needed = [name for name in sheet.key if name not in optional]
    keys = ", ".join(f"coalesce({name}, '')" for name in sheet.key)
    sound = " AND ".join(f"{name} IS NOT NULL" for name in needed)
    return f"""
    INSERT INTO defect (sheet, line, name, code, detail)
    SELECT '{sheet.name}', line, '{sheet.key[0]}', 'duplicate_key', lines
      FROM (SELECT unnest(array_agg(line)) AS line,
                   array_to_string((array_agg(line ORDER BY line))[1:5], ', ') AS lines
              FROM staged_{sheet.name} WHERE {sound} GROUP BY {keys} HAVING count(*) > 1) AS twice
    """


_COUNTS = " UNION ALL ".join(
    f"SELECT '{sheet.name}', outcome, count(*) FROM judged_{sheet.name} GROUP BY outcome"
    for sheet in SHEETS
)
