"""The kinds of financial transaction."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PURCHASE = "purchase", _("new purchase")
    RENEWAL = "renewal", _("renewal")
    EXTENSION = "extension", _("extension")
    SEATS = "seats", _("added seats")
    SWITCH = "switch", _("product switch")


OTHER_PARTNER = {
    "subscription": tuple(Kind),
    "contract": (Kind.PURCHASE, Kind.RENEWAL),
}
"""By purchasing model: the kinds that may name another partner than the one of record."""
