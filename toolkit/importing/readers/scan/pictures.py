"""Open pictures of pages one after the other: the pages of a scanned PDF, of a TIFF, one PNG or JPEG.

In: the bytes of a file. Out: ``PagePicture`` by ``PagePicture``, each within the limits. The size is looked at before anything is
unpacked, so that a small file that unpacks to gigabytes (decompression bomb) costs nothing.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
from PIL.TiffImagePlugin import IMAGEWIDTH

from toolkit.core.sniffing import PDF
from toolkit.importing.limits import CannotImport, Limits, TooLarge

Gray = NDArray[Any]
PDF_DPI = 200
_LONGEST_SIDE = 5_000  # pixels that a page of a PDF is drawn with, however large it says to be
_DEEP = ("I", "F")  # modes of Pillow with more than eight bits, beside those of 16
_WHITES = (1.0, 255.0, 65_535.0, 2.0**32 - 1)  # the largest value, by the range of the values
_NEGATIVE, _MOSTLY = 60, 0.75  # of 255: no paper is darker, even in a shadow; the share of a negative that is as dark
_EVEN, _MOST_UNEVEN = 0.03, 4.0  # how much finer a picture may be in one direction than in the other
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")


@dataclass(frozen=True)
class PagePicture:
    """One page: ``rgb`` has height, width and three colours, 0 is black. ``number`` counts from 1."""

    number: int
    rgb: NDArray[numpy.uint8]

    @cached_property
    def gray(self) -> Gray:
        weights = numpy.array([77, 150, 29], numpy.uint16)  # of 256 (ITU-R BT.601)
        red, green, blue = (self.rgb[..., colour] * weights[colour] for colour in range(3))
        gray: Gray = ((red + green + blue) >> 8).astype(numpy.uint8)
        return gray

    @cached_property
    def digest(self) -> bytes:
        """The same for the same pixels."""
        return hashlib.blake2b(numpy.ascontiguousarray(self.rgb).data, digest_size=16).digest() + str(self.rgb.shape).encode()

    @property
    def place(self) -> str:
        return f"第 {self.number} 页"


def open_pages(raw: bytes, name: str, limits: Limits, only: Collection[int] = ()) -> Iterator[PagePicture]:
    """The pages of a scan, each upright as the camera or scanner says; of a PDF those numbered ``only``, unless there are none.

    Raises:
        CannotImport: damaged, or a kind of picture that is not read.
        TooLarge: more pages or pixels than the limits allow.
    """
    return _pdf_pages(raw, name, limits, only) if PDF in raw[:1024] else _picture_pages(raw, name, limits)


def _pdf_pages(raw: bytes, name: str, limits: Limits, only: Collection[int]) -> Iterator[PagePicture]:
    try:
        with pypdfium2.PdfDocument(raw) as document:
            numbers = only or range(1, len(document) + 1)
            _refuse_pages(len(numbers), name, limits)
            for number, page in ((number, document[number - 1]) for number in numbers):
                _refuse_pictures_inside(page, name, limits)
                longest = max(*page.get_size(), 1.0)
                drawn = page.render(scale=min(PDF_DPI / 72, _LONGEST_SIDE / longest)).to_pil().convert("RGB")
                yield PagePicture(number, _dark_on_light(numpy.asarray(drawn)))
    except pypdfium2.PdfiumError as error:
        raise CannotImport(name, "PDF 已损坏或加了密码，打不开；请重新扫描或重新下载") from error


def _refuse_pictures_inside(page: Any, name: str, limits: Limits) -> None:
    for item in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        try:
            width, height = item.get_px_size()
        except pypdfium2.PdfiumError:
            continue
        _refuse_pixels(width, height, name, limits)


def _picture_pages(raw: bytes, name: str, limits: Limits) -> Iterator[PagePicture]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of large pictures, which are refused here
        try:
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
                _refuse_pages(getattr(opened, "n_frames", 1), name, limits)
                for number, frame in enumerate(ImageSequence.Iterator(opened), 1):
                    _refuse_pixels(frame.width, frame.height, name, limits)
                    picture = _on_white(ImageOps.exif_transpose(_with_square_pixels(frame, name, limits)))
                    yield PagePicture(number, _dark_on_light(numpy.asarray(picture)))
        except UnidentifiedImageError as error:
            raise CannotImport(name, "图片打不开，可能已损坏；请重新扫描，或存为 PDF、PNG、JPEG、TIFF") from error
        except Image.DecompressionBombError as error:
            raise _too_many_pixels(name, limits) from error
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise CannotImport(name, "图片已损坏，读不下去；请重新扫描") from error


def _with_square_pixels(picture: Image.Image, name: str, limits: Limits) -> Image.Image:
    """The picture as high as it is on paper: a fax has 204 pixels an inch across and 98 or 196 down (ITU-T T.4, 2.2)."""
    across, down = (float(side) for side in picture.info.get("dpi", (1, 1)))
    if getattr(picture, "tag_v2", {}).get(IMAGEWIDTH, picture.width) != picture.width:
        across, down = down, across  # Pillow turns a TIFF upright when it opens it, but not its resolution
    if not (across > 0 and down > 0) or not 1 + _EVEN < max(across, down) / min(across, down) < _MOST_UNEVEN:
        return picture
    finest = max(across, down)
    width, height = round(picture.width * finest / across), round(picture.height * finest / down)
    _refuse_pixels(width, height, name, limits)
    gray = picture.convert("L") if picture.mode == "1" else picture
    return gray.resize((width, height), Image.Resampling.BICUBIC if gray.mode in ("L", "RGB") else Image.Resampling.NEAREST)


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture in three colours, what is transparent on white."""
    if picture.mode in _DEEP or picture.mode.startswith("I;16"):
        return _of_eight_bits(picture).convert("RGB")
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    drawn = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn).convert("RGB")


def _of_eight_bits(picture: Image.Image) -> Image.Image:
    """Gray of 16 or 32 bits or of fractions as gray of 8, which Pillow would cut off at 255."""
    values = numpy.nan_to_num(numpy.asarray(picture, dtype=numpy.float64))
    white = next((white for white in _WHITES if values.max(initial=0.0) <= white), _WHITES[-1])
    return Image.fromarray((values.clip(0, white) * (255 / white)).round().astype(numpy.uint8))


def _dark_on_light(rgb: NDArray[numpy.uint8]) -> NDArray[numpy.uint8]:
    """The page as paper shows it: a negative, as some scanners leave it, is turned round, a page on a dark desk is not."""
    return 255 - rgb if rgb.size and numpy.quantile(rgb[::4, ::4], _MOSTLY) < _NEGATIVE else rgb


def _refuse_pages(pages: int, name: str, limits: Limits) -> None:
    if pages > limits.scan_pages:
        raise TooLarge(name, f"扫描件有 {pages} 页，超过 {limits.scan_pages} 页，不像一份年报，没有读入")


def _refuse_pixels(width: int, height: int, name: str, limits: Limits) -> None:
    if width * height > limits.pixels:
        raise _too_many_pixels(name, limits)


def _too_many_pixels(name: str, limits: Limits) -> TooLarge:
    most = f"{limits.pixels // 10_000} 万像素"
    return TooLarge(
        name, f"一页图片超过 {most}（A4 纸 600 dpi 彩色约 3500 万），疑似压缩炸弹，没有打开；请按 200 至 300 dpi 重新扫描"
    )
