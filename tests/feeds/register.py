"""A book of any size as if exported from a real register, dirty, with an exact account of it.

`python -m tests.feeds.register DIRECTORY --agreements N` writes one and prints its totals. What is
refused is not looked up anywhere: each defect is planted knowingly, its consequences are followed.

- A row with too few or too many cells is `wrong_columns` and nothing else; its key does not count.
- A cell has at most one code: `missing` before all others, then its form, then whether what it
  names is known. A row has the codes of all its cells, and `duplicate_key` in addition.
- `end_before_start` and `token_flex_needs_eba` speak only where both of their cells are sound,
  `no_role_in_account` only where account and person are known.
- Nothing is trimmed: a blank before or after a number makes it malformed. Only ASCII digits count.
- What was refused is unknown to others: people and agreements of a refused account, agreements
  whose contract manager was refused, subscriptions and partners of record of a refused agreement,
  partners of record of a refused partner. Every unknown thing of a row is named.
- Of several primary admins of an account the first row stands, the later ones are refused; of
  several subscriptions under one `subscription` agreement all are, as with a key.
- A key of `people.csv` is email, belongs_to and role; of `partners_of_record.csv` agreement,
  subscription, partner and role, whatever the date.
- Line breaks, commas, quotes and every script are good in a name; a blank contract manager is good.
- A line with nothing on it is no row; a row of nothing but blank cells is one, and `missing`.
"""

import argparse
import json
from datetime import date
from pathlib import Path

from tests.feeds import register_agreements, register_parties
from tests.feeds.world import Register, World

TODAY = date(2026, 11, 22)
RATE = 0.03


def write_register(
    directory: Path, agreements: int = 150_000, today: date = TODAY, rate: float = RATE
) -> Register:
    """Write the six feeds, the same ones for the same arguments; `rate` of the rows are spoilt."""
    directory.mkdir(parents=True, exist_ok=True)
    world = World(directory, agreements, today, rate)
    register_parties.write(world)
    register_agreements.write(world)
    return world.register


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--agreements", type=int, default=150_000)
    options = parser.parse_args()
    register = write_register(options.directory, options.agreements)
    totals = {
        name: {"read": account.read, "good": account.good, "refused": len(account.refused)}
        for name, account in register.files.items()
    }
    print(json.dumps(totals, indent=2))


if __name__ == "__main__":
    main()
