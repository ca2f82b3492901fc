"""A file that comes to be all at once, or not at all."""

import os
import secrets
import tempfile
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

ANONYMOUS = getattr(os, "O_TMPFILE", 0)


class Unfinished:
    """Where a result is written before it is known to be good: beside its place, readable by its owner alone.

    On Linux it has no name, so that nothing stays behind even where the process is killed; elsewhere, or on a file
    system that cannot do so, it has a name until the end. `keep` puts it in its place, in one step.
    """

    def __init__(self, place: Path) -> None:
        self._place, self._name = place, ""
        self._folder = place.parent
        try:
            handle = os.open(self._folder, os.O_RDWR | ANONYMOUS, 0o600) if ANONYMOUS else -1
        except OSError:
            handle = -1
        if handle < 0:
            handle, self._name = tempfile.mkstemp(dir=self._folder, prefix=f".{place.name}.")
        self.file: BinaryIO = os.fdopen(handle, "wb")

    def __enter__(self) -> "Unfinished":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.file.close()
        if self._name:
            Path(self._name).unlink(missing_ok=True)

    def keep(self) -> None:
        """Put what was written in its place, and whatever stood there away."""
        self.file.flush()
        os.fsync(self.file.fileno())
        if not self._name:
            own = self.file.fileno()
            self._name = str(self._folder / f".{self._place.name}.{secrets.token_hex(8)}")
            os.link(f"/proc/self/fd/{own}", self._name, src_dir_fd=own, follow_symlinks=True)  # linkat, which follows
        Path(self._name).replace(self._place)
        self._name = ""
