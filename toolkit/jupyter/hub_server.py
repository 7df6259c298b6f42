"""Serve one person of a JupyterHub: ``python -m toolkit.jupyter.hub_server``, the command that the Hub spawns as that person.

In: the account, and the folder ``NIANBAO_SHARED`` that all accounts read (``params/<year>/<jurisdiction>/_jurisdiction.yaml``
with the members' accounts). Out: a working folder in the person's home, with the params file of their organ, and a running
``jupyterhub-singleuser`` that shows the form of it. Officers get the overview of the county's folder instead.

Who may read what is decided by the permissions of the system alone: everything here runs with the rights of the person.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from toolkit.core.errors import NianbaoError, ParamsUnreadable
from toolkit.core.files import save_bytes
from toolkit.core.tree import PARAMS, is_year
from toolkit.core.workspace import lay_out
from toolkit.jupyter.lab import NOTEBOOK, OVERVIEW, LabSettings, as_words, environment, form_options, provide_notebook
from toolkit.report.jurisdiction import member_lists, read_jurisdiction
from toolkit.report.starting import new_params

SHARED_VARIABLE, COUNTY_VARIABLE, OFFICERS_VARIABLE = "NIANBAO_SHARED", "NIANBAO_COUNTY", "NIANBAO_OFFICERS"
FOLDER_NAME = "年报"
CLERK_UMASK, OFFICER_UMASK = 0o077, 0o007  # officers share the county's folder by their group
_FIRST_MONTH_OF_REPORTS = 12  # from then on the report is on the year that ends; before, on the year that has ended


@dataclass(frozen=True)
class Seat:
    """Where a person works: the folder, the notebook that is shown, the params file opened first."""

    folder: Path
    notebook: str
    opened: Path | None = None
    officer: bool = False


def main() -> None:
    """Prepare the folder of the person who was signed in, and become their server."""
    import pwd  # not on Windows, where no JupyterHub runs

    os.umask(CLERK_UMASK)
    account = pwd.getpwuid(os.getuid())
    seat = prepare(account.pw_name, Path(account.pw_dir), os.environ)
    if seat.officer:
        os.umask(OFFICER_UMASK)
    os.environ.update(environment(LabSettings(seat.folder, notebook=seat.notebook, opened=seat.opened)))
    os.environ["JUPYTERHUB_DEFAULT_URL"] = f"/doc/tree/{seat.notebook}"
    os.chdir(seat.folder)
    os.execv(sys.executable, server_command(seat))


def prepare(account: str, home: Path, variables: Mapping[str, str], today: date | None = None) -> Seat:
    """The seat of an account, with everything it needs on disk; existing files are left alone.

    Raises:
        CannotWrite: the home cannot be written.
    """
    if variables.get(COUNTY_VARIABLE) and _is_officer(variables):
        folder = Path(variables[COUNTY_VARIABLE])
        provide_notebook(folder, OVERVIEW)
        return Seat(folder, OVERVIEW, officer=True)
    folder = home / FOLDER_NAME
    lay_out(folder, sample=False)
    folder.chmod(0o700)
    shared = variables.get(SHARED_VARIABLE, "")
    return Seat(folder, NOTEBOOK, _own_report(account, folder, Path(shared), today or date.today()) if shared else None)


def _is_officer(variables: Mapping[str, str]) -> bool:
    """Whether this process belongs to the group of officers; the group decides what it may read, this only what it is shown."""
    import grp

    try:
        return grp.getgrnam(variables.get(OFFICERS_VARIABLE, "")).gr_gid in {os.getegid(), *os.getgroups()}
    except KeyError:
        return False


def _own_report(account: str, folder: Path, shared: Path, today: date) -> Path | None:
    """The params file of the account's organ for the year that is reported now, started when it does not exist."""
    membership = _membership(shared / PARAMS, account)
    if membership is None:
        return None
    listed, place = membership
    _copy_lists(shared / PARAMS, folder / PARAMS, place)
    year = max(listed, today.year - (today.month < _FIRST_MONTH_OF_REPORTS))
    path = folder / PARAMS / str(year) / f"{place}.yaml"
    if not path.exists():
        try:
            return new_params(folder / PARAMS, year, place).path
        except NianbaoError as error:  # last year's cannot be read, or no form yet: the start screen says more
            print(error, file=sys.stderr, flush=True)
            return None
    return path


def _membership(params: Path, account: str) -> tuple[int, str] | None:
    """The organ of an account, by the latest list that names it: the list's year, and the organ's way below a year's folder."""
    for file in sorted(_lists(params), reverse=True):
        with suppress(ParamsUnreadable, OSError):
            for member in read_jurisdiction(file).members:
                if member.account == account:
                    place = (file.parent / member.file).relative_to(params)
                    return int(place.parts[0]), Path(*place.parts[1:]).as_posix()
    return None


def _lists(params: Path) -> Iterator[Path]:
    for year in params.iterdir() if params.is_dir() else ():
        if is_year(year.name):
            yield from member_lists(year)


def _copy_lists(shared: Path, own: Path, place: str) -> None:
    """Bring the lists of the person's jurisdiction up to date: members, dates, what the county asks for."""
    inside = Path(place).parent
    for file in _lists(shared):
        relative = file.relative_to(shared)
        if Path(*relative.parts[1:-1]) == inside:
            data, target = file.read_bytes(), own / relative
            if not target.is_file() or target.read_bytes() != data:
                save_bytes(target, data)


def server_command(seat: Seat) -> list[str]:
    """What the process becomes: Hub's single-user server with the settings of ``nianbao lab``."""
    options = form_options(LabSettings(seat.folder, notebook=seat.notebook))
    if seat.officer:  # collects, reminds and rolls up by commands
        options["ServerApp.terminals_enabled"] = True
    return [sys.executable, "-m", "jupyterhub.singleuser", *as_words(options)]


if __name__ == "__main__":
    main()
