"""Eligibility: whether the partner of agreements can be changed, why not, and when."""

from django.http import HttpResponse
from ninja import Router

from ofrecord.api.answers import answer
from ofrecord.api.caller import ApiRequest
from ofrecord.api.operation import operation
from ofrecord.api.people import acting_for
from ofrecord.api.shapes import changes as shapes
from ofrecord.changes import refusals
from ofrecord.changes.check import check, unknown
from ofrecord.changes.members import named
from ofrecord.journal import clock
from ofrecord.parties.context import seeing
from ofrecord.parties.scopes import ACCOUNT, VENDOR

router = Router(tags=["Eligibility"])


@operation(
    router,
    "POST",
    "/eligibility-checks",
    name="check_eligibility",
    summary="Check whether partners can be changed",
    answers={200: shapes.Checks},
    scope="agreements:read",
    kinds=(VENDOR, ACCOUNT),
    problems=(409,),
)
def check_eligibility(request: ApiRequest, asked: shapes.CheckRequest) -> HttpResponse:
    """The same answer that `submit` judges by, for 1 to 10,000 agreements; it changes nothing.

    A reference that is none, or not for this client, has the single verdict `not_found`.
    """
    wanted = list(dict.fromkeys(asked.agreements))
    with seeing(request.actor):
        person = asked.on_behalf_of
        by = acting_for(request.actor, person) if person else request.actor
        if asked.effective_on and asked.effective_on < clock.today():
            raise refusals.refused([refusals.effective_in_past()])
        found = {
            each.reference: each.as_data(asked.partner)
            for each in check(
                wanted,
                by=by,
                partner=asked.partner,
                effective_on=asked.effective_on,
                members=named(asked.only),
            )
        }
    return answer(
        {
            "checks": [
                found.get(ref) or unknown(refusals.not_found(ref), ref, asked.partner)
                for ref in wanted
            ]
        }
    )
