"""The operator's import: what a file of organizations says, and all that is wrong with it, before anything is saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from securenet.domain.organizations.checks import organization_name, organization_number
from securenet.domain.organizations.models import Organization
from securenet.domain.profile.queries import profile
from securenet.foundation.actor import Actor
from securenet.foundation.countries import names as countries
from securenet.foundation.refusal import Refusal
from securenet.foundation.tables.reading import Caps, Cell, Kind, Row, Table, read_table
from securenet.foundation.text import search_key

LABELS = {
    "number": gettext_lazy("Organization number"),
    "name": gettext_lazy("Name of the organization"),
    "country": gettext_lazy("Country"),
    "number_type": gettext_lazy("Kind of number"),
}
NEEDED = ("number", "name")
LOOKED_UP_AT_ONCE = 500
SHORTENED = re.compile(r"[0-9]+([.,][0-9]+)?E[+]?[0-9]+")
POINT_ZERO = re.compile(r"(?<=[0-9])\.0+$")
ONE_SHORT = re.compile(r"[1-9][0-9]{11}")


class Shortened(Refusal):
    """1.05561E+11: digits are gone for good."""

    sentence = gettext_lazy("Excel has shortened this number. Format the column as text and write the number anew.")


class ZerosMayBeLost(Refusal):
    """A number, where no check digit could tell whether it began with zeros."""

    sentence = gettext_lazy("This is kept as a number, so zeros in front may be lost. Format the column as text.")


class UnknownCountry(Refusal):
    """No country of ISO 3166-1."""

    sentence = gettext_lazy("Write the country as two letters, for example TH, or by its name.")


class UnknownNumberType(Refusal):
    """No kind of number of the profile."""

    sentence = gettext_lazy("This kind of number is unknown. Leave the cell empty, or take a word of the template.")


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What has to be mended in a cell of the file, or in its headings (row and column)."""

    row: int
    column: str
    sentence: str


class MistakesInside(Refusal):
    """The file can be read, but not all of it can be taken: nothing is."""

    sentence = gettext_lazy("Nothing was saved: the file has mistakes. Mend them and choose the file once more.")
    field = "file"

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        super().__init__()
        self.mistakes = sorted(mistakes)


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is in order."""

    row: int
    number: str
    number_type: str
    country: str
    name: str


@dataclass
class Reading:
    """What a file says: its lines, its mistakes, and the rows in which a zero in front was put back."""

    lines: list[Line] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    repaired: list[int] = field(default_factory=list)


@dataclass
class ImportPlan:
    """What an import will do. Organizations that have ended stay as they are."""

    new: list[Organization] = field(default_factory=list)
    renamed: list[tuple[Organization, str]] = field(default_factory=list)
    unchanged: int = 0
    ended: list[int] = field(default_factory=list)
    repaired: list[int] = field(default_factory=list)


def plan_import(data: bytes, *, rename: bool, by: Actor) -> ImportPlan:
    """Return what importing this file means. Names that differ from the register are mistakes unless `rename`.

    Raises MistakesInside with every mistake, or what `read_table` raises.
    """
    reading = read_organizations(data)
    plan = ImportPlan(repaired=reading.repaired)
    known = _registered(reading.lines)
    for line in reading.lines:
        found = known.get((line.number, line.country))
        if found is None:
            plan.new.append(_organization(line, by))
        elif found.ended_at is not None:
            plan.ended.append(line.row)
        elif found.name == line.name:
            plan.unchanged += 1
        elif rename:
            plan.renamed.append((found, line.name))
        else:
            differs = _("The register has another name: %(name)s") % {"name": found.name}
            reading.mistakes.append(Mistake(line.row, str(LABELS["name"]), differs))
    if reading.mistakes:
        raise MistakesInside(reading.mistakes)
    return plan


def _organization(line: Line, by: Actor) -> Organization:
    return Organization(
        number=line.number,
        number_type=line.number_type,
        country=line.country,
        name=line.name,
        name_key=search_key(line.name),
        created_at=by.at,
    )


def _registered(lines: list[Line]) -> dict[tuple[str, str], Organization]:
    found: dict[tuple[str, str], Organization] = {}
    for start in range(0, len(lines), LOOKED_UP_AT_ONCE):
        numbers = [line.number for line in lines[start : start + LOOKED_UP_AT_ONCE]]
        rows = Organization.objects.filter(number__in=numbers).select_related("merged_into")
        found |= {(one.number, one.country): one for one in rows}
    return found


def read_organizations(data: bytes) -> Reading:
    """Return what a file says of organizations. Raises what `read_table` raises."""
    table = read_table(data, Caps(rows=profile().limits.import_rows))
    reading = Reading()
    columns = _columns(table, reading)
    if not reading.mistakes:
        seen: dict[tuple[str, str], int] = {}
        for row in table.rows:
            _read_row(row, columns, reading, seen)
    return reading


def _columns(table: Table, reading: Reading) -> dict[str, int]:
    """Return where each column stands; headings may be those of the template in any language."""
    meant = _headings()
    columns: dict[str, int] = {}
    for place, cell in enumerate(table.header.cells):
        heading = meant.get(search_key(cell.text))
        if heading is None:
            unknown = _("This heading is none of the template's: %(heading)s") % {"heading": cell.text or "–"}
            reading.mistakes.append(Mistake(table.header.number, _letter(place), unknown))
        elif heading in columns:
            reading.mistakes.append(Mistake(table.header.number, _letter(place), _("This heading stands there twice.")))
        else:
            columns[heading] = place
    for missing in NEEDED:
        if missing not in columns:
            sentence = _("The column is missing. Take the headings of the template.")
            reading.mistakes.append(Mistake(table.header.number, str(LABELS[missing]), sentence))
    return columns


def _headings() -> dict[str, str]:
    meant = {search_key(key): key for key in LABELS}
    for language in profile().operator.languages:
        with override(language):
            meant |= {search_key(str(label)): key for key, label in LABELS.items()}
    return meant


def _letter(place: int) -> str:
    """Return the name that office programs give to a column, counted from 0."""
    return (_letter(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _read_row(row: Row, columns: dict[str, int], reading: Reading, seen: dict[tuple[str, str], int]) -> None:
    cells = {key: row.cell(columns[key]) if key in columns else Cell() for key in LABELS}
    faults: list[Mistake] = []
    if len(row.cells) > len(columns):
        beyond = _("There is no heading above this cell. A text with a comma in it stands between quotation marks.")
        faults.append(Mistake(row.number, _letter(len(columns)), beyond))
    line = _line(row.number, cells, faults)
    if line is not None:
        first = seen.setdefault((line.number, line.country), row.number)
        if first != row.number:
            twice = _("The same organization stands in row %(row)d.") % {"row": first}
            faults.append(Mistake(row.number, str(LABELS["number"]), twice))
        elif ONE_SHORT.fullmatch(POINT_ZERO.sub("", cells["number"].text)):
            reading.repaired.append(row.number)
        reading.lines.append(line)
    reading.mistakes.extend(faults)


def _unusable(key: str, cell: Cell) -> str:
    """Return why a cell cannot be taken, whatever it says."""
    if cell.kind is Kind.FORMULA:
        return _("This is a formula. Put its result here, as text.")
    if cell.kind is Kind.OTHER or (cell.kind is Kind.NUMBER and key != "number"):
        return _("This is not text. Format the column as text and write it anew.")
    if not cell.text and key in NEEDED:
        return _("This cell is empty.")
    return ""


def _line(row: int, cells: dict[str, Cell], faults: list[Mistake]) -> Line | None:
    """Return what a row says; nothing, and what is wrong with each cell, where one cannot be taken."""

    def checked(key: str, check: Callable[[str], str]) -> str:
        try:
            sentence, value = _unusable(key, cells[key]), ""
            value = "" if sentence else check(cells[key].text)
        except Refusal as refusal:
            sentence = str(refusal)
        if sentence:
            faults.append(Mistake(row, str(LABELS[key]), sentence))
        return value

    country = checked("country", _country)
    kind = checked("number_type", _number_type)
    name = checked("name", organization_name)
    number = checked("number", lambda _text: _number(cells["number"], country)) if country else ""
    return None if faults else Line(row, number, kind, country, name)


def _country(text: str) -> str:
    """Return a country's code: the operator's own where none is given. Raises UnknownCountry."""
    if not text:
        return profile().operator.country
    if text.upper() in countries("en"):
        return text.upper()
    for language in profile().operator.languages:
        for code, name in countries(language).items():
            if search_key(name) == search_key(text):
                return code
    raise UnknownCountry


def _number_type(text: str) -> str:
    """Return the key of a kind of number, the profile's first where none is given. Raises UnknownNumberType."""
    kinds = profile().organization_number_types
    if not text:
        return kinds[0].key
    for kind in kinds:
        if search_key(text) in {search_key(kind.key), *(search_key(name) for name in kind.name.model_dump().values())}:
            return kind.key
    raise UnknownNumberType


def _number(cell: Cell, country: str) -> str:
    """Return an organization's number, with the zero in front that Excel has dropped where a check digit proves it.

    Raises Shortened, ZerosMayBeLost, or what `organization_number` raises.
    """
    if SHORTENED.fullmatch(cell.text.upper()):
        raise Shortened
    digits, floating = POINT_ZERO.sub("", cell.text), POINT_ZERO.search(cell.text)
    issuer = profile().issuer(country)
    if issuer is not None and issuer.check == "thai_13_digits":
        return organization_number(f"0{digits}" if ONE_SHORT.fullmatch(digits) else digits, country)
    if cell.kind is Kind.NUMBER or floating:
        raise ZerosMayBeLost
    return organization_number(digits, country)
