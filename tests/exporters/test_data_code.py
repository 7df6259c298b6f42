"""The printed data code: found on the page of a scan, the same bytes twice, in the PDF only, and off when settings say so."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from tests.exporters.test_readback import sample
from toolkit.exporters.docx.writing import set_docx
from toolkit.exporters.html.writing import set_html
from toolkit.exporters.pdf.setting import LARGEST_MM, draw_code, set_pdf
from toolkit.exporters.readback import check_pdf
from toolkit.exporters.xlsx.writing import set_xlsx
from toolkit.report.data_code import MOST_BYTES, join_parts, read_part
from toolkit.report.embedded import digest_in
from toolkit.sections.blocks import DataCode, blocks_from_json, blocks_to_json


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return set_pdf(sample()[1])


def last_page(pdf: bytes, dpi: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[len(document) - 1].render(scale=dpi / 72).to_pil().convert("L")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=40)
    return Image.open(out)


@pytest.mark.parametrize("dpi", [150, 300])
def test_a_scan_of_the_last_page_gives_every_figure_and_the_hash_of_the_params(pdf: bytes, dpi: int) -> None:
    report, document = sample()
    (found,) = zxingcpp.read_barcodes(last_page(pdf, dpi), formats=zxingcpp.BarcodeFormat.QRCode)
    part = read_part(found.bytes)
    assert part
    (code,) = join_parts([part])
    assert dict(code.figures) == {address: report.figures[address] for address in report.form.cells}
    assert digest_in(document.attachments[0].text).startswith(code.digest.hex())


def test_another_reader_finds_the_same_symbol() -> None:
    drawn = zxingcpp.create_barcode(b"NB-ascii-only", zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    text, *_ = cv2.QRCodeDetector().detectAndDecode(numpy.asarray(drawn.to_image(scale=8)))
    assert text == "NB-ascii-only"


def test_it_is_tagged_with_a_text_alternative_and_set_the_same_twice(pdf: bytes) -> None:
    document = sample()[1]
    assert set_pdf(document) == pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        alternatives = [str(item["/Alt"]) for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
        with_code = sum("数据码" in text for text in alternatives)
        assert with_code == 1
        assert opened.Root.MarkInfo.Marked
    plain = set_pdf(document.without_data_code())
    assert zxingcpp.read_barcodes(last_page(plain, 150)) == []


def test_everything_on_its_page_is_part_of_the_text_or_an_artifact(pdf: bytes) -> None:
    """PDF/UA-1 (ISO 14289-1), 7.1: nothing is drawn outside a mark, and every mark has its place in the structure."""
    painting = {"Tj", "TJ", "f", "f*", "S", "s", "B", "b", "Do", "sh", "INLINE IMAGE"}
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = opened.pages[-1]
        parents = pikepdf.NumberTree(opened.Root.StructTreeRoot.ParentTree)[int(page.StructParents)]
        marks: list[str] = []
        numbers = set()
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                marks.append(str(operands[0]))
                if name == "BDC" and "/MCID" in operands[1]:
                    numbers.add(int(operands[1].MCID))
            elif name == "EMC":
                marks.pop()
            else:
                assert marks or name not in painting
        assert numbers == set(range(len(parents)))
        assert "/Figure" in {str(parent.S) for parent in parents}
        assert (str(page.Tabs), str(opened.Root.Lang)) == ("/S", "zh-CN")


def test_publication_formats_do_not_print_it() -> None:
    document = sample()[1]
    for setter in (set_html, set_docx, set_xlsx):
        assert setter(document) == setter(document.without_data_code())


def test_a_code_of_the_largest_size_keeps_to_30_millimetres_and_half_a_millimetre_a_module() -> None:
    drawn = draw_code(bytes(range(MOST_BYTES)))
    modules = int(drawn.svg.partition('viewBox="0 0 ')[2].split()[0])
    assert drawn.side_mm <= LARGEST_MM
    assert drawn.side_mm / modules >= 0.5


def test_a_code_of_other_figures_is_found_when_the_file_is_read_back(pdf: bytes) -> None:
    report, document = sample()
    address = next(address for address in report.form.cells if report.figures[address] == 0)
    other = report.with_value(address, 3)
    assert any(item.place == "数据码" for item in check_pdf(pdf, document, other))


def test_the_block_goes_through_the_notebook() -> None:
    blocks = (DataCode((b"NB\x01\x01\xff", b"\x00")),)
    assert blocks_from_json(blocks_to_json(blocks)) == blocks


def test_settings_turn_it_off(tmp_path: Path) -> None:
    from toolkit.core.settings import wants_data_code
    from toolkit.dispatch.settings import read_settings

    assert wants_data_code(tmp_path)
    (tmp_path / "nianbao.toml").write_text("[pdf]\ndata_code = false\n", encoding="utf-8")
    assert not wants_data_code(tmp_path)
    assert not read_settings(tmp_path / "nianbao.toml").pdf.data_code
    (tmp_path / "nianbao.toml").write_text("[pdf\n", encoding="utf-8")
    assert wants_data_code(tmp_path)
