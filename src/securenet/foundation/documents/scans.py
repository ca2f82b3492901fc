"""Uploaded papers: a PDF, JPEG or PNG goes in, safe page pictures and the codes on them come out (R7a, R85).

What is inside decides, never a name or a header. Nothing of the file itself is kept: every page is drawn and encoded
anew by `rendering`, in a process of its own, so that nothing hidden in a file reaches whoever looks at it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from securenet.foundation.refusal import Refusal

MEMORY, OUTPUT = 1024**3, 128 * 1024**2
"""Octets that the process may take, and write."""
CPU_SECONDS, WALL_SECONDS, PATIENCE = 40, 60, 20
PIXELS, LONGEST = 80_000_000, 2400
AT_ONCE = threading.BoundedSemaphore(2)
JPEG = b"\xff\xd8\xff"


class NotAScan(Refusal):
    """Neither PDF nor JPEG nor PNG."""

    sentence = _("This is not a PDF, JPEG or PNG file, whatever its name says. Scan or photograph the paper again.")
    field = "file"


class EmptyScan(Refusal):
    """There is nothing in it."""

    sentence = _("The file is empty. Choose another one.")
    field = "file"


class ScanTooLarge(Refusal):
    """More octets than the operator takes."""

    sentence = _("The file is larger than %(megabytes)s MB. Scan in black and white or grey, or send it in parts.")
    field = "file"


class TooManyPages(Refusal):
    """More pages than the operator takes at once."""

    sentence = _("The file has more pages than are taken at once (%(most)d). Send it in parts.")
    field = "file"


class TooManyPixels(Refusal):
    """A picture that takes far more memory than a paper needs."""

    sentence = _("The picture has too many pixels. Scan the paper at 300 dots per inch at most.")
    field = "file"


class ScanEncrypted(Refusal):
    """A PDF that opens with a password only."""

    sentence = _("The PDF opens with a password only. Save it without one and choose it again.")
    field = "file"


class ScanDamaged(Refusal):
    """The decoders cannot read it, or not to its end."""

    sentence = _(
        "The file cannot be read to its end: it is damaged or was not saved completely. Save or scan it again."
    )
    field = "file"


class ScanAnimated(Refusal):
    """A picture that shows one thing and then another."""

    sentence = _("The picture is animated. Send a picture of the paper alone.")
    field = "file"


class ScanMixed(Refusal):
    """Two kinds of file in one."""

    sentence = _("The file is a picture or PDF and something else in one. Scan or photograph the paper again.")
    field = "file"


class ScanTooHeavy(Refusal):
    """Drawing it takes more time or memory than any paper does."""

    sentence = _("The file takes too much work to be read. Scan the paper again, or send it in parts.")
    field = "file"


class ScansBusy(Refusal):
    """Too many are being read at this moment."""

    sentence = _("Many scans are being read at this moment. Please try again in a minute.")
    field = "file"


REFUSALS: dict[str, type[Refusal]] = {
    "type": NotAScan,
    "pages": TooManyPages,
    "pixels": TooManyPixels,
    "encrypted": ScanEncrypted,
    "damaged": ScanDamaged,
    "animated": ScanAnimated,
    "mixed": ScanMixed,
    "heavy": ScanTooHeavy,
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its pictures as JPEG, its size in pixels, and the texts of the codes on it."""

    large: bytes
    small: bytes
    width: int
    height: int
    codes: tuple[str, ...] = ()


def read_scan(data: bytes, *, most_bytes: int, most_pages: int) -> list[Page]:
    """Return the pages of an uploaded file.

    Raises NotAScan, EmptyScan, ScanTooLarge, TooManyPages, TooManyPixels, ScanEncrypted, ScanDamaged, ScanAnimated,
    ScanMixed, ScanTooHeavy, or ScansBusy.
    """
    if not data:
        raise EmptyScan
    if len(data) > most_bytes:
        raise ScanTooLarge(megabytes=f"{most_bytes / 1e6:g}")
    answer, content = _remade(data, most_pages)
    if word := answer.get("unfit"):
        raise REFUSALS.get(str(word), ScanDamaged)(most=most_pages)
    pages = list(_pages(answer, content))
    if not 0 < len(pages) <= most_pages:
        raise ScanDamaged
    return pages


def _remade(data: bytes, most_pages: int) -> tuple[dict[str, Any], bytes]:
    """Return what the process answers, and the pictures behind it."""
    limits = {"memory": MEMORY, "seconds": CPU_SECONDS, "output": OUTPUT, "pages": most_pages, "pixels": PIXELS}
    command = [sys.executable, "-I", "-m", "securenet.foundation.documents.rendering", json.dumps(limits)]
    with _turn(), open(os.memfd_create("upload"), "w+b") as given, open(os.memfd_create("pages"), "w+b") as made:
        given.write(data)
        given.seek(0)
        try:
            done = subprocess.run(
                command,
                check=False,
                stdin=given,
                stdout=made,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=WALL_SECONDS,
            )
        except subprocess.TimeoutExpired as late:
            raise ScanTooHeavy from late
        made.seek(0)
        line, content = made.readline(), made.read()
    if done.returncode != 0:
        raise ScanTooHeavy if done.returncode < 0 else ScanDamaged
    return _answer(line), content


def _answer(line: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(line)
    except ValueError as error:
        raise ScanDamaged from error
    return answer if isinstance(answer, dict) else {}


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for one of the few processes at a time. Raises ScansBusy."""
    if not AT_ONCE.acquire(timeout=PATIENCE):
        raise ScansBusy
    try:
        yield
    finally:
        AT_ONCE.release()


def _pages(answer: dict[str, Any], content: bytes) -> Iterator[Page]:
    """Yield the pages; what drew them may have been overpowered by the file, so its word is not taken for it."""
    try:
        for row in answer["pages"]:
            middle, width, height = int(row["large"]), int(row["width"]), int(row["height"])
            large, content = content[:middle], content[middle:]
            small, content = content[: int(row["small"])], content[int(row["small"]) :]
            sizes_fit = min(width, height) > 0 and max(width, height) <= LONGEST
            if not (sizes_fit and large.startswith(JPEG) and small.startswith(JPEG)):
                raise ScanDamaged
            yield Page(large, small, width, height, tuple(str(code) for code in row["codes"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ScanDamaged from error
