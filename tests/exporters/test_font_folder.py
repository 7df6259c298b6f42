"""All processes share one folder of fonts; a process that finds it incomplete completes it."""

from __future__ import annotations

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.core.fonts import FontFile, FontSet
from toolkit.exporters.pdf import font_folder as font_folder_module
from toolkit.exporters.pdf.font_folder import FontUnreadable, font_folder

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def some_fonts(folder: Path) -> FontSet:
    faces = []
    for number in range(3):
        path = folder / f"{number}.otf"
        path.write_bytes(b"font %d" % number)
        faces.append(FontFile(f"Font {number}", path, 0, f"digest {number}"))
    one, two, three = ((face,) for face in faces)
    return FontSet(title=one, song=two, fangsong=three, kai=one, hei=two, sans=three)


def contents(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.iterdir()}


def test_it_holds_the_fonts_and_is_found_again(tmp_path: Path) -> None:
    fonts = some_fonts(tmp_path)
    found = font_folder(fonts, tmp_path / "cache")
    assert contents(found.folder) == {b"font 0", b"font 1", b"font 2"}
    assert {Path(place).read_bytes() for place in found.places.values()} == contents(found.folder)
    before = {path: path.lstat().st_ino for path in found.folder.iterdir()}
    assert font_folder(fonts, tmp_path / "cache") == found
    assert {path: path.lstat().st_ino for path in found.folder.iterdir()} == before


@pytest.mark.posix_only
def test_what_a_cleaner_took_is_put_back(tmp_path: Path) -> None:
    fonts = some_fonts(tmp_path)
    folder = font_folder(fonts, tmp_path / "cache").folder
    (folder / "01.otf").unlink()
    (folder / "02.otf").unlink()
    (folder / "02.otf").symlink_to(tmp_path / "gone.otf")
    assert contents(font_folder(fonts, tmp_path / "cache").folder) == {b"font 0", b"font 1", b"font 2"}


def test_another_content_or_place_has_another_folder(tmp_path: Path) -> None:
    fonts = some_fonts(tmp_path)
    newer = replace(fonts, title=(replace(fonts.title[0], digest="new"),))
    (tmp_path / "moved").mkdir()
    folders = {font_folder(some, tmp_path / "cache").folder for some in (fonts, newer, some_fonts(tmp_path / "moved"))}
    assert len(folders) == 3


def refuse(*_: object) -> None:
    raise OSError(1314, "no right to link")


def test_copies_where_no_link_can_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "symlink", refuse)
    found = font_folder(some_fonts(tmp_path), tmp_path / "cache")
    assert contents(found.folder) == {b"font 0", b"font 1", b"font 2"}
    assert all(Path(place).parent == found.folder.resolve() for place in found.places.values())


def test_a_font_that_another_program_has_open_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows such a file can be neither renamed nor removed, by none of its names."""
    fonts = some_fonts(tmp_path)
    monkeypatch.setattr(os, "symlink", refuse)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with (tmp_path / "1.otf").open("rb"):
        found = font_folder(fonts, tmp_path / "cache")
    assert contents(found.folder) == {b"font 0", b"font 1", b"font 2"}
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [found.folder.name]


def test_a_file_that_another_process_has_put_there_and_has_open_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = some_fonts(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with ExitStack() as held:

        def copy_as_two_processes(source: Path, place: Path) -> None:
            theirs = font_folder_module._name(fonts)
            for path in (place, place.with_name(theirs) / place.name.rpartition("-")[2]):
                shutil.copyfile(source, path)
            held.enter_context(path.open("rb"))

        monkeypatch.setattr(font_folder_module, "_link", copy_as_two_processes)
        found = font_folder(fonts, tmp_path / "cache")
        assert contents(found.folder) == {b"font 0", b"font 1", b"font 2"}


@pytest.mark.posix_only
def test_a_link_that_a_share_makes_but_cannot_follow_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    symlink = os.symlink
    monkeypatch.setattr(os, "symlink", lambda source, place: symlink(f"{source}.nowhere", place))
    found = font_folder(some_fonts(tmp_path), tmp_path / "cache")
    assert contents(found.folder) == {b"font 0", b"font 1", b"font 2"}


def test_many_at_once_leave_one_whole_folder(tmp_path: Path) -> None:
    fonts = some_fonts(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: font_folder(fonts, tmp_path / "cache").folder, range(40)))
    assert contents(found.pop()) == {b"font 0", b"font 1", b"font 2"}
    assert not found
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.name.startswith(".")] == []


@pytest.mark.posix_only
@pytest.mark.skipif(ROOT and not Path("/proc").is_dir(), reason="nothing that root may not write")
def test_where_nothing_can_be_kept_it_goes_with_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = font_folder(some_fonts(tmp_path), Path("/proc/nowhere") if ROOT else read_only(tmp_path / "cache"))
    assert found.folder.is_relative_to(tmp_path)
    assert contents(found.folder) == {b"font 0", b"font 1", b"font 2"}


def read_only(folder: Path) -> Path:
    folder.mkdir(mode=0o500)
    return folder


def test_a_font_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    fonts = some_fonts(tmp_path)
    fonts.song[0].path.unlink()
    with pytest.raises(FontUnreadable, match=r"无法读取字体文件 .*1\.otf"):
        font_folder(fonts, tmp_path / "cache")
    shutil.rmtree(tmp_path / "cache")
