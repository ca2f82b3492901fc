"""A workbook taken out of its package and measured before a library may unfold it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.parsers import expat

from securenet.foundation.tables.refusals import NotATable, OldOrLocked, TooMuchInside

MEMBERS = 500
ENCRYPTED = 0x1
WANTED = (".xml", ".rels")
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass
class Unpacked:
    """The plain parts of a workbook as a new package, how far its cells reach, and which are formulas."""

    content: bytes = b""
    rows: int = 0
    columns: int = 0
    formulas: set[tuple[int, int]] = field(default_factory=set)


def unpack(data: bytes, *, unpacked: int, ratio: int) -> Unpacked:
    """Return the XML parts of an XLSX package, repacked without compression, at most `unpacked` bytes of them.

    What a package says of its own sizes is not believed. Raises TooMuchInside, OldOrLocked, or NotATable.
    """
    most, left = min(unpacked, len(data) * ratio), 0
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            if len(members) > MEMBERS:
                raise TooMuchInside
            for member in members:
                if member.flag_bits & ENCRYPTED:
                    raise OldOrLocked
                if not member.filename.endswith(WANTED):
                    continue
                with package.open(member) as stream:
                    parts[member.filename] = stream.read(most - left + 1)
                left += len(parts[member.filename])
                if left > most:
                    raise TooMuchInside
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise NotATable from error
    return _measured(parts)


def _measured(parts: dict[str, bytes]) -> Unpacked:
    book = Unpacked(content=_repacked(parts))
    for name, part in parts.items():
        if name.endswith(".xml"):
            _Sheet(book).read(part)
    return book


def _repacked(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return packed.getvalue()


class _Sheet:
    """Follows the cells of a sheet; in the other parts of a workbook it finds none."""

    def __init__(self, book: Unpacked) -> None:
        self.book = book
        self.row = self.column = 0

    def read(self, part: bytes) -> None:
        """Note what the part holds. Raises NotATable."""
        parser = expat.ParserCreate(namespace_separator="|")
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(part, True)
        except expat.ExpatError as error:
            raise NotATable from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = name.rpartition("|")[2]
        if element == "row":
            given = attributes.get("r", "")
            self.row, self.column = int(given) if _is_number(given) else self.row + 1, 0
        elif element == "c":
            self._place(attributes.get("r", ""))
        elif element in {"v", "is", "f"} and self.column:
            self.book.rows = max(self.book.rows, self.row)
            self.book.columns = max(self.book.columns, self.column)
            if element == "f":
                self.book.formulas.add((self.row, self.column))

    def _place(self, reference: str) -> None:
        found = REFERENCE.fullmatch(reference.upper())
        if found is None:
            self.column += 1
            return
        self.column = 0
        for letter in found[1]:
            self.column = self.column * 26 + ord(letter) - ord("A") + 1
        self.row = int(found[2])

    def _refuse(self, *_declared: object) -> None:
        raise NotATable


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 8
