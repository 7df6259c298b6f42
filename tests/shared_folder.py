"""A folder for other accounts than the one that runs the tests: for tests as root that start something as somebody else."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def shared_folder() -> Iterator[Path]:
    """Make a folder that every account may enter and read, and remove it at the end.

    It lies beside pytest's folders, not below them: those may be entered by their owner only, and a test has no business
    changing the rights of a folder that is not its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="nianbao-test-"))
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
