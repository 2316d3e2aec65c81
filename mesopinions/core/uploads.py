"""Files that people send: one that is too big takes no room on the disk, and still gets a page that says so."""

from django.core.files.uploadhandler import TemporaryFileUploadHandler

# More than any form takes: each judges the size by its own rule.
BYTES_KEPT = 10_000_000


class CappedFileUploadHandler(TemporaryFileUploadHandler):
    """Write the beginning of a file to the disk and let the rest go by. Its `size` is that of the whole."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start < BYTES_KEPT:
            super().receive_data_chunk(raw_data, start)
