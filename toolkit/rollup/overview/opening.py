"""Open the county's overview from its notebook: of the folder that is named, or the screen on which one is chosen.

In: the notebook's parameters. Out: an ``Overview``; without a folder the screen with its choice of jurisdictions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from toolkit.core.errors import UsageError
from toolkit.core.shipped import need_extra
from toolkit.jupyter.opening import params_folder, refuse_unknown
from toolkit.report.jurisdiction import JURISDICTION_FILE

if TYPE_CHECKING:  # they need the extra
    from toolkit.rollup.overview.begin_card import FirstYear
    from toolkit.rollup.overview.screen import OverviewScreen
    from toolkit.rollup.overview.sections import Overview

PARAMETERS = ("folder", "today")


def open_overview(namespace: Mapping[str, Any]) -> Overview | OverviewScreen | FirstYear:
    """The overview of the folder named by the notebook's parameters; when none is named, one to choose on the screen.

    Without any list of members the screen offers to begin a year.

    Raises:
        UnknownParameter: the namespace holds a value that is not a parameter of the notebook.
        UsageError: no such folder, no ``_jurisdiction.yaml``, an invalid day, or the extra ``lab`` is not installed.
    """
    need_extra("lab", "anywidget")
    from toolkit.rollup.overview.begin_card import FirstYear
    from toolkit.rollup.overview.screen import OverviewScreen, jurisdictions, named_folder, read_overview

    refuse_unknown(namespace, PARAMETERS)
    named, today = str(namespace["folder"] or ""), _day(namespace.get("today"))
    if named:
        return read_overview(named_folder(named), today)
    params = params_folder()
    places = jurisdictions(params)
    if not places and params is not None:
        return FirstYear(params, today)
    if not places:
        raise UsageError(f"没有找到任何 {JURISDICTION_FILE}；请先在 params/年度/地区/ 里写好成员名单")
    return OverviewScreen(places, today)


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value)) if value else date.today()
    except ValueError as error:
        raise UsageError(f"today 应写成 2025-01-31 的样子，现为 {value}") from error
