"""The letters that a page is set in, and what becomes of text that there are none for.

Inter has Latin, Greek and Cyrillic; IBM Plex Sans Arabic has Arabic; `OFRECORD_PDF_FONTS` adds
others. A character that none of them has is written as its code point: nothing is left out.
"""

import unicodedata
from collections.abc import Set as AbstractSet
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTCollection, TTFont

INTER = Path(str(files("fontpkg_inter") / "files" / "Inter[opsz,wght].ttf"))
ARABIC = Path(
    str(files("fontpkg_ibm_plex_sans_arabic") / "files" / "IBMPlexSansArabic-Regular.ttf")
)
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def fallbacks() -> tuple[Path, ...]:
    """The fonts of other scripts, in the order in which they are asked."""
    return (ARABIC, *settings.OFRECORD_PDF_FONTS)


def drawable(text: str) -> str:
    """The text with each character that cannot be drawn as its code point, such as [U+65E5].

    So are characters that steer the direction of others, with which a name could pose as another.
    """
    known = _covered(fallbacks())
    return "".join(_drawn(each, known) for each in unicodedata.normalize("NFC", text))


def _drawn(character: str, known: AbstractSet[int]) -> str:
    if character.isspace():
        return " "
    steers = unicodedata.category(character).startswith("C") and character not in JOINERS
    if steers or ord(character) not in known:
        return f"[U+{ord(character):04X}]"
    return character


@lru_cache(maxsize=4)
def _covered(paths: tuple[Path, ...]) -> frozenset[int]:
    return frozenset().union(*(_characters(path) for path in (INTER, *paths)))


def _characters(path: Path) -> AbstractSet[int]:
    font = TTCollection(path)[0] if path.suffix.lower() == ".ttc" else TTFont(path)
    return set(font.getBestCmap())
