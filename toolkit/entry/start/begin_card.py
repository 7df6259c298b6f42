"""The card of the first screen that begins a new report (新建), and the question below a button that was pressed.

In: a year and a place as typed. Out: a params file that is handed over. A year that has not ended and a report that is
there already are asked about; nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from toolkit.core.errors import UsageError
from toolkit.entry.start.organs import begin_report, full_place, places_to_begin, read_year
from toolkit.entry.web import plain_widgets as widgets
from toolkit.report.starting import params_path

Answers = Sequence[tuple[str, Callable[[], None]]]


class Question:
    """``box`` is the widget; ``guard`` runs what an answer does, and says what goes wrong."""

    def __init__(self, guard: Callable[[Callable[[], None]], None]) -> None:
        self._guard = guard
        self._message = widgets.HTML()
        self._answers = widgets.HBox().add_class("nb-row")
        self.box = widgets.VBox([self._message, self._answers]).add_class("nb-question")
        self.clear()

    def ask(self, sentence: str, answers: Answers) -> None:
        """Show a question; the keyboard goes to its first answer."""
        self._show(f"<p class='nb-asked' role='alert'>{escape(sentence)}</p>", answers)

    def tell(self, sentences: Sequence[str]) -> None:
        """Say what went wrong."""
        lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
        self._show(f"<div class='nb-told' role='alert'>{lines}</div>", ())

    def clear(self) -> None:
        self._message.value, self._answers.children = "", ()
        widgets.show(self.box, False)

    def _show(self, html: str, answers: Answers) -> None:
        widgets.show(self.box, True)  # first: what is hidden cannot be scrolled to
        self._answers.children = tuple(self._button(label, act) for label, act in answers)
        self._message.value = html
        if self._answers.children:
            self._answers.children[0].focus()

    def _button(self, label: str, act: Callable[[], None]) -> Any:
        button = widgets.Button(description=label)

        def pressed(_: object) -> None:
            self.clear()
            self._guard(act)

        button.on_click(pressed)
        return button


class BeginCard:
    """``children`` are what the card shows; ``hand_over`` gets the params file, ``who`` says who sits there."""

    def __init__(
        self,
        params: Path,
        who: Callable[[], str],
        now: Callable[[], datetime],
        hand_over: Callable[[Path], None],
        guard: Callable[[Callable[[], None], Question], None],
        year: int,
    ) -> None:
        self._params, self._who, self._now, self._hand_over = params, who, now, hand_over
        self._year = widgets.Text(value=str(year), description="报告年度", placeholder="如 2025").add_class("nb-short")
        self._place = widgets.Combobox(description="地区/机关", placeholder="如 云溪县/望江镇", ensure_option=False)
        button = widgets.Button(description="新建并打开")
        self.question = Question(lambda act: guard(act, self.question))
        self._year.observe(lambda _: self.show_places(), "value")
        button.on_click(lambda _: guard(self.begin, self.question))
        row = widgets.HBox([self._year, self._place, button]).add_class("nb-row")
        self.children: tuple[Any, ...] = (row, self.question.box)
        self.show_places()

    def show_places(self) -> None:
        """Offer the organs that have a report of the year before and none of this one."""
        try:
            self._place.options = places_to_begin(self._params, read_year(self._year.value, self._now()))
        except UsageError:
            self._place.options = ()  # the year is just being typed

    def begin(self) -> None:
        """Begin what was typed, after a question where there is one.

        Raises:
            UsageError: year or place is invalid; the message says what to type.
        """
        year = read_year(self._year.value, self._now())
        self._year.value = str(year)
        place = full_place(self._params, year, self._place.value.strip())
        path = params_path(self._params, year, place)
        if path.exists():
            self.question.ask(f"{year} 年的{path.stem}已经有了，没有改动。", [("打开它", lambda: self._hand_over(path))])
        elif year >= self._now().year:
            before = self._now().year - 1
            self.question.ask(
                f"{year} 年还没有结束，年报一般在次年 1 月编制。确实要新建 {year} 年的吗？",
                [(f"改为 {before} 年", lambda: self._change_to(before)), (f"新建 {year} 年的", lambda: self._make(year, place))],
            )
        else:
            self._make(year, place)

    def _change_to(self, year: int) -> None:
        self._year.value = str(year)
        self.begin()

    def _make(self, year: int, place: str) -> None:
        self._hand_over(begin_report(self._params, year, place, who=self._who(), now=self._now))
