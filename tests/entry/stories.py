"""Desks for tests: a params file in a folder of its own, a clock that stands still. The organs are invented."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from toolkit.entry.desk.desk import Desk
from toolkit.forms import Address, form_for_year
from toolkit.report import Figures, Narrative, Organ, Report, write_report

NOON = datetime(2025, 1, 6, 12, 0, tzinfo=UTC)
ORGAN = Organ(name="云溪县柳湾镇人民政府")  # 虚构


def zeros(year: int = 2024) -> dict[Address, int]:
    form = form_for_year(year)
    return {address: 0 for address in form.cells if address not in form.sums}


def report(year: int = 2024, overview: str = "", **cells: int | str) -> Report:
    """All cells 0 but those named: ``applications__new__business=3``."""
    form = form_for_year(year)
    given: dict[Address, int | str] = {**zeros(year)}
    given |= {Address(*name.split("__")): value for name, value in cells.items()}
    return Report(year=year, organ=ORGAN, figures=Figures(form, dict(given)), narrative=Narrative(overview=overview))


def desk_with(folder: Path, content: Report) -> Desk:
    path = folder / "params" / str(content.year) / "云溪县" / "柳湾镇.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_report(content, path)
    return Desk(path, who="王工", now=lambda: NOON)
