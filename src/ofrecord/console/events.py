"""An event: the frozen fact, its place in the chain, and who was told of it."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from ofrecord.agreements.models import Agreement
from ofrecord.console import journal
from ofrecord.console.frame import crumbs
from ofrecord.delivery.models import Delivery
from ofrecord.journal.models import Event
from ofrecord.journal.record import GENESIS
from ofrecord.parties import reading
from ofrecord.parties.models import Account, Partner, Person
from ofrecord.web.access import is_staff, page
from ofrecord.web.actor import DoorRequest

DELIVERIES = 50


@page(get=is_staff)
def one(request: DoorRequest, id: UUID) -> HttpResponse:
    """One event."""
    event = Event.objects.filter(pk=id).first()
    if event is None:
        raise Http404(id)
    _note(event, request)
    body = bytes(event.body)
    context = {
        "heading": event.type,
        "crumbs": crumbs(),
        "event": event,
        "told": journal.one(event),
        "subject": _subject(event),
        "body": json.dumps(json.loads(body), ensure_ascii=False, indent=2),
        "deliveries": Delivery.objects.filter(event=event)
        .select_related("endpoint")
        .order_by("pk")[:DELIVERIES],
        **_place(event, body),
    }
    return TemplateResponse(request, "console/event.html", context)


def _note(event: Event, request: DoorRequest) -> None:
    """What is known of a customer by its event is read like its page."""
    account = Account.objects.filter(pk=event.account_id).first() if event.account_id else None
    if account:
        reading.note(account, request.actor)


def _place(event: Event, body: bytes) -> dict[str, Any]:
    """Its neighbours in the stream, and whether the chain holds here."""
    stream = Event.objects.filter(stream=event.stream, subject_id=event.subject_id)
    before = stream.filter(sequence=event.sequence - 1).first()
    previous = bytes(event.previous_hash)
    own = hashlib.sha256(previous + body).digest() == bytes(event.hash)
    return {
        "before": before,
        "after": stream.filter(sequence=event.sequence + 1).first(),
        "holds": own and previous == (bytes(before.hash) if before else GENESIS),
        "hash": bytes(event.hash).hex(),
        "previous_hash": previous.hex(),
    }


def _subject(event: Event) -> tuple[str, str]:
    """What the stream is of: its name, and its page if it has one."""
    if event.stream == "agreement":
        agreement = Agreement.objects.get(pk=event.subject_id)
        return agreement.reference, reverse("console:agreement", args=[agreement.reference])
    if event.stream in ("account", "partner"):
        model: Any = Account if event.stream == "account" else Partner
        party = model.objects.get(pk=event.subject_id)
        return party.name, reverse(f"console:{event.stream}", args=[party.account_number])
    if event.stream == "person":
        known = Person.objects.filter(pk=event.subject_id).first()
        url = reverse("console:person", args=[event.subject_id]) if known else ""
        return (known.name if known else str(event.subject_id)), url
    return f"{event.stream} {event.subject_id}", ""
