"""What operators do with the systems that are told, for the page of the events."""

from datetime import UTC, datetime, timedelta

from ofrecord.delivery.change import change_endpoint, move_endpoint
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery
from ofrecord.delivery.pause import pause, resume
from ofrecord.delivery.remove import remove
from ofrecord.delivery.replay import replay, replay_range
from ofrecord.delivery.rotate import rotate
from ofrecord.delivery.trial import send_test
from ofrecord.delivery.waive import waive
from ofrecord.parties.actors import Actor
from ofrecord.parties.clients import add_client, revoke_client
from ofrecord.parties.context import seeing

ACCOUNT = "4200000017"


def connect(terminal: Actor) -> None:
    """CRM is added, and changed in every way."""
    add_endpoint("http://127.0.0.1:9301/events", "CRM", required=True, by=terminal)
    move_endpoint("CRM", "http://127.0.0.1:9302/events", by=terminal)
    change_endpoint("CRM", by=terminal, types=["partner_change.*", "agreement.*"])
    rotate("CRM", by=terminal)
    send_test("CRM", by=terminal)
    pause("CRM", by=terminal, reason="CRM is being upgraded tonight.")
    resume("CRM", by=terminal)


def give_credentials(terminal: Actor) -> None:
    """A system of the account may call the API, and may no longer."""
    scopes = ["agreements:read", "changes:write"]
    client, _secret = add_client("Order desk", belongs_to=ACCOUNT, scopes=scopes, by=terminal)
    revoke_client(client.client_id, by=terminal)


def waive_all(person: Actor) -> None:
    for delivery in _waiting():
        waive(delivery, by=person, reason="CRM is being replaced this week.")


def send_again(terminal: Actor) -> None:
    """One event, and all of the last hour; then CRM is gone."""
    now = datetime.now(UTC)
    replay(_waiting()[-1], by=terminal)
    replay_range("CRM", now - timedelta(hours=1), now, by=terminal)
    remove("CRM", by=terminal, reason="CRM was replaced.")


def _waiting() -> list[Delivery]:
    """What waits to be sent, but for the test."""
    with seeing(Actor.system()):
        found = Delivery.objects.filter(state="waiting", stream="agreement")
        return list(found.order_by("id"))
