"""How lists sort text, whatever the collation of the database."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=10_000)
def sort_key(text: str) -> str:
    """The text with case and accents folded and white space made single."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(plain.split())
