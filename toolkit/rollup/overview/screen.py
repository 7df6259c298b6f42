"""The overview in JupyterLab: the choice of a jurisdiction updates every cell without running it again.

In: the folders with a member list. Out: an object with the methods of ``Overview``; its cells show the same sections, renewed
in place, so that a notebook saved from the screen still exports. An overview is read from its folder, last year's beside it and
the records of the intake.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any
from uuid import uuid4

import ipywidgets as widgets
from IPython.display import display, update_display

from toolkit.core.errors import NianbaoError, ParamsUnreadable, UsageError
from toolkit.core.tree import SETTINGS_NAME, tree_of, year_of
from toolkit.jupyter.opening import params_folder
from toolkit.report.jurisdiction import JURISDICTION_FILE
from toolkit.report.neighbours import file_of_year
from toolkit.rollup.completeness import read_receipts
from toolkit.rollup.members import Members, read_members
from toolkit.rollup.overview.begin_card import BeginCard
from toolkit.rollup.overview.sections import Overview
from toolkit.sections.blocks import paragraph
from toolkit.sections.html import Section


@dataclass(frozen=True)
class UpdatableOutput:
    """A cell's output that can be updated by its ``name``."""

    section: Section
    name: str

    def _ipython_display_(self) -> None:
        display(self.section, display_id=self.name)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class FoldedSection(Section):
    """A section that the list above repeats: folded on the screen, whole in every export."""

    title: str = ""

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(include, exclude)
        folded = f"<details><summary>{escape(self.title)}</summary>"
        bundle["text/html"] = f"<div class='nianbao'>{folded}{bundle['text/html']}</details></div>"
        return bundle


_SECTIONS = ("front", "completeness", "found", "to_ask", "comparison", "years", "sums")


class OverviewScreen:
    """One overview at a time, of the folder that is chosen."""

    def __init__(self, places: Sequence[Path], today: date) -> None:
        self.places, self.today = tuple(places), today
        self._shown: dict[str, str] = {}
        self._box = widgets.VBox([])
        self.overview = read_overview(self._first(), today)

    def __getattr__(self, name: str) -> Callable[[], UpdatableOutput]:
        """The sections of an ``Overview`` (``front``, ``found`` …), each as an output that is renewed in place."""
        if name not in _SECTIONS:
            raise AttributeError(name)
        return lambda: self._show(name)

    def explore(self) -> widgets.Box:
        """The choice, the tasks at a glance, the filters, and a card that begins a year."""
        from toolkit.rollup.overview.explorer import as_sheet

        self._fill()
        return as_sheet(self._box)

    def _fill(self) -> None:
        bar, table = self.overview.bar_and_explorer()
        self._box.children = (self.chooser, table, self.begin.widget, bar)  # the style sheet puts the bar first

    @cached_property
    def begin(self) -> BeginCard:
        """Begin a year of a jurisdiction (nianbao start)."""
        first = self.places[0]
        return BeginCard(self._params, self.today, " ".join(_place(first)[1:]).replace(" ", "/"), self._begun)

    @property
    def _params(self) -> Path:
        return tree_of(self.places[0]) or self.places[0]

    def _begun(self, folder: Path) -> None:
        """Show the year that was just begun."""
        self.places = tuple(dict.fromkeys((folder, *self.places)))
        self.chooser.options = self._options()
        self.chooser.value = folder

    @cached_property
    def chooser(self) -> widgets.Dropdown:
        """年度和地区."""
        chosen = widgets.Dropdown(options=self._options(), value=self.overview.members.folder, description="年度和地区")
        chosen.style.description_width = "initial"
        chosen.observe(self._choose, "value")
        return chosen

    def _options(self) -> list[tuple[str, Path]]:
        return [(" ".join(_place(folder)), folder) for folder in self.places]

    def _first(self) -> Path:
        """The latest year's first jurisdiction with any report, else the first of all."""
        return next((folder for folder in self.places if any(folder.glob("[!_.]*.yaml"))), self.places[0])

    def _choose(self, change: dict[str, Any]) -> None:
        try:
            self.overview = read_overview(change["new"], self.today)
        except NianbaoError as error:
            alert = widgets.HTML(Section((paragraph(str(error)),))._repr_mimebundle_()["text/html"])
            self._box.children = (self.chooser, alert)
            return
        self._fill()
        for method, name in self._shown.items():
            update_display(self._section(method), display_id=name)  # type: ignore[no-untyped-call]

    def _show(self, method: str) -> UpdatableOutput:
        # one name per run of the cell: an output that was shown twice is updated at its last position
        self._shown[method] = f"overview-{method}-{uuid4().hex[:8]}"
        return UpdatableOutput(self._section(method), self._shown[method])

    def _section(self, method: str) -> Section:
        make: Callable[[Overview], Section] = getattr(Overview, method)
        section = make(self.overview)
        return FoldedSection(section.blocks, _REPEATED) if method == "completeness" else section


_REPEATED = "一、报送情况（与上面的列表相同，点开查看，打印时印出）"


def _place(folder: Path) -> tuple[str, ...]:
    """A folder by its parts from the year on."""
    return folder.parts[folder.parts.index(year_part(folder)) :]


def jurisdictions(params: Path | None) -> tuple[Path, ...]:
    """The folders below ``params`` that have a list of members, the latest year first."""
    folders = sorted(path.parent for path in params.glob(f"*/**/{JURISDICTION_FILE}")) if params else []
    return tuple(sorted(folders, key=lambda folder: -int(year_part(folder))))


def read_overview(folder: Path, today: date) -> Overview:
    """The overview of one folder, with last year's reports and the intake's ledger when they are there."""
    members = read_members(folder)
    return Overview(members, _before(folder), today, read_receipts(members, _post(folder)))


def year_part(folder: Path) -> str:
    """The folder's year, ``0`` when its path names none."""
    return str(year_of(folder) or 0)


def named_folder(named: str) -> Path:
    """A folder relative to the current one, or to the one with ``params``: JupyterLab starts kernels beside the notebook."""
    params = params_folder()
    for folder in (Path(named), *([params.parent / named] if params else [])):
        if folder.is_dir():
            return folder
    raise UsageError(f"找不到文件夹 {named}；folder 应写成 params/年度/地区，如 params/2024/云溪县")


def _post(folder: Path) -> Path:
    """The mail folder of the settings beside ``params``."""
    from toolkit.dispatch.settings import read_settings

    tree = tree_of(folder)
    root = tree.parent if tree else Path()
    return read_settings(root / SETTINGS_NAME).post if (root / SETTINGS_NAME).is_file() else root / "post"


def _before(folder: Path) -> Members | None:
    """Last year's members, when that folder is there and can be read."""
    year = int(year_part(folder))
    path = file_of_year(folder / "_", year, year - 1)
    try:
        return read_members(path.parent) if path and path.parent.is_dir() else None
    except (UsageError, ParamsUnreadable):
        return None
