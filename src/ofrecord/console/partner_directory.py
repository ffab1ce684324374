"""Where a partner stands in the directory: how its pages find it, and the way to them."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.parties.models import Partner

COLOURS = {"active": "good", "suspended": "warn", "terminated": "bad"}


def partner_of(number: str) -> Partner:
    """The partner of an address; 404 where there is none."""
    found = Partner.objects.filter(account_number=number).select_related("status_by").first()
    if found is None:
        raise Http404(number)
    return found


def crumbs() -> list[tuple[str, str]]:
    return [(_("Partners"), reverse("console:partners"))]


def url_of(partner: Partner) -> str:
    return reverse("console:partner", args=[partner.account_number])
