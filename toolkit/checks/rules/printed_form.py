"""The printed form as an importer read it: headings, tables and labels exactly as the edition has them.

An importer hands in a ``ReadForm`` (``Case.read_form``), or calls ``check_read_labels`` with what it read of one part.
A params file shows less: a heading repeated in a text in other words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import PARTS
from toolkit.checks.narrative.plain_text import plain_text
from toolkit.forms import Form, print_part

GROUP = "格式与名称"
_LIKE = 0.6  # from here on two headings are one heading worded otherwise
_NUMBER = re.compile(r"[（(]?[一二三四五六七八九十\d]+[)）]?[、.．]?")
_PLAIN_SIGNS = str.maketrans("“”‘’「」–—－", '""\'\'""---')
_RESTORE = "请恢复为格式规定的文字，不得增删改动"


@rule("label-altered", GROUP)
def check_label_altered(case: Case) -> Iterator[Finding]:
    """label-altered: 表题、表头、行名、列名与格式逐字一致、次序不变（空格、换行、全半角括号不计）。

    Source: 国办公开办函〔2019〕60号、〔2021〕30号所附格式。
    """
    read, form = case.read_form, case.report.form
    for part, labels in read.labels.items() if read else ():
        # tables of another edition are left to edition-wrong
        if read and all(read.editions.get(key, form.id) == form.id for key in form.part(part).tables):
            yield from check_read_labels(form, part, labels, read.absent)


def check_read_labels(form: Form, part: str, labels: Sequence[str], absent: Sequence[str] = ()) -> Iterator[Finding]:
    """label-altered for one part (``disclosure``, ``applications``, ``disputes``).

    ``labels`` are the texts of the table's captions, heads and row labels in the order of print, row by row; ``absent``
    the keys of tables that the document does not have, which are left to table-missing.

    Yields:
        One error per label that was changed, left out, put in or moved.
    """
    expected, found = form_labels(form, part, absent), tuple(labels)
    keys = [label_key(label) for label in expected], [label_key(label) for label in found]
    for kind, low, high, first, last in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        name = print_part(form, part).name
        missing, added = expected[low:high], found[first:last]
        for at in range(max(len(missing), len(added))):
            yield _altered(name, part, missing[at] if at < len(missing) else "", added[at] if at < len(added) else "")


def _altered(table: str, part: str, expected: str, read: str) -> Finding:
    if not read:
        message = f"缺少“{expected}”"
    elif not expected:
        message = f"多出“{read[:60]}”"
    else:
        message = f"“{read[:60]}”应为“{expected}”"
    return Finding(
        "label-altered",
        "error",
        f"{table}：{message}",
        expected=expected,
        found=read[:60],
        where=f"form.{part}",
        next_step=_RESTORE,
    )


def form_labels(form: Form, part: str, absent: Sequence[str] = ()) -> tuple[str, ...]:
    """Every label of a part's tables in the order of print, without those of some tables."""
    cells = sorted(print_part(form, part).cells, key=lambda cell: (cell.row, cell.column))
    table_by_caption = {form.table_by_key[key].caption: key for key in form.part(part).tables}
    labels: list[str] = []
    table = ""
    for cell in cells:
        table = table_by_caption.get(cell.text, table) if cell.role == "caption" else table
        if cell.role != "value" and cell.text and table not in absent:
            labels.append(cell.text)
    return tuple(labels)


@lru_cache(maxsize=256)  # most are labels of the form
def label_key(label: str) -> str:
    """A label as it is compared: without blanks, brackets and quotes of one kind, radicals as characters."""
    text = unicodedata.normalize("NFKC", plain_text(label).text)
    return "".join(text.split()).translate(_PLAIN_SIGNS)


@rule("table-missing", GROUP)
def check_table_missing(case: Case) -> Iterator[Finding]:
    """table-missing: 三张法定表格齐全、完整，没有缺表，也没有用图片代替。

    Only a document can lack a table. Of a table that is there without figures, ``cell-blank`` names the cells.

    Source: 国办公开办函〔2019〕60号、〔2021〕30号所附格式。
    """
    form, read = case.report.form, case.read_form
    if read is None:
        return
    for part in form.parts:
        if part.tables and part.key not in read.labels:
            picture = part.key in read.pictures
            message = "表格是图片，读不出数字" if picture else "没有找到这张表"
            step = "请换成可以编辑的表格" if picture else "请补上完整的表格"
            yield _missing(part.heading, f"form.{part.key}", message, step)
            continue
        for table in (form.table_by_key[key] for key in part.tables if key in read.absent):
            yield _missing(part.heading, f"figures.{table.key}", f"缺少“{table.caption}”一段", "请补上，没有发生的填 0")


def _missing(heading: str, where: str, message: str, step: str) -> Finding:
    return Finding(
        "table-missing", "error", f"{heading}：{message}", expected="完整的表格", found="缺", where=where, next_step=step
    )


@rule("heading-altered", GROUP)
def check_heading_altered(case: Case) -> Iterator[Finding]:
    """heading-altered: 六个部分的标题与格式逐字一致，次序和序号不变。

    Source: 国办公开办函〔2019〕60号、〔2021〕30号所附格式。
    """
    if case.read_form is not None and case.read_form.printed:
        yield from check_read_headings(case.report.form, case.read_form.headings)
    for key in (key for key in PARTS if case.report.form.has(parts=[key])):
        heading = case.report.form.part(key).heading
        first = getattr(case.report.narrative, key)[:200].strip().partition("\n")[0].strip().rstrip("。：:")
        # an inner 一、 inside the text is not a heading of the form: it must begin with this part's number and resemble it
        if first.startswith(heading[:2]) and label_key(first) != label_key(heading) and _like(first, heading):
            yield _heading(f"narrative.{key}", heading, first, "请删去这一行（标题由程序印出），或改为格式规定的标题")


def check_read_headings(form: Form, headings: Sequence[str]) -> Iterator[Finding]:
    """heading-altered for the first-level ``headings`` of a published report, in the order read.

    Yields:
        One error per heading that is missing, worded or numbered otherwise, or out of order.
    """
    expected = [part.heading for part in form.parts]
    left = list(headings)
    order: list[int] = []
    for heading in expected:
        same = next((item for item in left if label_key(item) == label_key(heading)), None)
        found = same or max(left, key=lambda item: _ratio(item, heading), default="")
        if same is None and not _like(found, heading):
            yield _heading(f"form.{heading[:1]}", heading, "", "请补上这一部分的标题")
            continue
        if same is None:
            yield _heading(f"form.{heading[:1]}", heading, found, _RESTORE)
        order.append(headings.index(found))
        left.remove(found)
    if order != sorted(order):
        read = "、".join(headings[at][:12] for at in sorted(order))
        yield Finding(
            "heading-altered", "error", f"六个部分的次序与格式不同：{read}", expected="、".join(expected), found=read,
            where="form", next_step="请按格式规定的次序排列",
        )  # fmt: skip


def _heading(where: str, expected: str, found: str, step: str) -> Finding:
    message = f"标题“{found[:40]}”应为“{expected}”" if found else f"缺少标题“{expected}”"
    return Finding("heading-altered", "error", message, expected=expected, found=found[:40], where=where, next_step=step)


def _like(one: str, other: str) -> bool:
    return _ratio(one, other) >= _LIKE


def _ratio(one: str, other: str) -> float:
    """Likeness of two headings without their numbers."""
    plain = [_NUMBER.sub("", label_key(item[:80]), count=1) for item in (one, other)]
    return SequenceMatcher(None, plain[0], plain[1], autojunk=False).ratio()
