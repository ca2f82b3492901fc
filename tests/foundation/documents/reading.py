"""What a reader, a scanner and a printer make of a PDF."""

import io
import subprocess

import zxingcpp
from PIL import Image
from pypdf import PdfReader


def reader(pdf):
    return PdfReader(io.BytesIO(pdf))


def text(pdf):
    """Return the text that a reader copies, without its guesses at spaces and lines."""
    return "".join("".join(page.extract_text().split()) for page in reader(pdf).pages)


def lines(pdf):
    return [line.strip() for page in reader(pdf).pages for line in page.extract_text().splitlines()]


def fonts(pdf):
    found = [page["/Resources"]["/Font"] for page in reader(pdf).pages]
    return {font.get_object()["/BaseFont"].split("+")[1] for each in found for font in each.values()}


def scanned(pdf, dpi=200, turned=0):
    """Return the codes that a scanner finds on the first page, put in at a slant of so many degrees."""
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-f", "1", "-l", "1", "-png", "-"]
    page = Image.open(io.BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout))
    found = zxingcpp.read_barcodes(page.rotate(turned, expand=True, fillcolor=255))
    return {barcode.format.name: barcode.text for barcode in found}


def widest(pdf, tmp_path):
    """Return where the rightmost word ends, as a part of the page's width."""
    path = tmp_path / "page.pdf"
    path.write_bytes(pdf)
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True, text=True).stdout
    ends = [float(part.split('"')[0]) for part in boxes.split('xMax="')[1:]]
    return max(ends) / float(boxes.split('page width="')[1].split('"')[0])
