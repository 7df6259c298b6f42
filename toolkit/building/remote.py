"""Build a report whose params lie at an address, or whose files go to one (``s3://…``, fsspec).

In: two names. Out: as ``run_report``; params are fetched with the earlier years' files, the report is built in a folder
of this machine, and its files are sent. An object store shows a file whole or not at all; the record goes last, so a
run that was cut off has none that fits.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

from toolkit.building.addresses import REPORT_SUFFIX, is_address, make_folder, reach
from toolkit.building.fingerprint import Surroundings, fingerprint
from toolkit.building.precomputed import find_out
from toolkit.building.record import RECORD_NAME, Record, RunResult, parse_record, read_record
from toolkit.building.run_report import run_report
from toolkit.core.errors import ParamsUnreadable
from toolkit.core.logs import log_accident
from toolkit.core.settings import RunSettings
from toolkit.core.tree import below_year
from toolkit.report import read_report
from toolkit.report.jurisdiction import JURISDICTION_FILE
from toolkit.report.neighbours import EARLIER_YEARS, file_of_year

_AT_ONCE = 8  # files fetched at the same time


def run_anywhere(params: str, folder: str, settings: RunSettings, *, force: bool = False) -> RunResult:
    """Build one report from a params file into a folder; each may be an address. As ``run_report``."""
    if not is_address(params) and not is_address(folder):
        return run_report(Path(params), Path(folder), settings, force=force)
    try:
        return _run_from_afar(params, folder, settings, force=force)
    except Exception as error:  # each store has errors of its own
        log_accident(params)
        place = folder if is_address(folder) else params
        message = f"与 {place} 之间传送文件出错（{error}）。请核对地址、网络和访问密钥，再运行一次"
        return RunResult(Path(params), "failed", message=message)


def _run_from_afar(params: str, folder: str, settings: RunSettings, *, force: bool) -> RunResult:
    with tempfile.TemporaryDirectory(prefix="nianbao-", ignore_cleanup_errors=True) as here:
        own = _fetch(params, Path(here)) if is_address(params) else Path(params)
        if not is_address(folder):
            return _named(run_report(own, Path(folder), settings, force=force), own, params)
        return _named(_build_and_send(own, Path(here) / "outputs", folder, settings, force=force), own, params)


def _fetch(params: str, here: Path) -> Path:
    """A params file with all that its verdict depends on, in folders as they lie at the address.

    These are the earlier years' files, the jurisdiction's, the other reports of the folder and, for a jurisdiction's
    own report, those of its members.
    """
    files, name = reach(params)
    own = Path(*PurePosixPath(below_year(name) + REPORT_SUFFIX).parts)
    year = own.parts[0]
    earlier = [file_of_year(own, int(year), int(year) - back) for back in range(1, EARLIER_YEARS + 1)] if year.isdigit() else []
    before = name.removesuffix(own.as_posix())
    areas = [place / JURISDICTION_FILE for place in own.parents[:-1]]
    beside = [*_listed(files, before, own.parent), *_listed(files, before, own.with_suffix(""))]
    wanted = list(dict.fromkeys((own, *(path for path in earlier if path), *areas, *beside)))
    with ThreadPoolExecutor(_AT_ONCE) as threads:  # a store answers several questions in the time of one
        found = threads.map(lambda path: _content(files, before + path.as_posix()), wanted)
        for path, data in zip(wanted, found, strict=True):
            if data is not None:  # what is not there is left out; of the report's own its reader says so
                target = here / "params" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    return here / "params" / own


def _content(files: Any, name: str) -> bytes | None:
    try:
        return bytes(files.cat_file(name))
    except (FileNotFoundError, IsADirectoryError):
        return None


def _listed(files: Any, before: str, folder: PurePath) -> list[Path]:
    """The params files and the member list of a folder at an address."""
    try:
        names = [PurePosixPath(name).name for name in files.ls(before + folder.as_posix(), detail=False)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [Path(folder, name) for name in names if name == JURISDICTION_FILE or _is_params(name)]


def _is_params(name: str) -> bool:
    return name.endswith(REPORT_SUFFIX) and not name.startswith((".", "_"))


def _build_and_send(params: Path, here: Path, folder: str, settings: RunSettings, *, force: bool) -> RunResult:
    files, root = reach(folder)
    known = _record_at(files, root)
    read = params.read_bytes() if params.exists() else None
    mark = "" if read is None else fingerprint(params, read, settings.notebook, data_code=settings.data_code)
    if known and known.fingerprint == mark and _shows_the_same(known, params, settings):
        if not force and known.fits(mark, settings.formats, draft=settings.draft) and _sizes_hold(files, root, known):
            names = tuple(Path(file.name) for file in known.files)
            return RunResult(params, "finished", known.title, names, draft=known.draft, unchanged=True, fingerprint=mark)
        # formats of the same report that are there stay together with those asked for
        made = {file.format for file in known.files} - {"ipynb"}
        settings = replace(settings, formats=tuple(dict.fromkeys((*settings.formats, *sorted(made)))))
    result = run_report(params, here, settings, force=True)
    if here.is_dir():
        _send(files, root, here, known)
    return replace(result, files=tuple(Path(path.name) for path in result.files))


def _shows_the_same(record: Record, params: Path, settings: RunSettings) -> bool:
    """Whether a build would find what the record's did; looked at only when something around the report changed."""
    if record.surroundings == Surroundings(settings.today).of(params):
        return True
    try:
        return record.verdict == find_out(read_report(params), params, today=settings.today).verdict
    except ParamsUnreadable:
        return False


def _record_at(files: Any, root: str) -> Record | None:
    try:
        return parse_record(files.cat_file(f"{root}/{RECORD_NAME}"))
    except FileNotFoundError:
        return None


def _sizes_hold(files: Any, root: str, record: Record) -> bool:
    """What an address tells of its files without sending them."""
    try:
        return all(files.size(f"{root}/{file.name}") == file.size for file in record.files)
    except FileNotFoundError:
        return False


def _send(files: Any, root: str, here: Path, before: Record | None) -> None:
    made = sorted((path for path in here.iterdir() if path.suffix != ".lock"), key=lambda path: path.name == RECORD_NAME)
    make_folder(files, root)
    for path in made:
        files.pipe_file(f"{root}/{path.name}", path.read_bytes())
    if read_record(here) is None:
        return
    for old in {file.name for file in before.files} - {path.name for path in made} if before else ():
        files.rm_file(f"{root}/{old}")


def _named(result: RunResult, own: Path, params: str) -> RunResult:
    """The result in the names that were asked for, not in those of this machine's copies."""
    return replace(result, message=result.message.replace(str(own), params))
