"""Files that people might upload: pictures and PDFs, good and bad."""

import io
import zipfile
import zlib

from PIL import Image
from pypdf import PdfWriter


def picture(kind="JPEG", size=(300, 200), mode="RGB", colour="red", **options):
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, kind, **options)
    return written.getvalue()


def written(writer):
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def blank_pdf(pages=1, **facts):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=facts.get("width", 595), height=facts.get("height", 842))
    if "password" in facts:
        writer.encrypt(facts["password"], algorithm="AES-256")
    return written(writer)


def pdf_drawing(content, **resources):
    """Return a PDF whose one page has this content."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        content,
        resources.get("image", b"<<>>"),
    ]
    body, places = b"%PDF-1.5\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )


def stream(data, facts=b""):
    packed = zlib.compress(data)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(packed), facts, packed)


def archive():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("a.txt", "a")
    return content.getvalue()


def animated():
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "blue")]
    content = io.BytesIO()
    frames[0].save(content, "PNG", save_all=True, append_images=frames[1:])
    return content.getvalue()
