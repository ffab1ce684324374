"""The account that the portal's lists show."""

from django.core.exceptions import PermissionDenied

from ofrecord.parties.models import Account
from ofrecord.web.actor import DoorRequest


def account_of(request: DoorRequest) -> Account:
    """The chosen account; every page of the portal asks for a role in one."""
    if not request.account:
        raise PermissionDenied
    return request.account
