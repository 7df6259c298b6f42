"""Put the modules of a widget together as one: ``anywidget`` takes one ES module, and users have no build step.

In: the name of a widget's module. Out: its source with every module that it imports, each in a function that returns
what it exports. ``node --test``, ``tsc`` and editors read the same files without this.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
_IMPORT = re.compile(
    r'^import (?P<names>\{[^}]*\}|\w+) from "(?P<path>\./[\w./]+|\.\./[\w./]+)"(?: with \{ type: "json" \})?;\n', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (?P<name>\w+))", re.MULTILINE)


@cache
def script(name: str) -> str:
    """The module ``name`` and all it imports as one ES module, which exports what ``name`` exports by default.

    Raises:
        ValueError: modules import each other in a circle.
    """
    files: list[Path] = []
    _collect(_HERE / name, (), files)
    *needed, last = files
    return "\n".join([*(_wrapped(file) for file in needed), _EXPORT.sub("", _with_names(last))])


@cache
def style(*names: str) -> str:
    """Style sheets, one after the other."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


def imports(file: Path) -> list[Path]:
    if file.suffix == ".json":
        return []
    return [(file.parent / match["path"]).resolve() for match in _IMPORT.finditer(file.read_text(encoding="utf-8"))]


def _collect(file: Path, above: tuple[Path, ...], files: list[Path]) -> None:
    """Append ``file`` to ``files``, after all it needs."""
    file = file.resolve()
    if file in above:
        raise ValueError(f"modules import each other in a circle: {' → '.join(path.name for path in (*above, file))}")
    if file in files:
        return
    for needed in imports(file):
        _collect(needed, (*above, file), files)
    files.append(file)


def _wrapped(file: Path) -> str:
    if file.suffix == ".json":
        return f"const {_variable(file)} = {json.dumps(json.loads(file.read_text(encoding='utf-8')), ensure_ascii=False)};\n"
    source = _with_names(file)
    exported = ", ".join(match["name"] for match in _EXPORT.finditer(source))
    return f"const {_variable(file)} = (() => {{\n{_EXPORT.sub('', source)}\nreturn {{ {exported} }};\n}})();\n"


def _with_names(file: Path) -> str:
    """The source of a module, which takes the names it imports from the modules above it."""

    def names(match: re.Match[str]) -> str:
        return f"const {match['names']} = {_variable((file.parent / match['path']).resolve())};\n"

    return _IMPORT.sub(names, file.read_text(encoding="utf-8"))


def _variable(file: Path) -> str:
    return f"${file.stem}"
