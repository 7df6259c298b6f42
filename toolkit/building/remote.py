"""Build a report with params at an address, or with an address for its files (``s3://…``).

In: two names. Out: as ``build``; params are fetched with the earlier years' files, the report is built in a folder
of this machine, and its files are sent. An object store shows a file whole or not at all; the record goes last, so
that a run which was cut off has no valid record.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.building.addresses import REPORT_SUFFIX, address, is_address, make_folder
from toolkit.building.fingerprint import Surroundings, fingerprint
from toolkit.building.precomputed import precompute, verdict_of
from toolkit.building.record import RECORD_NAME, BuildRecord, RunResult, parse_record, read_record
from toolkit.building.run_report import build
from toolkit.core.errors import ParamsUnreadable
from toolkit.core.logs import log_unexpected_error
from toolkit.core.settings import RunSettings
from toolkit.core.tree import below_year
from toolkit.report import read_report
from toolkit.report.jurisdiction import JURISDICTION_FILE
from toolkit.report.neighbours import EARLIER_YEARS, file_of_year, is_params_name

if TYPE_CHECKING:
    from upath import UPath

_AT_ONCE = 8  # files fetched at the same time


def run_anywhere(params: str, folder: str, settings: RunSettings, *, force: bool) -> RunResult:
    """Build one report from a params file into a folder; each may be an address. As ``build``."""
    if not is_address(params) and not is_address(folder):
        return build(Path(params), Path(folder), settings, force=force)
    try:
        return _run_from_afar(params, folder, settings, force=force)
    except Exception as error:  # each store has errors of its own
        log_unexpected_error(params)
        place = folder if is_address(folder) else params
        message = f"与 {place} 之间传送文件出错（{error}）。请核对地址、网络和访问密钥，再运行一次"
        return RunResult(Path(params), "failed", message=message)


def _run_from_afar(params: str, folder: str, settings: RunSettings, *, force: bool) -> RunResult:
    with tempfile.TemporaryDirectory(prefix="nianbao-", ignore_cleanup_errors=True) as here:
        own = _fetch(params, Path(here)) if is_address(params) else Path(params)
        if is_address(folder):
            result = _build_and_send(own, Path(here) / "outputs", folder, settings, force=force)
        else:
            result = build(own, Path(folder), settings, force=force)
    return replace(result, message=result.message.replace(str(own), params))  # not this machine's copy


def _fetch(params: str, here: Path) -> Path:
    """Fetch a params file with everything that its verdict depends on, in the folders of the address.

    That is the earlier years' files, the jurisdiction's, the other reports of the folder and, for a jurisdiction's
    own report, those of its members.
    """
    source = address(params)
    own = Path(below_year(source.path) + REPORT_SUFFIX)
    root = source.parents[len(own.parts) - 1]
    year = own.parts[0]
    earlier = [file_of_year(own, int(year), int(year) - back) for back in range(1, EARLIER_YEARS + 1)] if year.isdigit() else []
    areas = [place / JURISDICTION_FILE for place in own.parents[:-1]]
    beside = [*_listed(root, own.parent), *_listed(root, own.with_suffix(""))]
    files = list(dict.fromkeys((own, *(path for path in earlier if path), *areas, *beside)))
    with ThreadPoolExecutor(_AT_ONCE) as threads:  # a store answers several requests in the time of one
        contents = threads.map(lambda path: _content(root / path.as_posix()), files)
        for path, data in zip(files, contents, strict=True):
            if data is not None:  # if the report's own file is missing, its reader reports it
                target = here / "params" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    return here / "params" / own


def _content(file: UPath) -> bytes | None:
    try:
        return bytes(file.read_bytes())
    except (FileNotFoundError, IsADirectoryError):
        return None


def _listed(root: UPath, folder: Path) -> list[Path]:
    """The params files and the member list of a folder at an address."""
    try:
        names = [file.name for file in (root / folder.as_posix()).iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [folder / name for name in names if name == JURISDICTION_FILE or is_params_name(name)]


def _build_and_send(params: Path, here: Path, folder: str, settings: RunSettings, *, force: bool) -> RunResult:
    target = address(folder)
    kept = _content(target / RECORD_NAME)
    record = parse_record(kept) if kept is not None else None
    raw = params.read_bytes() if params.exists() else None
    mark = "" if raw is None else fingerprint(params, raw, settings.notebook, data_code=settings.data_code)
    if record and record.fingerprint == mark and _shows_the_same(record, params, settings):
        if not force and record.fits(mark, settings.formats, draft=settings.draft) and _sizes_hold(target, record):
            names = tuple(Path(file.name) for file in record.files)
            return RunResult(params, "finished", record.title, names, draft=record.draft, unchanged=True, fingerprint=mark)
        # other formats of the same report are built too, so that all files show the same
        present = {file.format for file in record.files} - {"ipynb"}
        settings = replace(settings, formats=tuple(dict.fromkeys((*settings.formats, *sorted(present)))))
    result = build(params, here, settings, force=True)
    if here.is_dir():
        _send(here, target, record)
    return replace(result, files=tuple(Path(path.name) for path in result.files))


def _shows_the_same(record: BuildRecord, params: Path, settings: RunSettings) -> bool:
    """Whether a build would have the recorded findings; needed only when something around the report changed."""
    if record.surroundings == Surroundings(settings.today).of(params):
        return True
    try:
        return record.verdict == verdict_of(precompute(read_report(params), params, today=settings.today))
    except ParamsUnreadable:
        return False


def _sizes_hold(folder: UPath, record: BuildRecord) -> bool:
    """Whether the files at an address have their recorded sizes; contents are not fetched."""
    try:
        return all((folder / file.name).stat().st_size == file.size for file in record.files)
    except FileNotFoundError:
        return False


def _send(here: Path, target: UPath, before: BuildRecord | None) -> None:
    results = sorted((path for path in here.iterdir() if path.suffix != ".lock"), key=lambda path: path.name == RECORD_NAME)
    make_folder(target)
    for path in results:
        (target / path.name).write_bytes(path.read_bytes())
    if read_record(here) is None:
        return
    for old in {file.name for file in before.files} - {path.name for path in results} if before else ():
        (target / old).unlink()
