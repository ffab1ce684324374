"""The code itself: 130 random bits in Crockford base 32, kept only as its hash."""

import hashlib
import secrets

from ofrecord.changes.numbers import SYMBOLS

LENGTH, GROUP = 26, 5
_ALIKE = str.maketrans("OIL", "011")


def draw() -> str:
    """A new code, in groups that can be read out."""
    symbols = "".join(secrets.choice(SYMBOLS) for _ in range(LENGTH))
    return "-".join(symbols[place : place + GROUP] for place in range(0, LENGTH, GROUP))


def hashed(code: str) -> bytes:
    """What is kept of a code, from what somebody typed: case, blanks and dashes are no matter."""
    plain = "".join(code.upper().split()).replace("-", "").translate(_ALIKE)
    return hashlib.sha256(plain.encode()).digest()
