"""One agreement, as far as it is a firm's business.

While the firm is of record it sees the term, the subscriptions that its role is about, and their
seats; before and afterwards only its own tenure, under the agreement's reference and the account's
name. Other partners, past, present or to come, it does not see here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement, Subscription, Tenure, Term
from ofrecord.desk import consents, tenures
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.web.records import words
from ofrecord.web.records.record import Record


@dataclass(frozen=True)
class Own:
    """A firm's own part of an agreement. `agreement` only while it is of record."""

    reference: str
    model: str
    account: str
    record: Record
    agreement: Agreement | None


def own(firm_id: int, reference: str) -> Own | None:
    """The firm's part of the agreement of this reference; None where it never had one.

    Call it inside `parties.context.seeing`.
    """
    found = Tenure.objects.filter(
        pk__in=tenures.ids_on(reference), partner_id=firm_id, superseded_at=None
    )
    rows = found.select_related("partner", "subscription").order_by("effective_from", "pk")
    record = Record(tuple(rows), clock.business_now())
    if not record.tenures:
        return None
    names = tenures.names_of([record.tenures[0].pk])[record.tenures[0].pk]
    served = [each.agreement_id for each in record.present]
    agreement = Agreement.objects.filter(pk__in=served).select_related("account").first()
    return Own(*names, record, agreement)


def shown(own: Own) -> dict[str, Any]:
    """What the page of the agreement shows."""
    kind = words.kind(own.model)
    return {
        "heading": f"{kind} {own.reference}",
        "kind": kind,
        "reference": own.reference,
        "account": own.account,
        "today": clock.today(),
        "present": own.record.present,
        "to_come": own.record.to_come,
        "past": own.record.past,
        "ends_at": _end(own.record),
        "lanes": own.record.lanes(),
        **(_served(own.agreement, own.record) if own.agreement else {}),
    }


def asked(by: Actor, firm_id: int, reference: str) -> dict[str, Any]:
    """The consent of the firm that this agreement waits for, if any."""
    waiting = consents.waiting(consents.asked(by, firm_id))
    found = waiting.filter(shown__agreement=reference).first()
    return {"asked": consents.shown(found) if found else None}


def _end(record: Record) -> datetime | None:
    """When the firm is no longer of record, as far as is decided; None without an end."""
    ends = {each.effective_until for each in (*record.present, *record.to_come)}
    begins = {each.effective_from for each in record.to_come}
    known = sorted(end for end in ends - begins if end)
    return known[-1] if known and None not in ends else None


def _served(agreement: Agreement, record: Record) -> dict[str, Any]:
    term = _term(agreement)
    subscriptions = Subscription.objects.filter(agreement=agreement)
    if all(each.subscription_id for each in record.present):
        scopes = [each.subscription_id or 0 for each in record.present]
        subscriptions = subscriptions.filter(pk__in=scopes)
    rows = list(subscriptions.order_by("product_key", "pk"))
    return {
        "agreement": agreement,
        "term": term,
        "subscriptions": rows,
        "seats": _("%(seats)s seats") % {"seats": sum(each.seats for each in rows)},
    }


def _term(agreement: Agreement) -> Term | None:
    """The term that contains today, or the last one."""
    terms = list(agreement.terms.order_by("number"))
    today = clock.today()
    now = (each for each in terms if each.start_on <= today <= each.end_on)
    return next(now, terms[-1] if terms else None)
