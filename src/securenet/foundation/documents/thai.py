"""Thai text that can be copied out of a PDF as it was written.

A PDF says for each glyph which text it stands for. Shaping splits sara am (U+0E33) into a ring on the consonant and a
sara aa, and a tone mark may melt into the ring; WeasyPrint then takes for each glyph the text of the cluster in which
it first met it. Two small steps put this right: `prepared` joins ring and sara aa again, `ThaiGlyphs` maps glyphs by
the font instead of by chance.
"""

from __future__ import annotations

import io
from functools import lru_cache

from fontTools.otlLib.builder import buildLigatureSubstSubtable, buildLookup
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent

Glyphs = tuple[str, ...]
Ligatures = dict[Glyphs, str]

RING, SARA_AA, SARA_AM = "\u0e4d", "\u0e32", "\u0e33"
THAI = range(0x0E01, 0x0E5C)
SINGLE, LIGATURE = 1, 4
ROUND_TO_GRID = 0x0004


def prepared(content: bytes) -> bytes:
    """Return the font with more ligatures: a ring and the sara aa after it become one glyph that looks as both did."""
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    sara_aa = font.getBestCmap()[ord(SARA_AA)]
    joined: Ligatures = {(ring, sara_aa): f"{ring}.{sara_aa}" for ring in _rings(font)}
    for parts, name in joined.items():
        _add_glyph(font, name, parts)
    _add_ligatures(font, joined)
    output = io.BytesIO()
    font.save(output)
    return output.getvalue()


class ThaiGlyphs(dict[int, str]):
    """The text of each glyph of one font: for Thai as the font says, for the rest as given."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.thai = glyph_texts(content)

    def __setitem__(self, glyph: int, text: str) -> None:
        super().__setitem__(glyph, self.thai.get(glyph, text))


@lru_cache(maxsize=8)
def glyph_texts(content: bytes) -> dict[int, str]:
    """Return the text that each Thai glyph of the font stands for, by glyph number."""
    font = TTFont(io.BytesIO(content))
    texts = {glyph: chr(code) for code, glyph in font.getBestCmap().items() if code in THAI}
    for parts, result in _substitutions(font):
        if all(part in texts for part in parts):
            texts.setdefault(result, _written("".join(texts[part] for part in parts)))
    return {font.getGlyphID(glyph): text for glyph, text in texts.items()}


def _written(text: str) -> str:
    """Return the text with sara am in one piece, after the tone mark."""
    return text.replace(RING, "").replace(SARA_AA, SARA_AM) if RING in text and SARA_AA in text else text


def _substitutions(font: TTFont) -> list[tuple[Glyphs, str]]:
    """Return (glyphs, the glyph drawn for them), twice over since a form may have a form: narrow, then small."""
    found: list[tuple[Glyphs, str]] = []
    for lookup in font["GSUB"].table.LookupList.Lookup if "GSUB" in font else ():
        for table in (getattr(each, "ExtSubTable", each) for each in lookup.SubTable):
            if table.LookupType == SINGLE:
                found += [((before,), after) for before, after in table.mapping.items()]
            elif table.LookupType == LIGATURE:
                rows = table.ligatures.items()
                found += [((first, *each.Component), each.LigGlyph) for first, row in rows for each in row]
    return found * 2


def _rings(font: TTFont) -> list[str]:
    """Return every glyph that draws the ring, alone or together with a tone mark."""
    rings = {font.getBestCmap()[ord(RING)]}
    for parts, result in _substitutions(font):
        if rings.intersection(parts):
            rings.add(result)
    return sorted(rings, key=font.getGlyphID)


def _add_glyph(font: TTFont, name: str, parts: Glyphs) -> None:
    """Add a glyph made of glyphs side by side."""
    glyph = Glyph()
    glyph.numberOfContours, glyph.components = -1, []
    width = 0
    for part in parts:
        component = GlyphComponent()
        component.glyphName, component.x, component.y, component.flags = part, width, 0, ROUND_TO_GRID
        glyph.components.append(component)
        width += font["hmtx"][part][0]
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (width, glyph.xMin)


def _add_ligatures(font: TTFont, ligatures: Ligatures) -> None:
    """Add the ligatures as the last step of the font's composition of glyphs (feature ccmp)."""
    font.getReverseGlyphMap(rebuild=True)
    table = font["GSUB"].table
    table.LookupList.Lookup.append(buildLookup([buildLigatureSubstSubtable(ligatures)]))
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "ccmp":
            record.Feature.LookupListIndex.append(len(table.LookupList.Lookup) - 1)
