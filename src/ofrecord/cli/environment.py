"""Every setting of an installation: its name, its default, what it means.

`ofrecord settings`, the reference page and `settings.py` are made from this one table.
"""

import os
import re
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured


class SettingError(ImproperlyConfigured):
    """A setting that cannot be used; its text is one sentence naming the setting."""


@dataclass(frozen=True)
class Setting:
    name: str
    default: str
    meaning: str
    secret: bool = False

    @property
    def value(self) -> str:
        """What is in force: the environment's value, else the default."""
        return os.environ.get(self.name) or self.default


SETTINGS = (
    Setting(
        "DATABASE_URL",
        "",
        "PostgreSQL to serve from, as the runtime role; empty: the embedded server.",
        secret=True,
    ),
    Setting(
        "DATABASE_OWNER_URL",
        "",
        "The same database as the role that owns it; only migrate uses it.",
        secret=True,
    ),
    Setting(
        "OFRECORD_HOME",
        "",
        "Directory of keys and embedded database; empty: .ofrecord in the checkout.",
    ),
    Setting(
        "OFRECORD_ENV",
        "development",
        "development or production; production is stricter about what it accepts.",
    ),
    Setting(
        "OFRECORD_TODAY",
        "",
        "Business date (YYYY-MM-DD) of every process, for try-out and tests; "
        "refused in production.",
    ),
    Setting("OFRECORD_TIME_ZONE", "UTC", "The vendor's time zone, in which its days begin."),
    Setting("OFRECORD_BASE_URL", "http://127.0.0.1:8000", "Address under which people reach it."),
    Setting(
        "OFRECORD_TRUSTED_PROXIES",
        "0",
        "How many reverse proxies in front may be believed about a caller's address.",
    ),
    Setting(
        "OFRECORD_SECRET_KEY",
        "",
        "Signs sessions and links; empty: a key file in OFRECORD_HOME.",
        secret=True,
    ),
    Setting(
        "OFRECORD_NUMBER_KEY",
        "",
        "Scrambles the numbers of changes; never alter it; empty: a key file.",
        secret=True,
    ),
    Setting(
        "OFRECORD_ENCRYPTION_KEY",
        "",
        "Encrypts secrets at rest (32 bytes, URL-safe base64); empty: a key file.",
        secret=True,
    ),
    Setting(
        "OFRECORD_SIGNING_KEY",
        "",
        "Signs receipts, statements and anchors (Ed25519, PEM); empty: a key file.",
        secret=True,
    ),
    Setting("OFRECORD_VENDOR_NAME", "Larkfield Software", "The vendor, as people read it."),
    Setting("OFRECORD_VENDOR_ACCENT", "#0b5d57", "The vendor's accent colour, as #rrggbb."),
    Setting(
        "OFRECORD_VENDOR_LOGO_URL", "", "The vendor's logo: an address on this site, or data:."
    ),
    Setting("OFRECORD_ACCOUNT_NUMBER_LABEL", "CSN", "What an account number is called on screens."),
    Setting("OFRECORD_ACCOUNT_NUMBER_PATTERN", r"\d{10}", "Account numbers, matched whole."),
    Setting("OFRECORD_CONTRACT_NUMBER_PATTERN", r"\d{12}", "Contract numbers, matched whole."),
    Setting(
        "OFRECORD_SUBSCRIPTION_ID_PATTERN", r"\d{2,3}-\d{8}", "Subscription IDs, matched whole."
    ),
    Setting(
        "OFRECORD_CONTRACT_NUMBER_FORMAT",
        "98##########",
        "Numbers of contracts purchased by quote; #### is counted.",
    ),
    Setting(
        "OFRECORD_SUBSCRIPTION_ID_FORMAT",
        "98-########",
        "Subscription IDs of what is purchased by quote; #### is counted.",
    ),
    Setting(
        "OFRECORD_RENEWS",
        "true",
        "true: a term that renews by itself is followed by the next one when it ends; false: "
        "another system says so, by import or order.",
    ),
    Setting(
        "OFRECORD_CASES",
        "true",
        "true: 'contact support' opens a case here; false: it leads to OFRECORD_SUPPORT_URL, "
        "_EMAIL or _PHONE.",
    ),
    Setting(
        "OFRECORD_POLICY_BY_TWO",
        "false",
        "true: a version of the policy is published by another person than the one who drafted it.",
    ),
    Setting(
        "OFRECORD_CASE_ANSWER_DAYS",
        "1",
        "Working days after the opening of a case at whose end it should have its first answer.",
    ),
    Setting(
        "OFRECORD_CASE_RESOLUTION_DAYS",
        "5",
        "Working days after its opening at whose end a case should be resolved.",
    ),
    Setting(
        "OFRECORD_CASE_REOPEN_DAYS",
        "5",
        "Working days in which a resolved case can be opened again; then it is closed.",
    ),
    Setting("OFRECORD_CASES_PER_PERSON_PER_HOUR", "20", "Cases that one person may open."),
    Setting(
        "OFRECORD_INVITATION_DAYS", "30", "Days after today through which an invitation is open."
    ),
    Setting(
        "OFRECORD_INVITATIONS_PER_PARTNER_PER_DAY",
        "20",
        "Invitations that one partner may send within 24 hours.",
    ),
    Setting(
        "OFRECORD_CANARY_ACCOUNTS",
        "",
        "Account numbers that no customer has, separated by commas: a partner that invites one is "
        "guessing, and the event invitation.canary_invited says so.",
    ),
    Setting("OFRECORD_SUPPORT_URL", "", "Where 'contact support' leads where there are no cases."),
    Setting("OFRECORD_SUPPORT_EMAIL", "", "Support's email address."),
    Setting("OFRECORD_SUPPORT_PHONE", "", "Support's telephone number."),
    Setting(
        "OFRECORD_PDF_FONTS",
        "",
        "Font files (TTF, OTF, TTC) for scripts other than Latin, Greek, Cyrillic and Arabic, "
        "separated by commas.",
    ),
    Setting("OFRECORD_LANGUAGES", "en", "Languages offered, separated by commas."),
    Setting(
        "OFRECORD_SMTP_URL",
        "",
        "smtp://user:password@host:587 (STARTTLS), smtps://... (TLS) or smtp+plain://...; "
        "empty: letters are kept and not sent.",
        secret=True,
    ),
    Setting("OFRECORD_MAIL_FROM", "OfRecord <no-reply@localhost>", "Sender of letters."),
    Setting(
        "OFRECORD_MAILBOX", "false", "true: every letter is readable at /mailbox/, for try-out."
    ),
    Setting(
        "OFRECORD_PRIVATE_ENDPOINTS",
        "",
        "true: events may be sent to this machine and to private networks; networks such as "
        "10.2.0.0/16,fd12::/48: to these; empty: not when OFRECORD_ENV is production.",
    ),
    Setting(
        "OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR", "60", "Partner look-ups that one person may make."
    ),
    Setting(
        "OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR",
        "300",
        "Partner look-ups that one account's people may make together.",
    ),
    Setting("OFRECORD_CODES_PER_PERSON_PER_HOUR", "20", "Transfer codes that one person may try."),
    Setting(
        "OFRECORD_CODES_PER_PARTNER_PER_HOUR",
        "60",
        "Transfer codes that one partner's people may try together.",
    ),
    Setting("OFRECORD_API_CALLS_PER_MINUTE", "6000", "Calls of the API that one client may make."),
    Setting(
        "OFRECORD_API_PATIENCE",
        "10",
        "Seconds that a write through the API waits for another on the same thing.",
    ),
    Setting(
        "OFRECORD_DATABASE_POOL",
        "0",
        "Connections that one process keeps; 0: one per thread. The server sets 16.",
    ),
    Setting(
        "OFRECORD_STATEMENT_TIMEOUT",
        "0",
        "Seconds after which a statement is given up; 0: never. The server sets 30.",
    ),
    Setting(
        "OFRECORD_FAILPOINT",
        "",
        "Named point at which a process kills itself, for tests only; refused in production.",
    ),
    Setting("OFRECORD_LOG_LEVEL", "WARNING", "Least severe log line written to standard error."),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def text(name: str) -> str:
    return _BY_NAME[name].value


def number(name: str) -> int:
    value = text(name)
    if not re.fullmatch(r"\d{1,9}", value):
        raise SettingError(f"{name} is {value!r}; it must be a whole number, 0 or more.")
    return int(value)


def flag(name: str) -> bool:
    return choice(name, ("true", "false")) == "true"


def networks(name: str, default: bool) -> bool | tuple[IPv4Network | IPv6Network, ...]:
    """All private networks, none, or the ones named, separated by commas."""
    value = text(name)
    if not value:
        return default
    if value in ("true", "false"):
        return value == "true"
    try:
        return tuple(ip_network(each.strip()) for each in value.split(","))
    except ValueError as error:
        wrong = f"{name} is {value!r}; it must be true, false or networks: {error}."
        raise SettingError(wrong) from None


def choice(name: str, allowed: tuple[str, ...]) -> str:
    value = text(name)
    if value not in allowed:
        raise SettingError(f"{name} is {value!r}; it must be one of: {', '.join(allowed)}.")
    return value


def matching(name: str, pattern: str, described: str) -> str:
    value = text(name)
    if not re.fullmatch(pattern, value):
        raise SettingError(f"{name} is {value!r}; it must be {described}.")
    return value


def expression(name: str) -> str:
    value = text(name)
    try:
        re.compile(value)
    except re.error as error:
        raise SettingError(f"{name} is {value!r}, which is no pattern: {error}.") from None
    return value


def files(name: str) -> tuple[Path, ...]:
    """The files named, separated by commas; each of them exists."""
    found = tuple(Path(each.strip()) for each in text(name).split(",") if each.strip())
    if missing := [path for path in found if not path.is_file()]:
        raise SettingError(f"{name} names {str(missing[0])!r}, which is no file.")
    return found


def words(name: str) -> tuple[str, ...]:
    """What is named, separated by commas, without blanks."""
    return tuple(each for word in text(name).split(",") if (each := word.strip()))


def zone(name: str) -> str:
    value = text(name)
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError):
        raise SettingError(
            f"{name} is {value!r}; it must be a zone such as Europe/Berlin."
        ) from None
    return value


def day(name: str) -> date | None:
    """The day set, or None; nobody may move the date of a production system."""
    value = text(name)
    if value and text("OFRECORD_ENV") == "production":
        raise SettingError(f"{name} must not be set when OFRECORD_ENV is production.")
    try:
        if value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise ValueError(value)
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise SettingError(f"{name} is {value!r}; it must be a date, YYYY-MM-DD.") from None


def address(name: str, schemes: tuple[str, ...]) -> SplitResult:
    """A URL with a host; `port` of the answer is safe to read."""
    value = text(name)
    try:
        url = urlsplit(value)
        if url.scheme in schemes and url.hostname and url.port != 0:
            return url
    except ValueError:
        pass
    shown = "not usable" if _BY_NAME[name].secret else repr(value)
    raise SettingError(f"{name} is {shown}; it must start with {schemes[0]}:// and name a host.")
