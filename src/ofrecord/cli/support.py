"""`ofrecord change support`: an agent of the vendor makes the change that a customer could not."""

from collections.abc import Callable
from typing import Annotated

import typer

from ofrecord.changes.refusals import Refused
from ofrecord.changes.support import Wish
from ofrecord.changes.support import support as supporting
from ofrecord.cli.operator import agent, person_with
from ofrecord.cli.options import (
    AllOrNothing,
    EffectiveOn,
    IdempotencyKey,
    Json,
    Only,
    Reason,
    References,
)
from ofrecord.cli.outcomes import all_refused, answer
from ofrecord.cli.ready import make_ready


def support(
    refs: References,
    partner: Annotated[str, typer.Option(metavar="NUMBER", help="The new partner.")],
    by: Annotated[str, typer.Option(metavar="EMAIL", help="The agent, who answers for it.")],
    reason: Reason,
    asked_by: Annotated[
        str | None,
        typer.Option("--for", metavar="EMAIL", help="Who of the customer asked; judged too."),
    ] = None,
    only: Only = None,
    override: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Override this rule where it refuses; repeatable."),
    ] = None,
    supersede: Annotated[
        bool, typer.Option("--supersede", help="Call the open change off in the same act.")
    ] = False,
    fingerprint: Annotated[
        list[str] | None,
        typer.Option(metavar="F", help="What the check answered; repeat it for each agreement."),
    ] = None,
    effective_on: EffectiveOn = None,
    idempotency_key: IdempotencyKey = None,
    all_or_nothing: AllOrNothing = False,
    as_json: Json = False,
) -> None:
    """Change the partner for customers, who are told that support did it, and why.

    The policy says which rules the agent may override, and which wait for a second person.
    Exit 0: all were accepted; 3: some were refused; 2: bad usage.
    """
    make_ready()
    actor = agent(person_with(by), person_with(asked_by) if asked_by else None)
    wanted = list(dict.fromkeys(ref.strip() for ref in refs))
    wish = Wish(partner.strip(), tuple(only or ()), effective_on, tuple(override or ()), supersede)
    try:
        outcome = supporting(
            wanted,
            wish,
            by=actor,
            reason=reason,
            fingerprints=fingerprint or (),
            idempotency_key=idempotency_key,
            all_or_nothing=all_or_nothing,
        )
    except Refused as refused:
        outcome = refused.outcome or all_refused(wanted, refused)
    answer(outcome, as_json)


COMMANDS: dict[str, Callable[..., None]] = {"support": support}
"""It joins those of `ofrecord change`."""
