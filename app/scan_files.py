"""Scanned pages as pictures: PDF, JPEG, PNG and TIFF, with several pages. Only for the child that looks at scans.

Pictures come as they lie in the file: what a camera says of which side is up is told apart by `turn`.
"""

import io
from pathlib import Path
from typing import NamedTuple, Protocol

import pypdfium2
from PIL import ExifTags, Image, UnidentifiedImageError
from pypdfium2 import raw

from app.long_paths import openable

# A3 at 600 dpi has 70 million pixels; beyond, a file is a mistake or an attack.
_MOST_PIXELS = 100_000_000
_MOST_PAGES = 5000
_LARGEST_FILE = 2 * 1024**3
# A telephone's MPO is a JPEG to begin with.
_FORMATS = ("JPEG", "PNG", "TIFF", "BMP")
_HEIF_BRANDS = {b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif"}
# How far a picture has to be turned clockwise for each value of EXIF's Orientation (TIFF 6.0, tag 274).
_TURNS = {3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}
_A4_LONG_PT = 842.0
_JPEG_QUALITY = 90
Image.MAX_IMAGE_PIXELS = _MOST_PIXELS


class Unreadable(Exception):  # noqa: N818  (an answer, not a fault)
    """A file is no scan that can be read; the text says why, in the user's words."""


class Sheet(NamedTuple):
    """A page of a file, to be put into a PDF turned clockwise by `turn` degrees."""

    file: "ScanFile"
    page: int
    turn: int


class ScanFile(Protocol):
    """An open file with `count` pages, numbered from 0."""

    count: int

    def picture(self, page: int, longest: int) -> Image.Image:
        """Return a page in RGB, its longer side about `longest` pixels if it has as many."""

    def turn(self, page: int) -> int:
        """Return by how many degrees the file says a page's picture is to be turned clockwise."""

    def add_to(self, document: pypdfium2.PdfDocument, page: int, turn: int) -> None:
        """Append a page to a PDF, turned clockwise; what can be copied is not encoded anew."""

    def close(self) -> None:
        """Close the file."""


def open_scan(path: Path) -> ScanFile:
    """Open a file, whatever its name. Raises Unreadable, and OSError where the system cannot read it."""
    size = openable(path).stat().st_size
    if size == 0:
        raise Unreadable("文件是空的")
    if size > _LARGEST_FILE:
        raise Unreadable("文件太大")
    with openable(path).open("rb") as file:
        head = file.read(1024)
    if b"%PDF-" in head:
        return _Pdf(path)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        raise Unreadable("这是 HEIC 格式的照片，请在手机上另存为 JPG")
    return _Pictures(path)


def write_pdf(sheets: list[Sheet], path: Path) -> None:
    """Write pages as one PDF. Raises OSError."""
    document = pypdfium2.PdfDocument.new()
    try:
        for sheet in sheets:
            sheet.file.add_to(document, sheet.page, sheet.turn)
        out = io.BytesIO()
        document.save(out)
    finally:
        document.close()
    openable(path).write_bytes(out.getvalue())


class _Pdf:
    def __init__(self, path: Path) -> None:
        try:
            # By Python's own file, which takes every name and length of path.
            self._document = pypdfium2.PdfDocument(openable(path).open("rb"), autoclose=True)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
                raise Unreadable("文件有密码，请去掉密码后再试") from error
            raise Unreadable("PDF 已损坏，打不开") from error
        self.count = len(self._document)
        if not 0 < self.count <= _MOST_PAGES:
            self.close()
            raise Unreadable("PDF 里没有页面" if not self.count else "PDF 的页数太多")

    def picture(self, page: int, longest: int) -> Image.Image:
        drawn = self._document[page]
        try:
            longer = max(drawn.get_size())
            if not longer > 0:
                raise Unreadable("页面没有大小")
            # Never so fine that the short side of an extreme page has no pixel.
            bitmap = drawn.render(scale=longest / longer, rev_byteorder=True)
            try:
                shown: Image.Image = bitmap.to_pil()
                return shown.convert("RGB")
            finally:
                bitmap.close()
        finally:
            drawn.close()

    def turn(self, page: int) -> int:
        return 0

    def add_to(self, document: pypdfium2.PdfDocument, page: int, turn: int) -> None:
        document.import_pages(self._document, [page])
        added = document[len(document) - 1]
        added.set_rotation((added.get_rotation() + turn) % 360)
        added.close()

    def close(self) -> None:
        self._document.close()


class _Pictures:
    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._image = Image.open(openable(path), formats=_FORMATS)
        except UnidentifiedImageError as error:
            raise Unreadable("不是 PDF，也不是能读的图片（JPG、PNG、TIFF）") from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Unreadable("图片太大") from error
        # The second picture in a telephone's MPO is for its own use.
        self.count = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1
        if self.count > _MOST_PAGES:
            self.close()
            raise Unreadable("图片的页数太多")

    def picture(self, page: int, longest: int) -> Image.Image:
        image = self._at(page)
        factor = max(1, round(max(image.size) / longest))
        if image.format in {"JPEG", "MPO"} and factor > 1:
            # Decodes straight to a half, a quarter or an eighth.
            image.draft("RGB", (image.width // factor, image.height // factor))
        shown = _rgb(image)
        rest = max(1, round(max(shown.size) / longest))
        # Never the file's own picture, which its next page takes the place of.
        return shown.reduce(rest) if rest > 1 or shown is image else shown

    def turn(self, page: int) -> int:
        orientation = self._at(page).getexif().get(ExifTags.Base.Orientation, 1)
        return _TURNS.get(orientation, 0)

    def add_to(self, document: pypdfium2.PdfDocument, page: int, turn: int) -> None:
        image = self._at(page)
        if image.format in {"JPEG", "MPO"}:
            data = openable(self._path).read_bytes()
        else:
            encoded = io.BytesIO()
            _rgb(image).save(encoded, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
            data = encoded.getvalue()
        scale = _A4_LONG_PT / max(image.size)
        width, height = image.width * scale, image.height * scale
        placed = pypdfium2.PdfImage.new(document)
        placed.load_jpeg(io.BytesIO(data), inline=True, autoclose=True)
        placed.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
        added = document.new_page(width, height)
        added.insert_obj(placed)
        added.gen_content()
        added.set_rotation(turn % 360)
        added.close()

    def close(self) -> None:
        self._image.close()

    def _at(self, page: int) -> Image.Image:
        """Return a page, not decoded yet."""
        if self._image.format in {"JPEG", "MPO"}:
            # What was decoded smaller stays smaller: begin anew.
            self._image.close()
            self._image = Image.open(openable(self._path), formats=_FORMATS)
        self._image.seek(page)
        if self._image.width * self._image.height > _MOST_PIXELS:
            raise Unreadable("图片太大")
        return self._image


def _rgb(image: Image.Image) -> Image.Image:
    """Return a picture in RGB, what is transparent on white."""
    if image.has_transparency_data:
        image = image.convert("RGBA")
        under = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(under, image).convert("RGB")
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    return image if image.mode == "RGB" else image.convert("RGB")
