"""Fonts are found by role on a full machine and on a bare one, and missing characters are named."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from pathlib import Path

import mplfonts
import pytest
from fontTools.ttLib import TTFont

from toolkit.core.fonts import (
    ROLES,
    FontSet,
    NoFonts,
    check_glyphs,
    find_fonts,
    missing_glyphs,
)
from toolkit.core.text import without_controls

BARE = Path(mplfonts.__file__).parent / "fonts"


@pytest.fixture(scope="module")
def bare() -> FontSet:
    """A machine without Chinese fonts: only those of the PyPI package."""
    return find_fonts([BARE])


def test_every_role_has_a_font_here() -> None:
    fonts = find_fonts()
    assert all(fonts.chain(role) for role in ROLES)
    assert all(face.path.is_file() for face in fonts.files)


def test_a_bare_machine_has_fonts_too(bare: FontSet) -> None:
    assert {face.path.parent for face in bare.files} == {BARE}
    assert not check_glyphs(["云水镇人民政府2023年度报告〔2021〕30号"], fonts=bare)


def test_official_fonts_come_before_free_ones(tmp_path: Path) -> None:
    source = BARE / "SimHei.ttf"
    for name in ("simfang.ttf", "FandolFang-Regular.otf", "FZXBSJW.TTF", "仿宋_GB2312.ttf"):
        shutil.copyfile(source, tmp_path / name)
    fonts = find_fonts([tmp_path])
    assert fonts.fangsong[0].path.name == "仿宋_GB2312.ttf"
    assert fonts.title[0].path.name == "FZXBSJW.TTF"


def test_the_bold_title_falls_back_on_a_bold_face(tmp_path: Path) -> None:
    """A rare character in the name of a town is not to stand out thin in the title."""
    for name in ("FandolSong-Bold.otf", "NotoSerifCJK-Bold.ttc", "NotoSerifCJK-Regular.ttc"):
        shutil.copyfile(BARE / "SimHei.ttf", tmp_path / name)
    names = [face.path.stem for face in find_fonts([tmp_path]).title]
    assert names[:2] == ["FandolSong-Bold", "NotoSerifCJK-Bold"]


def test_a_collection_gives_its_face_for_mainland_china() -> None:
    collections = [face for face in find_fonts().files if face.path.suffix == ".ttc" and "CJK" in face.path.name]
    assert all(face.family.endswith(" SC") for face in collections)


def test_no_font_at_all_is_reported_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(NoFonts, match="fonts-noto-cjk"):
        find_fonts([tmp_path])


@pytest.mark.parametrize(
    ("text", "missing", "reason"),
    [
        ("云水镇 2023", [], "plain text"),
        ("𬒈", [], "a rare character of a place name, beyond U+FFFF, in the wide font"),
        ("\ue000", [("\ue000", "U+E000")], "private use, as old input methods leave it"),
        ("甲🀄乙🀄", [("🀄", "U+1F004")], "named once"),
        ("行\n\t\u200b\ufe0f\u3000", [], "drawn as nothing"),
    ],
)
def test_missing_characters_are_named(bare: FontSet, text: str, missing: list[tuple[str, str]], reason: str) -> None:
    assert check_glyphs([text], fonts=bare) == missing, reason


@pytest.mark.parametrize("role", ROLES)
def test_the_character_maps_agree_with_fonttools(bare: FontSet, role: str) -> None:
    face = bare.chain(role)[0]  # type: ignore[arg-type]
    with TTFont(face.path, fontNumber=face.face, lazy=True) as font:
        known = set(font.getBestCmap())
    single = FontSet(*([(face,)] * len(ROLES)))
    sample = [code for code in range(0x20, 0x2FFFF, 37) if not 0xD800 <= code < 0xE000]
    drawn = {chr(code) for code in sample if code in known}
    assert not missing_glyphs("".join(drawn), "song", single)
    others = {chr(code) for code in sample if code not in known}
    assert len(missing_glyphs("".join(others), "song", single)) > len(others) * 0.99  # a few are drawn as nothing


def test_the_digest_follows_the_content_and_not_the_place(tmp_path: Path) -> None:
    same, other = tmp_path / "same", tmp_path / "other"
    for folder in (same, other):
        folder.mkdir()
        shutil.copyfile(BARE / "SimHei.ttf", folder / "simhei.ttf")
    with (other / "simhei.ttf").open("ab") as file:
        file.write(b"newer")
    digests = {folder: find_fonts([folder]).hei[0].digest for folder in (BARE, same, other)}
    assert digests[BARE] == digests[same] != digests[other]


def test_matplotlib_can_open_the_chart_font() -> None:
    from matplotlib import font_manager  # here: it takes half a second to import, before the first test of all

    assert font_manager.get_font(str(find_fonts().sans[0].path)).family_name


@pytest.mark.parametrize(
    ("text", "clean"),
    [("甲\x00\x07\x1b乙", "甲乙"), ("行\n末\t格", "行\n末\t格"), ("\ud800孤", "孤"), ("𬒈　", "𬒈　"), ("\x85\x9f", "")],
)
def test_control_characters_are_left_out(text: str, clean: str) -> None:
    assert without_controls(text) == clean


def test_controls_are_those_of_unicode() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    kept = (c for c in every if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    assert without_controls(every) == "".join(kept)
