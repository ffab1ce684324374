"""`ofrecord receipt`, `statement`, `check-signature`, `signing-key` and `anchor`."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from ofrecord.journal import clock, settled
from tests.cast import Cast
from tests.cli.conftest import Type, type_in

__all__ = ["type_in"]


@pytest.fixture
def own_key() -> Iterator[Path]:
    """The key file, as it was before the test afterwards."""
    file = Path(settings.OFRECORD_HOME) / "keys" / "signing_key"
    before, set_before = file.read_text(), settings.OFRECORD_SIGNING_KEY
    yield file
    file.write_text(before)
    settings.OFRECORD_SIGNING_KEY = set_before


def test_a_receipt_is_checked_from_paper_and_from_the_document(
    cast: Cast, type_in: Type, tmp_path: Path
) -> None:
    number = cast.change(cast.contract())
    pdf, signed = tmp_path / "receipt.pdf", tmp_path / "receipt.jws"
    said = type_in("receipt", number, "--pdf", pdf, "--signed", signed, "--json").json
    assert (said["final"], said["document"]["change"]) == (True, number)
    assert signed.read_text() == said["signed"] + "\n"
    for file in (pdf, signed):
        checked = type_in("check-signature", file, "--json")
        assert checked.code == 0
        assert checked.json["document"]["change"] == number
    assert "Gorse Digital (7200000002), reseller" in type_in("receipt", number).out


def test_a_statement_at_the_terminal(cast: Cast, type_in: Type, tmp_path: Path) -> None:
    refs = [cast.contract(), cast.contract()]
    cast.change(refs[1])
    today = clock.today().isoformat()
    said = type_in("statement", *refs, "--as-of", today, "--known-at", today, "--json").json
    names = [
        [each["name"] for each in one["partners_of_record"]]
        for one in said["document"]["agreements"]
    ]
    assert names == [["Larkspur Systems"], ["Gorse Digital"]]
    ended = type_in("statement", refs[0], "--pdf", tmp_path / "s.pdf")
    assert (ended.code, "Larkspur Systems" in ended.out) == (0, True)
    assert (tmp_path / "s.pdf").read_bytes().startswith(b"%PDF")


def test_one_that_is_not_final_is_not_signed(
    cast: Cast, type_in: Type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settled, "settle", lambda _instant: False)
    signed = tmp_path / "s.jws"
    ended = type_in("statement", cast.contract(), "--signed", signed, "--json")
    assert (ended.code, ended.json["final"], ended.json["signed"]) == (3, False, None)
    assert "is not final" in ended.err
    assert not signed.exists()


def test_how_they_end_when_they_are_refused(cast: Cast, type_in: Type) -> None:
    ref, later = cast.contract(), (clock.today() + timedelta(days=2)).isoformat()
    assert type_in("receipt", "PC-00000000").code == 4
    assert type_in("statement", "499999999999").code == 4
    assert type_in("statement", ref, "--known-at", later).code == 3


def test_a_document_that_was_altered_is_not_trusted(
    cast: Cast, type_in: Type, tmp_path: Path
) -> None:
    signed = tmp_path / "receipt.jws"
    type_in("receipt", cast.change(cast.contract()), "--signed", signed)
    head, payload, signature = signed.read_text().split(".")
    signed.write_text(".".join((head, payload[:-4] + "AAAA", signature)))
    ended = type_in("check-signature", signed, "--json")
    assert (ended.code, ended.json["sound"]) == (1, False)
    assert "Do not trust it" in ended.err
    for content in (b"%PDF-1.7 nothing", b"", b"\x00\xff"):
        signed.write_bytes(content)
        assert type_in("check-signature", signed).code == 1
    assert type_in("check-signature", tmp_path / "absent").code == 2


def test_somebody_else_checks_it_with_the_published_keys_after_a_rotation(
    cast: Cast, type_in: Type, tmp_path: Path, own_key: Path
) -> None:
    signed, published = tmp_path / "receipt.jws", tmp_path / "keys.json"
    type_in("receipt", cast.change(cast.contract()), "--signed", signed)
    before = own_key.read_text()
    rotated = type_in("signing-key", "rotate", "--json").json
    assert own_key.read_text() != before
    assert own_key.stat().st_mode & 0o777 == 0o600
    assert len(rotated["keys"]) == 2
    published.write_text(json.dumps(rotated))
    assert type_in("check-signature", signed, "--keys", published).code == 0
    published.write_text(json.dumps({"keys": rotated["keys"][:1]}))
    assert type_in("check-signature", signed, "--keys", published).code == 1
    published.write_text("[]")
    assert type_in("check-signature", signed, "--keys", published).code == 2


def test_a_key_that_is_a_setting_is_not_rotated_here(
    cast: Cast, type_in: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFRECORD_SIGNING_KEY", "set")
    assert type_in("signing-key", "rotate").code == 3


def test_the_public_key_for_openssl(type_in: Type, tmp_path: Path) -> None:
    type_in("signing-key", "export", tmp_path / "key.pem")
    assert (tmp_path / "key.pem").read_text().startswith("-----BEGIN PUBLIC KEY-----")


def test_a_copy_of_the_anchors_elsewhere(cast: Cast, type_in: Type, tmp_path: Path) -> None:
    copy = tmp_path / "anchors"
    cast.contract()
    assert type_in("anchor", "take", "--json").json["anchor"]["number"] == 1
    assert type_in("anchor", "take", "--json").json["anchor"] is None
    type_in("anchor", "export", copy)
    cast.contract()
    type_in("anchor", "take")
    assert type_in("anchor", "check", copy, "--json").json == {
        "ok": True,
        "anchors": 1,
        "other": [],
    }
    copy.write_text(copy.read_text() + "another\n")
    ended = type_in("anchor", "check", copy, "--json")
    assert (ended.code, ended.json["other"]) == (1, [2])
