"""Signing: documents that somebody else can check without asking us.

A signed document is a JWS in compact form (RFC 7515) over JSON that was frozen as bytes, signed
with Ed25519 (RFC 8037). The key lies outside the database. Its public half, and those of the keys
before it, are published as a JWK set, which is itself a document signed with the present key: so
nobody adds a key by writing to the database.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from jwt import PyJWK
from jwt.algorithms import OKPAlgorithm
from jwt.api_jws import PyJWS
from jwt.exceptions import InvalidTokenError, PyJWKError

ALGORITHM = "EdDSA"
FORMAT = 1
Jwk = dict[str, Any]
_jws = PyJWS(algorithms=[ALGORITHM])


class Unsound(Exception):
    """A document that is not what was signed, or not signed with a key that is known."""


@dataclass(frozen=True)
class Signed:
    """A document whose signature was checked: of what kind, what it says, who signed it."""

    kind: str
    content: dict[str, Any]
    key_id: str


def sign(kind: str, content: dict[str, Any]) -> bytes:
    """The document, signed with the present key, as one line of ASCII."""
    payload = canonical({"kind": kind, "format": FORMAT, **content})
    headers = {"kid": key_id(present()), "typ": f"ofrecord-{kind}+jws"}
    return _jws.encode(payload, _private(), algorithm=ALGORITHM, headers=headers).encode()


def read(document: bytes, keys: Sequence[Jwk]) -> Signed:
    """What a signed document says, when one of these keys has signed it; else `Unsound`."""
    token = document.strip()
    try:
        named = _jws.get_unverified_header(token).get("kid", "")
        key = next((each for each in keys if key_id(each) == named), None)
        if key is None:
            raise Unsound(f"It was signed with a key that is not known: {named or 'none named'}.")
        payload = _jws.decode(token, PyJWK(key, algorithm=ALGORITHM), algorithms=[ALGORITHM])
        content = json.loads(payload)
        return Signed(content.pop("kind"), content, named)
    except (InvalidTokenError, PyJWKError, ValueError, KeyError, AttributeError) as error:
        raise Unsound(f"It is not as it was signed ({error}).") from error


def unchecked(document: bytes) -> dict[str, Any]:
    """What a document says, whoever has signed it."""
    try:
        content = json.loads(_jws.decode(document.strip(), options={"verify_signature": False}))
    except (InvalidTokenError, ValueError) as error:
        raise Unsound(f"It is no signed document ({error}).") from error
    if not isinstance(content, dict):
        raise Unsound("It is no signed document.")
    return content


def canonical(content: dict[str, Any]) -> bytes:
    """JSON in the bytes that are signed: keys sorted, nothing between them, UTF-8."""
    text = json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
    )
    return text.encode()


def plain(content: dict[str, Any]) -> dict[str, Any]:
    """The content as somebody reads it who has the signed document: instants are text."""
    read_back: dict[str, Any] = json.loads(canonical(content))
    return read_back


def present() -> Jwk:
    """The public half of the key that signs now."""
    public: Jwk = OKPAlgorithm.to_jwk(_private().public_key(), as_dict=True)
    return {**public, "kid": key_id(public), "use": "sig", "alg": ALGORITHM}


def key_id(key: Jwk) -> str:
    """The thumbprint of a public key (RFC 7638)."""
    said = {name: key.get(name) for name in ("crv", "kty", "x")}
    digest = hashlib.sha256(canonical(said)).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def public_pem(key: Jwk) -> bytes:
    """A public key in PEM, as openssl has it."""
    public = PyJWK(key, algorithm=ALGORITHM).key
    pem: bytes = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem


def _private() -> Ed25519PrivateKey:
    return _loaded(settings.OFRECORD_SIGNING_KEY)


@lru_cache(maxsize=2)
def _loaded(pem: str) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(pem.replace("\\n", "\n").encode(), None)
        if isinstance(key, Ed25519PrivateKey):
            return key
    except (ValueError, TypeError, UnsupportedAlgorithm):
        pass
    raise ImproperlyConfigured("OFRECORD_SIGNING_KEY must be an Ed25519 private key in PEM.")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
