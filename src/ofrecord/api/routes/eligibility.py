"""Eligibility: whether the partner of agreements can be changed, why not, and when."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from ofrecord.api.answers import answer
from ofrecord.api.caller import ApiRequest
from ofrecord.api.operation import operation
from ofrecord.api.people import acting_for
from ofrecord.api.shapes import changes as shapes
from ofrecord.changes import refusals
from ofrecord.changes.check import Check, check
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
            each.reference: of_check(each, asked.partner)
            for each in check(wanted, by=by, partner=asked.partner, effective_on=asked.effective_on)
        }
    return answer({"checks": [found.get(ref) or _unknown(ref, asked.partner) for ref in wanted]})


def of_check(each: Check, partner: str | None) -> dict[str, Any]:
    """One check, as `ofrecord change check --json` writes it."""
    remedy = each.remedy
    after = each.after
    return {
        "agreement": each.reference,
        "partner": partner,
        "available": each.available,
        "available_until": each.available_until,
        "verdicts": [verdict.as_data() for verdict in each.verdicts],
        "remedy": {"text": remedy.text, "url": remedy.url} if remedy else None,
        "before": [party.as_data() for party in each.before],
        "after": None if after is None else [party.as_data() for party in after],
        "fingerprint": str(each.fingerprint) if each.fingerprint else None,
    }


def _unknown(reference: str, partner: str | None) -> dict[str, Any]:
    verdict = refusals.not_found(reference).as_data()
    return {
        "agreement": reference,
        "partner": partner,
        "available": False,
        "available_until": None,
        "verdicts": [verdict],
        "remedy": verdict["remedy"],
        "before": [],
        "after": None,
        "fingerprint": None,
    }
