"""What every template may read: the vendor, the frame, the languages, the chosen theme."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from ofrecord.web.frame import frame_of

THEMES = ("light", "dark")
THEME_COOKIE = "theme"


@dataclass(frozen=True)
class Vendor:
    """The company whose deployment this is, as its settings say."""

    name: str
    logo_url: str
    account_number_label: str
    support_url: str
    support_email: str
    support_phone: str


def vendor() -> Vendor:
    """The vendor of this deployment."""
    return Vendor(
        name=_setting("OFRECORD_VENDOR_NAME") or "OfRecord",
        logo_url=_setting("OFRECORD_VENDOR_LOGO_URL"),
        account_number_label=_setting("OFRECORD_ACCOUNT_NUMBER_LABEL") or _("account number"),
        support_url=_setting("OFRECORD_SUPPORT_URL"),
        support_email=_setting("OFRECORD_SUPPORT_EMAIL"),
        support_phone=_setting("OFRECORD_SUPPORT_PHONE"),
    )


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all pages."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "vendor": SimpleLazyObject(vendor),
        "frame": SimpleLazyObject(lambda: frame_of(request)),
        "theme": chosen if chosen in THEMES else "",
        "theme_css_url": f"{reverse('web:theme_css')}?v={_setting('OFRECORD_VENDOR_ACCENT')[1:]}",
        "languages": settings.LANGUAGES,
        "request_id": getattr(request, "request_id", ""),
    }


def _setting(name: str) -> str:
    return str(getattr(settings, name, "") or "")
