"""Makes safe page pictures of an uploaded file: the program of a process of its own, without Django (see `scans`).

It reads the file from standard input and writes to standard output a line of JSON and behind it the pictures. Before it
looks at the first byte it takes from itself what it does not need: memory, time, files, other processes. So whatever a
file makes of the decoders, they can open nothing, send nothing and keep nothing.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image, ImageOps, MpoImagePlugin, PngImagePlugin, TiffImagePlugin

LONGEST, SMALL = 2400, 320
"""Pixels of the longer side of a page, and of its small picture."""
POINTS_PER_INCH, RESOLUTION = 72, 200
QUALITY = 75
CODES, CODE_LENGTH = 20, 80
PASSWORD = 4
"""PDFium's number for a document that does not open without one."""
SIGNATURES = {b"%PDF-": "PDF", b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
END_OF = {"PDF": b"%%EOF", "JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}
FOREIGN = (b"%pdf-", b"<script", b"<html", b"<?php")
"""What, in small letters, no picture has in it unless it is to be taken for something else."""
PRELOADED = (MpoImagePlugin, PngImagePlugin, TiffImagePlugin)
"""Pillow looks for these only when it needs them, and no file can be opened then."""


class Unfit(Exception):
    """The file cannot be a scan; the argument is the word for why."""


def give_up(limits: dict[str, int]) -> None:
    """Take from this process what it does not need, for good."""
    Image.init()
    for what, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, limits["output"]),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def kind_of(data: bytes) -> str:
    """Return what the content is, whatever it was called. Raises Unfit."""
    kind = next((kind for signature, kind in SIGNATURES.items() if data.startswith(signature)), None)
    if kind is None:
        raise Unfit("type")
    if END_OF[kind] not in data:
        raise Unfit("damaged")
    if zipfile.is_zipfile(io.BytesIO(data)) or (kind != "PDF" and any(mark in data.lower() for mark in FOREIGN)):
        raise Unfit("mixed")
    return kind


def pictures(data: bytes, limits: dict[str, int]) -> Iterator[Image.Image]:
    """Yield a picture for each page, at most `LONGEST` pixels long. Raises Unfit."""
    kind = kind_of(data)
    Image.MAX_IMAGE_PIXELS = None  # counted here
    yield from (_pdf(data, limits) if kind == "PDF" else [_picture(data, kind, limits)])


def _pdf(data: bytes, limits: dict[str, int]) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unfit("encrypted" if error.err_code == PASSWORD else "damaged") from error
    if len(document) > limits["pages"]:
        raise Unfit("pages")
    document.init_forms()  # what was typed into a form is part of the page
    for number in range(len(document)):
        page = document[number]
        longest = max(page.get_size())
        if not min(page.get_size()) > 0:
            raise Unfit("damaged")
        scale = min(RESOLUTION / POINTS_PER_INCH, LONGEST / longest)
        bitmap = page.render(scale=scale)
        yield bitmap.to_pil().convert("RGB")
        bitmap.close()
        page.close()


def _picture(data: bytes, kind: str, limits: dict[str, int]) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=[kind]) as image:
        if image.width * image.height > limits["pixels"]:
            raise Unfit("pixels")
        if kind == "PNG" and getattr(image, "n_frames", 1) > 1:
            raise Unfit("animated")
        image.draft(None, (LONGEST, LONGEST))  # a JPEG is decoded no larger than it is needed
        image.load()
        reduced = ImageOps.exif_transpose(_on_white(image))
    reduced.thumbnail((LONGEST, LONGEST))
    return reduced


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"1", "L", "I;16"}:
        return image.convert("L")
    if "A" not in image.mode and "transparency" not in image.info:
        return image.convert("RGB")
    image.thumbnail((LONGEST, LONGEST))
    inked = image.convert("RGBA")
    paper = Image.new("RGBA", inked.size, "white")
    return Image.alpha_composite(paper, inked).convert("RGB")


def _codes(picture: Image.Image) -> list[str]:
    wanted = zxingcpp.BarcodeFormat.QRCode | zxingcpp.BarcodeFormat.Code128
    found = dict.fromkeys(code.text for code in zxingcpp.read_barcodes(picture, formats=wanted))
    return [text for text in found if 0 < len(text) <= CODE_LENGTH][:CODES]


def _jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


def remade(data: bytes, limits: dict[str, int]) -> tuple[list[dict[str, Any]], bytes]:
    """Return what is known about each page, and the pictures of all one after the other. Raises Unfit."""
    pages, content = [], io.BytesIO()
    for picture in pictures(data, limits):
        picture.info.clear()
        page: dict[str, Any] = {"width": picture.width, "height": picture.height, "codes": _codes(picture)}
        large = _jpeg(picture)
        picture.thumbnail((SMALL, SMALL))
        small = _jpeg(picture)
        content.write(large + small)
        pages.append(page | {"large": len(large), "small": len(small)})
    return pages, content.getvalue()


def main() -> None:
    """Read, remake, write; a file that cannot be a scan gives the word for why."""
    limits = json.loads(sys.argv[1])
    give_up(limits)
    try:
        pages, content = remade(sys.stdin.buffer.read(), limits)
    except Unfit as unfit:
        answer: dict[str, Any] = {"unfit": str(unfit)}
        content = b""
    except MemoryError:
        answer, content = {"unfit": "heavy"}, b""
    except Exception:  # a decoder's own: it could not make sense of the file
        answer, content = {"unfit": "damaged"}, b""
    else:
        answer = {"pages": pages}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
