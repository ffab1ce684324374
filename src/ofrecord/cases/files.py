"""Files that people attach: judged by what is in them, and named so that nothing is hidden.

Nobody's word is taken for what a file is: its first bytes say it, and the ending of its name has
to agree.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ofrecord.cases import refusals
from ofrecord.cases.models import Attachment, Message
from ofrecord.changes.refusals import refused

LARGEST = 5 * 1024 * 1024
"""Bytes of one file."""
AT_ONCE, IN_ALL = 5, 20
"""Files of one message, and of one case."""
LONGEST_NAME = 100
FORBIDDEN = re.compile(r'[<>:"|?*\\/]')


@dataclass(frozen=True)
class Upload:
    """A file as it came: the name that its sender gave it, and what is in it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Type:
    """A type of file that is taken: the endings of its name, and how its content is known."""

    media_type: str
    endings: tuple[str, ...]
    is_it: Callable[[bytes], bool]


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(signatures)


def _is_text(content: bytes) -> bool:
    """UTF-8 without the control characters that no text has."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n\f" for sign in text)


TYPES = (
    Type("application/pdf", (".pdf",), _begins(b"%PDF-")),
    Type("image/png", (".png",), _begins(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")),
    Type("image/jpeg", (".jpg", ".jpeg"), _begins(b"\xff\xd8\xff")),
    Type("text/csv", (".csv",), _is_text),
    Type("text/plain", (".txt",), _is_text),
)
ENDINGS = tuple(ending for each in TYPES for ending in each.endings)


def usable(uploads: Sequence[Upload], kept: int = 0) -> list[Attachment]:
    """What is kept of the files of one message, in a case that has `kept` of them already.

    Refused as `too_many_files`, `file_too_large`, `file_empty` or `file_type`.
    """
    if len(uploads) > AT_ONCE or kept + len(uploads) > IN_ALL:
        raise refused([refusals.too_many_files(AT_ONCE, IN_ALL)])
    return [_usable(each) for each in uploads]


def attach(message: Message, found: Sequence[Attachment]) -> None:
    """Keep the files beside their message."""
    for each in found:
        each.case, each.message = message.case, message
    Attachment.objects.bulk_create(found)


def cleaned(name: str) -> str:
    """A name that can be shown and saved: the last part of a path, one line, nothing reversed."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C")
    plain = FORBIDDEN.sub("_", " ".join(plain.split())).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    stem, ending = (stem, dot + ending.lower()) if dot else (plain, "")
    return f"{stem.strip()[: LONGEST_NAME - len(ending)] or 'file'}{ending}"


def _usable(upload: Upload) -> Attachment:
    name = cleaned(upload.name)
    if not upload.content:
        raise refused([refusals.file_empty(name)])
    if len(upload.content) > LARGEST:
        raise refused([refusals.file_too_large(name, LARGEST)])
    ending = f".{name.rpartition('.')[2]}"
    found = next((t for t in TYPES if ending in t.endings and t.is_it(upload.content)), None)
    if found is None:
        raise refused([refusals.file_type(name, ENDINGS)])
    return Attachment(
        name=name,
        media_type=found.media_type,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        content=upload.content,
    )
