"""Systems and deliveries in a real browser: light and dark, wide and narrow."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser

from ofrecord.delivery import claims
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.pause import pause
from ofrecord.delivery.remove import remove
from ofrecord.delivery.sending import Outcome
from ofrecord.parties.actors import Actor
from tests.browsers import complaints, sideways, violations
from tests.cast import Cast

pytestmark = pytest.mark.browser
TERMINAL = Actor.system("cli")
LONG = "https://" + "integration-".join(str(n) for n in range(9)) + ".example/partner-changes"


def session_of(cast: Cast, name: str) -> str:
    client = Client()
    client.force_login(cast.people[name])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def much_happened(cast: Cast) -> list[int]:
    """Systems in every state, and deliveries of every state."""
    crm, _secret = add_endpoint(LONG, "CRM", required=True, by=TERMINAL)
    erp, _secret = add_endpoint("http://127.0.0.1:9/", "ERP", required=False, by=TERMINAL)
    old, _secret = add_endpoint("http://127.0.0.1:9/", "Old", required=False, by=TERMINAL)
    for _ in range(3):
        cast.change(cast.contract())
    claimed = claims.turn([], {})
    at, answer = datetime.now(UTC), "<html>" + "sorry " * 100
    claims.mark([Outcome(c, False, at, 7, 500, answer, "answered 500", None) for c in claimed[:2]])
    claims.mark([Outcome(c, False, at, 7, None, "", "no answer", 60.0) for c in claimed[2:4]])
    claims.mark([Outcome(c, True, at, 7, 200, "{}", "", None) for c in claimed[4:6]])
    pause("ERP", by=TERMINAL, reason="It is being moved to another house.")
    remove("Old", by=TERMINAL, reason="It was switched off.")
    return [crm.pk, erp.pk, old.pk]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390), ("light", 320)])
def test_every_page_is_whole_and_accessible(
    fresh_cast: Cast, address: str, browser: Browser, scheme: str, width: int
) -> None:
    systems = much_happened(fresh_cast)
    context = browser.new_context(
        base_url=address,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )
    session = session_of(fresh_cast, "opal")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": address}])
    page = context.new_page()
    said = complaints(page)
    acts = [f"/console/systems/{systems[0]}/{act}/" for act in ("change", "rotate", "replay")]
    for path in (
        "/console/systems/",
        "/console/systems/?removed=yes",
        "/console/systems/add/",
        *(f"/console/systems/{id}/" for id in systems),
        *(*acts, f"/console/systems/{systems[0]}/remove/"),
        "/console/deliveries/",
        "/console/deliveries/?state=parked",
        "/console/deliveries/?q=nothing",
        *(f"/console/deliveries/{id}/" for id in range(1, 7)),
    ):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        for details in page.locator("main details > summary").all():
            details.click()
        assert violations(page) == [], path
        assert sideways(page) <= 0, path
    assert said == []
    context.close()
