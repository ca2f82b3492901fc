"""Write `foundation/countries/countries.json` from pycountry, a development tool: run once, the result is committed.

Usage: python -m pip install pycountry; python scripts/countries.py
"""

from __future__ import annotations

import gettext
import json
from pathlib import Path

import pycountry

TARGET = Path(__file__).resolve().parents[1] / "src/securenet/foundation/countries/countries.json"
THAI = {"CV": "กาบูเวร์ดี", "SZ": "เอสวาตีนี", "MK": "มาซิโดเนียเหนือ", "TR": "ตุรกี", "CZ": "เช็กเกีย", "PS": "ปาเลสไตน์"}


def main() -> None:
    """Write a row per country: ISO 3166-1 alpha-2 code, Thai name, English name."""
    thai = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["th"])
    rows = []
    for country in sorted(pycountry.countries, key=lambda country: str(country.alpha_2)):
        english = getattr(country, "common_name", country.name)
        translated = next((text for name in (english, country.name) if (text := thai.gettext(name)) != name), english)
        rows.append([country.alpha_2, THAI.get(country.alpha_2, translated), english])
    TARGET.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main()
