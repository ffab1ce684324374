"""What an account has ordered: by accepting a quote, or as the vendor has booked it."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Term
from ofrecord.changes.models import PartnerChange
from ofrecord.parties.actors import Actor
from ofrecord.quotes.corrected import CAUSE, corrections_of
from ofrecord.quotes.models import Order
from ofrecord.web.records import offers, words
from ofrecord.web.records.people import People


def one(number: str, reader: Actor) -> Order:
    """The order of this number, of an account of the reader's; 404 elsewhere.

    Call it inside `parties.context.seeing`, as the others.
    """
    known = Order.objects.visible_to(reader).select_related("quote", "partner", "agreement")
    order = known.filter(number=number.upper()).first()
    if order is None:
        raise Http404(number)
    return order


def page(order: Order, reader: Actor) -> dict[str, Any]:
    """What the page of an order shows that the vendor has booked."""
    model = order.agreement.purchasing_model if order.agreement else ""
    return {
        "heading": order.number,
        "crumbs": [(_("Billing and Orders"), reverse("portal:billing"))],
        "kind_of_agreement": words.kind(model) if model else _("Agreement"),
        **offers.booked(order),
        **about(order, reader),
    }


def about(order: Order, reader: Actor) -> dict[str, Any]:
    """An order, its agreements, and the changes of partner that it caused."""
    terms = Term.objects.filter(order_number=order.number).select_related("agreement")
    own = [each.agreement.reference for each in terms.order_by("agreement__pk")]
    on = order.agreement or (order.quote.agreement if order.quote else None)
    changes = PartnerChange.objects.filter(cause=f"{CAUSE}{order.number}").order_by("pk")
    return {
        "order": order,
        "accepted_by": People([order.accepted_by], reader).name(order.accepted_by),
        "ordered": own if on is None or on.reference in own else [on.reference],
        "changes": list(changes),
        "corrections": corrections_of([order.number]).get(order.number, []),
    }
