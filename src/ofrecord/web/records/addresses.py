"""How references stand in addresses: a slash inside one must not end its part of the path."""

from django.urls import register_converter


class ReferenceConverter:
    """Any text as one part of a path; `~` and `/` are written `~7E` and `~2F`.

    The database holds no text with a NUL, so nothing has such an address.
    """

    regex = "[^/\x00]+"

    def to_python(self, value: str) -> str:
        return value.replace("~2F", "/").replace("~7E", "~")

    def to_url(self, value: str) -> str:
        return value.replace("~", "~7E").replace("/", "~2F")


register_converter(ReferenceConverter, "reference")
