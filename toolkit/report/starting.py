"""Start a year's params file: carried over from last year's when there is one, blank with labels otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from toolkit.core.errors import UsageError
from toolkit.core.files import save_bytes
from toolkit.core.text import without_hidden
from toolkit.core.tree import is_file_name
from toolkit.forms import Address, Form, form_for_year, row_label
from toolkit.report.model import Figures, Organ, Report, Value, empty_report
from toolkit.report.reading import read_report
from toolkit.report.writing import report_to_values
from toolkit.report.yaml_editing import to_yaml

SCHEMA_NAME = "params.schema.json"  # beside the years' folders; editors complete keys by it
_SLASHES = str.maketrans("\\／＼", "///")
MOST_CHARACTERS = 80  # of a name: with the ending of the journal, as many bytes as a file system takes
_FIRST_HALF = 6  # months
CARRIED = ("carried_out", "carried_in")  # 上年的“结转下年度” is this year's “上年结转”


@dataclass(frozen=True)
class NewParams:
    """A new params file, and whether last year's was carried over."""

    path: Path
    carried: bool


def new_params(params: Path, year: int, place: str) -> NewParams:
    """Write ``params/<year>/<place>.yaml``.

    Raises:
        UsageError: the place is no ``jurisdiction/organ``, or the file is there already (it is left alone).
        ParamsUnreadable: last year's file is there but cannot be read.
        NoSuchForm: no edition serves the year.
    """
    form_for_year(year)
    path = params_path(params, year, place)
    if path.exists():
        again = "要重新填的，先在填报表的开始页按“建错了，移走这份”"
        raise UsageError(f"{year} 年的“{place}”已经有了，没有改动：请用 nianbao lab 打开接着填；{again}")
    report, is_carried = first_report(params_path(params, year - 1, place), year, Organ(name=path.stem))
    schema = "../" * len(path.relative_to(params).parts[:-1]) + SCHEMA_NAME
    save_bytes(path, blank_text(report, schema).encode("utf-8"))
    return NewParams(path, is_carried)


def doubt_of_year(year: int, today: date) -> str:
    """A sentence when the year of sending may have been typed for the year of the figures; empty otherwise.

    A report is written in the year after its figures: in the first half of a year its own report is seldom begun.
    """
    if year < today.year or (year == today.year and today.month > _FIRST_HALF):
        return ""
    state = "还没有到" if year > today.year else "还没有过完"
    return f"{year} 年{state}。年度是数据的年度，{year} 年报送的是 {year - 1} 年的年报；写错年度的，请删去重建"


def blank_text(report: Report, schema: str = SCHEMA_NAME) -> str:
    """The params text of a report that is yet to be filled in: every cell of the form, with its Chinese label."""
    form, values = report.form, report_to_values(report)
    head = (
        f"# yaml-language-server: $schema={schema}\n# {report.title}（{form.id} 版格式）\n"
        "# 没有发生的填 0；空着表示“还没填”；总计可以不填，程序会算。\n"
    )
    tail = {"narrative": {part.key: "" for part in form.parts if part.is_narrative}}
    opening = {"year": values["year"], "organ": _full_organ(values["organ"])}
    return "\n".join((head + to_yaml(opening), "figures:", *_figure_lines(report, form), "", to_yaml(tail)))


def first_report(last: Path, year: int, organ: Organ) -> tuple[Report, bool]:
    """The report that a year begins with, and whether it is carried over.

    Args:
        last: the params file of the year before; the report is blank where there is none.
        year: the year that begins.
        organ: the organ of a blank report.

    Raises:
        ParamsUnreadable: last year's file cannot be read: starting blank would lose what it carries over.
        NoSuchForm: no edition serves the year.
    """
    if last.is_file():
        return carried_over(read_report(last), year), True
    return empty_report(year, organ), False


def carried_over(last: Report, year: int) -> Report:
    """Next year's report before anything is filled in: organ, contact, carried-in figures."""
    form = form_for_year(year)
    carried: dict[Address, Value] = {}
    for column in form.columns("applications").values():
        value = last.number("applications", CARRIED[0], column.key)
        if value is not None and not column.sum:
            carried[Address("applications", CARRIED[1], column.key)] = value
    organ = last.organ.model_copy(update={"published_on": ""})
    return replace(empty_report(year, organ), figures=Figures(form, carried))


def plain_place(text: str) -> str:
    """A place as typed or pasted, with plain slashes and no invisible characters: ``云溪县／望江镇`` is 云溪县/望江镇."""
    parts = without_hidden(text).translate(_SLASHES).strip().removesuffix(".yaml").split("/")
    return "/".join(part.strip() for part in parts)


def params_path(params: Path, year: int, place: str) -> Path:
    """Where the params of a place (``地区/机关``) belong.

    Raises:
        UsageError: the place is invalid, has characters that no file name may have, is too long, or is the path of the file.
    """
    place = plain_place(place)
    if not place:
        raise UsageError("请写明所属地区和机关，如 云溪县/望江镇")
    parts = place.split("/")
    long = next((part for part in parts if len(part) > MOST_CHARACTERS), None)
    if long is not None:
        raise UsageError(f"“{long[:10]}……”有 {len(long)} 字，地区和机关的名称不能超过 {MOST_CHARACTERS} 字")
    if any(not is_file_name(part) for part in parts):
        raise UsageError(f'“{place}”应写成 所属地区/机关，如 嘉祥县/孟姑集镇；名称中不能有 : * ? " < > | 等符号')
    if parts[0] == params.name or str(year) in parts:  # the path of the file, as the other commands take it
        raise UsageError(f"“{place}”只写所属地区和机关，不写 {params} 和年度，如 嘉祥县/孟姑集镇")
    return params / str(year) / Path(*parts[:-1]) / f"{parts[-1]}.yaml"


def whole_text(report: Report) -> str:
    """The params text of a report with every text and every detail of the organ, empty ones too: there a clerk goes on."""
    values = report_to_values(report)
    texts = {part.key: "" for part in report.form.parts if part.is_narrative}
    narrative = texts | values.pop("narrative", {})
    values["organ"] = _full_organ(values["organ"])
    after = ("processing_fee", "confirmed", "links", "from_register")
    first = {key: value for key, value in values.items() if key not in after}
    return to_yaml(first | {"narrative": narrative} | {key: values[key] for key in after if key in values})


def _full_organ(organ: dict[str, object]) -> dict[str, object]:
    """Keys that a clerk has to fill in are written even when they are empty."""
    empty = {"contact": {"office": "", "address": "", "phone": ""}, "published_at": ""}
    return {**organ, **{key: organ.get(key) or value for key, value in empty.items()}}


def _figure_lines(report: Report, form: Form) -> list[str]:
    lines = []
    for part in form.parts:
        lines += [f"  # {part.heading}"] if part.tables else []
        for table in (form.table_by_key[key] for key in part.tables):
            lines.append(f"  {table.key}:" + (f"  # {table.caption}" if table.caption else ""))
            for row in table.rows:
                addresses = [Address(table.key, row.key, column.key) for column in table.columns if not column.sum]
                if row.sum:
                    continue
                cells = ", ".join(
                    f"{address.column}: {'' if report.figures[address] is None else report.figures[address]}"
                    for address in addresses
                )
                lines.append(f"    {row.key}: {{{cells}}}  # {row_label(table, row)}")
    return lines
