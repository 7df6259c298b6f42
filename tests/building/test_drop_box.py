"""A finished PDF goes into the drop box whole, once, and readable by the county alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from toolkit.building.drop_box import DROP_BOX_VARIABLE, NotSubmitted, drop_box, submit


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "望江镇2025年年报.pdf"
    path.write_bytes(b"%PDF-1.7 one")
    return path


@pytest.fixture
def box(tmp_path: Path) -> Path:
    folder = tmp_path / "收件箱"
    folder.mkdir()
    return folder


def test_a_report_goes_in_once_and_a_changed_one_again(pdf: Path, box: Path) -> None:
    first = submit(pdf, box)
    assert not first.again
    assert "已报送" in first.message
    assert first.path.read_bytes() == pdf.read_bytes()
    again = submit(pdf, box)
    assert again.again
    assert "不再重复" in again.message
    pdf.write_bytes(b"%PDF-1.7 two")
    assert not submit(pdf, box).again
    assert len(list(box.iterdir())) == 2, "nothing but the two reports, no half file"


@pytest.mark.posix_only
@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_whatever_the_umask_the_group_reads_and_nobody_else(pdf: Path, box: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        assert submit(pdf, box).path.stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)


def test_a_box_that_is_gone_is_reported_in_a_sentence(pdf: Path, tmp_path: Path) -> None:
    with pytest.raises(NotSubmitted, match=r"县里的收件箱放不进去.*请告诉管理员"):
        submit(pdf, tmp_path / "没有")


def test_without_a_box_reports_go_by_mail(monkeypatch: pytest.MonkeyPatch, box: Path) -> None:
    monkeypatch.delenv(DROP_BOX_VARIABLE, raising=False)
    assert drop_box() is None
    monkeypatch.setenv(DROP_BOX_VARIABLE, str(box))
    assert drop_box() == box
