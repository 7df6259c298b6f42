"""Put a finished PDF into the drop box of a shared server: a folder in which everybody may write and only the county reads.

In: the PDF and the folder. Out: the file there, whole, readable by its owner and by the folder's group alone. Its name holds
the hash of its content: the same report goes in once, and no writer needs the right to list the folder.
The model is nbgrader's exchange.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from toolkit.core.dates import moment_of
from toolkit.core.errors import CannotWrite, NianbaoError
from toolkit.core.files import save_bytes, sha256_of
from toolkit.core.write_failures import reason

DROP_BOX_VARIABLE = "NIANBAO_DROP_BOX"  # set by the server of a clerk (toolkit.jupyter.hub_server)
RIGHTS = 0o640  # the folder's group reads it: a drop box has the set-group-ID bit
HASH_LENGTH = 12


class NotSubmitted(NianbaoError):
    """The drop box did not take a report."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A report in the drop box; ``again`` when it was there already, from ``when``."""

    path: Path
    again: bool
    when: datetime

    @property
    def message(self) -> str:
        """The sentence for the clerk."""
        moment = self.when.astimezone().strftime("%Y-%m-%d %H:%M")
        return f"已于 {moment} 报送过，内容没有变化，不再重复" if self.again else f"已报送：{moment} 放进了县里的收件箱"


def drop_box() -> Path | None:
    """The drop box of this server; ``None`` where reports go by mail."""
    named = os.environ.get(DROP_BOX_VARIABLE, "")
    return Path(named) if named else None


def submit(pdf: Path, box: Path) -> Submission:
    """Put a finished PDF into the drop box.

    Raises:
        NotSubmitted: the folder is not there, or takes no more.
    """
    try:
        box.stat()  # it is not made here
        data = pdf.read_bytes()
        target = box / f"{pdf.stem}.{sha256_of(data)[:HASH_LENGTH]}{pdf.suffix}"
        with suppress(FileNotFoundError):
            return Submission(target, True, _moment(target))
        save_bytes(target, data, RIGHTS)
        return Submission(target, False, _moment(target))
    except (OSError, CannotWrite) as error:
        why = error.reason if isinstance(error, CannotWrite) else reason(error)
        raise NotSubmitted(f"没有报送成功：县里的收件箱放不进去（{why}）。请告诉管理员，或改用邮件报送") from error


def _moment(path: Path) -> datetime:
    return moment_of(path.stat().st_mtime).astimezone()
