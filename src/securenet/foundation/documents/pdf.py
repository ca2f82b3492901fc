"""PDF documents from Django templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.template import engines
from django.utils import translation
from weasyprint import HTML, Document
from weasyprint.text.fonts import FontConfiguration

from securenet.foundation.documents.assets import AssetFetcher
from securenet.foundation.documents.pictures import Picture
from securenet.foundation.documents.thai import ThaiGlyphs

Part = tuple[str, Mapping[str, Any]]
NONE: Mapping[str, Picture] = MappingProxyType({})


class _Fonts(dict[str, Any]):
    """The fonts of one document; each learns what its Thai glyphs stand for as it is first used."""

    def __setitem__(self, key: str, font: Any) -> None:
        font.to_unicode = ThaiGlyphs(font.file_content)
        super().__setitem__(key, font)


def render_pdf(
    template: str, context: Mapping[str, Any], *, language: str, pictures: Mapping[str, Picture] = NONE
) -> bytes:
    """Return the template as a tagged PDF whose text can be copied. The same template and context give the same bytes.

    Title and author are those of the HTML's head. The template may refer to `asset:` addresses only, and to the
    pictures by the addresses under which they are handed in. Raises TemplateDoesNotExist.
    """
    return render_set([(template, context)], language=language, pictures=pictures)


def render_set(parts: Sequence[Part], *, language: str, pictures: Mapping[str, Picture] = NONE) -> bytes:
    """Return the (template, context) pairs as one PDF; each numbers its own pages, the first gives title and author."""
    fonts = FontConfiguration()
    documents = [_laid_out(part, language, fonts, pictures) for part in parts]
    whole: Document = documents[0].copy([page for document in documents for page in document.pages])
    whole.fonts = _Fonts()
    return bytes(whole.write_pdf(pdf_tags=True, pdf_identifier=True))


def _laid_out(part: Part, language: str, fonts: FontConfiguration, pictures: Mapping[str, Picture]) -> Document:
    template, context = part
    with translation.override(language):
        html = engines["django"].get_template(template).render({**context, "language": language})
    return HTML(string=html, url_fetcher=AssetFetcher()).render(font_config=fonts, cache=dict(pictures))
