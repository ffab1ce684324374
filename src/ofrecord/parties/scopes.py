"""What a system may do with its token: scopes, and which of them each kind of client can hold."""

from django.utils.translation import gettext_lazy as _

VENDOR, ACCOUNT, PARTNER = "vendor", "account", "partner"

SCOPES = {
    "agreements:read": _("Read agreements, their history, and whether their partner can change."),
    "accounts:read": _("Read accounts."),
    "partners:read": _("Look partners up by their exact account number."),
    "changes:read": _("Read partner changes and how far each system has learned of them."),
    "changes:write": _("Submit and take back partner changes, and lock agreements, for a person."),
    "consents:read": _("Read the consents that partner changes wait for."),
    "consents:write": _("Give or refuse consents, and redeem transfer codes."),
    "quotes:read": _("Read quotes and requests for them."),
    "quotes:write": _("Make and answer quotes, and ask for them."),
    "orders:read": _("Read orders."),
    "orders:write": _("Book transactions of the vendor's own system."),
    "events:read": _("Read the feed of events."),
    "endpoints:read": _("Read endpoints and deliveries."),
    "endpoints:write": _("Add, change and remove endpoints, and send events again."),
}
HELD_BY = {
    VENDOR: tuple(scope for scope in SCOPES if scope != "quotes:write"),
    ACCOUNT: (
        "agreements:read",
        "accounts:read",
        "partners:read",
        "changes:read",
        "changes:write",
        "consents:read",
        "consents:write",
        "quotes:read",
        "quotes:write",
        "orders:read",
        "events:read",
    ),
    PARTNER: (
        "agreements:read",
        "partners:read",
        "consents:read",
        "consents:write",
        "quotes:read",
        "quotes:write",
        "orders:read",
        "events:read",
    ),
}
