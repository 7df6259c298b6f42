"""A file taken apart and put together again says the same to another library, and is the smaller one."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from struct import iter_unpack

import pikepdf
import pypdfium2
import pytest
import typst

from tests.exporters.stories import added_blocks, full_report_blocks
from toolkit.exporters.document import make_document
from toolkit.exporters.pdf.objects import UnknownPdf, read_objects, write_objects
from toolkit.exporters.pdf.setting import STANDARDS, set_pdf


def as_typst_writes(source: str) -> bytes:
    pdf = typst.compile(source.encode("utf-8"), format="pdf", pdf_standards=STANDARDS, timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


@cache
def small() -> bytes:
    return as_typst_writes('#set document(title: "a)b(c")\n#set text(lang: "en")\n= endobj\nstream endstream endobj xref')


@cache
def large() -> bytes:
    """More objects than fit into one stream."""
    return as_typst_writes(
        '#set document(title: "年报")\n#set text(lang: "zh")\n#table(columns: 4, ..range(400).map(number => [#number]))\n'
        '#pdf.attach("/a.txt", bytes("1 0 obj\nendobj\nstartxref\n0\n%%EOF\n"), relationship: "source", '
        'mime-type: "text/plain", description: "a")'
    )


@pytest.mark.parametrize("written", [small, large])
def test_every_object_is_the_same_to_another_library(written: Callable[[], bytes]) -> None:
    data = written()
    packed = write_objects(read_objects(data))
    with pikepdf.open(io.BytesIO(data)) as before, pikepdf.open(io.BytesIO(packed)) as after:
        assert after.check_pdf_syntax() == []
        for number in range(1, len(before.objects) + 1):
            one, other = (pdf.get_object(number, 0) for pdf in (before, after))
            assert one.unparse(resolved=True) == other.unparse(resolved=True)
            if isinstance(one, pikepdf.Stream):
                assert one.read_raw_bytes() == other.read_raw_bytes()
        assert before.trailer.ID == after.trailer.ID
        assert str(before.docinfo.Title) == str(after.docinfo.Title)


def test_the_file_gets_smaller_and_keeps_its_first_lines() -> None:
    packed = write_objects(read_objects(large()))
    assert len(packed) < 0.7 * len(large())
    assert packed.startswith(large()[:15])


def test_every_object_stands_where_the_references_say() -> None:
    """Readers that find nothing there mend the file in silence; a validator does not."""
    packed = write_objects(read_objects(large()))
    start = re.search(rb"startxref\n(\d+)\n%%EOF\n\Z", packed)
    assert start
    with pikepdf.open(io.BytesIO(packed)) as pdf:
        last = len(pdf.objects)
        rows = pdf.get_object(last, 0).read_bytes()
        assert packed[int(start[1]) :].startswith(b"%d 0 obj\n<</Type/XRef" % last)
        assert len(rows) == 7 * int(pdf.trailer.Size) == 7 * (last + 1)
        for number, (kind, where, which) in enumerate(iter_unpack(">BIH", rows)):
            if kind == 1:
                assert packed[where:].startswith(b"%d 0 obj\n" % number)
            elif kind == 2:
                stream = pdf.get_object(where, 0)
                assert [int(word) for word in stream.read_bytes()[: int(stream.First)].split()[::2]][which] == number
            else:
                assert number == 0


def test_what_is_packed_apart_shares_no_stream_with_the_rest() -> None:
    objects = read_objects(large())
    cells = {number for number, body in objects.bodies.items() if body.startswith(b"<</Type/StructElem/S/TD")}
    with pikepdf.open(io.BytesIO(write_objects(objects, apart=cells))) as pdf:
        assert pdf.check_pdf_syntax() == []
        streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream) and item.get("/Type") == "/ObjStm"]
        held = [{int(word) for word in item.read_bytes()[: int(item.First)].split()[::2]} for item in streams]
    assert set().union(*held) > cells
    assert all(numbers <= cells or not numbers & cells for numbers in held)


def test_a_page_looks_the_same_in_another_viewer() -> None:
    files = large(), write_objects(read_objects(large()))
    pages = [pypdfium2.PdfDocument(data)[0].render(scale=1).to_numpy() for data in files]
    assert (pages[0] == pages[1]).all()


def test_the_same_objects_give_the_same_bytes() -> None:
    assert write_objects(read_objects(large())) == write_objects(read_objects(large()))


def test_a_changed_object_is_the_only_one_that_changes() -> None:
    objects = read_objects(small())
    root = next(number for number, body in objects.bodies.items() if b"/Type/Catalog" in body)
    changed = objects.bodies[root].replace(b"/Lang(en)", b"/Lang(zh)")
    with pikepdf.open(io.BytesIO(write_objects(objects.with_bodies({root: changed})))) as pdf:
        assert str(pdf.Root.Lang) == "zh"
        assert len(pdf.pages) == 1


def test_a_report_is_clean() -> None:
    for blocks in (full_report_blocks(), full_report_blocks(draft=True), (*full_report_blocks(), *added_blocks())):
        with pikepdf.open(io.BytesIO(set_pdf(make_document(blocks)))) as pdf:
            assert pdf.check_pdf_syntax() == []


@pytest.mark.parametrize(
    ("written", "where"),
    [
        (lambda: b"", "xref"),
        (lambda: b"%PDF-1.7\nanything", "xref"),
        (lambda: small()[:-40], "xref"),
        (lambda: small().replace(b"startxref\n", b"startxref\n1"), "xref"),
        (lambda: small().replace(b"trailer\n", b"trailed\n"), "trailer"),
        (lambda: small().replace(b"\nendobj\n", b"\nendob \n", 1), "1 0 obj"),
        (lambda: small().replace(b"\n1 0 obj", b"\n7 0 obj", 1), "1 0 obj"),
        (lambda: write_objects(read_objects(small())), "xref"),
    ],
    ids=["empty", "no PDF", "cut off", "table elsewhere", "no trailer", "object without end", "another object", "packed already"],
)
def test_a_file_that_typst_did_not_write_is_refused(written: Callable[[], bytes], where: str) -> None:
    data = written()
    with pytest.raises(UnknownPdf, match=r"请安装 requirements\.lock") as caught:
        read_objects(data)
    assert caught.value.where == where
