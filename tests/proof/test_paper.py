"""Receipts and statements on paper: what a reader sees, and the signed document inside."""

import unicodedata
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from pytest_django import Settings

from ofrecord.cases.carry_out import carry_out
from ofrecord.changes.issue import Document
from ofrecord.changes.paper import fonts, receipt_page, statement_page
from ofrecord.changes.receipt import receipt
from ofrecord.changes.refusals import Refused
from ofrecord.changes.statement import statement
from ofrecord.changes.support import Wish
from ofrecord.journal import clock
from tests.cases.asking import agent, opened, replacing, with_agents
from tests.cast import Cast, Of


def read(pdf: bytes) -> tuple[str, dict[str, bytes]]:
    """The words of all pages, and what is inside."""
    reader = PdfReader(BytesIO(pdf))
    words = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(words.split()), {name: each[0] for name, each in reader.attachments.items()}


def stated(cast: Cast, *refs: str) -> Document:
    return statement(refs, effective_at=clock.business_now(), by=cast.actor("vera"))


def test_a_receipt_has_everything_that_its_signed_document_says(cast: Cast) -> None:
    ref = cast.contract()
    number = cast.change(ref, by="sam")
    document = receipt(number, by=cast.actor("vera"))
    words, inside = read(receipt_page.pdf(document))
    assert inside == {f"receipt-{number}.jws": document.signed}
    assert document.content["head"]
    for said in (
        *("Larkfield Software", number, ref, "Alder Works", "Larkspur Systems", "7200000001"),
        *("Gorse Digital", "7200000002", "Closer to us.", "Sam, at the portal", "policy version 1"),
        *("ofrecord-keys.json", "applied", "Page 1 of 1", document.content["head"]["hash"][:32]),
    ):
        assert said in words, said


def test_a_receipt_says_in_words_what_the_change_came_from(cast: Cast) -> None:
    with_agents(cast)
    case = opened(cast, replacing(cast.contract()))
    wish = Wish("7200000002")
    made = carry_out(case.number, wish, by=agent(cast), reason="As asked.").change
    words, _inside = read(receipt_page.pdf(receipt(str(made.number), by=cast.actor("pia"))))
    assert f"case {case.number}" in words and "case/" not in words


def test_a_statement_says_at_what_and_as_known_at_what_instant(cast: Cast) -> None:
    document = stated(cast, ref := cast.contract())
    words, inside = read(statement_page.pdf(document))
    assert inside == {f"{document.name}.jws": document.signed}
    at = document.content["known_at"].strftime("%H:%M:%S UTC")
    assert f"As known at {clock.today():%-d %B %Y}, {at}" in words
    assert f"contract {ref} of Alder Works (5100000001) were these" in words
    assert "Larkspur Systems 7200000001 Reseller all of it" in words


def test_times_are_the_vendors(cast: Cast, settings: Settings) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    words, _inside = read(statement_page.pdf(stated(cast, cast.contract())))
    assert "UTC+05:30" in words


def test_sold_direct_and_many_agreements(cast: Cast) -> None:
    direct = cast.contract(partners=[])
    words, _inside = read(statement_page.pdf(stated(cast, direct)))
    assert "it was sold direct" in words
    refs = [cast.contract() for _ in range(45)]
    words, _inside = read(statement_page.pdf(stated(cast, direct, *refs)))
    assert "46 agreements" in words
    assert "none: sold direct" in words
    assert all(ref in words for ref in refs)
    assert "Page 2 of" in words


def test_one_that_is_not_final_says_so_and_has_nothing_inside(cast: Cast) -> None:
    signed = stated(cast, cast.contract())
    document = Document(signed.kind, signed.name, signed.content, None)
    words, inside = read(statement_page.pdf(document))
    assert "Not final, not signed" in words
    assert inside == {}


def test_names_in_scripts_that_there_are_no_letters_for_are_told_by_code_points(cast: Cast) -> None:
    japanese = cast.partner("7200000098", "株式会社ヤマ")
    ref = cast.contract(partners=[Of(japanese), Of(cast.dune, "distributor")])
    document = stated(cast, ref)
    words, inside = read(statement_page.pdf(document))
    assert "[U+682A]" in words
    assert "has the text itself" in words
    assert document.signed in inside.values()
    assert document.content["agreements"][0]["partners_of_record"][0]["name"] == "株式会社ヤマ"


@pytest.mark.parametrize("name", ["Søn & Löwe", "Ελλάδα Α.Ε.", "Привет", "شركة النور", "a < b > c"])
def test_names_that_can_be_drawn_are(name: str) -> None:
    assert fonts.drawable(name) == unicodedata.normalize("NFC", name)


def test_characters_that_turn_text_around_are_shown_and_not_obeyed() -> None:
    assert fonts.drawable("Larkspur\u202e Ltd") == "Larkspur[U+202E] Ltd"
    assert fonts.drawable("a\x00b\nc") == "a[U+0000]b c"


def test_a_font_that_is_named_adds_its_letters(settings: Settings, tmp_path: Path) -> None:
    """Not every machine has a font for Japanese; this one has a single letter of it."""
    font = TTFont(fonts.ARABIC)
    for table in font["cmap"].tables:
        table.cmap[0x5C71] = "space"
    font.save(tmp_path / "one.ttf")
    assert fonts.drawable("山") == "[U+5C71]"
    settings.OFRECORD_PDF_FONTS = (tmp_path / "one.ttf",)
    assert fonts.drawable("山") == "山"


def test_more_agreements_than_paper_takes(cast: Cast) -> None:
    signed = stated(cast, cast.contract())
    many = {**signed.content, "agreements": signed.content["agreements"] * 501}
    with pytest.raises(Refused) as refused:
        statement_page.pdf(Document(signed.kind, signed.name, many, signed.signed))
    assert refused.value.code == "too_long_for_paper"


@given(st.text(max_size=60))
def test_whatever_is_written_is_drawn_from_letters_that_there_are(text: str) -> None:
    drawn = fonts.drawable(text)
    assert fonts.drawable(drawn) == drawn
    assert len(drawn) >= len(unicodedata.normalize("NFC", text))


def test_the_strangest_names_make_a_page(cast: Cast) -> None:
    strange = "𝔘𝔫𝔦 🏴‍☠️ \u0301\u0301 \u200f שלום नमस्ते \ud7ff" + "W" * 200
    odd = cast.partner("7200000097", strange)
    document = stated(cast, cast.contract(partners=[Of(odd)]))
    words, inside = read(statement_page.pdf(document))
    assert "7200000097" in words
    assert len(inside) == 1


def test_both_are_archival(cast: Cast) -> None:
    number = cast.change(cast.contract(days=200), effective_on=clock.today() + timedelta(days=2))
    for pdf in (
        receipt_page.pdf(receipt(number, by=cast.actor("pia"))),
        statement_page.pdf(stated(cast, cast.contract())),
    ):
        assert b"pdfaid:part" in pdf
        assert b"/AFRelationship /Source" in pdf
