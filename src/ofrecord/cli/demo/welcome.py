"""What the demo says when everything is ready."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rich.console import Group, RenderableType

from ofrecord.cli.demo.story import CAST, PASSWORD, TRY_FIRST, VENDOR
from ofrecord.cli.demo.systems import Receiver
from ofrecord.cli.output import facts, table


def as_data(
    url: str, receivers: Sequence[Receiver], api_clients: list[dict[str, Any]], *, loaded: bool
) -> dict[str, Any]:
    """The one line of --json."""
    return {
        "url": url,
        "people": [
            {
                "name": member.name,
                "email": member.email,
                "password": PASSWORD,
                "role": member.role,
                "belongs_to": member.belongs_to,
            }
            for member in CAST
            if loaded
        ],
        "receivers": [receiver.as_data() for receiver in receivers],
        "mailbox": f"{url}/mailbox/",
        "api_clients": api_clients,
    }


def drawn(told: dict[str, Any]) -> RenderableType:
    """The same for a person, and what to try first."""
    return Group(
        "",
        _("%(vendor)s is ready: %(url)s") % {"vendor": VENDOR, "url": told["url"]},
        "",
        *(_people(told["people"]) if told["people"] else [_another_book()]),
        "",
        _receivers(told["receivers"]),
        "",
        facts([(_("Letters"), told["mailbox"]), (_("API"), f"{told['url']}/api/v1/docs")]),
        "",
        _api_clients(told["api_clients"]),
        "",
        _("Ctrl-C stops everything."),
    )


def _people(people: Sequence[dict[str, Any]]) -> list[RenderableType]:
    headings = (_("Name"), _("Email"), _("Role"), _("Belongs to"))
    rows = [(each["name"], each["email"], each["role"], each["belongs_to"]) for each in people]
    steps = [f"{number}. {step}" for number, step in enumerate(TRY_FIRST, 1)]
    return [
        table(headings, rows),
        "",
        _("Everybody's password: %(password)s") % {"password": PASSWORD},
        "",
        _("What to try first:"),
        *steps,
    ]


def _api_clients(clients: Sequence[dict[str, Any]]) -> RenderableType:
    headings = (_("API client"), _("Belongs to"), _("Client id"), _("Secret"))
    names = ("name", "belongs_to", "client_id", "client_secret")
    return table(headings, [[each[name] for name in names] for each in clients])


def _another_book() -> str:
    return _(
        "This installation holds another book, so the demo vendor's was not loaded. "
        "Another OFRECORD_HOME gets it."
    )


def _receivers(receivers: Sequence[dict[str, Any]]) -> RenderableType:
    headings = (_("System"), _("What it received"), _("Takes"))
    rows = [
        (each["name"], each["url"], _("%(ms)s ms") % {"ms": each["delay_ms"]}) for each in receivers
    ]
    return table(headings, rows)
