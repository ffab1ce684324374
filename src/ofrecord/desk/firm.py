"""The firm that the desk shows."""

from django.core.exceptions import PermissionDenied

from ofrecord.parties.models import Partner
from ofrecord.web.actor import DoorRequest


def firm_of(request: DoorRequest) -> Partner:
    """The chosen firm; every page of the desk asks for a role in one."""
    if not request.partner:
        raise PermissionDenied
    return request.partner
