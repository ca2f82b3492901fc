"""Serves the gallery under the policy that every page has, to a browser of this machine."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory
from playwright.sync_api import Browser, sync_playwright

from securenet.surfaces import shared
from tests.surfaces.shared.gallery import pages

STATIC = Path(shared.__file__).parent / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class _Pages(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(engine: DjangoTemplates, folder: Path) -> Iterator[str]:
    """Render the gallery into a folder and yield the address at which it is served."""
    shutil.copytree(STATIC, folder / "static")
    for name, context in pages().items():
        request = RequestFactory().get(f"/{name}.html")
        (folder / f"{name}.html").write_text(engine.get_template(f"gallery/{name}.html").render(context, request))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield the system's Chromium, or else the one that Playwright brings."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        browser.close()
