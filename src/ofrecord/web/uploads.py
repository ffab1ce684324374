"""What may be uploaded at all."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST = 30 * 1024 * 1024
"""Bytes of a whole form with its files: five of the largest that a case takes, and the rest."""


class Capped(FileUploadHandler):
    """Refuses a form that says it is too large before anything of it is read."""

    def handle_raw_input(self, *given: Any, **_named: Any) -> None:
        _stream, _headers, length, *_rest = given
        if length > LARGEST:
            raise RequestDataTooBig(f"{length} bytes are more than {LARGEST}")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        del start
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one make the file."""
        del file_size
