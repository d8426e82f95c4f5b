"""How much of a file is taken in before anybody looks at it. Set in FILE_UPLOAD_HANDLERS, before Django's own."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from satsuma.app.accounts.permissions import Permission, allows
from satsuma.app.crm.imports.limits import ImportLimitError, limits

SMALL_BYTES = 6 * 1024**2
"""From people who may not import nobody expects more than a picture; of strangers the token is still read."""


class Limited(FileUploadHandler):
    """Stops reading beyond the limit; `refuse_cut_upload` then says so."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > self._most():
            if self.request is not None:
                self.request.upload_was_cut = True  # type: ignore[attr-defined]
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> Any:
        return None

    def _most(self) -> int:
        user = getattr(self.request, "user", None)
        return limits().file_bytes if user is not None and allows(user, Permission.IMPORT) else SMALL_BYTES


def refuse_cut_upload(request: HttpRequest) -> None:
    """Raises ImportLimitError if the request's file was longer than the limit. Reads the request's body."""
    if was_cut(request):
        raise ImportLimitError("file_bytes", limits().file_bytes)


def was_cut(request: HttpRequest) -> bool:
    """Whether the request's file was longer than may be taken in. Reads the request's body."""
    _read = request.FILES
    return bool(getattr(request, "upload_was_cut", False))
