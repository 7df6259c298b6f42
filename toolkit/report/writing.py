"""Write a report as a params file: canonical text for a new file; an existing file keeps its order and comments.

In: a ``Report``. Out: YAML text that reads back as the same report, for us and for papermill's YAML 1.1 reader.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from toolkit.core.errors import ParamsUnreadable
from toolkit.core.files import save_bytes
from toolkit.forms import Address
from toolkit.report.model import Report, Value
from toolkit.report.reading import report_from_yaml
from toolkit.report.yaml_editing import Row, put_values, to_yaml
from toolkit.report.yaml_reading import decode


def report_to_values(report: Report) -> dict[str, Any]:
    """The params of a report as plain values in the order of the format; blanks and empty parts are left out.

    Counts are ``int``, money is ``Decimal``, dirty cells and text are ``str``.
    """
    values: dict[str, Any] = {"year": report.year, "organ": report.organ.model_dump(exclude_defaults=True)}
    values["organ"].setdefault("level", report.organ.level)
    values["figures"] = _figures(report)
    if report.channels:
        values["channels"] = [Row(channel.model_dump(exclude_defaults=True)) for channel in report.channels]
    narrative = report.narrative.model_dump(exclude_defaults=True)
    if narrative:
        values["narrative"] = narrative
    if report.processing_fee is not None:
        values["processing_fee"] = Row(report.processing_fee.model_dump(exclude_none=True))
    if report.confirmed:
        values["confirmed"] = [Row(item.model_dump(exclude_defaults=True)) for item in report.confirmed]
    if report.links:
        values["links"] = [Row(item.model_dump()) for item in report.links]
    if report.from_register is not None:
        values["from_register"] = Row(report.from_register.model_dump(exclude_defaults=True))
    return values


def report_to_yaml(report: Report) -> str:
    """The canonical text of a report's params; the same report gives the same text."""
    return to_yaml(report_to_values(report))


def write_report(report: Report, path: Path | str) -> None:
    """Save a report; a file that is there keeps its order and comments, and only changed values are touched.

    Raises:
        CannotWrite: the file cannot be written; the old one is untouched.
        ParamsUnreadable: the file that is there cannot be read as params (it is left alone).
    """
    path = Path(path)
    save_bytes(path, merged_yaml(report, path.read_bytes()) if path.exists() else report_to_yaml(report).encode("utf-8"))


def merged_yaml(report: Report, old: bytes) -> bytes:
    """The text of an existing params file with the report's values; always UTF-8, with its line ends.

    A text by hand that cannot be edited in place (a key without a colon) becomes the canonical one, if that reads back.

    Raises:
        ParamsUnreadable: the old text is not a params file.
    """
    before = report_to_values(report_from_yaml(old))
    text = decode(old)
    merged = put_values(text.replace("\r\n", "\n"), before, report_to_values(report)).encode("utf-8")
    if not _reads_as(merged, report) and _reads_as(canonical := report_to_yaml(report).encode("utf-8"), report):
        merged = canonical
    return merged.replace(b"\n", b"\r\n") if "\r\n" in text else merged


def _reads_as(data: bytes, report: Report) -> bool:
    try:
        return report_from_yaml(data) == report
    except ParamsUnreadable:
        return False


def _figures(report: Report) -> dict[str, Any]:
    values = report.figures.given
    cells: list[tuple[Address, Value]] = [(address, values[address]) for address in report.form.cells if address in values]
    cells += [(Address.parse(path.removeprefix("figures.")), value) for path, value in report.foreign.items()]
    tables: dict[str, dict[str, Row]] = {}
    place, cells_of_row = ("", ""), Row()
    for (table, row, column), value in cells:
        if (table, row) != place:
            place, cells_of_row = (table, row), tables.setdefault(table, {}).setdefault(row, Row())
        cells_of_row[column] = value
    return tables
