"""The fingerprint of a preview: what has to be as it was shown for submit to apply it."""

import hashlib
from dataclasses import dataclass, fields

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Fingerprint:
    """The versions of agreement, policy and gaining partner, the effective time, who is told.

    `subject` says which agreement and partner it is about. A new day alone changes none of it.
    """

    agreement: str
    policy: str
    partner: str
    effective: str
    told: str
    subject: str

    def __str__(self) -> str:
        return ".".join(str(getattr(self, field.name)) for field in fields(self))

    def moved(self, shown: "Fingerprint") -> list[str]:
        """What differs from the fingerprint that was shown, in words."""
        return [
            str(PARTS[field.name])
            for field in fields(self)
            if getattr(self, field.name) != getattr(shown, field.name)
        ]


PARTS = {
    "agreement": _("the agreement"),
    "policy": _("the policy"),
    "partner": _("the new partner"),
    "effective": _("the effective time"),
    "told": _("who will be told"),
    "subject": _("which agreement or partner is meant"),
}


def parsed(text: str) -> Fingerprint | None:
    """A fingerprint as it was shown; None when this is none."""
    parts = text.strip().split(".")
    return Fingerprint(*parts) if len(parts) == len(PARTS) and all(parts) else None


def digest(*values: object) -> str:
    """Eight hexadecimal digits of what the values say."""
    return hashlib.sha256("\x1f".join(map(str, values)).encode()).hexdigest()[:8]
