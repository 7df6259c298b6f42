"""No class of a programming language in a sentence for a clerk: what cannot be read is refused in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import toolkit
from tests.importing.compound_files import compound_file
from tests.importing.word_shapes import word_file
from toolkit.commands import import_batch
from toolkit.dispatch import confinement
from toolkit.dispatch.letters.sending import what_broke
from toolkit.importing import CannotImport, read_published
from toolkit.importing.readers.formats import detect
from toolkit.importing.readers.office import is_sheet
from toolkit.importing.readers.pdf import reading

_CLASS = re.compile(r"[A-Z][A-Za-z]*(Error|Exception)|\w+\.\w+Error")


def fails(*arguments: object, **named: object) -> Iterator[object]:
    raise KeyError("Pages")


def test_damaged_pdf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reading, "with_fields_drawn", fails)
    (tmp_path / "年报.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(CannotImport) as refused:
        read_published(tmp_path / "年报.pdf")
    assert str(refused.value) == "年报.pdf：PDF 已损坏，读不下去；请重新下载或换用 Word、网页版本"


def test_damaged_word_file(tmp_path: Path) -> None:
    (tmp_path / "年报.docx").write_bytes(word_file("<w:p><w:r></w:p>"))
    with pytest.raises(CannotImport, match="文件内容已损坏（第 1 行不合规范）"):
        read_published(tmp_path / "年报.docx")


@pytest.mark.parametrize(
    ("stream", "sentence"), [("PowerPoint Document", "是演示文稿"), ("Catalog", "里没有 Word 或 Excel 的内容，是别的程序的文件")]
)
def test_file_of_another_program(stream: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "年报.wps").write_bytes(compound_file({stream: b"1" * 500}))
    with pytest.raises(CannotImport, match=sentence):
        read_published(tmp_path / "年报.wps")


@pytest.mark.parametrize("stream", ["Workbook", "WORKBOOK", "Book"])
def test_names_in_a_compound_file_have_no_case(stream: str) -> None:
    raw = compound_file({stream: b"1" * 500})
    assert (detect(raw, ".xls"), is_sheet(raw, "")) == ("office", True)


def test_file_that_no_reader_foresaw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_batch, "read_all_published", fails)
    (result,) = import_batch.import_files([tmp_path / "年报.docx"], tmp_path / "out")
    assert result.state == "failed"
    assert result.message.startswith("读取时出错")
    assert not _CLASS.search(result.message)


def test_confined_readers_do_not_name_the_class() -> None:
    source = Path(confinement.__file__).read_text(encoding="utf-8")
    assert "__name__}" not in source


def test_connection_that_broke_without_a_message() -> None:
    assert what_broke(RuntimeError()) == "对方没有按约定回答"


@pytest.mark.parametrize("package", ["importing", "dispatch"])
def test_no_sentence_is_made_with_the_name_of_a_class(package: str) -> None:
    folder = Path(toolkit.__file__).parent / package
    named = [path.name for path in folder.rglob("*.py") if "type(error).__name__" in path.read_text(encoding="utf-8")]
    assert named == []
