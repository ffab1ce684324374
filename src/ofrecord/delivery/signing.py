"""Secrets of endpoints, and signatures by the Standard Webhooks scheme."""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from cryptography.fernet import Fernet
from django.conf import settings
from standardwebhooks.webhooks import Webhook

SECRET_BYTES = 32


def new_secret() -> str:
    """A secret as it is shown to the receiving side, once."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def encrypted(secret: str) -> bytes:
    """The secret as the database keeps it."""
    return Fernet(settings.OFRECORD_ENCRYPTION_KEY).encrypt(secret.encode())


@lru_cache(maxsize=1024)
def _webhook(kept: bytes) -> Webhook:
    return Webhook(Fernet(settings.OFRECORD_ENCRYPTION_KEY).decrypt(kept).decode())


def headers(kept: Sequence[bytes], event_id: UUID, body: bytes, at: datetime) -> dict[str, str]:
    """The headers that sign a body with each of these encrypted secrets."""
    instant = at.astimezone(UTC).replace(microsecond=0)
    said = str(event_id), instant, body.decode()
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": " ".join(_webhook(bytes(each)).sign(*said) for each in kept),
    }
