"""The cast in an installation's own database, made by a process of that installation.

Prints what the test has to know of it: one line of JSON.
"""

import json
import sys

import django


def enter(count: int) -> dict[str, object]:
    """The cast with a password for each admin, and so many contracts."""
    from tests.cast import Cast
    from tests.security.people import with_password

    cast = Cast.enter()
    people = [with_password(cast.people[name]).email for name in ("pia", "sam")]
    contracts = [cast.contract() for _ in range(count)]
    return {"people": people, "contracts": contracts, "partner": cast.gorse.account_number}


if __name__ == "__main__":
    django.setup()
    from ofrecord.cli.ready import make_ready

    make_ready()
    print(json.dumps(enter(int(sys.argv[1]))))
