"""The register on the screen: one widget with the list and the form of one request; every save is in the file at once.

In: an open register, the calendar, a clock. Out: ``widget``. The browser searches, filters and colours by itself, so that a key
is on the screen at once; Python is asked to open, save, paste and void. What is typed stays on the screen until it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import anywidget
import traitlets

from toolkit.core.errors import NianbaoError
from toolkit.entry.register.typed import field_descriptions, shown_texts, typed_request
from toolkit.entry.web.bundle import script, style
from toolkit.register.deadlines import deadline, explain
from toolkit.register.errors import NotKept
from toolkit.register.ledger import words
from toolkit.register.ledger.taking_in import next_number
from toolkit.register.problems import FieldProblem, problems_of
from toolkit.register.requests import FIELD_BY_KEY, Request, applicant_kinds, outcome_label
from toolkit.register.store import Register
from toolkit.register.working_days import WorkCalendar

_ORDER = {"late": 0, "today": 1, "soon": 2, "running": 3, "waiting_fee": 4, "waiting_correction": 5, "closed": 6, "voided": 7}


class RegisterWidget(anywidget.AnyWidget):
    """List and form; ``rows`` is the list, ``detail`` the request that is open, ``message`` what was said last."""

    _esm = script("register.js")
    _css = style("register.css")
    fields: traitlets.List[Any] = traitlets.List().tag(sync=True)
    rows: traitlets.List[Any] = traitlets.List().tag(sync=True)
    detail = traitlets.Dict().tag(sync=True)
    message = traitlets.Dict().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)


class RegisterScreen:
    """The register of one organ on the screen."""

    def __init__(self, register: Register, calendar: WorkCalendar, now: Callable[[], datetime], title: str) -> None:
        self._register, self._calendar, self._now = register, calendar, now
        self._requests: dict[int, Request] = {}
        self._number = 0
        self.widget = RegisterWidget(title=title, fields=field_descriptions(now().date()))
        self.widget.on_msg(lambda _, content, __: self.hear(content))
        self._load()
        self._say("".join(register.notes))

    def hear(self, content: Mapping[str, Any]) -> None:
        """Do what the browser asks for; what goes wrong is said on the screen, and nothing of it goes into a log."""
        does: dict[str, Callable[[], None]] = {
            "open": lambda: self._open(int(content["row"])),
            "new": self._new,
            "save": lambda: self._save(int(content["row"]), content["texts"]),
            "void": lambda: self._void(int(content["row"]), str(content["reason"])),
            "paste": lambda: self._paste(content["lines"]),
            "refresh": self._load,
        }
        action = does.get(str(content.get("kind")))
        if action is None:
            return
        try:
            action()
        except NotKept as error:
            self._say("没有保存，请先改好标红的各项", error.problems)
        except NianbaoError as error:
            self._say(str(error), error=True)

    # ---- what the browser asks for

    def _open(self, row: int) -> None:
        request = self._requests.get(row)
        if request is not None:
            self._show(request)

    def _new(self) -> None:
        year = self._now().year
        taken = {request.number for request in self._requests.values()}
        self._show(Request(next_number(year, taken), self._now().date()))

    def _save(self, row: int, texts: Mapping[str, str]) -> None:
        base = self._requests.get(row, Request(""))
        wanted, problems = typed_request(base, texts, self._now().date())
        problems += [item for item in problems_of(wanted, self._now().date()) if item.key not in {one.key for one in problems}]
        if problems:
            raise NotKept(problems)
        kept = self._register.change(base, wanted) if base.row else self._register.add(wanted)
        self._load()
        self._show(self._requests[kept.row])
        self._say(f"已保存 {kept.number}（{self._now():%H:%M:%S}）")

    def _void(self, row: int, reason: str) -> None:
        kept = self._register.void(self._requests[row].number, reason)
        self._load()
        self.widget.detail = {}
        self._say(f"{kept.number} 已作废，不再计数；原来的内容和原因都留着")

    def _paste(self, lines: Sequence[Sequence[str]]) -> None:
        """Rows copied from Excel with their heads: all of them are kept, or none."""
        keys = [words.field_of_head(head, self._register.heads()) for head in lines[0]] if lines else []
        if sum(key is not None for key in keys) < 2:
            self._say("粘贴的第一行应是列名，如 收到日期、申请人类别、申请内容", error=True)
            return
        taken = {request.number for request in self._requests.values()}
        pasted = []
        for at, line in enumerate(lines[1:], 2):
            texts = {key: text for key, text in zip(keys, line, strict=False) if key in FIELD_BY_KEY}
            request, problems = typed_request(Request(""), texts, self._now().date())
            if not request.number and request.received_on:
                request, _ = typed_request(request, {"number": next_number(request.received_on.year, taken)}, self._now().date())
            problems += problems_of(request, self._now().date())
            if problems:
                self._say(f"粘贴的第 {at} 行没有读准，一行也没有存：{'；'.join(map(str, problems))}", error=True)
                return
            taken.add(request.number)
            pasted.append(request)
        self._register.add_all(pasted, "粘贴")
        self._load()
        self._say(f"已存入 {len(pasted)} 件")

    # ---- what goes out

    def _load(self) -> None:
        self._requests = {request.row: request for request in self._register.requests()}
        today = self._now().date()
        rows = [(request, deadline(request, self._calendar, today)) for request in self._requests.values()]
        rows.sort(key=lambda item: (_ORDER[item[1].state], item[1].due_on or today, item[0].number))
        self.widget.rows = [
            [
                request.row, request.number, f"{request.received_on or ''}", found.state, found.text, f"{found.due_on or ''}",
                applicant_kinds().get(request.applicant_kind, ""), request.applicant, request.subject, _outcome(request),
            ]
            for request, found in rows
        ]  # fmt: skip

    def _show(self, request: Request) -> None:
        found = deadline(request, self._calendar, self._now().date())
        days = [[f"{day.day:%Y-%m-%d}", day.number, day.reason] for day in explain(request, self._calendar)]
        history = self._register.history(request.number) if request.row else []
        self._number += 1
        self.widget.detail = {
            "row": request.row, "texts": shown_texts(request), "deadline": found.text, "state": found.state,
            "due": f"{found.due_on or ''}", "notes": list(found.notes), "days": days, "shown": self._number,
            "history": [[item.at[:16].replace("T", " "), item.who, item.kind, FIELD_BY_KEY[item.key].label] for item in history],
        }  # fmt: skip
        self._say("")

    def _say(self, text: str, problems: Sequence[FieldProblem] = (), *, error: bool = False) -> None:
        self._number += 1
        self.widget.message = {
            "text": text, "error": error or bool(problems), "number": self._number,
            "problems": {problem.key: problem.sentence for problem in problems},
        }  # fmt: skip


def _outcome(request: Request) -> str:
    closed = request.closed_on
    if closed is None:
        return ""
    return outcome_label(request.outcome, closed.year) if request.answered_on else "撤回"
