"""What every fact of a profile is made of: strict frozen models, bilingual text, keys and positive numbers."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, Field

Language = Literal["th", "en"]

Words = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Email = Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ()-]{3,24}$")]
Link = Annotated[str, Field(pattern=r"^https?://[^\s/]+(/\S*)?$")]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]


class Fact(BaseModel):
    """A table of the profile: nothing unknown, nothing converted, nothing changed after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class Text(Fact):
    """Words that people read, in both languages. `str()` gives the active language's, so templates just print it."""

    th: Words
    """The Thai words."""
    en: Words
    """The English words."""

    def in_(self, language: str) -> str:
        """Return the Thai words for `th` and its variants, the English ones for every other language."""
        return self.th if language == "th" or language.startswith("th-") else self.en

    def __str__(self) -> str:
        return self.in_(get_language() or "th")
