"""Tell the level of an organ from its name: 街道办, 县水务局, 市政府办公厅, 开发区管委会.

In: a name. Out: a level of the model, and whether a person should confirm it: 市 may be a county-level city or one above.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from toolkit.importing.wording import simplified

_STREET = re.compile(r"街道(办事处|办|党工委|管理委员会)?$")
_TOWNSHIP = re.compile(r"([乡镇]|苏木)(人民政府|政府|党政(综合)?办公室|便民服务中心)?$")
_GOVERNMENT = re.compile(r"(人民)?政府$|行政公署$")
_AREA = re.compile(r"[\u4e00-\u9fff]{1,9}?(特别行政区|自治区|自治州|自治县|自治旗|地区|省|市|州|盟|县|旗|区)")
_NO_AREA = re.compile(
    r".*(城市|都市|超市|社区|园区|景区|小区|校区|矿区|库区|辖区|片区|街区|城区|示范区|开发区|管理区|风景区|保护区|高新区|经开区|保税区)$"
)
_PROVINCES = ("北京市", "上海市", "天津市", "重庆市")
_RANKS = {
    "特别行政区": "province", "自治区": "province", "省": "province", "自治州": "city", "地区": "city", "州": "city",
    "盟": "city", "市": "city", "自治县": "county", "自治旗": "county", "县": "county", "旗": "county", "区": "county",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """``key`` is "" when the name does not show it; ``certain`` is false where a person should confirm it."""

    key: str
    certain: bool = True


def level_of(organ: str) -> Level:
    name = re.sub(r"\s", "", simplified(organ))
    if _STREET.search(name):
        return Level("street")
    if _TOWNSHIP.search(name):
        return Level("township")
    areas = _areas(name)
    if not areas:
        return Level("province_department" if name.endswith("厅") else "", certain=name.endswith("厅"))
    rank, certain = _rank(areas)
    if _GOVERNMENT.search(name):
        return Level(rank, certain)
    # only cities of a prefecture and above have an 办公厅
    return Level(f"{rank}_department", certain or (rank == "city" and name.endswith("办公厅")))


def _areas(name: str) -> list[str]:
    """The areas a name begins with, from the widest: 江北省, 云水市, 柳河区."""
    areas: list[str] = []
    at = 0
    while match := _AREA.match(name, at):
        if _NO_AREA.fullmatch(match[0]) or (areas and match.end() == len(name)):
            break
        areas.append(match[0])
        at = match.end()
    return areas


def _rank(areas: list[str]) -> tuple[str, bool]:
    """The rank of the last area, and whether it is certain."""
    kinds = [_RANKS[_AREA.fullmatch(area)[1]] for area in areas]  # type: ignore[index]
    if areas[-1] in _PROVINCES:
        return "province", True
    if kinds[-1] == "city" and areas[-1].endswith("市"):
        above = [kind for area, kind in zip(areas[:-1], kinds[:-1], strict=True) if kind == "city" or area in _PROVINCES]
        return ("county", True) if above else ("city", False)  # a city in a city is a county-level one
    return kinds[-1], True
