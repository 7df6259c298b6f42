"""A card of the overview that begins a year of a jurisdiction, as ``nianbao start`` does.

In: the params folder, and what to do when a year was begun. Out: an ipywidgets box with year, jurisdiction, a list of members.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path

import ipywidgets as widgets

from toolkit.core.errors import NianbaoError, ParamsUnreadable, UsageError
from toolkit.report.starting import doubt_of_year
from toolkit.rollup.beginning import NoMemberList, YearStart, begin_year

_EXPLAINED = (
    "沿用上一年的成员名单，期限顺延一年；没有上一年名单的，选一个 Excel 名单（表头：单位名称、邮箱、电话）。"
    "给各单位的填报数据和 Excel 填报表放在 outputs 里。"
)


_TABLE = "成员名单（Excel）"


class BeginCard:
    """Year, jurisdiction, an optional list; ``widget`` is what the notebook shows."""

    def __init__(self, params: Path, today: date, place: str, on_begun: Callable[[Path], None]) -> None:
        self._params, self._today, self._on_begun = params, today, on_begun
        # the report of a year is written in the following January; it is begun from December on
        self.year = widgets.BoundedIntText(
            value=today.year - (today.month < 12), min=2019, max=2999, description="报告年度", layout={"width": "12em"}
        )
        self.place = widgets.Text(value=place, description="地区", placeholder="云溪县，或 某市/云溪县")
        self.table = widgets.FileUpload(accept=".xlsx,.csv", multiple=False, description=_TABLE)
        self.button = widgets.Button(description="开始这一年", button_style="primary")
        self.message = widgets.HTML()
        self.button.on_click(lambda _: self.begin())
        for control in (self.year, self.place):
            control.style.description_width = "initial"
        row = widgets.HBox([self.year, self.place, self.table, self.button]).add_class("nb-row")
        inside = widgets.VBox([widgets.HTML(f"<p>{_EXPLAINED}</p>"), row, self.message])
        self.widget = widgets.Accordion(children=[inside], titles=("开始新的一年",), selected_index=None).add_class("nb-begin")

    def begin(self) -> None:
        """Begin the year that is typed; a mistake is shown on the card, and nothing is written."""
        try:
            begun = self._begin()
        except NoMemberList:
            self._say(
                f"没有 {self.year.value - 1} 年的成员名单，请按“{_TABLE}”选一个文件，表头是：单位名称、邮箱、电话", wrong=True
            )
        except ParamsUnreadable as error:
            self._say("；".join(map(str, error.problems[:5])), wrong=True)
        except NianbaoError as error:
            self._say(str(error), wrong=True)
        else:
            doubt = doubt_of_year(self.year.value, self._today)
            self._say(_summary(begun, self.year.value) + (f"。请注意：{doubt}" if doubt else ""))
            self._on_begun(begun.listed.parent)

    def _begin(self) -> YearStart:
        if not self.place.value.strip():
            raise UsageError("请写明地区，如 云溪县")
        outputs = self._params.parent / "outputs"
        year, place = int(self.year.value), self.place.value.strip()
        if not self.table.value:
            return begin_year(self._params, outputs, year, place)
        (uploaded,) = self.table.value
        with tempfile.TemporaryDirectory(prefix="nianbao-list-") as folder:
            # of the name from the browser only the kind of the file is used
            file = Path(folder, "成员名单.csv" if uploaded["name"].lower().endswith(".csv") else "成员名单.xlsx")
            file.write_bytes(bytes(uploaded["content"]))
            return begin_year(self._params, outputs, year, place, file)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        role, kind = ("alert", "nb-complaint") if wrong else ("status", "nb-help")
        self.message.value = f"<p class='{kind}' role='{role}'>{escape(text)}</p>"


def _summary(begun: YearStart, year: int) -> str:
    verb = "已建立" if begun.new_list else "已有"
    return (
        f"{verb}成员名单 {begun.listed}：{len(begun.jurisdiction.members)} 个单位；发给各单位的文件在 {begun.folder}，"
        f"带入 {year - 1} 年数据的 {len(begun.carried)} 个，空白的 {len(begun.blank)} 个"
    )


class FirstYear:
    """The overview before there is any list: the card alone, and no sections."""

    def __init__(self, params: Path, today: date) -> None:
        self.card = BeginCard(params, today, "", lambda _: self._begun())
        self.card.widget.selected_index = 0

    def explore(self) -> widgets.Box:
        """The card, opened."""
        from toolkit.rollup.overview.explorer import as_sheet

        welcome = widgets.HTML("<p>还没有任何地区的成员名单（_jurisdiction.yaml）。先在这里开始一年：</p>")
        return as_sheet(widgets.VBox([welcome, self.card.widget]))

    def front(self) -> None:
        """Nothing to show yet."""

    completeness = found = to_ask = comparison = years = sums = front

    def _begun(self) -> None:
        self.card.message.value += (
            "<p class='nb-help'>请点菜单“运行”→“运行所有单元格”（没有菜单的网页请刷新），打开这一年的总览。</p>"
        )
