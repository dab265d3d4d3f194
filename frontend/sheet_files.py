"""A table that came with a form, as a file that the readers of tables can open."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile


@contextmanager
def on_disk(file: UploadedFile) -> Iterator[Path]:
    """The upload under its own ending, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{Path(file.name or '').suffix.lower()}"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        yield path
