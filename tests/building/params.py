"""A small params tree for tests of the batch: organs of the invented 云溪县 under other names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from toolkit.building.addresses import is_address, report_files
from toolkit.building.batch import plan_jobs, run_jobs
from toolkit.building.record import RunResult
from toolkit.core.settings import BatchSettings
from toolkit.report.neighbours import params_files

SAMPLES = Path(__file__).resolve().parents[2] / "params"
QUIET = "白鹭乡"  # nothing to draw, so a build is quick


def make_params(root: Path, names: Iterable[str], sample: str = QUIET, years: Iterable[int] = (2023, 2024)) -> Path:
    """``root/params/<year>/云溪县/<name>.yaml`` for each name, all with the answers of one sample; the folder ``params``."""
    for year in years:
        folder = root / "params" / str(year) / "云溪县"
        folder.mkdir(parents=True, exist_ok=True)
        text = (SAMPLES / str(year) / "云溪县" / f"{sample}.yaml").read_text(encoding="utf-8")
        for name in names:
            (folder / f"{name}.yaml").write_text(text.replace(sample, name), encoding="utf-8")
    return root / "params"


def build_reports(paths: Sequence[Path | str], settings: BatchSettings) -> Iterator[RunResult]:
    """Build every report under ``paths``, as the command does; closing the iterator kills running tasks."""
    files = [file for path in map(str, paths) for file in (report_files(path) if is_address(path) else local_files(path))]
    yield from run_jobs(plan_jobs(files, str(settings.outputs)), settings)


def local_files(*paths: Path | str) -> list[str]:
    """The params files under files and folders, by name."""
    return [str(file) for file in params_files([Path(path) for path in paths])]


def finished_bytes(outputs: Path) -> dict[str, bytes]:
    """Every finished file below a folder; the record and the log tell of one run and are left out."""
    files = (path for path in outputs.rglob("*") if path.is_file())
    return {
        path.relative_to(outputs).as_posix(): path.read_bytes()
        for path in files
        if not path.name.startswith(".") and path.name != "build.jsonl"
    }
