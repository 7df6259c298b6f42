"""``nianbao lab 云溪县/望江镇``: the file that is meant, or a sentence with the names most like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.core.errors import UsageError
from toolkit.entry.start.deep_link import find_by_place

FILES = (
    "2023/云溪县/望江镇",
    "2024/云溪县/望江镇",
    "2023/云溪县/旧镇",
    "2024/云溪县/青禾镇",
    "2024/松岭县/青禾镇",
    "2024/云溪县",
)


@pytest.fixture
def params(tmp_path: Path) -> Path:
    for name in FILES:
        path = tmp_path / "params" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "params"


MEANT = [
    ("云溪县/望江镇", "2024/云溪县/望江镇", "of two years the latest"),
    ("2023/云溪县/望江镇", "2023/云溪县/望江镇", "the year that was named"),
    ("云溪县/旧镇", "2023/云溪县/旧镇", "the only year it has"),
    ("望江镇", "2024/云溪县/望江镇", "the only organ of that name"),
    ("params/2024/云溪县/望江镇.yaml", "2024/云溪县/望江镇", "the path of the file"),
    (r"2024\云溪县\望江镇", "2024/云溪县/望江镇", "separators of Windows"),
    (" 云溪县 / 望江镇 /", "2024/云溪县/望江镇", "blanks"),
    ("云溪县", "2024/云溪县", "the county itself"),
    ("松岭县/青禾镇", "2024/松岭县/青禾镇", "one of two with that name"),
]


@pytest.mark.parametrize(("typed", "file", "why"), MEANT, ids=[why for *_, why in MEANT])
def test_the_file_that_is_meant_is_found(params: Path, typed: str, file: str, why: str) -> None:
    assert find_by_place(params, typed) == params / f"{file}.yaml", why


REFUSED = [
    ("云溪县/王江镇", r"没有“云溪县/王江镇”的填报数据。是不是：2024/云溪县/望江镇$", "a slip"),
    ("2024/云溪县/望江镇人民政府", r"是不是：2024/云溪县/望江镇$", "the full name"),
    ("青禾镇", r"叫“青禾镇”的有 2 个，请写明地区：.*2024/松岭县/青禾镇", "two of that name"),
    ("2031/云溪县/望江镇", r"没有 2031 年度.*2024、2023.*nianbao new 2031 云溪县/望江镇", "a year that has not begun"),
    ("2024/云溪县/旧镇", r"nianbao new 2024 云溪县/旧镇", "this year not begun, last year there"),
    ("某县/某某局", r"没有“某县/某某局”的填报数据。新建一份：nianbao new 2024 某县/某某局", "nothing like it"),
    ("某", r"nianbao new 2024 地区/机关", "no place"),
    ("/", r"没有“/”的填报数据", "nothing"),
    ("../../etc/passwd", r"没有", "a path out of the tree"),
]


@pytest.mark.parametrize(("typed", "sentence", "why"), REFUSED, ids=[why for *_, why in REFUSED])
def test_a_name_that_fits_nothing_is_answered_with_what_is_like_it(params: Path, typed: str, sentence: str, why: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        find_by_place(params, typed)


def test_a_folder_without_reports_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nianbao new 年度 云溪县/望江镇"):
        find_by_place(tmp_path / "params", "云溪县/望江镇")


def test_no_file_outside_of_params_is_opened(params: Path) -> None:
    (params.parent / "别处.yaml").touch()
    with pytest.raises(UsageError):
        find_by_place(params, "../别处")
    with pytest.raises(UsageError):
        find_by_place(params, "2024/../../别处")


@pytest.mark.posix_only
@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Cafe\u0301乡", "云溪县/Café乡"),
        ("Café乡", "Cafe\u0301乡"),
        ("戌 乡 ", "云溪县/戌 乡"),
        ("甲 #1%&😀", "云溪县/甲 #1%&😀"),
    ],
    ids=["as macOS keeps accents", "typed as macOS types them", "a blank at the end", "signs that addresses read otherwise"],
)
def test_a_name_is_found_however_the_disk_spells_it(tmp_path: Path, name: str, typed: str) -> None:
    file = tmp_path / "params" / "2024" / "云溪县" / f"{name}.yaml"
    file.parent.mkdir(parents=True)
    file.touch()
    assert find_by_place(tmp_path / "params", typed) == file
