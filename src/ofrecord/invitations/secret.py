"""The token of an invitation's link: 256 random bits, kept only as its hash.

It lets nobody in: whoever follows the link signs in, and has to be one of those it is meant for.
"""

import hashlib
import secrets

BYTES = 32


def draw() -> str:
    """A new token, as it stands in an address."""
    return secrets.token_urlsafe(BYTES)


def hashed(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()
