"""An invented county as a folder of params files: complete, one missing, one on another edition."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from toolkit.forms import Address, form_for_year
from toolkit.report import Figures, Organ, Report, Value, write_report

AREA = """name: 云溪县人民政府
level: county
dates: {organs_submit_by: 2025-01-20}
reports_to: {name: 江澜市人民政府办公室, address: zwgk@jianglan.gov.example}
members:
  - {name: 云溪县人民政府办公室, file: 县政府办公室, level: county_department}
  - {name: 云溪县甲镇人民政府, file: 甲镇}
  - {name: 云溪县乙镇人民政府, file: 乙镇}
  - {name: 云溪县税务局, file: 税务局, level: county_department, vertical: true}
"""
ORGANS = {
    "县政府办公室": "云溪县人民政府办公室",
    "甲镇": "云溪县甲镇人民政府",
    "乙镇": "云溪县乙镇人民政府",
    "税务局": "云溪县税务局",
}
NEW = Address("applications", "new", "natural_person")


def report_of(organ: str, year: int = 2024, figures: Mapping[Address, Value] | None = None) -> Report:
    """A report of zeros but for ``figures``; nothing of it is blank."""
    form = form_for_year(year)
    zeros: dict[Address, Value] = {address: 0 for address in form.cells if address not in form.sums}
    return Report(year=year, organ=Organ(name=organ), figures=Figures(form, {**zeros, **(figures or {})}))


def county(folder: Path, new: Mapping[str, int]) -> Path:
    """``folder/2024/云溪县`` with a report of every organ named in ``new`` and that many new applications, all granted."""
    area = folder / "2024" / "云溪县"
    area.mkdir(parents=True)
    (area / "_jurisdiction.yaml").write_text(AREA, encoding="utf-8")
    for name, count in new.items():
        granted = Address("applications", "granted", "natural_person")
        write_report(report_of(ORGANS[name], figures={NEW: count, granted: count}), area / f"{name}.yaml")
    return area
