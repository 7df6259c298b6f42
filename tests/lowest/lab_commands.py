"""Whether this environment's JupyterLab has the commands that the form's extension calls or replaces: ``python lab_commands.py``.

In: nothing. Out: exit code 0, or the names that no script of JupyterLab contains. It needs nothing but JupyterLab.
"""

from __future__ import annotations

import sys
from pathlib import Path

COMMANDS = ("notebook:run-all-cells", "apputils:print", "docmanager:open", "filebrowser:open-path")


def missing(prefix: Path = Path(sys.prefix)) -> list[str]:
    """The commands that JupyterLab's scripts do not contain."""
    scripts = [path.read_bytes() for path in (prefix / "share" / "jupyter" / "lab" / "static").glob("*.js")]
    return [name for name in COMMANDS if not any(f'"{name}"'.encode() in script for script in scripts)]


if __name__ == "__main__":
    sys.exit("\n".join(missing()) or 0)
