"""Locate the files that come with the package and are not Python: notebooks, the sample county, the schema.

In a checkout they are beside the package, in a wheel inside it (``setup.py``). The notebooks of a folder made by
``nianbao init`` take precedence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toolkit.core.tree import NOTEBOOKS, working_folder

PACKAGE = Path(__file__).resolve().parents[1]
REPORT_NOTEBOOK = "annual_report.ipynb"
OVERVIEW_NOTEBOOK = "county_overview.ipynb"
REGISTER_NOTEBOOK = "request_register.ipynb"
SCHEMA = "params/params.schema.json"
SAMPLE_YEARS = ("params/2023/云溪县", "params/2024/云溪县")  # an invented county
# the register of one of its towns, the ledger that it was taken in from, and the report that is counted from it
SAMPLE_REGISTER = {
    "params/registers/云溪县/竹溪镇.sqlite": "registers/云溪县/竹溪镇.sqlite",
    "params/registers/云溪县/竹溪镇.xlsx": "params/registers/云溪县/竹溪镇.xlsx",
    "params/2022/云溪县/竹溪镇.yaml": "params/2022/云溪县/竹溪镇.yaml",
}


def shipped(name: str) -> Path:
    """The path of a shipped file or folder, such as ``notebooks/annual_report.ipynb``."""
    inside = PACKAGE / "shipped" / name
    return inside if inside.exists() else PACKAGE.parent / name


def program_stamp() -> tuple[int, int]:
    """When the installed program was last replaced (size and time of its first file); zeros when it is gone."""
    try:
        status = (PACKAGE / "__init__.py").stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def read_table(path: Path) -> Any:
    """The values of a YAML file of the package, by the parser in C where there is one: it is ten times as fast."""
    import yaml  # here: most commands read none

    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def notebook_path(start: Path | None = None) -> Path:
    """The report's notebook of the folder ``start`` (the working folder when left out); the shipped one where it has none."""
    folder = start or working_folder()
    own = folder / NOTEBOOKS / REPORT_NOTEBOOK if folder else None
    return own if own and own.is_file() else shipped(f"{NOTEBOOKS}/{REPORT_NOTEBOOK}")
