"""The fonts and style sheets that documents may use: the package's own, under `asset:` addresses, and nothing else."""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse

from securenet.foundation.documents.thai import prepared

FOLDER = Path(__file__).parent
SCHEME = "asset:"
ASSETS = {f"{SCHEME}{path.name}": path for path in (*FOLDER.glob("fonts/*.ttf"), *FOLDER.glob("styles/*.css"))}


class ForeignAddress(ValueError):
    """A document asked for something that is not part of this package."""


class AssetFetcher(URLFetcher):  # type: ignore[misc]
    """Answers `asset:` addresses. It opens no connection, and no file by a path that a document names."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the asset. Raises ForeignAddress for anything else; WeasyPrint then leaves the place empty."""
        if url not in ASSETS:
            raise ForeignAddress(f"not an asset of the documents: {url[:60]}")
        content_type = mimetypes.guess_type(url)[0] or "application/octet-stream"
        return URLFetcherResponse(url, asset(url), {"Content-Type": f"{content_type}; charset=utf-8"})


@cache
def asset(url: str) -> bytes:
    """Return the content behind a known `asset:` address; a font is prepared for Thai."""
    content = ASSETS[url].read_bytes()
    return prepared(content) if url.endswith(".ttf") else content
