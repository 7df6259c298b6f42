"""The form a clerk fills in: a desk in, one widget out, in which tables, texts and fields are in the order of print.

Widgets report what was typed; the session takes it to the desk and has it checked; ``_show`` puts the outcome back
into every widget it concerns. No widget stores anything, so the form can be rebuilt at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from time import monotonic
from typing import Any

from toolkit.checks import Case
from toolkit.core.files import sha256_of
from toolkit.core.logs import start_log
from toolkit.entry.desk.desk import Desk
from toolkit.entry.form.alerts import Alerts
from toolkit.entry.form.channels_part import Channels
from toolkit.entry.form.findings_panel import FINISH, FRONT, Panel, bar_state, list_state
from toolkit.entry.form.finish_part import Finish, Finishing, Standing
from toolkit.entry.form.grid import Grid, findings_of_part, grid_state, grid_values, of_part, scan_pictures
from toolkit.entry.form.organ_part import FEE_FIELDS, ORGAN_FIELDS, Fields
from toolkit.entry.form.register_part import RegisterPart
from toolkit.entry.form.text_part import TextPart, compare_texts, explain_figure, figures_on_offer, show_part, text_state
from toolkit.entry.session.boxes import ScannedCells
from toolkit.entry.session.listing import is_todo
from toolkit.entry.session.office_words import UPGRADED, guarded, is_upgraded, office_words
from toolkit.entry.session.saving_state import REST_SECONDS, Later, Saver
from toolkit.entry.session.session import Session, View
from toolkit.entry.web import plain_widgets as widgets
from toolkit.forms import Part
from toolkit.register.lookup import look_up
from toolkit.register.places import place_of, register_of
from toolkit.register.requests import TABLE
from toolkit.report import Report

MENDS_AFTER_SECONDS = 0.6
WATCH_SECONDS = 1.5  # how often is looked whether somebody took the report over or wrote its file
TRY_PAUSE = 10  # times as long as a try to write took: a share that answers after seconds must not hold up every key
_FEE_HELP = "收取{}的情况填在这两格里，会自动写进报告，没有发生的填 0；下面的文字里已经写明的，这两格可以空着"
_CHANGING = ("mend", "confirm", "unconfirm", "link", "undo", "redo")


class FormApp:
    """One report being filled in; ``widget`` is what the notebook shows."""

    def __init__(self, desk: Desk, case: Case, finishing: Finishing, now: Callable[[], datetime]) -> None:
        start_log()
        self._desk = desk
        self._scanned = ScannedCells(desk.path)
        self._session = Session(desk, case, self._scanned)
        self._saver = Saver(desk, now)
        self._message = "　".join([*desk.notes, desk.trouble or ""]).strip()
        self._try_again = 0.0
        self._form_id = sha256_of(str(desk.path.resolve()).encode("utf-8", "replace"))[:16]
        self._answered: dict[str, int] = {}
        self._looking = Later(MENDS_AFTER_SECONDS, self._guard(self._suggest))
        self._resting = Later(REST_SECONDS, self._guard(self._rest))
        self._watching = Later(WATCH_SECONDS, self._guard(self._watch))
        form = desk.report.form
        waiting = self._scanned.waiting
        self._grids = {
            part.key: Grid(form, part.key, self._form_id, scan_pictures(form, part.key, waiting))
            for part in form.parts if part.tables
        }  # fmt: skip
        self._texts = {
            part.key: TextPart(part, self._form_id, has_last_year=self._last_text(part.key) != "")
            for part in form.parts if part.is_narrative
        }  # fmt: skip
        self._organ = Fields(ORGAN_FIELDS, self._guard(self._field_changed))
        self._fee = Fields(FEE_FIELDS, self._guard(self._field_changed))
        self._channels = Channels(self._guard(lambda rows: self._field_changed("channels", rows)))
        self._register = RegisterPart(
            self._session,
            lambda: look_up(desk.path, desk.report.year),
            self._values_set,
            self._guard,
            now,
            place_of(register_of(desk.path) or desk.path),
        )
        self._title = widgets.HTML()
        self._finish = Finish(finishing, self._judged, self._save, desk.history, self._save_to_leave)
        self._alerts = Alerts(desk, self._desk_changed, self._guard)
        self._bar = Panel("bar", self._form_id, self._bar_state())
        self._list = Panel("list", self._form_id, list_state(form, self._session.view.listed))
        self._listen()
        self._show()
        self._later()
        self._watching.start()
        self.widget = self._compose()

    def close(self) -> None:
        """End this form: the cell being typed in is kept as it is, the file written, and the desk left."""
        for later in (self._looking, self._resting, self._watching):
            later.stop()
        self._guard(self._rest)()
        self._desk.close()

    # ---- what comes in

    def _guard(self, callback: Callable[..., None]) -> Callable[..., None]:
        return guarded(self._tell)(callback)

    def _listen(self) -> None:
        for key, part in {**self._grids, **self._texts}.items():
            part.on_msg(self._guard(lambda _, content, __, key=key: self._receive(key, content)))
        for panel in (self._bar, self._list):
            panel.on_msg(self._guard(lambda _, content, __: self._receive("", content)))

    def _receive(self, part: str, content: Mapping[str, Any]) -> None:
        """A message of a widget; it counts as answered even when it could not be taken."""
        try:
            self._do(part, content)
        finally:
            if "number" in content:
                self._answered[part] = int(content["number"])
            self._show()
        self._later()

    def _later(self) -> None:
        """When the typing pauses mends are looked for, then the file is written: a key that comes meanwhile goes first."""
        self._resting.start()
        if not self._looking.start():  # no kernel around us
            self._suggest()

    def _suggest(self) -> None:
        if self._session.suggest():
            self._show()

    def _rest(self) -> None:
        """The clerk rests or leaves: what was typed is kept and written."""
        self._session.leave()
        if self._saver.save_when_resting():
            self._say_saved(quietly=True)
        self._show()

    def _settle(self, box: str) -> None:
        """A box for a figure was left: it shows the figure as it was understood, which while it is typed in would end 约5|00."""
        for part in (self._fee, self._channels):
            part.settle(box)

    def _watch(self) -> None:
        """See within seconds what others do: a report that was taken over, a file that was written."""
        self._watching.start()
        if self._desk.notice_take_over():
            self._message = "这份年报已由别人接手，这里只能查看；您填到这里的都已交给对方"
            self._session.reload()
            self._show()
        elif self._desk.read_only:
            self._alerts.show()
        elif (conflict := self._desk.file_changed()) is not None:
            self._saver.meet(conflict)
            self._say_saved(quietly=True)
            self._show()
        elif self._is_stuck() and monotonic() >= self._try_again:
            began = monotonic()
            self._rest()  # there may be room on the disk again, or its share is back
            self._try_again = monotonic() + TRY_PAUSE * (monotonic() - began)
        elif is_upgraded() and not self._message:
            self._tell(UPGRADED)

    def _is_stuck(self) -> bool:
        """Whether what was typed could not be written, and waits for nothing that a person has to do first."""
        waits = self._saver.conflict is not None or self._session.is_typing
        return bool(self._saver.problem or self._desk.trouble) and not waits

    def _do(self, part: str, content: Mapping[str, Any]) -> None:
        kind, session = content.get("kind", ""), self._session
        does: dict[str, Callable[[], object]] = {
            "change": lambda: self._typed(part, content["changes"], keep=bool(content.get("keep"))),
            "mend": lambda: session.mend(content["id"], int(content["mend"])),
            "confirm": lambda: session.confirm(content["id"], content["reason"]),
            "unconfirm": lambda: session.confirm(content["id"], ""),
            "scan": lambda: session.confirm_scanned(content["address"]),
            "link": lambda: session.link(part, int(content["start"]), content["address"]),
            "undo": session.undo,
            "redo": session.redo,
            "save": self._save,
            "leave": self._rest,
            "settle": lambda: self._settle(content["box"]),
            "offer": lambda: self._offer(part),
            "compare": lambda: self._compare(part),
            "explain": lambda: self._explain(part, int(content["start"])),
        }
        if kind in does:
            does[kind]()
        if content.get("keep") or kind in _CHANGING:
            self._noted()

    def _typed(self, part: str, changes: Mapping[str, str], *, keep: bool) -> None:
        if part in self._grids:
            self._session.type_cells(changes, keep=keep)
        elif part in self._texts:
            self._session.type_text(part, changes["text"], keep=keep)

    def _noted(self) -> None:
        """What was changed is on the disk, or the desk says why not."""
        self._saver.changed()
        if self._saver.conflict is None:
            self._message = self._desk.trouble or ""

    def _field_changed(self, path: str, value: Any) -> None:
        self._session.set_values({path: value})
        self._values_set()

    def _values_set(self) -> None:
        self._noted()
        self._show()
        self._later()

    def _save_to_leave(self) -> bool:
        """Whether the form can be left: who only reads has nothing to write."""
        return self._desk.read_only or self._save()

    def _save(self) -> bool:
        self._session.leave()
        saved = self._saver.save()
        self._say_saved(quietly=False)
        self._show()
        return saved

    def _say_saved(self, *, quietly: bool) -> None:
        """The outcome of saving; ``quietly`` leaves the keyboard where it is, for the clerk did not ask."""
        saver = self._saver
        if saver.conflict is not None:
            self._alerts.meet(saver.conflict, quietly=quietly)
            look = "按“保存”看两份的不同，" if quietly else "请先"
            unwritten = "，这里的改动还没有写进去" if self._desk.unsaved else ""
            self._message = f"{saver.problem}{unwritten}：{look}选择保留哪一份"
        else:
            self._message = saver.problem

    def _desk_changed(self) -> None:
        """A conflict was resolved or the report taken over: every widget is brought up to date."""
        self._message = ""
        self._saver.resolved()
        self._session.reload()
        self._show()
        self._later()

    def _tell(self, sentence: str) -> None:
        self._message = sentence
        self._show()

    def _offer(self, part: str) -> None:
        self._texts[part].figures = figures_on_offer(self._session.view.report)

    def _compare(self, part: str) -> None:
        last = self._session.last_year
        if last is not None:
            this = getattr(self._session.view.report.narrative, part)
            self._texts[part].comparison = compare_texts(self._last_text(part), this, last.year)

    def _explain(self, part: str, start: int) -> None:
        view = self._session.view
        self._texts[part].explanation = explain_figure(view.report, self._session.last_year, view.ties, part, start)

    def _last_text(self, part: str) -> str:
        last = self._session.last_year
        return getattr(last.narrative, part, "") if last else ""

    def _judged(self, *, asked: bool = False) -> Standing:
        """The report with what keeps it from being final; ``asked``: from now on blanks are errors, and shown as such."""
        view = self._session.judge() if asked else self._session.view
        errors = [item for item in view.listed if item.finding.severity == "error"]
        blank = sum(is_todo(view.report, item.finding) for item in errors)
        if asked:
            self._show()
            self._later()  # the mends of sums come after the rest of a look
        return Standing(view.report, len(errors) - blank, blank)

    # ---- what goes out

    def _show(self) -> None:
        """Bring every widget to the present view; traits that stay the same are not sent."""
        view = self._session.view
        locked = self._desk.read_only
        self._list.state = list_state(view.report.form, view.listed, locked=locked)  # what a clerk waits for goes first
        print(end="", flush=True)  # the kernel's thread sends it now, not when all of this is done
        value = self._desk.reader()
        for fields in (self._organ, self._fee):
            fields.show(value, view.listed, self._desk.carried, locked=locked)
        self._channels.show(value("channels") or [], view.listed, locked=locked)
        self._bar.state = self._bar_state()  # it says what the fields hold
        carried = {path.removeprefix("figures.") for path in self._desk.carried}
        for key, grid in self._grids.items():
            grid.state = self._grid_state(view, key, carried)
        for key, text in self._texts.items():
            words = getattr(view.report.narrative, key)
            marks = show_part(view.report, key, view.listed, view.ties)
            text.state = text_state(words, marks, self._answered.get(key, 0), locked=locked)
        self._alerts.show()
        self._finish.say_state(locked=locked)
        self._register.lock(locked)
        self._title.value = _title(view.report)

    def _grid_state(self, view: View, part: str, carried: set[str]) -> dict[str, Any]:
        values = grid_values(view.report, part)
        mine = sorted(carried & values.keys())
        findings = findings_of_part(view.report.form, part, view.listed)
        waiting = of_part(view.report.form, part, self._scanned.waiting)
        locked = self._desk.read_only
        return grid_state(values, findings, mine, self._answered.get(part, 0), locked=locked, waiting=waiting)

    def _bar_state(self) -> dict[str, Any]:
        view = self._session.view
        return bar_state(
            f"{view.report.organ.name} {view.report.year} 年", view.progress, view.listed,
            saved=self._saver.state(is_typing=self._session.is_typing), message=self._message and office_words(self._message),
            locked=self._desk.read_only,
            undo=self._desk.can_undo, redo=self._desk.can_redo,
            unsaved=not self._desk.read_only and (self._desk.unsaved > 0 or bool(self._saver.problem)),
            alert=self._alerts.is_urgent, boxes=self._organ.texts() | self._fee.texts() | self._channels.texts(),
        )  # fmt: skip

    # ---- the order on the page

    def _compose(self) -> Any:
        report = self._desk.report
        front = _section(FRONT[0], self._title, self._organ.box)
        parts = [_section(part.key, _heading(part.heading), *self._part(part)) for part in report.form.parts]
        finish = _section(FINISH[0], _heading("预览和生成"), self._finish.box)
        main = widgets.VBox([front, *parts, finish]).add_class("nb-main")
        side = widgets.VBox([self._list]).add_class("nb-side")
        body = widgets.Box([main, side]).add_class("nb-body")
        return widgets.VBox([self._bar, self._alerts.box, body]).add_class("nb-form")

    def _part(self, part: Part) -> list[Any]:
        if part.tables:
            above = [self._register.box] if part.key == TABLE else []
            behind = [widget for table, widget in self._register.behind.items() if table in part.tables]
            return [*above, self._grids[part.key], *behind]
        if part.key == "overview":
            return [self._texts[part.key], widgets.HTML('<h3 class="nb-heading">主动公开渠道</h3>'), self._channels.box]
        if part.must_mention:
            help_text = widgets.HTML(f'<p class="nb-help">{_FEE_HELP.format(part.must_mention[0])}</p>')
            return [help_text, self._fee.box, self._texts[part.key]]
        return [self._texts[part.key]]


def _heading(text: str) -> Any:
    return widgets.HTML(f'<h2 class="nb-heading">{text}</h2>')


def _section(key: str, *children: Any) -> Any:
    return widgets.VBox(list(children)).add_class("nb-section").add_class(f"nb-section-{key}")


def _title(report: Report) -> str:
    edition = f"{report.form.id} 版格式（{report.form.notice_number}）"
    title = escape(report.title).replace("年政府信息公开", "年<wbr>政府信息公开", 1)  # broken by sense
    return f'<h1 class="nb-title">{title}</h1><p class="nb-edition">{escape(edition)}</p>'
