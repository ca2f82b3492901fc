"""Pages of scans as they come out of reading: real JPEGs, with the codes that a test wants on them."""

import io
from functools import cache

from PIL import Image

from securenet.foundation.documents.codes import document_code
from securenet.foundation.documents.scans import Page


@cache
def jpeg(colour="white", size=(40, 60)):
    content = io.BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG")
    return content.getvalue()


def page(*codes, colour="white"):
    """Return a page with these texts as its codes."""
    return Page(jpeg(colour), jpeg(colour, (20, 30)), 40, 60, codes)


def coded(submission, key):
    """Return a page with the code of a paper of a request."""
    return page(document_code(submission.number, key))


def upload(*pages):
    """Return pages by their numbers."""
    return dict(enumerate(pages, 1))
