"""The bytes of the data code: what is packed comes back, the format stays as it is written down, damage is reported."""

from __future__ import annotations

import contextlib
import zlib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import examples
from toolkit.forms import Address, form_for_year
from toolkit.report import Report, read_report
from toolkit.report.data_code import MOST_BYTES, DataCode, DataCodeUnreadable, join_parts, pack_report, read_part
from toolkit.report.model import Figures, Organ

PARAMS = Path(__file__).resolve().parents[2] / "params"
DIGEST = "0123456789abcdef" * 4
FORM = form_for_year(2023)
CELLS = list(FORM.cells)


def report_of(values: dict[Address, int | Decimal | str], organ: str = "青禾县云水镇人民政府") -> Report:
    return Report(2023, Organ(name=organ), Figures(FORM, values))


def unpack(codes: tuple[bytes, ...]) -> DataCode:
    (code,) = join_parts(part for part in map(read_part, codes) if part)
    return code


def printed(report: Report) -> dict[Address, object]:
    return {address: report.figures[address] for address in report.form.cells}


@pytest.mark.parametrize("path", sorted(PARAMS.glob("20*/*/[!_]*.yaml")), ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_sample_comes_back_from_one_code(path: Path) -> None:
    report = read_report(path)
    codes = pack_report(report, DIGEST)
    code = unpack(codes)
    assert len(codes) == 1
    assert len(codes[0]) <= 160
    assert dict(code.figures) == printed(report)
    assert (code.edition, code.year, code.organ) == (report.form.id, report.year, report.organ.name)
    assert code.digest == bytes.fromhex(DIGEST)[:16]


FIGURE = st.one_of(
    st.none(), st.integers(0, 2000), st.integers(-(10**15) + 1, 10**15 - 1),
    st.decimals(Decimal("-1e14"), Decimal("1e14"), places=2), st.sampled_from(["3件", ""]),
)  # fmt: skip


@settings(max_examples=examples(20, 150))
@given(st.dictionaries(st.sampled_from(CELLS), FIGURE, max_size=len(CELLS)), st.text(min_size=1, max_size=80).filter(str.strip))
def test_any_figures_come_back(values: dict[Address, int], organ: str) -> None:
    organ = organ.encode("utf-8", "replace").decode("utf-8")
    report = report_of(values, organ)
    codes = pack_report(report, DIGEST)
    code = unpack(codes)
    expected = printed(report)
    text = {address for address, value in expected.items() if isinstance(value, str)}
    assert code.unreadable == text
    assert dict(code.figures) == {address: None if address in text else value for address, value in expected.items()}
    assert all(len(part) <= MOST_BYTES for part in codes)
    assert codes == pack_report(report, DIGEST)


def test_the_format_is_the_one_that_is_written_down() -> None:
    values: dict[Address, int | Decimal | str] = dict.fromkeys(CELLS, 0)
    values |= dict(zip(CELLS, (7, 33, 1056, 1057, -2), strict=False))
    (code,) = pack_report(report_of(values, "甲"), DIGEST)
    assert code[:4] == b"NB\x01\x01"
    body = code[8:]
    assert body[:5] == b"\x042021"
    assert body[5:7] == (2023).to_bytes(2, "big")
    assert body[7:12] == b"\x00\x03" + "甲".encode()
    assert body[12:28] == bytes.fromhex(DIGEST)[:16]
    bits = "".join(f"{byte:08b}" for byte in body[28:])
    assert bits.startswith(
        "10 00110 110 0000000000 110 1111111111 11110 0 0000 0001011 10000100001 11110 1 0000 0000010 10".replace(" ", "")
    )


def test_long_figures_go_into_two_codes_that_may_come_in_any_order() -> None:
    report = report_of({address: 10**14 + number for number, address in enumerate(CELLS[:60])})
    first, *others = pack_report(report, DIGEST)
    assert others
    assert dict(unpack((*others, first)).figures) == printed(report)
    with pytest.raises(DataCodeUnreadable, match="只找到 1 个"):
        unpack((first,))


def test_damage_and_later_versions_are_reported_and_other_codes_passed_over() -> None:
    (code,) = pack_report(report_of({}), DIGEST)
    with pytest.raises(DataCodeUnreadable, match="校验值"):
        unpack((code[:-1] + bytes([code[-1] ^ 1]),))
    with pytest.raises(DataCodeUnreadable, match="请升级程序"):
        read_part(code[:2] + b"\x02" + code[3:])
    assert read_part(b"https://www.qinghe.gov.example/") is None
    assert read_part(code[:8]) is None


@given(st.binary(min_size=9, max_size=120))
def test_a_forged_code_never_does_more_than_be_refused(body: bytes) -> None:
    part = read_part(b"NB\x01\x01" + zlib.crc32(body).to_bytes(4, "big") + body)
    with contextlib.suppress(DataCodeUnreadable):
        join_parts([part] if part else [])
