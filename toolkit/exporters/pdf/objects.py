"""Split a PDF of Typst into its objects, and write them as a smaller file.

In: a file with one cross-reference table (ISO 32000-1, 7.5.4). Out: the source of every object by its number, and a file
with the small objects in compressed object streams (7.5.7, 7.5.8). The content of objects is not parsed. It supports the
layout of Typst only, in a third of the time of a general library, and refuses any other layout.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from struct import pack

from toolkit.core.errors import NianbaoError

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 (\d+)[ \r\n]*\n")
_TRAILER = re.compile(rb"\s*trailer\s*<<(?P<before>.*?)/Size \d+(?P<after>.*)>>\s*", re.DOTALL)
_ENTRY = 20  # bytes of one line of the table
_TOGETHER = 100  # objects in one stream: a reader that wants one of them unpacks all


class UnknownPdf(NianbaoError):
    """Not the layout that Typst writes; ``where`` is the part of the file that differs."""

    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__(
            f"typst 的版本未经验证，写出的 PDF 结构不同（{where}）：PDF 有效，但表头的无障碍标注不全；"
            "请安装 requirements.lock 所列版本的 typst"
        )


@dataclass(frozen=True, slots=True)
class PdfObjects:
    """The parts of a file: the bytes before the first object, the source of each object, the trailer."""

    header: bytes
    bodies: Mapping[int, bytes]
    trailer: bytes  # entries without brackets and /Size

    def with_bodies(self, changed: Mapping[int, bytes]) -> PdfObjects:
        return replace(self, bodies={**self.bodies, **changed})


def read_objects(data: bytes) -> PdfObjects:
    """The objects of a file.

    Raises:
        UnknownPdf: cross references or an object are not where and what they should be.
    """
    try:
        return _read_objects(data)
    except (LookupError, ValueError) as error:  # no number, or no object
        raise UnknownPdf("xref") from error


def _read_objects(data: bytes) -> PdfObjects:
    start = _START.search(data, len(data) - 64)
    table = _TABLE.match(data, int(start[1])) if start else None
    if start is None or table is None:
        raise UnknownPdf("xref")
    entries = data[table.end() : table.end() + _ENTRY * int(table[1])]
    trailer = _TRAILER.fullmatch(data, table.end() + len(entries), start.start())
    if trailer is None:
        raise UnknownPdf("trailer")
    lines = [entries[place : place + _ENTRY] for place in range(0, len(entries), _ENTRY)]
    places = sorted((int(line[:10]), number) for number, line in enumerate(lines) if line[17:18] == b"n")
    bodies = {
        number: _body(data[place:end].rstrip(), number) for (place, number), (end, _) in pairwise([*places, (table.start(), 0)])
    }
    return PdfObjects(data[: places[0][0]], bodies, trailer["before"] + trailer["after"])


def _body(whole: bytes, number: int) -> bytes:
    begin = b"%d 0 obj" % number
    if not (whole.startswith(begin) and whole.endswith(b"endobj")):
        raise UnknownPdf(f"{number} 0 obj")
    return whole[len(begin) : -len(b"endobj")].strip(b"\r\n")


def write_objects(objects: PdfObjects, apart: Collection[int] = ()) -> bytes:
    """One file of these objects; the same objects give the same bytes.

    Args:
        objects: all of a file.
        apart: numbers of objects that most readers never need; they are packed separately.
    """
    loose = {number: body for number, body in objects.bodies.items() if body.endswith(b"endstream")}
    packed = objects.bodies.keys() - loose.keys()
    groups = [*_groups(packed.difference(apart)), *_groups(packed.intersection(apart))]
    first = max(objects.bodies) + 1
    streams = {first + place: _object_stream(group, objects.bodies) for place, group in enumerate(groups)}
    pieces, position = [objects.header], len(objects.header)
    # (type, where, which): free, at a byte of the file, or in an object stream
    places = {number: (2, first + place, which) for place, group in enumerate(groups) for which, number in enumerate(group)}
    for number, body in chain(loose.items(), streams.items()):
        places[number] = (1, position, 0)
        pieces.append(b"%d 0 obj\n%b\nendobj\n" % (number, body))
        position += len(pieces[-1])
    last = first + len(groups)
    places[last] = (1, position, 0)
    rows = b"".join(pack(">BIH", *places.get(number, (0, 0, 65535))) for number in range(last + 1))
    references = _stream(b"/Type/XRef/W[1 4 2]/Size %d%b" % (last + 1, objects.trailer), rows)
    pieces.append(b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (last, references, position))
    return b"".join(pieces)


def _groups(numbers: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(numbers)
    yield from (ordered[place : place + _TOGETHER] for place in range(0, len(ordered), _TOGETHER))


def _object_stream(numbers: list[int], bodies: Mapping[int, bytes]) -> bytes:
    content = b"\n".join(bodies[number] for number in numbers)
    index = b" ".join(b"%d %d" % (number, place) for number, place in zip(numbers, _starts(numbers, bodies), strict=True)) + b"\n"
    return _stream(b"/Type/ObjStm/N %d/First %d" % (len(numbers), len(index)), index + content)


def _starts(numbers: list[int], bodies: Mapping[int, bytes]) -> Iterator[int]:
    place = 0
    for number in numbers:
        yield place
        place += len(bodies[number]) + 1


def _stream(entries: bytes, content: bytes) -> bytes:
    small = zlib.compress(content)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (entries, len(small), small)
