"""Locate what comes with the package and is not Python (notebooks, the sample county, the schema), and optional packages.

In a checkout the files are beside the package, in a wheel inside it (``setup.py``). The notebooks of a folder made by
``nianbao init`` take precedence.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from toolkit.core.errors import UsageError
from toolkit.core.files import file_stamp
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
    return file_stamp(PACKAGE / "__init__.py") or (0, 0)


def read_table(path: Path) -> Any:
    """The values of a YAML file of the package, by the parser in C where there is one: it is ten times as fast."""
    import yaml  # here: most commands read none

    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def notebook_path(start: Path | None = None) -> Path:
    """The report's notebook of the folder ``start`` (the working folder when left out); the shipped one where it has none."""
    folder = start or working_folder()
    own = folder / NOTEBOOKS / REPORT_NOTEBOOK if folder else None
    return own if own and own.is_file() else shipped(f"{NOTEBOOKS}/{REPORT_NOTEBOOK}")


@dataclass(frozen=True, slots=True)
class Extra:
    """One extra of ``pyproject.toml``: its purpose, and a module that shows whether it is installed."""

    name: str
    purpose: str
    module: str

    @property
    def command(self) -> str:
        """How to install it."""
        return f'pip install "nianbao[{self.name}]"'

    def is_installed(self) -> bool:
        """Whether its library can be imported; it is not imported."""
        return find_spec(self.module) is not None


EXTRAS = {
    extra.name: extra
    for extra in (
        Extra("lab", "在 JupyterLab 中填报", "jupyterlab"),
        Extra("county", "省市按地区汇总（--areas）", "duckdb"),
        Extra("ocr", "识别扫描件", "rapidocr"),
        Extra("sign", "电子签名和核对签名", "pyhanko"),
        Extra("cluster", "用许多台机器生成（--cluster）", "distributed"),
        Extra("s3", "读写 s3:// 地址", "s3fs"),
    )
}


def need_extra(name: str, module: str = "") -> None:
    """Refuse to go on without an extra, or without the one ``module`` of it that is needed here.

    Raises:
        UsageError: it is not installed; the sentence has the command that installs it.
    """
    extra = EXTRAS[name]
    if find_spec(module or extra.module) is None:
        raise UsageError(f"没有安装“{extra.purpose}”要用的软件包。请运行：{extra.command}")
