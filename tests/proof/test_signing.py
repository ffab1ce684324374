"""Signatures: what was signed is known again, and nothing else; keys succeed each other."""

import base64
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from ofrecord.cli import signing_key
from ofrecord.journal import keys, signing
from ofrecord.journal.signing import Jwk, Unsound
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast
from tests.databases import Copy

CONTENT = {"agreement": "110002345678", "name": "株式会社 & Söhne", "when": "2026-05-14"}


def published() -> list[Jwk]:
    with seeing(Actor.system()):
        return keys.published()


def test_what_was_signed_is_known_again() -> None:
    signed = signing.read(signing.sign("receipt", CONTENT) + b"\n", [signing.present()])
    assert (signed.kind, signed.key_id) == ("receipt", signing.present()["kid"])
    assert signed.content == {"format": 1, **CONTENT}


@given(st.data())
def test_a_document_in_which_any_byte_is_another_is_not(data: st.DataObject) -> None:
    document = signing.sign("receipt", CONTENT)
    at = data.draw(st.integers(0, len(document) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != document[at]))
    forged = document[:at] + bytes([other]) + document[at + 1 :]
    if forged.strip() != document and not _same_bytes(forged, document):
        with pytest.raises(Unsound):
            signing.read(forged, [signing.present()])


def _same_bytes(one: bytes, other: bytes) -> bool:
    """The last symbol of base64 has bits that say nothing."""
    try:
        parts = [[base64.urlsafe_b64decode(p + b"==") for p in d.split(b".")] for d in (one, other)]
    except ValueError:
        return False
    return parts[0] == parts[1]


@pytest.mark.parametrize(
    "junk", [b"", b"a", b"a.b.c", b"..", b"\xff\xfe", b"eyJhbGciOiJub25lIn0.e30."]
)
def test_what_is_no_document_is_refused(junk: bytes) -> None:
    with pytest.raises(Unsound):
        signing.read(junk, [signing.present()])


def test_a_key_that_is_not_known_is_refused(settings: Settings) -> None:
    known = [signing.present()]
    settings.OFRECORD_SIGNING_KEY = signing_key.new()
    with pytest.raises(Unsound, match="not known"):
        signing.read(signing.sign("receipt", CONTENT), known)


def test_openssl_checks_it_with_the_published_key(tmp_path: Path) -> None:
    head, payload, signature = signing.sign("receipt", CONTENT).split(b".")
    (tmp_path / "text").write_bytes(head + b"." + payload)
    (tmp_path / "signature").write_bytes(base64.urlsafe_b64decode(signature + b"=="))
    (tmp_path / "key.pem").write_bytes(signing.public_pem(signing.present()))
    words = "pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile signature"
    done = subprocess.run(["openssl", *words.split()], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_keys_are_found_by_everybody_and_hold_no_secret(cast: Cast) -> None:
    answer = Client().get("/.well-known/ofrecord-keys.json")
    assert answer.headers["content-type"] == "application/jwk-set+json"
    (key,) = answer.json()["keys"]
    assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}
    assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed25519", "EdDSA")


def test_an_old_key_stays_published_when_another_follows(cast: Cast, settings: Settings) -> None:
    first = published()
    document = signing.sign("receipt", CONTENT)
    for _ in range(2):
        settings.OFRECORD_SIGNING_KEY = signing_key.new()
        published()
    assert len(published()) == 3
    assert published()[-1:] == first
    assert published()[0] == signing.present()
    assert signing.read(document, published()).content["agreement"] == CONTENT["agreement"]


def test_nobody_adds_a_key_by_writing_to_the_database(
    fresh_cast: Cast, fresh_database: Copy, settings: Settings
) -> None:
    honest = published()
    own = settings.OFRECORD_SIGNING_KEY
    settings.OFRECORD_SIGNING_KEY = signing_key.new()
    mine = signing.present()
    forged = signing.sign(keys.KIND, {"keys": [honest[0], mine]})
    settings.OFRECORD_SIGNING_KEY = own
    with psycopg.connect(fresh_database.admin_url) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("UPDATE signing_key SET body = %s", [forged])
    assert published() == honest


@pytest.mark.parametrize("key", ["", "nothing", "-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_key_that_cannot_be_used_is_one_sentence(key: str, settings: Settings) -> None:
    settings.OFRECORD_SIGNING_KEY = key
    with pytest.raises(ImproperlyConfigured, match="OFRECORD_SIGNING_KEY"):
        signing.present()


def test_the_key_lies_in_a_file_of_ones_own() -> None:
    file = Path(settings.OFRECORD_HOME) / "keys" / "signing_key"
    assert file.stat().st_mode & 0o777 == 0o600
