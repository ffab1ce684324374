"""Which addresses an endpoint may be given. Names are judged again whenever they are resolved."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from ofrecord.delivery import reach
from ofrecord.delivery.refusals import Refused

LONGEST_URL = 2_000
NUMERIC = re.compile(r"(0x[0-9a-f]*|\d+)\.?", re.IGNORECASE)
"""The last part of a host that old resolvers read as a number, whatever base it is written in."""


def judge_url(url: str) -> None:
    """Refuse an address as url_unusable, url_insecure or address_refused."""
    parts = _split(url)
    if parts is None:
        raise Refused(
            "url_unusable",
            _("The address must start with https:// or http:// and name a host, nothing secret."),
        )
    if parts.scheme == "http" and settings.PRODUCTION and not settings.OFRECORD_PRIVATE_ENDPOINTS:
        raise Refused("url_insecure", _("The address must start with https://."))
    if not _may_be_reached(str(parts.hostname)):
        raise Refused("address_refused", _("Endpoints at this network address are not allowed."))


def _split(url: str) -> SplitResult | None:
    """The parts of an address that can be used; None otherwise."""
    if len(url) > LONGEST_URL or not re.fullmatch(r"[!-~]+", url):
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable and "@" not in parts.netloc and not parts.fragment else None


def _may_be_reached(host: str) -> bool:
    """Whether a numeric address is allowed; one that is written oddly never is."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not NUMERIC.fullmatch(host.rstrip(".").rpartition(".")[2])
    return reach.is_allowed(host)
