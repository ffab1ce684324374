"""The desk's first page: what waits for the firm, and what is coming and going."""

from django.http import HttpResponse
from django.template.response import TemplateResponse

from ofrecord.changes.recipients import last_day
from ofrecord.desk import consents, tenures
from ofrecord.desk.firm import firm_of
from ofrecord.desk.places import counted
from ofrecord.desk.quotes import listing, requests
from ofrecord.parties.models import Role
from ofrecord.web.access import holds_partner, page
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words

SOON, EXPIRING = 30, 7
SHOWN = 5


@page(get=holds_partner)
def home(request: DoorRequest) -> HttpResponse:
    """What waits, what moves within the next days, and the firm as the vendor knows it."""
    firm = firm_of(request)
    waiting = consents.waiting(consents.asked(request.actor, firm.pk))
    count = waiting[: tenures.COUNTED + 1].count()
    nearest = waiting[:SHOWN]
    asked = requests.waiting(firm.pk, request.actor)
    open_requests = asked[: tenures.COUNTED + 1].count()
    people = Role.objects.filter(partner=firm).select_related("person")
    context = {
        "heading": firm.name,
        "firm": firm,
        "address": words.address(firm),
        "waiting": [consents.shown(each) for each in nearest],
        "waiting_count": count,
        "waiting_words": counted(count, tenures.COUNTED),
        "first_day": last_day(nearest[0].due_at) if count else None,
        "requests": [requests.shown(each) for each in asked[:SHOWN]],
        "asked_count": open_requests,
        "asked_words": counted(open_requests, tenures.COUNTED),
        "expiring": listing.expiring(firm.pk, EXPIRING, SHOWN, request.actor),
        "expiring_days": EXPIRING,
        "days": SOON,
        "coming": tenures.coming(firm.pk, SOON, SHOWN),
        "going": tenures.going(firm.pk, SOON, SHOWN),
        "served": counted(tenures.count(firm.pk, "now"), tenures.COUNTED),
        "people": people.order_by("name", "person__name", "pk"),
    }
    return TemplateResponse(request, "desk/home.html", context)
