"""The QR and bar codes on a form, by which its signed scan is matched to its case (R7a)."""

from __future__ import annotations

import binascii
import re

from django.utils.html import format_html
from django.utils.safestring import SafeString
from zxingcpp import Barcode, BarcodeFormat, create_barcode

PATTERN = re.compile(r"(SN1:([1-9][0-9]{0,9}):([a-z][a-z0-9_]{0,39})):([0-9A-F]{4})", re.ASCII)


class UnreadableCode(ValueError):
    """The text is not a code of ours, or it was misread."""


def document_code(number: int, item: str) -> str:
    """Return the code of one paper of a request: `SN1:2818:letter_of_intent:` and a check.

    `item` is a short lower-case name. The check finds what a scanner misread; it is no protection against forgery.
    Raises ValueError when number or item cannot be written so.
    """
    body = f"SN1:{number}:{item}"
    code = f"{body}:{_check(body)}"
    if not PATTERN.fullmatch(code):
        raise ValueError("a code takes a positive number and a short lower-case name")
    return code


def read_document_code(text: str) -> tuple[int, str]:
    """Return the request's number and the paper's name. Raises UnreadableCode."""
    match = PATTERN.fullmatch(text)
    if not match or _check(match[1]) != match[4]:
        raise UnreadableCode("not a code of a form")
    return int(match[2]), match[3]


def qr_svg(code: str) -> SafeString:
    """Return the text as a QR code (ISO/IEC 18004, level M) for use inside a page."""
    return _svg(create_barcode(code, BarcodeFormat.QRCode, ec_level="M"), code)


def bar_svg(code: str) -> SafeString:
    """Return the text as a bar code (Code 128, ISO/IEC 15417) for use inside a page."""
    return _svg(create_barcode(code, BarcodeFormat.Code128), code)


def _svg(barcode: Barcode, code: str) -> SafeString:
    """Return the drawing, quiet zone included; it fills its box and is named for those who cannot see it."""
    drawing = barcode.to_svg()
    width, height = re.findall(r'<svg width="(\d+)" height="(\d+)"', drawing)[0]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" preserveAspectRatio="none"'
        ' role="img" aria-label="{}"><path d="{}"/></svg>',
        *(width, height, code, *re.findall(r'<path d="([^"]+)"', drawing)),
    )


def _check(text: str) -> str:
    """Return the CRC-16 (XMODEM) of the text in four hexadecimal digits."""
    return f"{binascii.crc_hqx(text.encode(), 0):04X}"
