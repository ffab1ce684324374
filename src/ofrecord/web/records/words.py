"""What the pages say about whether a partner can be changed, from the check's own periods."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ofrecord.changes.check import Check
from ofrecord.changes.find import FoundPartner
from ofrecord.parties.models import Partner
from ofrecord.rules import verdicts
from ofrecord.rules.policy import AVAILABILITY
from ofrecord.rules.verdicts import Case, Verdict, country, day
from ofrecord.web import drawing
from ofrecord.web.templatetags import web

DAY = timedelta(days=1)
IN_TIME = (*AVAILABILITY, "cool_down")
NUMBER = re.compile(r"\b(PC|CS)-[0-9A-Z]{8}\b")
PAGES = {"PC": "change", "CS": "case"}


@dataclass(frozen=True)
class Way:
    """How the partner can be changed on some day: a short name, a state, and what to do."""

    name: str
    state: str
    words: str


def way(codes: Sequence[str], case: Case) -> Way:
    """The way that these refusing rules leave on the case's day."""
    words = verdicts.composed(codes, case).text if codes else _("change it here")
    if "token_flex" in codes:
        return Way(_("Through support"), "bad", words)
    if "transaction_only" in codes:
        return Way(_("With the next transaction"), "accent", words)
    if "expired" in codes and case.today > case.renewable_until:
        return Way(_("Expired, support"), "neutral", words)
    if "expired" in codes or "near_expiration" in codes:
        return Way(_("With the renewal"), "warn", words)
    if "auto_renews" in codes:
        return Way(_("Auto-renew off first"), "warn", words)
    if "cool_down" in codes:
        return Way(_("Just changed"), "neutral", words)
    return Way(_("Self-service"), "good", words)


def badge(check: Check) -> Way:
    """Whether and how the partner can be changed today, in the few words of a list."""
    codes = _codes(check)
    case = check.case
    if check.available and check.available_until:
        words = _("Until %(day)s") % {"day": web.day(check.available_until)}
        return Way(words, "good", "")
    if check.available:
        return Way(_("Any time"), "good", "")
    if "change_in_progress" in codes:
        return Way(_("A change is open"), "accent", "")
    if "locked" in codes:
        return Way(_("Locked"), "neutral", "")
    left = [code for code in codes if code in IN_TIME]
    if not left:
        return Way(_("Not by you"), "neutral", "")
    found = way(left, case)
    if found.state == "warn" and {"expired", "near_expiration"} & set(left):
        until = web.short_day(case.renewable_until)
        name = _("With the renewal, to %(day)s") % {"day": until}
        return replace(found, name=name, words="")
    return replace(found, words="")


def why(check: Check) -> str:
    """Why it cannot be changed, and what to do about it; empty when it can."""
    return told(check.verdicts, check)


def told(refusing: Sequence[Verdict], check: Check) -> str:
    """These verdicts and the one remedy composed from all of them, as plain text."""
    reasons = " ".join(verdict.reason for verdict in refusing)
    remedy = check.remedy
    return f"{reasons} {remedy.text}".strip() if remedy else reasons


def lead(check: Check, door: str = "portal") -> SafeString:
    """The sentence that answers the question the person came with, its dates in bold."""
    contract = check.facts["purchasing_model"] == "contract"
    if not check.available:
        first = (
            _("You cannot change the authorized partner of this contract now.")
            if contract
            else _("You cannot change the authorized partner of this subscription here.")
        )
        rest = emphasized(why(check), check, door)
        return format_html("<b>{}</b> {}", first, rest)
    if check.available_until is None:
        return format_html(
            "{}", _("You can change the authorized partner of this agreement at any time.")
        )
    until = format_html("<b>{}</b>", web.long_day(check.available_until))
    said = (
        _("You can change the authorized partner of this contract until %(day)s.")
        if contract
        else _("You can change the authorized partner of this subscription until %(day)s.")
    )
    after = next((p for p in timeline(check) if p.start and p.start > check.today), None)
    first_part, last_part = said.split("%(day)s")
    return format_html(
        '{}{}{} <span class="muted">{}</span>',
        first_part,
        until,
        last_part,
        _("After that: %(way)s.") % {"way": after.label[:1].lower() + after.label[1:]}
        if after
        else "",
    )


def timeline(check: Check) -> list[drawing.Period]:
    """The agreement's time in stretches, each with the way that is open in it."""
    periods = [period for period in check.periods if period.code in IN_TIME]
    cuts = {p.since for p in periods if p.since} | {p.until + DAY for p in periods if p.until}
    if any(period.code == "expired" for period in periods):
        cuts.add(check.case.renewable_until + DAY)
    start = min(check.facts["start_on"], check.today)
    bounds = [start, *sorted(cut for cut in cuts if cut > start)]
    stretches: list[drawing.Period] = []
    for first, following in zip(bounds, [*bounds[1:], None], strict=True):
        codes = [period.code for period in periods if period.contains(first)]
        found = way(codes, replace(check.case, today=first))
        last = following - DAY if following else None
        before = stretches[-1] if stretches else None
        if before and (before.label, before.words) == (found.name, found.words):
            stretches[-1] = replace(before, end=last)
        else:
            stretches.append(drawing.Period(found.name, first, last, found.state, found.words))
    return stretches


def marks(check: Check) -> list[tuple[date, str]]:
    """What else the timeline shows: the end of the term."""
    return [(check.facts["end_on"], _("ends"))]


def emphasized(text: str, check: Check, door: str = "portal") -> SafeString:
    """A sentence of the rules with its dates in bold and its changes as links."""
    facts = check.facts
    days = {facts["end_on"], check.case.renewable_until, check.available_until}
    days |= {at for verdict in check.verdicts for at in (verdict.since, verdict.until)}
    safe = linked(text, door)
    for written in {day(at) for at in days if at}:
        bold = format_html("<b>{}</b>", written)
        safe = mark_safe(safe.replace(conditional_escape(written), bold))  # noqa: S308 - both escaped
    return safe


def linked(text: str, door: str = "portal") -> SafeString:
    """Text in which the number of every change and case leads to its page at this door."""
    pieces: list[tuple[str]] = []
    at = 0
    for found in NUMBER.finditer(text):
        pieces.append((conditional_escape(text[at : found.start()]),))
        url = reverse(f"{door}:{PAGES[found[1]]}", args=[found.group()])
        pieces.append((format_html('<a href="{}">{}</a>', url, found.group()),))
        at = found.end()
    pieces.append((conditional_escape(text[at:]),))
    return format_html_join("", "{}", pieces)


def joined(names: Iterable[str]) -> str:
    """Names as one enumerates them: A, B and C."""
    *before, last = list(names) or [""]
    if not before:
        return last
    return _("%(names)s and %(last)s") % {"names": ", ".join(before), "last": last}


def names(codes: Sequence[str]) -> str:
    """Rules that refuse, in a few words each."""
    short = {
        "auto_renews": _("renews automatically"),
        "token_flex": _("uses Token Flex"),
        "expired": _("expired"),
        "near_expiration": _("near its expiration"),
        "transaction_only": _("changes with a financial transaction only"),
        "change_in_progress": _("another change is open"),
        "locked": _("locked by your account"),
        "cool_down": _("changed too recently"),
        "not_permitted": _("you may not change it"),
        "partner_malformed": _("the number is malformed"),
        "partner_unknown": _("the number is unknown"),
        "partner_inactive": _("the new partner is not active"),
        "partner_same": _("already has this partner"),
        "partner_territory": _("the new partner does not serve the country"),
        "partner_product": _("the new partner does not serve the products"),
        "agreement_moved": _("something changed meanwhile"),
        "not_found": _("not found"),
    }
    return joined(short.get(code, code) for code in codes)


def address(partner: Partner | FoundPartner) -> str:
    """A partner's address in one line."""
    town = " ".join(filter(None, (partner.postal_code, partner.city)))
    return ", ".join(filter(None, (partner.street, town, country(partner.country))))


def kind(purchasing_model: str) -> str:
    """What an agreement of this purchasing model is called."""
    return _("Contract") if purchasing_model == "contract" else _("Subscription")


def details_label(purchasing_model: str) -> str:
    """The entry that opens its page."""
    return _("Contract details") if purchasing_model == "contract" else _("Subscription details")


def role(name: str) -> str:
    """A partner's role on an agreement."""
    return {
        "reseller": _("Reseller"),
        "distributor": _("Distributor"),
        "services": _("Services"),
    }.get(name, name)


def _codes(check: Check) -> list[str]:
    return [period.code for period in check.refusing]
