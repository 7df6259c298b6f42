"""The fingerprint of a report changes with everything that shows in a finished file, and with nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.building.params import SAMPLES
from toolkit.building import fingerprint as module
from toolkit.building.fingerprint import (
    PRINTING,
    Surroundings,
    fingerprint,
    printing_sources,
    program_fingerprint,
    shared_fingerprint,
)
from toolkit.core.settings import RunSettings
from toolkit.core.shipped import PACKAGE

COUNTY = "云溪县"


def mark(params: Path) -> str:
    return fingerprint(params, params.read_bytes(), RunSettings().notebook)


def append(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + "# 补充\n", "utf-8")


def test_a_jurisdictions_own_report_depends_on_its_members(tmp_path: Path) -> None:
    """Its sums are compared with theirs, and the last page names the findings."""
    folder = tmp_path / "params/2024" / COUNTY
    shutil.copytree(SAMPLES / "2024" / COUNTY, folder)
    own, member, other = folder.with_suffix(".yaml"), folder / "白鹭乡.yaml", folder / "别处.yaml"
    shutil.copy(member, own)
    shutil.copy(member, other)
    before = mark(own), mark(member)
    append(other)
    assert (mark(own), mark(member)) == before
    append(folder / "松石镇.yaml")
    assert mark(own) != before[0]
    assert mark(member) == before[1]
    after = mark(own)
    append(folder / "_jurisdiction.yaml")
    assert mark(own) != after
    assert mark(member) != before[1]


def test_the_reports_of_a_folder_are_those_that_the_checks_compare(tmp_path: Path) -> None:
    params = tmp_path / "params/2024" / COUNTY / "白鹭乡.yaml"
    params.parent.mkdir(parents=True)
    params.touch()
    alone = Surroundings().of(params)
    params.with_name("文件夹.yaml").mkdir()
    params.with_name("旧.YAML").touch()
    assert Surroundings().of(params) == alone
    params.with_name("松石镇.yaml").touch()
    assert Surroundings().of(params) != alone
    params.parent.chmod(0o311)  # may be entered, but not listed; root lists it all the same
    assert Surroundings().of(params)
    params.parent.chmod(0o755)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package's sources."""
    copy = tmp_path_factory.mktemp("package") / "toolkit"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "shipped"))
    return copy


@pytest.fixture
def package(sources: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The copy, of which ``fingerprint_with`` changes sources for a moment."""
    monkeypatch.setattr(module, "PACKAGE", sources)
    forget_fingerprints()
    yield sources
    forget_fingerprints()


@cache
def unchanged_fingerprint(package: Path) -> str:
    return fingerprint_with(package, (), "")


def forget_fingerprints() -> None:
    for cached in (program_fingerprint, shared_fingerprint):
        cached.cache_clear()


def fingerprint_with(package: Path, names: Iterable[str], text: str) -> str:
    """The fingerprint while some sources have a line more."""
    sources = {package / name: (package / name).read_bytes() for name in names}
    for path, source in sources.items():
        path.write_bytes(source + text.encode("utf-8"))
    forget_fingerprints()
    try:
        return str(shared_fingerprint(RunSettings().notebook))
    finally:
        for path, source in sources.items():
            path.write_bytes(source)


def test_sources_that_no_report_shows_rebuild_nothing(package: Path) -> None:
    names = (
        "entry/web/form.css", "entry/web/grid.css", "entry/web/grid.js", "entry/form/form_app.py", "commands/checking.py",
        "jupyter/lab.py", "jupyter/lab_settings/labextensions/nianbao-lab/static/calm.css", "importing/published.py",
        "dispatch/ledger.py", "rollup/warehouse.py", "cli.py",
    )  # fmt: skip
    assert fingerprint_with(package, names, "\n/* another colour */\n") == unchanged_fingerprint(package)


@pytest.mark.parametrize(
    "name",
    [
        "exporters/html/report.css", "exporters/html/report.html", "exporters/pdf/report.typ", "exporters/docx/page.py",
        "forms/editions/2021.yaml", "report/cell_text.json", "core/text.py", "core/fonts.py", "sections/tables.py",
        "checks/rules/arithmetic.py", "checks/narrative/tokens/words.yaml", "building/execution.py", "jupyter/opening.py",
        "engine/in_process.py",
    ],
)  # fmt: skip
def test_a_source_that_reports_show_rebuilds_them(package: Path, name: str) -> None:
    assert fingerprint_with(package, (name,), "\n") != unchanged_fingerprint(package)


def test_what_an_editor_keeps_beside_a_source_does_not_count(tmp_path: Path) -> None:
    names = [tmp_path / "core" / name for name in ("errors.py", ".#errors.py", ".errors.py.swp")]
    (tmp_path / "core").mkdir()
    for path in names:
        path.touch()
    assert printing_sources(tmp_path)[0] == "core/errors.py"
    assert len(printing_sources(tmp_path)) == 3  # with the two files of ``jupyter``


def test_the_list_names_files_and_folders_of_the_package() -> None:
    assert [name for name in PRINTING if not (PACKAGE / name).exists()] == []


BUILD = """
import json, sys
from pathlib import Path
from toolkit.engine.imports import import_papermill
import_papermill()  # as a batch does: without what takes longer than the build
from toolkit.building.run_report import build
from toolkit.core.settings import RunSettings
result = build(Path(sys.argv[1]), Path(sys.argv[2]), RunSettings())
files = [module.__file__ for name, module in sys.modules.items() if name.startswith("toolkit.")]
print(json.dumps([result.state, result.message, files, "IPython" in sys.modules]))
"""


def test_every_module_that_a_build_loads_is_covered_and_ipython_is_not_loaded(tmp_path: Path) -> None:
    """IPython neither to show what the cells give nor to look for the kernel: its import takes a thirtieth of a report's time."""
    command = [sys.executable, "-P", "-c", BUILD, str(SAMPLES / "2024" / COUNTY / "松石镇.yaml"), str(tmp_path / "out")]
    ended = subprocess.run(command, capture_output=True, check=True)
    state, message, files, has_ipython = json.loads(ended.stdout)
    assert (state, has_ipython) == ("finished", False), message
    covered = {PACKAGE / name for name in printing_sources(PACKAGE)}
    assert sorted(file for file in map(Path, files) if file not in covered) == []
