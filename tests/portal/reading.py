"""What a page says, as a person reads it."""

import re
from html import unescape

from django.http import HttpResponseBase


def text(response: HttpResponseBase) -> str:
    """The words of a page: without markup and drawings, blanks made single."""
    body = b"".join(response).decode()
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", body, flags=re.DOTALL)
    plain = unescape(re.sub(r"<[^>]+>", " ", body)).replace("\N{NO-BREAK SPACE}", "")
    return " ".join(plain.split()).replace(" ,", ",")
