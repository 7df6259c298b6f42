"""Find the data codes on pictures of pages and read them (ISO/IEC 18004, ``toolkit.report.data_code``).

In: one page. Out: the parts of data codes on it. Other codes on a page, such as the address of a website, are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy
import zxingcpp

from toolkit.importing.readers.scan.pictures import Gray
from toolkit.report.data_code import DataCodePart, read_part

_SMALL_SIDE = 2_200  # pixels of a page's longer side, below which it is looked at once more, enlarged


def find_parts(gray: Gray) -> list[DataCodePart]:
    """The data codes of a page, each once.

    Raises:
        DataCodeUnreadable: a code of a later format.
    """
    parts: set[DataCodePart] = set()
    for picture in _tries(gray):
        codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]
        read = (read_part(code.bytes) for code in codes)
        parts.update(part for part in read if part)
        if parts and len(parts) >= max(part.count for part in parts):
            break
    return sorted(parts)


def _tries(gray: Gray) -> Iterator[Gray]:
    """The page as it is, enlarged where it has few pixels, and with its paper made white (a shadow, a yellow sheet)."""
    yield gray
    if max(gray.shape) < _SMALL_SIDE:
        yield gray.repeat(2, 0).repeat(2, 1)
    paper = float(numpy.percentile(gray, 90)) or 1.0
    yield numpy.where(gray < 0.6 * paper, 0, 255).astype(numpy.uint8)
