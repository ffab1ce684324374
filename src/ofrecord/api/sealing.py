"""Answers that hold a secret are kept so that the database alone does not give it away."""

import json
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings

NAME = "sealed"


def sealed(body: bytes) -> bytes:
    """The answer as it is kept: encrypted with a key that the database does not hold."""
    return json.dumps({NAME: _key().encrypt(body).decode()}).encode()


def opened(kept: bytes) -> bytes:
    """The answer in its own bytes, whether it was sealed or not."""
    found: dict[str, Any] = json.loads(kept)
    return _key().decrypt(found[NAME]) if set(found) == {NAME} else kept


def _key() -> Fernet:
    return Fernet(settings.OFRECORD_ENCRYPTION_KEY)
