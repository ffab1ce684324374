"""What letters about a change say, by who reads them.

People of the account read everything. A gaining or staying partner reads about its own role. A
losing partner reads the reference, the account's name and the end of its role, and nothing that
tells who comes next: neither the change's number nor its reason, nor a link.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from ofrecord.agreements.models import PartnerRole
from ofrecord.changes import letter_texts
from ofrecord.changes.decided import Decided, Party
from ofrecord.changes.models import Answer, Kind
from ofrecord.changes.recipients import Asked
from ofrecord.journal import clock
from ofrecord.rules import verdicts

LISTED = 50
SUPPORT = "support"
CORRECTION = "correction"
MADE = ("applied", "scheduled", "awaiting_consent")


def _(text: str) -> str:
    """The text in the language that is spoken, looked up once."""
    return _known(get_language(), text)


@lru_cache(maxsize=1024)
def _known(_language: str | None, text: str) -> str:
    return gettext(text)


@dataclass(frozen=True)
class Words:
    """A letter before it has its form. `lines` are what it is about, one agreement each."""

    subject: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    more: str
    closing: str
    link: str = ""
    link_label: str = ""


def for_account(
    kind: str, decided: Sequence[Decided], who: str, asked: Sequence[Asked] = ()
) -> Words:
    """For the account's own people; `who` of them submitted or cancelled it, if any did.

    `asked` are the consents of what awaits them, or of what they have ended. All are of one
    occasion.
    """
    one = decided[0]
    subject, lead = letter_texts.for_account(kind, one.occasion)
    by_support = one.occasion == SUPPORT and kind in MADE
    stays = one.kept if len(decided) == 1 else ()
    facts = (
        (_("Account"), one.account_name),
        (_("Partner of record") if one.occasion == CORRECTION else _("New partner"), _new(one)),
        (_("Stays"), ", ".join(_in_role(e) for e in stays if e.partner_id != one.partner_id)),
        *_effective(decided),
        _by(kind, one.occasion, who),
        (_("Reason"), one.reason),
        (_("Consent"), "; ".join(dict.fromkeys(_consent(each) for each in asked))),
    )
    named = {
        "what": what([each.reference for each in decided]),
        "vendor": settings.OFRECORD_VENDOR_NAME,
    }
    return Words(
        subject=subject % named,
        lead=lead % named + (f" {_by_support()}" if by_support else ""),
        facts=tuple(fact for fact in facts if fact[1]),
        lines=tuple((each.reference, _set_change(each)) for each in decided[:LISTED]),
        more=more(len(decided)),
        closing=unexpected(),
        link=_link(decided),
        link_label=_("Follow this change") if len(decided) == 1 else _("See all changes"),
    )


def _by(kind: str, occasion: str, who: str) -> tuple[str, str]:
    """Who did it: of the customer by name, of the vendor never."""
    if kind == "cancelled":
        return _("Cancelled by"), who
    if occasion == CORRECTION:
        return _("Made by"), settings.OFRECORD_VENDOR_NAME
    if occasion == SUPPORT:
        return _("Made by"), _support_for(who)
    return _("Submitted by"), who


def _by_support() -> str:
    said = _("%(vendor)s support has made this change, for the reason that is given below.")
    return said % {"vendor": settings.OFRECORD_VENDOR_NAME}


def _support_for(who: str) -> str:
    vendor = settings.OFRECORD_VENDOR_NAME
    if not who:
        return _("%(vendor)s support") % {"vendor": vendor}
    return _("%(vendor)s support, for %(name)s") % {"vendor": vendor, "name": who}


def _new(one: Decided) -> str:
    """The partners that are of record by the change itself, each once."""
    begins = [each for each in one.after if each not in one.before] or one.after
    return ", ".join(dict.fromkeys(f"{each.name} ({each.number})" for each in begins))


def _in_role(party: Party) -> str:
    return f"{party.name} ({PartnerRole(party.role).label})"


def for_gaining(
    kind: str, decided: Sequence[Decided], partner_id: int, until: date | None = None
) -> Words:
    """For a partner that is of record afterwards, newly or still; `until` it may answer."""
    text = letter_texts.for_gaining(kind, decided[0].occasion)
    return _for_serving(text, decided, partner_id, until)


def for_staying(
    kind: str, decided: Sequence[Decided], partner_id: int, until: date | None = None
) -> Words:
    """For a partner that stays what it is: that another one changes, and not which."""
    text = letter_texts.for_staying(kind, decided[0].occasion)
    return _for_serving(text, decided, partner_id, until)


def _for_serving(
    text: letter_texts.Text, decided: Sequence[Decided], partner_id: int, until: date | None
) -> Words:
    return _for_partner(
        text,
        decided,
        [*_effective(decided), *_deadline(until)],
        lambda each: _role(each.after, partner_id),
        asked=until is not None,
    )


def for_losing(
    kind: str, decided: Sequence[Decided], partner_id: int, until: date | None = None
) -> Words:
    """For a partner whose role ends; `until` it may object."""
    text = letter_texts.for_losing(kind, decided[0].occasion)
    goes_on = kind in ("cancelled", "declined", "expired")
    ends = [] if goes_on else _effective(decided, _("End of the role"))
    return _for_partner(
        text,
        decided,
        [*ends, *_deadline(until)],
        lambda each: _role(each.before, partner_id),
        asked=until is not None,
    )


def _for_partner(
    text: letter_texts.Text,
    decided: Sequence[Decided],
    facts: Sequence[tuple[str, str]],
    role: Callable[[Decided], str],
    *,
    asked: bool,
) -> Words:
    subject, lead = text
    accounts = sorted({each.account_name for each in decided})
    customer = [(_("Customer"), accounts[0])] if len(accounts) == 1 else []
    lines = [(each.reference, f"{each.account_name}, {role(each)}") for each in decided[:LISTED]]
    return Words(
        subject=subject % {"what": what([each.reference for each in decided])},
        lead=lead % {"vendor": settings.OFRECORD_VENDOR_NAME},
        facts=(*customer, *facts),
        lines=tuple(lines),
        more=more(len(decided)),
        closing=questions(),
        link=f"{settings.OFRECORD_BASE_URL}/desk/consents/" if asked else "",
        link_label=_("To the partner desk") if asked else "",
    )


def _deadline(until: date | None) -> list[tuple[str, str]]:
    return [(_("Answer until"), date_format(until, "DATE_FORMAT"))] if until else []


def _consent(asked: Asked) -> str:
    """One consent in words: what is asked, and until when or how it was answered."""
    kind = str(Kind(asked.kind).label)
    if not asked.answer:
        return _("%(consent)s, until %(day)s") % {
            "consent": kind,
            "day": date_format(asked.until, "DATE_FORMAT"),
        }
    return f"{kind}: {Answer(asked.answer).label}"


def what(references: Sequence[str]) -> str:
    """What a letter is about: the one agreement, or how many."""
    if len(references) == 1:
        return references[0]
    return ngettext("%(count)s agreement", "%(count)s agreements", len(references)) % {
        "count": len(references)
    }


def more(count: int) -> str:
    """How many of so many are not listed, in words."""
    left = count - LISTED
    if left <= 0:
        return ""
    return ngettext("and %(count)s more", "and %(count)s more", left) % {"count": left}


def _effective(decided: Sequence[Decided], at: str = "") -> list[tuple[str, str]]:
    """When it counts, called `at`; of a correction from when, and until when where it ends."""
    one = decided[0]
    if one.occasion != CORRECTION:
        return [(at or _("Effective"), _when(decided))]
    until = one.effective_until
    return [(_("From"), _when(decided)), *([(_("Until before"), _instant(until))] if until else [])]


def _when(decided: Sequence[Decided]) -> str:
    instants = {each.effective_at for each in decided}
    return " / ".join(_instant(at) for at in sorted(instants)[:3])


def _instant(at: datetime) -> str:
    """A day where it begins with the day, else with the time and its zone."""
    return _written(get_language(), at.astimezone(clock.vendor_zone()), clock.vendor_zone().key)


@lru_cache(maxsize=1024)
def _written(_language: str | None, local: datetime, zone: str) -> str:
    if local == clock.midnight(local.date()):
        return date_format(local, "DATE_FORMAT")
    return f"{date_format(local, 'DATETIME_FORMAT')} ({zone})"


def _set_change(each: Decided) -> str:
    before = ", ".join(dict.fromkeys(party.name for party in each.before)) or _("no partner")
    after = ", ".join(dict.fromkeys(party.name for party in each.after)) or _("no partner")
    return f"{before} → {after}"


def _role(parties: Sequence[Party], partner_id: int) -> str:
    roles = dict.fromkeys(party.role for party in parties if party.partner_id == partner_id)
    return ", ".join(str(PartnerRole(role).label) for role in roles)


def _link(decided: Sequence[Decided]) -> str:
    path = f"/changes/{decided[0].number}/" if len(decided) == 1 else "/changes/"
    return f"{settings.OFRECORD_BASE_URL}{path}"


def unexpected() -> str:
    return _("If you did not expect this, tell %(support)s at once.") % {"support": _support()}


def questions() -> str:
    return _("Questions? Ask %(support)s.") % {"support": _support()}


def _support() -> str:
    """Whom to ask: support's page, email or telephone, else the vendor by name."""
    address = verdicts.support_address() or ""
    return address.removeprefix("mailto:").removeprefix("tel:") or settings.OFRECORD_VENDOR_NAME
