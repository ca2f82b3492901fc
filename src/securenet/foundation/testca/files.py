"""Files that other processes read while they are replaced."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in place of the file in one step: a reader sees the old file or the new one, never half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file `path`: commands and the responder change the register one after another."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
