"""Files that people attach: what is taken, what is refused, and what they are called."""

from typing import Any

import pytest

from ofrecord.cases.files import AT_ONCE, IN_ALL, LARGEST, Upload, cleaned
from ofrecord.cases.models import Attachment
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cases.asking import PNG, answered, opened, refusal, told, with_agents
from tests.cast import Cast

PDF, JPEG = b"%PDF-1.7\n%\xe2\xe3\n", b"\xff\xd8\xff\xe0\x00\x10JFIF"
SCRIPT = b"<script>alert(document.cookie)</script>"


def kept() -> list[tuple[str, str]]:
    with seeing(Actor.system()):
        return list(Attachment.objects.order_by("name").values_list("name", "media_type"))


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("offer.pdf", PDF, "application/pdf"),
        ("Screen.PNG", PNG, "image/png"),
        ("photo.jpeg", JPEG, "image/jpeg"),
        ("list.csv", "a;b\r\nGrüße;=1+1\r\n".encode(), "text/csv"),
        ("note.txt", "\ufeffHallo".encode(), "text/plain"),
    ],
)
def test_a_file_is_what_its_first_bytes_say(
    cast: Cast, name: str, content: bytes, media_type: str
) -> None:
    case = opened(cast, files=[Upload(name, content)])
    ((_name, found),) = kept()
    assert found == media_type
    (said,) = told(case)[0][1]["attachments"]
    assert (said["media_type"], said["size"]) == (media_type, len(content))
    assert name not in str(said)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", SCRIPT),
        ("picture.svg", b"<svg onload='alert(1)'/>"),
        ("picture.png", SCRIPT),
        ("offer.pdf", b"MZ\x90\x00"),
        ("offer.pdf.exe", PDF),
        ("offer", PDF),
        ("photo.jpg", PNG),
        ("note.txt", b"\x00\x01\x02"),
        ("note.txt", b"\xff\xfe\x00a"),
        ("list.csv", PDF + b"\xff\x00"),
        ("macro.xlsm", b"PK\x03\x04"),
        (".txt", b"\x1b[31mred"),
    ],
)
def test_what_pretends_to_be_something_else_is_refused(
    cast: Cast, name: str, content: bytes
) -> None:
    assert refusal(opened, cast, files=[Upload(name, content)]) == "file_type"
    assert kept() == []


def test_files_are_bounded_each_together_and_in_a_case(cast: Cast) -> None:
    with_agents(cast)
    large, one = Upload("a.txt", b"a" * (LARGEST + 1)), Upload("b.txt", b"b")
    assert refusal(opened, cast, files=[large]) == "file_too_large"
    assert refusal(opened, cast, files=[Upload("c.txt", b"")]) == "file_empty"
    assert refusal(opened, cast, files=[one] * (AT_ONCE + 1)) == "too_many_files"
    case = opened(cast, files=[one] * AT_ONCE)
    for _message in range(IN_ALL // AT_ONCE - 1):
        answered(cast, case, "pia", files=[one] * AT_ONCE)
    assert refusal(answered, cast, case, by="pia", files=[one]) == "too_many_files"
    assert len(kept()) == IN_ALL


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Windows\\system32\\a.txt", "a.txt"),
        ("photo\u202egnp.exe.txt", "photognp.exe.txt"),
        ('a"b\r\nSet-Cookie: x.TXT', "a_bSet-Cookie_ x.txt"),
        ("   .hidden.txt ", "hidden.txt"),
        ("<img src=x>.png", "_img src=x_.png"),
        (f"{'n' * 300}.pdf", f"{'n' * 96}.pdf"),
        ("\x00\x07", "file"),
        ("Überblick.pdf", "Überblick.pdf"),
    ],
)
def test_names_hide_nothing(given: str, expected: str) -> None:
    assert cleaned(given) == expected


def test_the_database_lets_nobody_alter_what_was_attached(cast: Cast) -> None:
    from django.db import DatabaseError, transaction

    opened(cast, files=[Upload("b.txt", b"b")])
    alter: list[Any] = [
        lambda: Attachment.objects.update(content=b"x"),
        lambda: Attachment.objects.all().delete(),
    ]
    for each in alter:
        with seeing(Actor.system()), pytest.raises(DatabaseError), transaction.atomic():
            each()
    for name, seen in (("pia", 1), ("vera", 1), ("bo", 0), ("lou", 0), ("aude", 1)):
        with seeing(cast.actor(name)):
            assert Attachment.objects.count() == seen, name
