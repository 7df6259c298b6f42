"""Pack the figures of a report into the bytes of its data code (数据码), and read them back.

In: a report and the digest of the params that its PDF carries. Out: the bytes of one QR code, of several where one cannot
hold them, each small enough to be read from a scan of 150 dpi when it is printed 30 mm wide. ``docs/数据码.md`` describes
the format so that other programs can read it; the same report gives the same bytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.core.errors import NianbaoError
from toolkit.forms import Address, Form, form_by_id
from toolkit.report.model import Report, Value

MAGIC = b"NB"
VERSION = 1
DIGEST_BYTES = 16  # of the SHA-256 of the attached params
_HEAD_BYTES = 8  # magic, version, place of the part, checksum
MOST_BYTES = 213  # of one code: QR version 10 at level M has 57 modules a side, half a millimetre each (ISO/IEC 18004, 7.1)
_MOST_PARTS = 15  # what four bits count
_SMALL, _MIDDLE = 5, 10  # bits of the two short ways to write a figure
_LARGEST_SHORT = (1 << _SMALL) + (1 << _MIDDLE)  # the second way begins where the first ends
_MOST_PLACES = 15  # decimal places that four bits count


class DataCodeUnreadable(NianbaoError):
    """Bytes that are no data code, or not a whole one; ``reason`` is the sentence for the clerk."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"数据码读不出来：{reason}")


@dataclass(frozen=True)
class DataCode:
    """What a data code says of one report.

    ``figures`` are the figures as they are printed, totals included; a blank cell is ``None``. ``unreadable`` are the cells
    in which a draft had text that is no figure. ``digest`` is the beginning of the SHA-256 of the attached params.
    """

    edition: str
    year: int
    organ: str
    digest: bytes
    figures: Mapping[Address, int | Decimal | None]
    unreadable: frozenset[Address] = field(default_factory=frozenset)

    @property
    def form(self) -> Form:
        return _form(self.edition)


@dataclass(frozen=True, order=True)
class DataCodePart:
    """One of the codes of a report: parts of the same ``checksum`` belong together."""

    checksum: bytes
    count: int
    number: int  # from 0
    body: bytes


def pack_report(report: Report, digest: str) -> tuple[bytes, ...]:
    """The bytes of each code of a report, nearly always one.

    Args:
        report: the report as it is printed.
        digest: SHA-256 of its params in canonical form, hexadecimal (``toolkit.report.embedded``).

    Raises:
        ValueError: figures so long that even fifteen codes cannot hold them.
    """
    name = report.organ.name.encode("utf-8")
    edition = report.form.id.encode("ascii")
    head = bytes([len(edition)]) + edition + report.year.to_bytes(2, "big") + len(name).to_bytes(2, "big") + name
    figures = _bytes_of("".join(_bits(report.figures[address]) for address in report.form.cells))
    return _split(head + bytes.fromhex(digest)[:DIGEST_BYTES] + figures)


def _split(body: bytes) -> tuple[bytes, ...]:
    room = MOST_BYTES - _HEAD_BYTES
    count = -(-len(body) // room)
    if count > _MOST_PARTS:
        raise ValueError(f"{len(body)} bytes do not fit into {_MOST_PARTS} codes")
    size = -(-len(body) // count)  # parts of the same size give codes of the same size
    checksum = zlib.crc32(body).to_bytes(4, "big")
    head = MAGIC + bytes([VERSION])
    return tuple(
        head + bytes([number << 4 | count]) + checksum + body[number * size : (number + 1) * size] for number in range(count)
    )


def read_part(data: bytes) -> DataCodePart | None:
    """One code of a report; ``None`` for the bytes of any other code.

    Raises:
        DataCodeUnreadable: a data code of a later format.
    """
    if not data.startswith(MAGIC) or len(data) <= _HEAD_BYTES:
        return None
    if data[2] != VERSION:
        raise DataCodeUnreadable(f"格式版本是 {data[2]}，本程序只认识版本 {VERSION}，请升级程序")
    number, count = data[3] >> 4, data[3] & 15
    return DataCodePart(data[4:8], count, number, data[_HEAD_BYTES:]) if number < count else None


def join_parts(parts: Iterable[DataCodePart]) -> list[DataCode]:
    """The data codes of which every part is there, each once, in the order of their first parts.

    Raises:
        DataCodeUnreadable: parts are missing, or what they hold is damaged.
    """
    groups: dict[bytes, dict[int, DataCodePart]] = {}
    for part in parts:
        groups.setdefault(part.checksum, {})[part.number] = part
    return [_read_body(_body([group[number] for number in sorted(group)])) for group in groups.values()]


def _body(parts: Sequence[DataCodePart]) -> bytes:
    first = parts[0]
    if len(parts) < first.count:
        raise DataCodeUnreadable(f"共有 {first.count} 个码，只找到 {len(parts)} 个")
    body = b"".join(part.body for part in parts)
    if zlib.crc32(body).to_bytes(4, "big") != first.checksum:
        raise DataCodeUnreadable("内容与校验值不符")
    return body


def _read_body(body: bytes) -> DataCode:
    try:
        start = 1 + body[0]
        edition = body[1:start].decode("ascii")
        year, size = int.from_bytes(body[start : start + 2], "big"), int.from_bytes(body[start + 2 : start + 4], "big")
        rest = start + 4 + size
        organ = body[start + 4 : rest].decode("utf-8")
        form = _form(edition)
        figures = list(_figures(_Bits(body[rest + DIGEST_BYTES :]), form))
    except (IndexError, UnicodeDecodeError, OverflowError) as error:
        raise DataCodeUnreadable("内容不完整") from error
    unreadable = frozenset(address for address, value in figures if isinstance(value, str))
    values = {address: None if isinstance(value, str) else value for address, value in figures}
    return DataCode(edition, year, organ, body[rest : rest + DIGEST_BYTES], values, unreadable)


def _form(edition: str) -> Form:
    try:
        return form_by_id(edition)
    except KeyError:
        raise DataCodeUnreadable(f"格式“{edition[:20]}”不认识") from None


def _bits(value: Value) -> str:
    """One figure as binary digits: a prefix that tells how it is written, then the figure."""
    if value is None:
        return "1110"
    if isinstance(value, str):
        return "11111"
    places = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0
    whole = int(abs(value).scaleb(places)) if isinstance(value, Decimal) else abs(value)
    if places > _MOST_PLACES:
        return "11111"
    if places or value < 0 or whole > _LARGEST_SHORT:
        size = whole.bit_length()
        return f"11110{int(value < 0)}{places:04b}{size:07b}" + (f"{whole:b}" if size else "")
    if whole == 0:
        return "0"
    if whole <= 1 << _SMALL:
        return f"10{whole - 1:0{_SMALL}b}"
    return f"110{whole - (1 << _SMALL) - 1:0{_MIDDLE}b}"


def _bytes_of(bits: str) -> bytes:
    """Binary digits as bytes, zeros behind them up to a whole byte."""
    size = -(-len(bits) // 8)
    return int(bits.ljust(8 * size, "0") or "0", 2).to_bytes(size, "big")


class _Bits:
    """Binary digits, taken one after the other."""

    def __init__(self, data: bytes) -> None:
        self._bits = "".join(f"{byte:08b}" for byte in data)
        self._at = 0

    def take(self, count: int) -> int:
        bits = self._bits[self._at : self._at + count]
        if len(bits) < count:
            raise IndexError
        self._at += count
        return int(bits or "0", 2)

    def ones(self, most: int) -> int:
        """How many ones stand before the next zero, which is taken as well; at most ``most``."""
        count = 0
        while count < most and self.take(1):
            count += 1
        return count


def _figures(bits: _Bits, form: Form) -> Iterator[tuple[Address, Value]]:
    for address, column in form.cells.items():
        value = _figure(bits)
        yield address, Decimal(value) if column.type == "money" and isinstance(value, int) else value


def _figure(bits: _Bits) -> Value:
    kind = bits.ones(5)
    if kind == 1:
        return bits.take(_SMALL) + 1
    if kind == 2:
        return bits.take(_MIDDLE) + (1 << _SMALL) + 1
    if kind == 4:
        negative, places, size = bits.take(1), bits.take(4), bits.take(7)
        whole = -bits.take(size) if negative else bits.take(size)
        return Decimal(whole).scaleb(-places) if places else whole
    return {0: 0, 3: None, 5: ""}[kind]
