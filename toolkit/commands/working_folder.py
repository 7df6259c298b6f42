"""Run a command in the folder that holds ``params/``: the one named by ``--folder``, the current one, or one above it.

In: a command. Out: the same command with ``--folder``, run in that folder, so that ``outputs``, ``post`` and
``nianbao.toml`` are beside ``params`` wherever it was typed. Paths that were typed keep their meaning.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path, PurePath
from typing import Annotated, Any, get_type_hints

import typer

from toolkit.commands.screen import SETTINGS_FILE, complaints
from toolkit.core.errors import UsageError
from toolkit.core.tree import PARAMS, current_folder, find_folder, full_path
from toolkit.core.write_failures import unreachable

FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="在哪个文件夹里做（其中有 params），默认当前文件夹或它的上级", metavar="DIR")
]
_PATH_METAVARS = {"DIR", "FILE", "PATH", "PATH…"}  # of options and arguments that are typed as text


@dataclass(frozen=True)
class WorkingFolder:
    """``root`` is the folder of the command; relative paths may also be relative to ``start`` and ``typed_at``.

    ``start`` is the folder named by ``--folder``, else ``typed_at``, the current one.
    """

    root: Path
    start: Path
    typed_at: Path

    def place(self, path: PurePath) -> Path:
        """A typed path relative to ``root``."""
        for begin in (self.start, self.root, self.typed_at):
            if not path.is_absolute() and _is_there(begin / path):
                return self._from_root(begin / path)
        # nothing is there yet: below what is there already, else where it was typed
        first = Path(path.parts[0]) if path.parts else Path()
        below = self.root if _is_there(self.root / first) and not _is_there(self.start / first) else self.start
        return Path(path) if path.is_absolute() else self._from_root(below / path)

    def _from_root(self, path: Path) -> Path:
        whole, root = full_path(path), full_path(self.root)
        return whole.relative_to(root) if whole.is_relative_to(root) else whole


def in_working_folder(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with the option ``--folder``, run in the folder with ``params/``."""
    own = signature(command)
    hints = get_type_hints(command, include_extras=True) | {"folder": FolderOption}

    @wraps(command)
    def run(*, folder: Path | None = None, **values: Any) -> Any:
        with _entered(folder) as working:
            typed = {name: value for name, value in values.items() if value != own.parameters[name].default}
            placed = values | {name: _placed(working, value, _is_path(hints[name])) for name, value in typed.items()}
            for name in typed:
                _require_reachable(placed[name], _is_path(hints[name]))
            # settings that were named must be there: without them nothing is trusted, limited or signed as they say
            if (named := placed.get("settings")) not in (None, SETTINGS_FILE) and not named.is_file():
                raise typer.BadParameter(f"找不到 {named}", param_hint="--settings")
            return command(**placed)

    option = Parameter("folder", Parameter.KEYWORD_ONLY, default=None)
    parameters = [item.replace(annotation=hints[item.name]) for item in (*own.parameters.values(), option)]
    run.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
    run.__annotations__ = hints
    return run


@contextmanager
def _entered(named: Path | None) -> Iterator[WorkingFolder]:
    """The working folder, the current one while the command runs."""
    here, actual = current_folder(), Path.cwd()
    start = here / named if named else here
    _require_reachable(start / PARAMS)
    if named and not start.is_dir():
        raise typer.BadParameter(f"找不到文件夹 {named}", param_hint="--folder")
    root = find_folder(start) or full_path(start)
    if root != here:
        complaints.print(f"所用的文件夹：{root}", style="bright_black")
        os.chdir(root)
    try:
        yield WorkingFolder(root, start, here)
    finally:
        if root != here:
            os.chdir(actual)


def _placed(working: WorkingFolder, value: Any, is_path: bool) -> Any:
    """A value of the command line; paths that were typed are called from the working folder."""
    if working.root == working.start == working.typed_at:
        return value
    if isinstance(value, (list, tuple)):
        return [_placed(working, item, is_path) for item in value]
    if isinstance(value, Path):
        return working.place(value)
    if isinstance(value, str) and is_path and "://" not in value:
        return str(working.place(Path(value)))
    return value


def _require_reachable(value: Any, is_path: bool = True) -> None:
    """Refuse a path on a share or disk that is away: "not found" would send people looking for a slip in what they typed.

    Raises:
        UsageError: which path, and why.
    """
    for path in value if isinstance(value, (list, tuple)) else (value,):
        is_named = isinstance(path, Path) or (isinstance(path, str) and is_path and "://" not in path)
        if is_named and (why := unreachable(Path(path))):
            raise UsageError(f"打不开 {path}：{why}")


def _is_path(hint: Any) -> bool:
    """Whether an option or argument that is typed as text names a file or folder."""
    return any(getattr(item, "metavar", None) in _PATH_METAVARS for item in getattr(hint, "__metadata__", ()))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
