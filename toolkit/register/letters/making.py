"""Make a letter of a request beside its register: find the template, fill it in, save it where only its owner may read it.

In: the register's path, a request, the name of a template. Out: the file below ``_文书``, and the fields that were blank. The
templates are in ``registers/_模板``; the samples are laid out there once, and what the office changed is never overwritten.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.core.files import save_bytes
from toolkit.core.shipped import read_table
from toolkit.core.tree import PARAMS
from toolkit.register.places import REGISTERS, keep_private, place_of
from toolkit.register.requests import Request, counted_outcome
from toolkit.register.working_days import WorkCalendar
from toolkit.report import read_report

TEMPLATES = "_模板"  # below the folder of registers


def sample_letters() -> dict[str, list[str]]:
    read: dict[str, list[str]] = read_table(Path(__file__).parent / "samples.yaml")
    return read


def sample_templates() -> Iterator[tuple[str, bytes]]:
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for name, paragraphs in sample_letters().items():
        document = Document()
        title = document.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.add_run(f"{{{{机关名称}}}}政府信息公开{name}").font.size = Pt(20)
        number = document.add_paragraph("{{答复文号}}")
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for text in paragraphs:
            body = document.add_paragraph()
            body.paragraph_format.first_line_indent = None if text.startswith("{{申请人}}") else Pt(32)
            body.add_run(text).font.size = Pt(16)
        for text in ("{{机关名称}}", "{{今天}}"):
            document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        out = io.BytesIO()
        document.save(out)
        yield name, out.getvalue()


LETTERS = "_文书"
_BY_GROUP = (
    ("granted", "予以公开答复书"), ("partly_granted", "部分公开答复书"), ("refused_", "不予公开答复书"),
    ("unavailable_", "无法提供答复书"), ("unprocessed_", "不予处理告知书"), ("other", "其他处理告知书"),
)  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """A letter that was made; ``blank`` are the fields of its template that the request leaves blank.

    ``is_filled``: the template has fields; without any it is a copy of the template.
    """

    path: Path
    blank: tuple[str, ...] = ()
    is_filled: bool = True

    @property
    def sentence(self) -> str:
        """The sentence that tells the clerk where the letter is and what is missing in it."""
        rest = f"其中{'、'.join(self.blank)}还没有填，文书里留了空。" if self.blank else ""
        if not self.is_filled:
            rest = "模板里没有 {{申请编号}} 这样的栏目名，这一件的内容一处也没有填进去。"
        return f"已写成 {self.path.parent.name}/{self.path.name}。{rest}文件含个人信息，不要外发给别人"


def registers_root(register: Path) -> Path:
    """The folder ``registers`` that a register belongs to; its own folder when it is elsewhere."""
    return next((folder for folder in register.parents if folder.name == REGISTERS), register.parent)


def provide_templates(registers: Path) -> list[Path]:
    """The templates of an office, the samples laid out first where there are none.

    Raises:
        CannotWrite: no permission, disk full.
    """
    folder = registers / TEMPLATES
    for name, data in sample_templates() if not _templates(folder) else ():
        save_bytes(folder / f"{name}.docx", data)
    return _templates(folder)


def _templates(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.docx") if not file.name.startswith("~$"))


def template_names(registers: Path) -> list[str]:
    """The names of the templates of an office; those of the samples where none are laid out yet."""
    return [file.stem for file in _templates(registers / TEMPLATES)] or list(sample_letters())


def template_of(templates: Sequence[Path], name: str) -> Path:
    """The template that is meant: by its name or its path.

    Raises:
        UsageError: there is none; the sentence lists those there are.
    """
    file = Path(name) if name.endswith(".docx") else next((item for item in templates if item.stem == name), None)
    if file is None or not file.is_file():
        raise UsageError(f"没有模板“{name}”；现有的：{'、'.join(item.stem for item in templates)}")
    return file


def likely_template(request: Request) -> str:
    """The name of the sample that a request needs next: the answer of its outcome, else what was done last."""
    if request.answered_on is not None:
        row = counted_outcome(request)
        return next((name for start, name in _BY_GROUP if row.startswith(start)), "")
    steps = (
        (request.extended_on, "延期告知书"), (request.third_party_asked_on, "征求第三方意见书"),
        (request.fee_notice_on, "收费通知书"), (request.correction_asked_on, "补正告知书"),
    )  # fmt: skip
    return max(((day, name) for day, name in steps if day), default=(None, "登记回执"))[1]


def make_letter(register: Path, request: Request, template: Path, calendar: WorkCalendar, today: date) -> Letter:
    """Fill in a template and save the letter beside the register.

    Raises:
        UsageError: no Word file, a field that is misspelt or unknown.
        CannotWrite: no permission, disk full, the letter is open in Word.
    """
    from toolkit.register.letters.filling import blank_fields, fill_letter, has_fields, values_of

    values = values_of(request, organ_of(register), calendar, today)
    raw = template.read_bytes()
    data = fill_letter(raw, values, template.name)
    number = "".join("_" if sign in '/\\:*?"<>|' else sign for sign in request.number)
    target = register.parent / LETTERS / f"{number} {template.stem}.docx"
    save_bytes(target, data)
    keep_private(target)
    return Letter(target, blank_fields(raw, values), has_fields(raw))


def organ_of(register: Path) -> str:
    """The full name of the organ, from the latest of its reports; without one the name of the register."""
    params = registers_root(register).parent / PARAMS
    for file in sorted(params.glob(f"????/{place_of(register)}.yaml"), reverse=True):
        try:
            return read_report(file).organ.name
        except ParamsUnreadable:
            continue
    return register.stem
