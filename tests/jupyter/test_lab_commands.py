"""JupyterLab has the commands that the form's extension names; ``tests/lowest`` asks the lowest version."""

from __future__ import annotations

import re

from tests.lowest.lab_commands import COMMANDS, missing
from toolkit.core.shipped import PACKAGE

EXTENSION = PACKAGE / "jupyter" / "lab_settings" / "labextensions" / "nianbao-lab" / "static"


def test_jupyterlab_has_the_commands_of_the_extension() -> None:
    assert missing() == []


def test_the_list_has_every_command_that_the_extension_executes_or_replaces() -> None:
    script = "".join((EXTENSION / name).read_text(encoding="utf-8") for name in ("form.js", "early.js"))
    used = re.findall(r'(?:execute\(|id !== )"([\w-]+:[\w-]+)"', script)
    assert set(used) == set(COMMANDS)
