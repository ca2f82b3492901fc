"""Pictures of few colours in a PDF, kept as they are: WeasyPrint alone would write three bytes for each pixel."""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterator
from typing import Any

from PIL import Image
from weasyprint.images import RasterImage

SIGNATURE, BIT_DEPTH, COLOUR_TYPE, INTERLACE = 8, 8, 9, 12
"""Where these stand: the first chunk after the signature, the others within it (PNG section 11.2.2)."""
PALETTED, ROW_BY_ROW = 3, 0


class NotPaletted(ValueError):
    """The file is not a PNG with a palette, written row by row."""


class Picture(RasterImage):  # type: ignore[misc]
    """A PNG with a palette. Raises NotPaletted."""

    def __init__(self, png: bytes) -> None:
        image = Image.open(io.BytesIO(png))
        self.chunks = list(_chunks(png)) if image.format == "PNG" else []
        head = dict(self.chunks).get(b"IHDR", bytes(13))
        if (head[COLOUR_TYPE], head[INTERLACE]) != (PALETTED, ROW_BY_ROW):
            raise NotPaletted
        self.depth = head[BIT_DEPTH]
        super().__init__(image, hashlib.sha256(png).hexdigest(), png)

    def get_x_object(self, interpolate: bool, dpi_ratio: float) -> Any:
        """Return the picture as a PDF draws it, with its own palette (ISO 32000-1 section 8.6.6.3)."""
        palette = dict(self.chunks)[b"PLTE"]
        drawn = super().get_x_object(interpolate, 1)
        drawn.extra["ColorSpace"] = f"[/Indexed /DeviceRGB {len(palette) // 3 - 1} <{palette.hex()}>]"
        drawn.extra["BitsPerComponent"] = self.depth
        drawn.extra["DecodeParms"] |= {"Colors": 1, "BitsPerComponent": self.depth}
        return drawn

    def _get_png_data(self, _image: Image.Image) -> bytes:
        """Return the compressed rows of the file, which a PDF can hold as they are."""
        return b"".join(content for kind, content in self.chunks if kind == b"IDAT")


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = SIGNATURE
    while place < len(png):
        length, kind = struct.unpack_from("!I4s", png, place)
        yield kind, png[place + 8 : place + 8 + length]
        place += length + 12
