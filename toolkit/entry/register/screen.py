"""The register on the screen: one widget with the list and the form of one request; every save is in the file at once.

In: an open register, the calendar, a clock. Out: ``widget``. The browser searches, filters and colours alone, so that a key
is on the screen at once; Python is asked to open, save, paste, void, restore and to make letters. What is typed stays on the
screen until it is kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import anywidget
import traitlets

from toolkit.core.errors import NianbaoError
from toolkit.entry.register.typed import (
    Lines,
    editions,
    field_descriptions,
    line_descriptions,
    shown_request,
    shown_rows,
    typed_request,
)
from toolkit.entry.web.bundle import style
from toolkit.entry.web.plain_widgets import LOADER, module_of
from toolkit.register.ledger.taking_in import next_number, take_in
from toolkit.register.ledger.words import own_words
from toolkit.register.letters.making import (
    likely_template,
    make_letter,
    provide_templates,
    registers_root,
    template_names,
    template_of,
)
from toolkit.register.problems import ChangedMeanwhile, FieldProblem, NotKept, problems_of
from toolkit.register.requests import Request
from toolkit.register.store import Register
from toolkit.register.working_days import WorkCalendar

_MOST = 5  # rows of a paste that are named in one sentence
_DISK = "台账写不进去：磁盘已满、断开，或没有权限。刚才的改动还在屏幕上，没有存；请处理后再按保存"


class RegisterWidget(anywidget.AnyWidget):
    """List and form; ``rows`` is the list, ``voided`` the void ones, ``detail`` the request that is open, ``message`` the last
    sentence with the problems of fields."""

    _esm = LOADER
    module = module_of("register.js")
    _css = style("register.css")
    fields: traitlets.List[Any] = traitlets.List().tag(sync=True)
    line_fields = traitlets.Dict().tag(sync=True)
    editions: traitlets.List[Any] = traitlets.List().tag(sync=True)
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)
    voided: traitlets.List[Any] = traitlets.List().tag(sync=True)
    detail = traitlets.Dict().tag(sync=True)
    message = traitlets.Dict().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)

    def __repr__(self) -> str:
        """The title alone: a widget's own text lists its values, and a notebook may keep it."""
        return f"RegisterWidget({self.title!r})"


class RegisterScreen:
    """The register of one organ on the screen."""

    def __init__(self, register: Register, calendar: WorkCalendar, now: Callable[[], datetime], title: str) -> None:
        self._register, self._calendar, self._now = register, calendar, now
        self._requests: dict[int, Request] = {}
        self._opened = Request("")  # as the form shows it: what was typed is compared with it, whatever the list has since read
        self._number, self._seen = 0, (0, date.min)
        self.widget = RegisterWidget(
            title=title, fields=field_descriptions(), line_fields=line_descriptions(), editions=editions()
        )
        self.widget.on_msg(lambda _, content, __: self.hear(content))
        self._load()
        self._say("".join(register.notes))

    def hear(self, content: Mapping[str, Any]) -> None:
        """Do what the browser asks for; an error is shown on the screen and not logged."""
        does: dict[str, Callable[[], None]] = {
            "open": lambda: self._open(int(content["row"])),
            "new": self._new,
            "save": lambda: self._save(int(content["row"]), content["texts"], content.get("lines", {})),
            "void": lambda: self._void(int(content["row"]), str(content["reason"])),
            "restore": lambda: self._restore(int(content["row"])),
            "paste": lambda: self._paste(content["lines"]),
            "letter": lambda: self._letter(int(content["row"]), str(content["template"])),
            "refresh": self._load,
            "look": self._look,
        }
        action = does.get(str(content.get("kind")))
        if action is None:
            return
        try:
            action()
        except NotKept as error:
            self._say("没有保存，请先改好标红的各项", error.problems)
        except ChangedMeanwhile as error:
            self._load()
            self._say(f"{error}：先记下这里的改动，再从列表里重新打开这一件", error=True)
        except NianbaoError as error:
            self._say(str(error), error=True)
        except (sqlite3.OperationalError, OSError):
            self._say(_DISK, error=True)

    def open_number(self, number: str) -> None:
        """Open the request with a number, as a link of the annual form asks for; an unknown number is reported."""
        request = next((one for one in self._requests.values() if one.number == number), None)
        if request is None:
            self._say(f"台账里没有编号为“{number}”的申请", error=True)
        else:
            self._show(request)

    # ---- what the browser asks for

    def _open(self, row: int) -> None:
        request = self._requests.get(row)
        if request is not None:
            self._show(request)

    def _new(self) -> None:
        year = self._now().year
        numbers = {request.number for request in self._requests.values()}
        self._show(Request(next_number(year, numbers), self._now().date()))

    def _save(self, row: int, texts: Mapping[str, str], lines: Mapping[str, Lines]) -> None:
        today = self._now().date()
        base = self._opened if row == self._opened.row else self._requests.get(row, Request(""))
        base = base if row else Request("")
        typed, problems = typed_request(base, texts, today, lines)
        named = {one.key for one in problems}
        problems += [item for item in problems_of(typed, today) if item.key not in named]
        if problems:
            raise NotKept(problems)
        saved = self._register.change(base, typed) if row else self._register.add(typed)
        self._load()
        self._show(self._requests[saved.row])
        self._say(f"已保存 {saved.number}（{self._now():%H:%M:%S}）")

    def _void(self, row: int, reason: str) -> None:
        saved = self._register.void(self._requests[row].number, reason)
        self._load()
        self._opened, self.widget.detail = Request(""), {}
        self._say(f"{saved.number} 已作废，不再计数；原来的内容和原因都留着，在“已作废”里可以看、可以恢复")

    def _restore(self, row: int) -> None:
        saved = self._register.restore(self._requests[row].number)
        self._load()
        self._show(self._requests[saved.row])
        self._say(f"{saved.number} 已恢复，重新计数")

    def _paste(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows copied from Excel with their heads: all of them are kept, or none; those that are kept already add nothing."""
        from toolkit.register.ledger.reading import read_pasted  # with all that reads workbooks

        ledger = read_pasted(rows, self._now().date(), own_words(self._register.heads()))
        if not ledger.requests and not ledger.unclear:
            self._say("粘贴的第一行应是列名，如 收到日期、申请人类别、申请内容（至少认得出三列）", error=True)
            return
        if ledger.unclear:
            first = ledger.unclear[0]
            named = "；".join(f"第 {item.row} 行 {item.reason}" for item in ledger.unclear[1:_MOST])
            rest = f"。另有 {len(ledger.unclear) - 1} 行：{named}" if named else ""
            self._say(f"粘贴的第 {first.row} 行没有读准，一行也没有存：{first.reason}{rest}", error=True)
            return
        intake = take_in(ledger, self._register)
        self._load()
        left = [f"已有 {len(intake.same)} 件"] * bool(intake.same)
        left += [f"已有而不同、没有改的 {'、'.join(number for number, _ in intake.differing)}"] * bool(intake.differing)
        left += [reason for _, reason in intake.doubtful]
        self._say(
            "；".join([f"已存入 {len(intake.added)} 件", *left, *ledger.notes]), error=bool(intake.differing or intake.doubtful)
        )

    def _letter(self, row: int, template: str) -> None:
        file = template_of(provide_templates(registers_root(self._register.path)), template)
        letter = make_letter(self._register.path, self._requests[row], file, self._calendar, self._now().date())
        self._say(letter.sentence)

    def _look(self) -> None:
        """Bring the list up to date when somebody else has written, or a new day has begun."""
        if self._seen != (self._register.state(), self._now().date()):
            self._load()

    # ---- what goes out

    def _load(self) -> None:
        self._requests = {request.row: request for request in self._register.requests(void=True)}
        self._seen = (self._register.state(), self._now().date())
        rows = shown_rows(self._requests.values(), self._calendar, self._now().date())
        self.widget.rows = [row for row in rows if row[3] != "voided"]
        self.widget.voided = [row for row in rows if row[3] == "voided"]

    def _show(self, request: Request) -> None:
        history = self._register.history(request.number) if request.row else []
        templates = template_names(registers_root(self._register.path))
        content = shown_request(request, self._calendar, self._now().date(), history, templates, likely_template(request))
        self._opened = request
        self._number += 1
        self.widget.detail = content | {"shown": self._number}
        self._say("")

    def _say(self, text: str, problems: Sequence[FieldProblem] = (), *, error: bool = False) -> None:
        self._number += 1
        self.widget.message = {
            "text": text, "error": error or bool(problems), "number": self._number,
            "problems": {problem.key: problem.sentence for problem in problems},
        }  # fmt: skip
