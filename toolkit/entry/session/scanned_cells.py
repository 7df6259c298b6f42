"""The cells of an imported scan that wait for a person: which they are, and what the form says of them.

In: a params file with the cells kept beside it. Out: findings, one for each cell, until it is confirmed or typed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from toolkit.checks import Finding
from toolkit.checks.finding import cell_finding
from toolkit.forms import Address
from toolkit.report import Report
from toolkit.report.scanned import ScannedCell, keep_scanned, read_scanned

SCANNED = "scan-unconfirmed"  # a code of findings that only the form has
_STEP = "请看旁边从扫描件截下的图：对的按回车确认，不对的直接输入"


class ScannedCells:
    """What waits, by address; ``confirm`` takes cells off and keeps the rest on the disk."""

    def __init__(self, params: Path) -> None:
        self._params = params
        self.waiting: Mapping[str, ScannedCell] = read_scanned(params)

    def confirm(self, addresses: Iterable[str]) -> None:
        """A person has looked at these cells.

        Raises:
            CannotWrite: no permission, disk full.
        """
        confirmed = set(addresses) & self.waiting.keys()
        if confirmed:
            self.waiting = {name: cell for name, cell in self.waiting.items() if name not in confirmed}
            keep_scanned(self._params, self.waiting)


def scan_findings(report: Report, waiting: Mapping[str, ScannedCell]) -> Iterator[Finding]:
    """One warning for each cell that waits."""
    for name, cell in waiting.items():
        address = Address.parse(name)
        if address in report.form.cells:
            doubt = f"像是“{cell.seen}”" if cell.seen else "读不出来"
            message = f"从扫描件识别为“{cell.seen}”，还没有确认" if cell.certain else f"扫描件上看不清，{doubt}"
            yield cell_finding(report.form, address, SCANNED, "warning", message, next_step=_STEP)
