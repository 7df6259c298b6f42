"""The alerts above the form when it cannot simply be filled in: somebody else has the report open, the file was changed
underneath, nothing can be written. In: a desk. Out: a box with one sentence and the buttons that help.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from toolkit.entry.desk.changes import value_at
from toolkit.entry.desk.desk import Conflict, Desk
from toolkit.entry.session.office_words import brief, place_name, problem_in_words
from toolkit.entry.web import plain_widgets as widgets
from toolkit.report import Report
from toolkit.report.writing import report_to_values

Guard = Callable[[Callable[..., None]], Callable[..., None]]
_SHOWN = 40  # places of a conflict listed; the rest is counted


class Alerts:
    """The box; ``changed`` is called after the desk changed by a press here."""

    def __init__(self, desk: Desk, changed: Callable[[], None], guard: Guard) -> None:
        self._desk, self._changed = desk, changed
        self._conflict: Conflict | None = None
        self._quiet = False
        self._message = widgets.HTML()
        press = {
            "take_over": ("接手", desk.take_over),
            "refresh": ("看看对方填到哪里", desk.refresh),
            "ours": ("保留这里的", lambda: desk.resolve(keep="ours")),
            "theirs": ("改用文件里的", lambda: desk.resolve(keep="theirs")),
            "both": ("用文件里的，再加上这里改过的", lambda: desk.resolve(keep="both")),
        }
        self._press = {name: self._button(label, act, guard) for name, (label, act) in press.items()}
        buttons = widgets.Box(tuple(self._press.values())).add_class("nb-line")
        self.box = widgets.VBox([self._message, buttons]).add_class("nb-alerts")

    def _button(self, label: str, act: Callable[[], Any], guard: Guard) -> Any:
        button = widgets.Button(description=label)

        def pressed(_: Any) -> None:
            act()
            self._conflict = None
            self._changed()

        button.on_click(guard(pressed))
        return button

    def meet(self, conflict: Conflict, *, quietly: bool = False) -> None:
        """Show both versions of a conflict until it is resolved; ``quietly`` leaves the keyboard focus alone."""
        self._conflict, self._quiet = conflict, quietly

    @property
    def is_urgent(self) -> bool:
        """There is something a person has to choose before anything else."""
        return self._desk.read_only or (self._conflict is not None and not self._quiet)

    def show(self) -> None:
        """Bring the box to what the desk says; without anything to say it is not there."""
        html, names = self._content()
        self._message.value = html
        for name, button in self._press.items():
            widgets.show(button, name in names)
        widgets.show(self.box, bool(html))

    def _content(self) -> tuple[str, tuple[str, ...]]:
        if self._desk.read_only:
            held = self._desk.lock_state()
            who = held.message if held else "这份年报已在另一处打开"
            return _sentence(f"{who}。这里只能查看，不能改动"), ("take_over", "refresh")
        if self._conflict is not None:
            names = ("ours", "theirs", "both") if self._conflict.theirs else ("ours",)
            problem = self._conflict.problem
            why = _sentence(problem_in_words(problem)) if problem is not None else ""
            return _sentence(self._conflict.message) + why + _both(self._desk.report, self._conflict), names
        return "", ()


def _sentence(text: str) -> str:
    return f'<p role="alert">{escape(text)}</p>'


def _both(report: Report, conflict: Conflict) -> str:
    """The places that differ, side by side."""
    if conflict.theirs is None:
        return ""
    ours, theirs = report_to_values(conflict.ours), report_to_values(conflict.theirs)
    rows = "".join(
        f'<tr><th scope="row">{escape(place_name(report.form, path))}</th>'
        f"<td>{escape(brief(value_at(ours, path)))}</td><td>{escape(brief(value_at(theirs, path)))}</td></tr>"
        for path in conflict.paths[:_SHOWN]
    )
    rest = f"<p>另有 {len(conflict.paths) - _SHOWN} 处</p>" if len(conflict.paths) > _SHOWN else ""
    head = '<tr><th scope="col">位置</th><th scope="col">这里</th><th scope="col">文件里</th></tr>'
    return f'<div class="nb-history" role="region" aria-label="两份的不同" tabindex="0"><table>{head}{rows}</table></div>{rest}'
