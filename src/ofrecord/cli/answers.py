"""What programs read: checks, changes and agreements as JSON says them."""

from typing import Any

from ofrecord.agreements.history import OfRecord
from ofrecord.agreements.models import Agreement
from ofrecord.changes import decided, refusals
from ofrecord.changes.check import Check
from ofrecord.changes.models import PartnerChange
from ofrecord.delivery.models import Delivery
from ofrecord.parties.models import Person


def of_check(check: Check, partner: str | None) -> dict[str, Any]:
    """One answer of `change check`."""
    after = [party.as_data() for party in check.after] if check.after is not None else None
    until, remedy = check.available_until, check.remedy
    return {
        "agreement": check.reference,
        "partner": partner,
        "available": check.available,
        "available_until": until.isoformat() if until else None,
        "verdicts": [verdict.as_data() for verdict in check.verdicts],
        "remedy": {"text": remedy.text, "url": remedy.url} if remedy else None,
        "before": [party.as_data() for party in check.before],
        "after": after,
        "fingerprint": str(check.fingerprint) if check.fingerprint else None,
    }


def of_unknown(reference: str, partner: str | None) -> dict[str, Any]:
    """The answer for a reference that there is not."""
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


def of_change(change: PartnerChange) -> dict[str, Any]:
    """One change with its partner sets, its instants, who acted, and who was told."""
    (sets,) = decided.load([change.pk])
    return {
        "number": change.number,
        "agreement": change.agreement.reference,
        "account": change.agreement.account.account_number,
        "occasion": change.occasion,
        "state": change.state,
        "effective_at": change.effective_at,
        "submitted_at": change.submitted_at,
        "decided_at": change.decided_at,
        "applied_at": change.applied_at,
        "completed_at": change.completed_at,
        "closed_at": change.closed_at,
        "by": of_person(change.by),
        "on_behalf_of": of_person(change.on_behalf_of),
        "door": change.door,
        "reason": change.reason,
        "closed_by": of_person(change.closed_by),
        "closed_reason": change.closed_reason,
        "policy_version": change.policy_version,
        "before": [party.as_data() for party in sets.before],
        "after": [party.as_data() for party in sets.after],
        "deliveries": [of_delivery(each) for each in _deliveries(change)],
    }


def of_person(person: Person | None) -> dict[str, Any] | None:
    return {"email": person.email, "name": person.name} if person else None


def of_delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "endpoint": delivery.endpoint.name,
        "required": delivery.required,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "acknowledged_at": delivery.acknowledged_at,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
    }


def _deliveries(change: PartnerChange) -> list[Delivery]:
    if change.applied_event is None:
        return []
    found = Delivery.objects.filter(event=change.applied_event).select_related("endpoint")
    return list(found.order_by("endpoint__name"))


def of_agreement(agreement: Agreement) -> dict[str, Any]:
    """What an agreement is, with its terms and subscriptions."""
    terms = agreement.terms.order_by("number")
    subscriptions = agreement.subscriptions.order_by("reference")
    return {
        "agreement": agreement.reference,
        "purchasing_model": agreement.purchasing_model,
        "account": {
            "account_number": agreement.account.account_number,
            "name": agreement.account.name,
        },
        "program": agreement.program,
        "token_flex": agreement.token_flex,
        "country": agreement.country,
        "contract_manager": of_person(agreement.contract_manager),
        "version": agreement.version,
        "terms": list(terms.values("number", "start_on", "end_on", "auto_renew")),
        "subscriptions": list(subscriptions.values("reference", "product", "seats")),
    }


def of_record(each: OfRecord) -> dict[str, Any]:
    """One partner of record as of an instant."""
    return {
        "partner": each.number,
        "name": each.name,
        "role": each.role,
        "subscription": each.subscription,
        "effective_from": each.effective_from,
        "effective_until": each.effective_until,
        "recorded_at": each.recorded_at,
    }
