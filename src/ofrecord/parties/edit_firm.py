"""Edit a firm's profile: how customers and the vendor reach it is the firm's own to say."""

import re
from dataclasses import asdict, dataclass, fields

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from ofrecord.parties.actors import Actor
from ofrecord.parties.add_person import judged_email
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from ofrecord.parties.people.places import concerns
from ofrecord.parties.people.rights import is_head
from ofrecord.parties.refusals import Refused
from ofrecord.parties.streams import tell

LONGEST = 200


@dataclass(frozen=True)
class Profile:
    """What a firm says of itself. Its name, number, kind, country, status and what it is
    authorized for are the vendor's to say.
    """

    street: str
    city: str
    postal_code: str
    email: str
    website: str
    language: str

    @classmethod
    def of(cls, firm: Partner) -> "Profile":
        """The profile as it is now."""
        return cls(*(getattr(firm, field.name) for field in fields(cls)))


def edit_firm(number: str, profile: Profile, *, by: Actor) -> Partner:
    """Bring the profile up to date, by an admin of the firm.

    Previews that show the firm are stale afterwards. Refused: firm_unknown, not_permitted,
    email_unusable, website_unusable, language_unknown, text_unusable, unchanged.
    """
    judged = _judged(profile)
    with seeing(Actor.system(by.door)):
        locked = Partner.objects.select_for_update(no_key=True)
        firm = locked.filter(account_number=number).first()
        if firm is None or not concerns(firm, by):
            raise Refused("firm_unknown", _("There is no such firm."))
        if not (by.is_system or is_head(by, firm)):
            raise Refused("not_permitted", _("Only an admin of the firm edits its profile."))
        before, after = asdict(Profile.of(firm)), asdict(judged)
        changed = [name for name, value in after.items() if before[name] != value]
        if not changed:
            raise Refused("unchanged", _("Nothing would change."))
        Partner.objects.filter(pk=firm.pk).update(**after)
        tell(firm, "partner.profile_changed", {"changed": changed}, by.by)
        firm.refresh_from_db()
    return firm


def _judged(profile: Profile) -> Profile:
    given = {name: " ".join(text.split()) for name, text in asdict(profile).items()}
    if any(len(text) > LONGEST or not text.isprintable() for text in given.values()):
        raise Refused("text_unusable", _("Write at most %(most)s characters.") % {"most": LONGEST})
    if given["language"] not in dict(settings.LANGUAGES):
        raise Refused("language_unknown", _("Choose one of the languages that are offered."))
    given["email"] = judged_email(given["email"])
    given["website"] = _judged_website(given["website"])
    return Profile(**given)


def _judged_website(website: str) -> str:
    """An address of the web, with its scheme; nothing is one too."""
    if not website:
        return ""
    whole = website if re.match(r"[a-z][a-z0-9+.-]*:", website, re.IGNORECASE) else ""
    address = whole or f"https://{website}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        raise Refused(
            "website_unusable", _("%(website)r is no web address.") % {"website": website}
        ) from None
    return address
