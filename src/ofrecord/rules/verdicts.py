"""Verdicts: what a rule that refuses tells a person, and what they can do about it.

Everything a reader sees about eligibility is composed here from the live policy.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from babel.core import Locale
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ofrecord.rules import remedies
from ofrecord.rules.periods import Period
from ofrecord.rules.policy import Terms


@dataclass(frozen=True)
class Page:
    """A page that does a step of a remedy, and what its link is called."""

    label: str
    url: str


@dataclass(frozen=True)
class Remedy:
    """What can be done: a sentence, and the page that does it where there is one.

    `pages` are those of all its steps, on this site; `url` is the first of them, in full.
    """

    text: str
    url: str | None = None
    pages: tuple[Page, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Verdict:
    """A rule that refuses, with its reason, dates and remedy."""

    code: str
    reason: str
    since: date | None
    until: date | None
    remedy: Remedy

    def as_data(self) -> dict[str, Any]:
        """The verdict as doors for programs write it; days are ISO dates or null."""
        since, until = (day.isoformat() if day else None for day in (self.since, self.until))
        remedy = {"text": self.remedy.text, "url": self.remedy.url}
        return {
            "code": self.code,
            "reason": self.reason,
            "since": since,
            "until": until,
            "remedy": remedy,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Verdict":
        """The verdict that `as_data` wrote."""
        since, until = (
            date.fromisoformat(day) if day else None for day in (data["since"], data["until"])
        )
        return cls(data["code"], data["reason"], since, until, Remedy(**data["remedy"]))


@dataclass(frozen=True)
class Case:
    """What the sentences of one agreement are made of.

    `facts` is the row of facts as a mapping; `who_can` names the people of the account whose
    role allows the change.
    """

    facts: Mapping[str, Any]
    terms: Terms
    today: date
    who_can: tuple[str, ...] = ()

    @property
    def renewable_until(self) -> date:
        end: date = self.facts["end_on"]
        return end + timedelta(days=self.terms.renewal_grace_days)

    @property
    def near(self) -> bool:
        end: date = self.facts["end_on"]
        return (end - self.today).days <= self.terms.near_expiration_days


def verdict(period: Period, case: Case) -> Verdict:
    """The period of a rule, told in words."""
    reason = _REASONS[period.code](case)
    remedy = composed([period.code], case)
    return Verdict(period.code, reason, period.since, period.until, remedy)


def composed(codes: Iterable[str], case: Case) -> Remedy:
    """One remedy for all the rules that refuse.

    Support comes instead of what the customer could do alone; otherwise the steps follow in
    the order in which they have to be taken, each once.
    """
    steps = [step for code in codes for step in _STEPS[code](case)]
    if "support" in steps:
        steps = [step for step in steps if step in ("support", "wait", "who_can")]
    ordered = [step for step in _SENTENCES if step in steps]
    if "renew" in ordered and "change" in ordered:
        ordered.remove("change")
    text = " ".join(_SENTENCES[step](case) for step in ordered)
    pages = _pages(ordered, case)
    return Remedy(text, remedies.absolute(pages[0].url) if pages else None, pages)


def _pages(steps: list[str], case: Case) -> tuple[Page, ...]:
    """The pages of the steps; those of the customer's door are for whoever may take the step.

    Whoever may not is led to those who can.
    """
    pages = {step: _address(step, case) for step in steps}
    found = {
        step: url
        for step, url in pages.items()
        if url and (step == "who_can" or "who_can" not in steps or not url.startswith("/"))
    }
    return tuple(Page(str(_LABELS[step]), url) for step, url in found.items())


def _address(step: str, case: Case) -> str | None:
    page = remedies.address(step, case.facts)
    return page or support_address() if step == "support" else page


def support_address() -> str | None:
    """Where the vendor's support is reached: the page, else the email, else the telephone."""
    if settings.OFRECORD_SUPPORT_URL:
        return str(settings.OFRECORD_SUPPORT_URL)
    if settings.OFRECORD_SUPPORT_EMAIL:
        return f"mailto:{settings.OFRECORD_SUPPORT_EMAIL}"
    return f"tel:{settings.OFRECORD_SUPPORT_PHONE}" if settings.OFRECORD_SUPPORT_PHONE else None


def day(value: date) -> str:
    """A date as the reader writes it."""
    return date_format(value, "DATE_FORMAT")


def country(code: str) -> str:
    """The name of a country in the reader's language."""
    reader = Locale.parse((get_language() or "en").replace("-", "_"))
    return str(reader.territories.get(code.upper(), code))


def _auto_renews(case: Case) -> list[str]:
    return ["auto_renew_off", "renew" if case.near else "change"]


def _expired(case: Case) -> list[str]:
    return ["renew"] if case.today <= case.renewable_until else ["support"]


_STEPS: dict[str, Callable[[Case], list[str]]] = {
    "auto_renews": _auto_renews,
    "token_flex": lambda case: ["support"],
    "expired": _expired,
    "near_expiration": lambda case: ["renew"],
    "transaction_only": lambda case: ["quote"],
    "change_in_progress": lambda case: ["wait"],
    "locked": lambda case: ["unlock"],
    "cool_down": lambda case: ["later"],
    "not_permitted": lambda case: ["who_can"],
    "partner_malformed": lambda case: ["check_number"],
    "partner_unknown": lambda case: ["check_number"],
    "partner_inactive": lambda case: ["another_partner"],
    "partner_same": lambda case: ["nothing"],
    "partner_territory": lambda case: ["another_partner"],
    "partner_product": lambda case: ["another_partner"],
    "not_undoable": lambda case: ["support"],
    "decided_since": lambda case: ["support"],
    "undo_window": lambda case: ["support"],
    "restored_inactive": lambda case: ["change_instead"],
}

_SENTENCES: dict[str, Callable[[Case], str]] = {
    "who_can": lambda case: (
        _("Ask someone who can: %(people)s.") % {"people": ", ".join(case.who_can)}
        if case.who_can
        else _("Ask an administrator of your account.")
    ),
    "wait": lambda case: (
        _("Wait for change %(number)s, or cancel it.") % {"number": case.facts["open_change"]}
    ),
    "unlock": lambda case: _("Two people of your account can lift the lock."),
    "later": lambda case: (
        _("Change it from %(day)s on.")
        % {"day": day(case.facts["changed_on"] + timedelta(days=case.terms.cool_down_days))}
    ),
    "support": lambda case: _("Contact support."),
    "change_instead": lambda case: _("Change to another partner instead."),
    "auto_renew_off": lambda case: _("Turn auto-renew off first."),
    "change": lambda case: _("Then change the partner here."),
    "renew": lambda case: (
        _("Renew through the new partner, until %(day)s.") % {"day": day(case.renewable_until)}
    ),
    "quote": lambda case: _(
        "Ask the new partner for a quote: the partner changes with the next financial transaction."
    ),
    "check_number": lambda case: _("Check the number with the partner."),
    "another_partner": lambda case: _("Choose another partner."),
    "nothing": lambda case: _("Nothing needs to change."),
}

_LABELS = {
    "who_can": gettext_lazy("See who can"),
    "wait": gettext_lazy("See the change"),
    "unlock": gettext_lazy("See the lock"),
    "support": gettext_lazy("Contact support"),
    "auto_renew_off": gettext_lazy("Turn auto-renew off"),
    "renew": gettext_lazy("Ask for a quote"),
    "quote": gettext_lazy("Ask for a quote"),
}
_OPEN = {
    "submitted": gettext_lazy("submitted"),
    "awaiting_consent": gettext_lazy("awaiting consent"),
    "scheduled": gettext_lazy("scheduled"),
}
_REASONS: dict[str, Callable[[Case], str]] = {
    "auto_renews": lambda case: _("The contract renews automatically."),
    "token_flex": lambda case: _(
        "The contract is an enterprise business agreement that uses Token Flex."
    ),
    "expired": lambda case: (
        _("The contract expired on %(day)s.") % {"day": day(case.facts["end_on"])}
    ),
    "near_expiration": lambda case: (
        _("The contract is within %(days)s days of its expiration on %(day)s.")
        % {"days": case.terms.near_expiration_days, "day": day(case.facts["end_on"])}
    ),
    "transaction_only": lambda case: _(
        "The partner of this subscription changes only with a financial transaction."
    ),
    "change_in_progress": lambda case: (
        _("Change %(number)s of this agreement is open (%(state)s).")
        % {"number": case.facts["open_change"], "state": _OPEN[case.facts["open_change_state"]]}
    ),
    "locked": lambda case: _("Your account has locked the partner of this agreement."),
    "cool_down": lambda case: (
        _("The partner was changed on %(day)s; for %(days)s days after a change it stays.")
        % {"day": day(case.facts["changed_on"]), "days": case.terms.cool_down_days}
    ),
    "not_undoable": lambda case: (
        _("%(number)s is not a change that can be undone here.")
        % {"number": case.facts["undone_number"]}
    ),
    "decided_since": lambda case: (
        _("Since then change %(number)s was decided.") % {"number": case.facts["decided_since"]}
    ),
    "undo_window": lambda case: (
        _("The change could be undone until %(day)s.") % {"day": day(case.facts["undo_until"])}
    ),
    "restored_inactive": lambda case: (
        _("Not active as a partner any more: %(partners)s.")
        % {"partners": ", ".join(case.facts["restored_inactive"])}
    ),
    "not_permitted": lambda case: _("No role held on this agreement allows changing its partner."),
    "partner_malformed": lambda case: (
        _("“%(number)s” is not in the format of a partner's account number.")
        % {"number": case.facts["partner_number"]}
    ),
    "partner_unknown": lambda case: (
        _("No partner has the account number %(number)s.")
        % {"number": case.facts["partner_number"]}
    ),
    "partner_inactive": lambda case: (
        _("%(partner)s is not active as a partner.") % {"partner": case.facts["partner_name"]}
    ),
    "partner_same": lambda case: (
        (
            _("%(partner)s is already the partner of record there.")
            if case.facts.get("partly")
            else _("%(partner)s is already the only partner of record.")
        )
        % {"partner": case.facts["partner_name"]}
    ),
    "partner_territory": lambda case: (
        _("%(partner)s is not authorized for %(country)s.")
        % {"partner": case.facts["partner_name"], "country": country(case.facts["country"])}
    ),
    "partner_product": lambda case: (
        _("%(partner)s is not authorized for: %(products)s.")
        % {
            "partner": case.facts["partner_name"],
            "products": ", ".join(case.facts["products_not_authorized"] or ()),
        }
    ),
}
