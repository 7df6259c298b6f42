"""From a year's figures to a finished 政府信息公开工作年度报告: the public names.

    from toolkit import read_report, check, build

    report = read_report("params/2024/云溪县/松石镇.yaml")
    findings = check("params/2024/云溪县/松石镇.yaml")
    result = build("params/2024/云溪县/松石镇.yaml", "outputs/2024/云溪县/松石镇")

Names are imported when they are first used, so ``import toolkit`` costs nothing. Errors are those of ``toolkit.core.errors``,
whose root is ``NianbaoError``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.building.run_report import build
    from toolkit.checks.assembly import check
    from toolkit.checks.finding import Finding
    from toolkit.core.errors import NianbaoError
    from toolkit.core.settings import RunSettings
    from toolkit.forms import Form, form_for_year
    from toolkit.importing import Imported, read_published
    from toolkit.report import Report, read_report, write_report

__all__ = [
    "Finding", "Form", "Imported", "NianbaoError", "Report", "RunSettings", "__version__", "build", "check", "form_for_year",
    "read_published", "read_report", "write_report",
]  # fmt: skip

_HOMES = {
    "Finding": "checks.finding", "Form": "forms", "Imported": "importing", "NianbaoError": "core.errors", "Report": "report",
    "RunSettings": "core.settings", "build": "building.run_report", "check": "checks.assembly", "form_for_year": "forms",
    "read_published": "importing", "read_report": "report", "write_report": "report",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, and look up the version only then, which takes long."""
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("nianbao")
        except PackageNotFoundError:  # imported from a source tree that is not installed
            return "0"
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"toolkit.{_HOMES[name]}"), name)
