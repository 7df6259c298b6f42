"""Years in paths: the last folder that is called after one, wherever the path was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.core.tree import below_year, full_path, is_year, tree_of, walk, year_of

YEARS = [
    ("params/2024/云溪县/柳湾镇.yaml", 2024, "the usual place"),
    ("数据/2019/2024/云溪县", 2024, "the last of two"),
    ("params/2024/某省/3708/松石镇.yaml", 2024, "the code of a city is no year"),
    ("params/２０２４/云溪县", None, "wide digits name no folder of ours"),
    ("params/云溪县/柳湾镇.yaml", None, "no year at all"),
    ("params/2024/云溪县/../../2023/云溪县", 2023, "upwards and down again"),
    ("params/2024/..", None, "out of the year"),
]


@pytest.mark.parametrize(("path", "year", "why"), YEARS, ids=[why for *_, why in YEARS])
def test_year_of_a_path(path: str, year: int | None, why: str, tmp_path: Path) -> None:
    assert year_of(tmp_path / path) == year


def test_a_path_typed_inside_the_tree_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "params" / "2024" / "云溪县"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert year_of(Path("柳湾镇.yaml")) == year_of(Path()) == 2024
    assert year_of(Path("../..")) is None
    assert tree_of(Path("柳湾镇.yaml")) == tmp_path / "params"
    assert full_path(Path("../松石镇.yaml")) == folder.parent / "松石镇.yaml"


@pytest.mark.parametrize(
    ("name", "below"),
    [
        ("params/2020/嘉祥县/孟姑集镇.yaml", "2020/嘉祥县/孟姑集镇"),
        ("s3://bucket/params/2024/某省/某市/松石镇.yaml", "2024/某省/某市/松石镇"),
        ("C:\\年报\\params\\2024\\云溪县\\柳湾镇.yaml", "2024/云溪县/柳湾镇"),
        ("柳湾镇.yaml", "柳湾镇"),
        ("params/2024/2023.yaml", "2024/2023"),
    ],
)
def test_what_lies_below_the_year(name: str, below: str) -> None:
    assert below_year(name) == below


def test_which_names_are_years() -> None:
    assert [name for name in ("2024", "1999", "3708", "2101", "202", "20244", "abcd", "") if is_year(name)] == ["2024", "1999"]


@pytest.mark.posix_only
def test_links_to_folders_are_entered_once_and_never_upwards(tmp_path: Path) -> None:
    city, share = tmp_path / "params" / "2024", tmp_path / "共享" / "云溪县"
    for folder in (city / "江澜区", share / "镇"):
        folder.mkdir(parents=True)
    (share / "松石镇.yaml").touch()
    (city / "云溪县").symlink_to(share, target_is_directory=True)
    (city / "江澜区" / "又是云溪县").symlink_to(share, target_is_directory=True)
    (city / "江澜区" / "又是镇").symlink_to(share / "镇", target_is_directory=True)
    (city / "_旧").symlink_to(share, target_is_directory=True)
    (city / "别名").symlink_to(city / "江澜区", target_is_directory=True)
    (share / "上级").symlink_to(city, target_is_directory=True)
    (share / "自己").symlink_to(share, target_is_directory=True)
    (share / "没有").symlink_to(tmp_path / "没有", target_is_directory=True)
    (city / "东镇").symlink_to(tmp_path / "盘" / "东镇", target_is_directory=True)
    (city / "全盘").symlink_to(tmp_path / "盘", target_is_directory=True)
    (tmp_path / "盘" / "东镇").mkdir(parents=True)
    seen = sorted(Path(place).relative_to(city).as_posix() for place, _, _ in walk(city))
    assert seen == [".", "东镇", "云溪县", "云溪县/镇", "全盘", "江澜区"]
    assert sum("松石镇.yaml" in names for _, _, names in walk(city)) == 1
