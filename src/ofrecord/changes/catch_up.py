"""What the clock would have done already, done for agreements that an act has locked."""

from collections.abc import Sequence

from ofrecord.changes.apply import apply_due_of
from ofrecord.changes.consents.settle import settle_due_of


def catch_up(agreement_ids: Sequence[int]) -> None:
    """Settle the consents whose deadline has passed, then apply what is due."""
    settle_due_of(agreement_ids)
    apply_due_of(agreement_ids)
