"""Withdraw: a code that was not redeemed yet cannot be redeemed any more."""

from uuid import UUID

from ofrecord.changes import refusals
from ofrecord.changes.check import check
from ofrecord.changes.codes.refusals import code_redeemed, no_code
from ofrecord.changes.codes.telling import tell
from ofrecord.changes.models import TransferCode
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


def withdraw(id: UUID, *, by: Actor) -> None:
    """Withdraw a code, by anybody who may change the partners of its agreements.

    Once more does nothing. Refused as `not_found`, `not_permitted` or `code_redeemed`.
    """
    with seeing(by):
        visible = TransferCode.objects.visible_to(by).filter(pk=id)
        code = visible.select_for_update(of=("self",)).first()
        if code is None:
            raise refusals.refused([no_code(str(id))])
        references = list(code.agreements.values_list("agreement__reference", flat=True))
        for each in check(references, by=by):
            refusals.permitted(each.verdicts)
        if code.redeemed_at:
            raise refusals.refused([code_redeemed()])
        if not code.withdrawn_at:
            code.withdrawn_at = tell("transfer_code.withdrawn", code, {}, by)
            code.withdrawn_by_id = by.judged_person
            code.save(update_fields=["withdrawn_at", "withdrawn_by"])
