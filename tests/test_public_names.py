"""The public names of the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import toolkit
from toolkit.core.errors import ParamsUnreadable

SAMPLE = Path(__file__).resolve().parents[1] / "params" / "2024" / "云溪县" / "松石镇.yaml"
NAMES = [
    "Finding", "Form", "Imported", "NianbaoError", "Report", "RunSettings", "__version__", "build", "check", "form_for_year",
    "read_published", "read_report", "write_report",
]  # fmt: skip


def test_the_exported_names() -> None:
    assert toolkit.__all__ == NAMES
    assert all(getattr(toolkit, name) is not None for name in NAMES)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        toolkit.nothing


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, toolkit; print(sorted(name for name in sys.modules if name.startswith('toolkit.')))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"[]"


def test_the_findings_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "2024" / "云溪县" / "松石镇.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(SAMPLE.read_text(encoding="utf-8").replace("natural_person: ", "natural_person: 1", 1), encoding="utf-8")
    findings = toolkit.check(file)
    assert findings[0].severity == "error"
    file.write_text("year: [", encoding="utf-8")
    with pytest.raises(ParamsUnreadable):
        toolkit.check(file)


def test_a_report_is_built(tmp_path: Path) -> None:
    result = toolkit.build(SAMPLE, tmp_path, toolkit.RunSettings(formats=("html",)))
    assert result.state == "finished"
    assert any(path.suffix == ".html" for path in tmp_path.iterdir())
