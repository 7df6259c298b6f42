"""The copies of the PDF: which are made, by option and by the settings file."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.core.errors import UsageError
from toolkit.core.settings import FORMATS, configured_copies, copies_of, wants_data_code, with_copies
from toolkit.dispatch.settings import read_settings


def test_by_default_there_is_the_submission_copy(tmp_path: Path) -> None:
    assert configured_copies(tmp_path) == ("submission",)
    assert with_copies(FORMATS, configured_copies(tmp_path)) == FORMATS


@pytest.mark.parametrize(
    ("line", "formats"),
    [
        ('copies = ["报送稿", "发布稿"]', ("pdf", "pdf-public", "docx")),
        ('copies = ["publication"]', ("pdf-public", "docx")),
        ('copies = "发布稿"', ("pdf-public", "docx")),
        ("data_code = false", ("pdf", "docx")),
    ],
)
def test_the_settings_file_names_the_copies(tmp_path: Path, line: str, formats: tuple[str, ...]) -> None:
    (tmp_path / "nianbao.toml").write_text(f"[pdf]\n{line}\n", encoding="utf-8")
    assert with_copies(("pdf", "docx"), configured_copies(tmp_path)) == formats
    assert wants_data_code(tmp_path) is ("false" not in line)


def test_the_whole_settings_file_may_name_them_too(tmp_path: Path) -> None:
    (tmp_path / "nianbao.toml").write_text('[pdf]\ncopies = ["报送稿", "发布稿"]\n', encoding="utf-8")
    assert read_settings(tmp_path / "nianbao.toml").pdf.copies == ("报送稿", "发布稿")


def test_an_unknown_copy_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="不认识的文稿“送审稿”，可选 报送稿、发布稿"):
        copies_of(["送审稿"], "--copies")
