"""Numbers of changes, and of what else is numbered so: a prefix such as `PC-` and eight Crockford
base-32 symbols, the last a check symbol.

The seven symbols before it are a keyed bijection of a sequence (a Feistel network), so that
numbers are unique, short to say, and tell nobody how many there are. The check symbol finds
every single wrong symbol and every swap of neighbours.
"""

import hashlib
from functools import lru_cache

from django.conf import settings

from ofrecord.journal.prepared import prepared

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {symbol: value for value, symbol in enumerate(SYMBOLS)} | {"O": 0, "I": 1, "L": 1}
_LEFT, _RIGHT = 17, 18
_ROUNDS = 4
CAPACITY = 1 << (_LEFT + _RIGHT)
PREFIX, SEQUENCE = "PC-", "partner_change_number"


def take(count: int, prefix: str = PREFIX, sequence: str = SEQUENCE) -> list[str]:
    """The next `count` numbers of a sequence: of changes, unless it says otherwise."""
    with prepared() as cursor:
        cursor.execute(
            "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count]
        )
        return [number(row[0], prefix) for row in cursor.fetchall()]


def number(ordinal: int, prefix: str = PREFIX) -> str:
    """The number of a place in a sequence (0 <= ordinal < 2^35)."""
    if not 0 <= ordinal < CAPACITY:
        raise ValueError(f"{ordinal} is outside the range of numbers")
    value = _permuted(ordinal)
    digits = [value >> shift & 31 for shift in range(30, -1, -5)]
    return prefix + "".join(SYMBOLS[digit] for digit in (*digits, _check(digits)))


def normalized(text: str, prefix: str = PREFIX) -> str | None:
    """A number as it is kept, from what a person typed; None if it cannot be one.

    Lower case, blanks and the look-alikes O, I and L are understood.
    """
    plain = "".join(text.upper().split()).replace("-", "")
    plain = plain.removeprefix(prefix.rstrip("-")) if len(plain) > 8 else plain
    if len(plain) != 8 or any(symbol not in _VALUE for symbol in plain):
        return None
    digits = [_VALUE[symbol] for symbol in plain]
    if _check(digits[:-1]) != digits[-1]:
        return None
    return prefix + "".join(SYMBOLS[digit] for digit in digits)


def _permuted(value: int) -> int:
    left, right = value >> _RIGHT, value & ((1 << _RIGHT) - 1)
    key = _keyed(settings.OFRECORD_NUMBER_KEY)
    for step in range(_ROUNDS):
        left ^= _mixed(key, 2 * step, right) & ((1 << _LEFT) - 1)
        right ^= _mixed(key, 2 * step + 1, left) & ((1 << _RIGHT) - 1)
    return left << _RIGHT | right


def _mixed(key: "hashlib.blake2s", step: int, half: int) -> int:
    keyed = key.copy()
    keyed.update(bytes([step]) + half.to_bytes(3))
    return int.from_bytes(keyed.digest())


@lru_cache(maxsize=1)
def _keyed(secret: str) -> "hashlib.blake2s":
    key = hashlib.sha256(secret.encode()).digest()
    return hashlib.blake2s(key=key, digest_size=4)


def _check(digits: list[int]) -> int:
    """The digits as a polynomial at the generator of GF(32), by Horner's rule."""
    total = 0
    for digit in digits:
        total = _doubled(total ^ digit)
    return total


def _doubled(value: int) -> int:
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
