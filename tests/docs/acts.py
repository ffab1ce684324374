"""Every act that the journal tells of, done for real on the book of docs/examples.

What differs from one run to the next (ids, times, numbers) is then written always the same, so
that the page shows what really was recorded and stays as it is.
"""

import json
import re
import shutil
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.complete import complete
from ofrecord.changes.find import find
from ofrecord.changes.locks import lift, lock
from ofrecord.changes.submit import submit
from ofrecord.delivery.endpoints import add_endpoint, move_endpoint
from ofrecord.delivery.models import Delivery
from ofrecord.delivery.waive import waive
from ofrecord.feeds.load import import_book
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.add_person import add_person
from ofrecord.parties.context import seeing
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.models import Person
from ofrecord.parties.set_password import set_password

BOOK = Path(__file__).resolve().parents[2] / "docs" / "examples" / "book"
TODAY = date(2026, 3, 2)
CONTRACT, RESELLER, PROVIDER = "120000000018", "5200000011", "5200000029"
ADMIN, OPERATIONS = "ines.moreau@willow-stone.example", "omar.reed@larkfield.example"
MANAGER = "karl.thoma@willow-stone.example"
FIRST, SECOND = "slow-river-lantern-7", "slow-river-lantern-8"


def done(tmp_path: Path, settings: Settings) -> dict[str, dict[str, Any]]:
    """Do everything; an example of each type of event, as endpoints receive it."""
    settings.OFRECORD_TODAY = TODAY
    terminal = Actor.system("cli")
    import_book(BOOK, by=terminal)
    import_book(_brought_up_to_date(tmp_path), by=terminal)
    _parties(terminal)
    _changes(settings)
    _sign_in()
    disable_person(OPERATIONS, by=terminal)
    return _examples()


def _brought_up_to_date(directory: Path) -> Path:
    """The same book a little later: one cell of four files is another."""
    for file in BOOK.iterdir():
        shutil.copy(file, directory)
    for name, before, after in (
        ("accounts.csv", "Harbour Optics", "Harbour Optics Group"),
        ("partners.csv", "DE;AT;CH", "DE;AT;CH;NL"),
        ("people.csv", "Karl Thoma", "Karl Thoma-Reyes"),
        ("subscriptions.csv", "Draft Studio,40", "Draft Studio,55"),
    ):
        text = (directory / name).read_text()
        (directory / name).write_text(text.replace(before, after))
    return directory


def _parties(terminal: Actor) -> None:
    add_person(OPERATIONS, "Omar Reed", belongs_to="vendor", role="operations", by=terminal)
    set_password(ADMIN, FIRST, by=terminal)
    add_endpoint("http://127.0.0.1:9301/events", "CRM", required=True, by=terminal)
    move_endpoint("CRM", "http://127.0.0.1:9302/events", by=terminal)


def _changes(settings: Settings) -> None:
    admin = _signed_in(ADMIN)
    find(PROVIDER, [CONTRACT], by=admin)
    submit([CONTRACT], PROVIDER, by=admin, reason="One partner for all our sites.")
    _waive_all()
    complete(by=Actor.system())
    _lock(admin)
    later = TODAY + timedelta(days=7)
    number = _scheduled(admin, later)
    cancel(number, by=admin, reason="Decided otherwise.")
    _scheduled(admin, later)
    settings.OFRECORD_TODAY = later
    apply(by=Actor.system())
    settings.OFRECORD_TODAY = TODAY


def _lock(admin: Actor) -> None:
    lock([CONTRACT], by=admin, reason="Nothing moves before the audit.")
    for each in (admin, _signed_in(MANAGER)):
        lift([CONTRACT], by=each, reason="The audit is over.")


def _signed_in(email: str, door: str = "portal") -> Actor:
    return for_person(Person.objects.get(email=email), door=door, strength="password")


def _scheduled(admin: Actor, day: date) -> str:
    reason = "Back to the partner near our site."
    outcome = submit([CONTRACT], RESELLER, by=admin, reason=reason, effective_on=day)
    assert outcome.items[0].number
    return outcome.items[0].number


def _waive_all() -> None:
    person = _signed_in(OPERATIONS, "console")
    with seeing(Actor.system()):
        waiting = list(Delivery.objects.filter(state="waiting").order_by("id"))
    for delivery in waiting:
        waive(delivery, by=person, reason="CRM is being replaced this week.")


def _sign_in() -> None:
    browser = Client()
    browser.post(reverse("account_login"), {"login": ADMIN, "password": "guessed"})
    for each in (Client(), browser):
        _went_on(each.post(reverse("account_login"), {"login": ADMIN, "password": FIRST}))
    _went_on(browser.post(reverse("usersessions_list")))
    _second_factor(browser)
    changed = {"oldpassword": FIRST, "password1": SECOND, "password2": SECOND}
    _went_on(browser.post(reverse("account_change_password"), changed))
    _went_on(browser.post(reverse("account_logout")))


def _second_factor(browser: Client) -> None:
    _went_on(browser.post(reverse("account_reauthenticate"), {"password": FIRST}))
    browser.get(reverse("mfa_activate_totp"))
    seed, now = browser.session[SECRET_SESSION_KEY], int(time.time()) // 30
    code = format_hotp_value(hotp_value(seed, now))
    _went_on(browser.post(reverse("mfa_activate_totp"), {"code": code}))
    _went_on(browser.post(reverse("mfa_deactivate_totp")))


def _went_on(answer: Any) -> None:
    assert answer.status_code == 302, answer.content.decode()


def _examples() -> dict[str, dict[str, Any]]:
    """The fullest event of each type, the first of these, with its stream."""
    found: dict[str, dict[str, Any]] = {}
    with seeing(Actor.system()):
        for event in Event.objects.order_by("recorded_at", "stream", "subject_id", "sequence"):
            body = json.loads(bytes(event.body))
            known = found.get(event.type)
            if known is None or len(json.dumps(body)) > len(json.dumps(known["body"])) + SLACK:
                found[event.type] = {"stream": event.stream, "body": body}
    return {type: {**each, "body": settled(each["body"])} for type, each in found.items()}


SLACK = 60
"""So much longer is a body only when it says more, and not because a number has more digits."""

AT = "2026-03-02T09:14:27.318042+00:00"
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(?!00:00:00)[\d:.]+(?:Z|[+-]\d\d:?\d\d)")
_NUMBER = re.compile(r"PC-[0-9A-Z]{8}")
_SUBJECTS = {"person": "17", "client": "9f3c51b07a2e48d6c1f0a7b4"}
_PERSONAL = ("person", "on_behalf_of", "contract_manager")


def settled(body: dict[str, Any]) -> dict[str, Any]:
    """The body with what no two runs share written always the same."""
    same: dict[str, Any] = _walked(body, _of_text)
    id = str(uuid5(NAMESPACE_URL, body["type"]))
    by = {**same["data"]["by"], "request": "req-7c1f04" if body["data"]["by"]["request"] else ""}
    noun = body["type"].partition(".")[0]
    same["subject"] = _SUBJECTS.get(noun, same["subject"])
    return {**same, "id": id, "time": AT, "data": {**same["data"], "by": by}}


def _walked(value: Any, of_text: Callable[[str], str], key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _walked(each, of_text, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_walked(each, of_text, key) for each in value]
    if key in _PERSONAL and isinstance(value, int):
        return 17
    if key == "event":
        return str(uuid5(NAMESPACE_URL, "partner_change.applied"))
    return of_text(value) if isinstance(value, str) else value


def _of_text(text: str) -> str:
    return _NUMBER.sub("PC-4K8TR2W9", _INSTANT.sub(rf"\1{AT[10:]}", text))
