"""The page of what `ofrecord verify` checks."""

from ofrecord.cli.verify.run import INVARIANTS
from tests.docs.reference.markdown import code, page, table


def render() -> str:
    return page(
        "What verify checks",
        "`bin/ofrecord verify` asks the whole installation for rows that offend against what must "
        "always be true, in one read-only transaction that sees one state. It ends with 0 when "
        "there are none and 1 when there are; `--json` names the first offences. It changes "
        "nothing and can run beside the server at any time.",
        table(("Check", "What must be true"), ((code(i.name), i.says) for i in INVARIANTS)),
    )
