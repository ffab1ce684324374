"""What programs read: checks, changes and agreements as JSON says them."""

from typing import Any

from ofrecord.agreements.models import Agreement
from ofrecord.changes import decided
from ofrecord.changes.members import written
from ofrecord.changes.models import PartnerChange
from ofrecord.delivery.models import Delivery
from ofrecord.parties.models import Person


def of_change(change: PartnerChange) -> dict[str, Any]:
    """One change with its partner sets, its instants, who acted, and who was told."""
    (sets,) = decided.load([change.pk])
    return {
        "number": change.number,
        "agreement": change.agreement.reference,
        "account": change.agreement.account.account_number,
        "occasion": change.occasion,
        "state": change.state,
        "cause": change.cause or None,
        "effective_at": change.effective_at,
        "effective_until": change.effective_until,
        "submitted_at": change.submitted_at,
        "settled_at": change.settled_at,
        "decided_at": change.decided_at,
        "applied_at": change.applied_at,
        "completed_at": change.completed_at,
        "closed_at": change.closed_at,
        "by": of_person(change.by),
        "on_behalf_of": of_person(change.on_behalf_of),
        "door": change.door,
        "proposed_by": of_person(change.proposed_by),
        "reason": change.reason,
        "closed_by": of_person(change.closed_by),
        "closed_reason": change.closed_reason,
        "policy_version": change.policy_version,
        "only": written(change.only),
        "overridden": change.overridden,
        "before": [party.as_data() for party in sets.before],
        "after": [party.as_data() for party in sets.after],
        **_others(change),
        "deliveries": [of_delivery(each) for each in _deliveries(change)],
    }


def _others(change: PartnerChange) -> dict[str, Any]:
    """The numbers of the changes that this one is about, or that are about it."""
    known = PartnerChange.objects
    corrections = known.filter(corrects=change).order_by("id").values_list("number", flat=True)
    return {
        "undoes": change.undoes.number if change.undoes else None,
        "undone_by": known.filter(undoes=change).values_list("number", flat=True).first(),
        "corrects": change.corrects.number if change.corrects else None,
        "corrected_by": list(corrections),
        "supersedes": change.supersedes.number if change.supersedes else None,
        "superseded_by": known.filter(supersedes=change).values_list("number", flat=True).first(),
    }


def of_person(person: Person | None) -> dict[str, Any] | None:
    return {"email": person.email, "name": person.name} if person else None


def of_changes(agreement: Agreement) -> list[dict[str, Any]]:
    """The changes of an agreement, the newest first, in a line each."""
    found = PartnerChange.objects.filter(agreement=agreement).exclude(occasion="load")
    return [
        {
            "number": change.number,
            "agreement": agreement.reference,
            "partner": change.partner.account_number if change.partner else None,
            "occasion": change.occasion,
            "state": change.state,
            "effective_at": change.effective_at,
            "effective_until": change.effective_until,
            "submitted_at": change.submitted_at,
            "cause": change.cause or None,
            "corrects": change.corrects.number if change.corrects else None,
            "supersedes": change.supersedes.number if change.supersedes else None,
        }
        for change in found.select_related("partner", "corrects", "supersedes").order_by("-id")
    ]


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
    found = Delivery.objects.filter(event=change.applied_event, replay=None)
    return list(found.select_related("endpoint").order_by("endpoint__name"))


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
