"""The first screen of the form (开始): open an organ's report, begin one from last year's, or import a published one.

In: the ``params`` folder and what to do with a chosen file. Out: an ipywidgets box. A file that cannot be read is reported
with line and reason and can be put right on the spot; nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from toolkit.core.errors import NianbaoError, ParamsUnreadable
from toolkit.core.machine import SHARED_ACCOUNTS
from toolkit.core.shipped import REGISTER_NOTEBOOK
from toolkit.core.text import cleaned
from toolkit.core.tree import NOTEBOOKS
from toolkit.core.write_failures import reason
from toolkit.entry.desk.lock import Lock
from toolkit.entry.session.office_words import LOGGER, sentences_of
from toolkit.entry.start.begin_card import BeginCard, Question
from toolkit.entry.start.import_card import ImportCard, Reader
from toolkit.entry.start.organs import Choice, choices_of_year, put_away, search_choices, years_with_reports
from toolkit.entry.start.recent import Recent, day_in_words
from toolkit.entry.start.repair import Repair
from toolkit.entry.web import plain_widgets as widgets
from toolkit.entry.web.bundle import style

SHOWN = 100  # of thousands: a list that long is read by searching
SHOWN_RECENT = 3
MOST_OF_A_NAME = 40  # characters of 填报人, which bar, history and others' windows show
MOST_ROWS = 7  # of the list; what is below it must not be out of sight
_MONTHS_OF_REPORTS = (12, 1, 2, 3)
_CARRIED_OVER = "上一年填过的，机关、联系方式和结转数会带过来，并标明“带入”，等您核对。"
# beside the form's own notebook, whatever the server is called
_REGISTER_LINK = f"<br><a href='{REGISTER_NOTEBOOK}' target='nianbao-register'>打开依申请公开台账</a>"
_FIRST = "填报内容随时自动保存，关闭后再打开会接着上次的地方。"


class _Frame(widgets.AnyWidget):
    """Brings the style sheet, and keeps the keys typed here from JupyterLab's own shortcuts."""

    module = widgets.module_of("start.js")
    _css = style("start.css")


class StartScreen:
    """Go on, choose, begin or import; ``widget`` is what the notebook shows, ``who`` the name the person gave."""

    def __init__(
        self, params: Path, *, on_open: Callable[[Path, str], None], who: str, now: Callable[[], datetime],
        read_published: Reader | None = None, recent: Sequence[Recent] = (),
    ) -> None:  # fmt: skip
        self._params, self._on_open, self._now, self._read_published = params, on_open, now, read_published
        self._choices: tuple[Choice, ...] = ()
        self._recent = tuple(recent)[:SHOWN_RECENT]
        self._make(who)
        self._listen()
        self._show_year()
        self.widget = self._compose()

    @property
    def who(self) -> str:
        return cleaned(self._who.value).strip()[:MOST_OF_A_NAME] or self._known_as

    # ---- what is on the screen

    def _make(self, who: str) -> None:
        self._known_as = who
        offered = who if _is_name(who) else ""
        self._who = widgets.Text(value=offered, placeholder="您的姓名", description="填报人").add_class("nb-who")
        years = [(f"{year} 年", year) for year in years_with_reports(self._params)]
        self._year = widgets.Dropdown(options=years, description="报告年度").add_class("nb-short")
        self._query = widgets.Text(description="查找机关", placeholder="输入名称中的几个字", continuous_update=True)
        self._query.add_class("nb-search")
        self._list = widgets.Select(options=[], description="机关").add_class("nb-organs")
        self._about = widgets.HTML()
        self._open = widgets.Button(description="打开填报", button_style="primary")
        self._away = widgets.Button(description="建错了，移走这份", tooltip="移到单独的文件夹里保存，不再出现在这里")
        self._opening = Question(lambda act: self._guard(act, self._opening))
        self._begin = BeginCard(
            self._params, lambda: self.who, self._now, self._hand_over, self._guard, max(self._now().year - 1, 2019)
        )
        self._repair = Repair(lambda path: self._guard(lambda: self._hand_over(path), self._opening))

    def _compose(self) -> Any:
        buttons = _row(self._open, self._away)
        opening = _card("打开已有的填报", "", _row(self._year, self._query), self._list, self._about, buttons, self._opening.box)
        begin = _card("新建一份", _CARRIED_OVER, *self._begin.children)
        # reports are begun in winter; for the rest of the year they are looked up
        cards = [begin, opening] if self._now().month in _MONTHS_OF_REPORTS else [opening, begin]
        if self._recent:
            cards.insert(0, _card("接着填", "", *(self._go_on(recent) for recent in self._recent)))
        if self._read_published is not None:
            explained = "从已发布的年报（Word、网页、PDF、Excel、文本）中读出数字和文字，存成一份新的填报数据。"
            cards.append(_card("导入已发布的年报", explained, *self._importing(self._read_published)))
        link = _REGISTER_LINK if (self._params.parent / NOTEBOOKS / REGISTER_NOTEBOOK).is_file() else ""
        head = widgets.HTML(f"<h1>政府信息公开工作年度报告</h1><p style='text-align:center'>{_FIRST}{link}</p>")
        frame = _Frame().add_class("nb-frame")
        return widgets.VBox([frame, head, _row(self._who), self._repair.widget, *cards]).add_class("nb-start")

    def _importing(self, read: Reader) -> tuple[Any, ...]:
        question = Question(lambda act: self._guard(act, question))
        card = ImportCard(self._params, read, self._hand_over, lambda act: self._guard(act, question), self._now)
        return (*card.children, question.box)

    def _go_on(self, recent: Recent) -> Any:
        place = recent.path.resolve().relative_to(self._params.resolve()).with_suffix("")
        who = f"，{recent.who}" if _is_name(recent.who) else ""
        when = day_in_words(recent.when, self._now())
        button = widgets.Button(description=f"{''.join(place.parts[1:])} {place.parts[0]} 年（{when}{who}）")
        question = Question(lambda act: self._guard(act, question))
        button.on_click(lambda _: self._guard(lambda: self._hand_over(recent.path), question))
        button.add_class("nb-go-on")
        return widgets.VBox([button, question.box])

    def _listen(self) -> None:
        self._year.observe(lambda _: self._guard(self._show_year, self._opening), "value")
        self._query.observe(lambda _: self._guard(self._show_list, self._opening), "value")
        self._list.observe(lambda _: self._guard(self._show_about, self._opening), "value")
        self._open.on_click(lambda _: self._guard(self._open_chosen, self._opening))
        self._away.on_click(lambda _: self._guard(self._ask_to_put_away, self._opening))
        self._query.on_msg(self._entered)

    def _entered(self, _: Any, content: dict[str, Any], __: Any) -> None:
        """Enter in the search opens the first entry; the library's own way of saying so is deprecated."""
        if content.get("event") == "submit":
            self._guard(self._open_chosen, self._opening)

    def _show_year(self) -> None:
        self._choices = choices_of_year(self._params, self._year.value) if self._year.value else ()
        self._show_list()

    def _show_list(self) -> None:
        matching = search_choices(self._choices, self._query.value)
        if not matching and self._year.value:  # the file may have been put there since the screen was drawn
            self._choices = choices_of_year(self._params, self._year.value)
            matching = search_choices(self._choices, self._query.value)
        self._list.options = [(choice.label, choice) for choice in matching[:SHOWN]]
        self._list.value = matching[0] if matching else None
        # an empty list needs no room, and two organs need little
        self._list.rows = min(max(len(matching), 2), MOST_ROWS)
        self._show_about()

    def _show_about(self) -> None:
        number = len(search_choices(self._choices, self._query.value))
        more = f"共找到 {number} 个，只列出前 {SHOWN} 个，请多输几个字。" if number > SHOWN else f"共 {number} 个机关。"
        if not self._choices:
            more = "这一年还没有填报数据，请新建一份。"
        elif not number:
            more = f"没有名称里含有“{escape(self._query.value.strip())}”的机关{self._elsewhere()}。"
        self._open.disabled = self._away.disabled = self._list.value is None
        self._about.value = f"<p role='status'>{more}{self._state(self._list.value)}</p>"

    def _elsewhere(self) -> str:
        """The latest other year in which what is looked for has a report."""
        others = (year for year in years_with_reports(self._params) if year != self._year.value)
        results = ((year, search_choices(choices_of_year(self._params, year), self._query.value)) for year in others)
        return next((f"；{year} 年的有 {len(choices)} 个，请改选报告年度" for year, choices in results if choices), "")

    def _state(self, choice: Choice | None) -> str:
        """Who has the chosen report open, if anybody."""
        held = Lock(choice.path, who=self.who, now=self._now).holder() if choice else None
        return f"<br><b>{escape(held.message)}</b>，打开后先只能查看，需要时可以接手。" if held else ""

    # ---- what the buttons do

    def _open_chosen(self) -> None:
        if self._list.value is not None:
            self._hand_over(self._list.value.path)

    def _ask_to_put_away(self) -> None:
        choice = self._list.value
        if choice is not None:
            sentence = f"把 {choice.year} 年的{choice.label}移到单独的文件夹里？以后还可以移回来。"
            self._opening.ask(sentence, [("不移", self._opening.clear), ("移走", lambda: self._put_away(choice))])

    def _put_away(self, choice: Choice) -> None:
        moved = put_away(self._params, choice.path, now=self._now).relative_to(self._params)
        self._show_year()
        self._begin.show_places()
        self._opening.ask(f"已移到“{moved.parent.as_posix()}”文件夹。", [("知道了", self._opening.clear)])

    def _hand_over(self, path: Path) -> None:
        self._repair.hide()
        try:
            self._on_open(path, self.who)
        except ParamsUnreadable as error:
            self._repair.show(path, error)

    def _guard(self, action: Callable[[], None], question: Question) -> None:
        """Show an error below the button; the typed text stays."""
        question.clear()
        try:
            action()
        except NianbaoError as error:
            LOGGER.warning("%s", error)
            question.tell(sentences_of(error))
        except OSError as error:
            LOGGER.exception("start screen")
            question.tell([f"读写文件时出错：{reason(error)}"])


def _is_name(who: str) -> bool:
    """Whether it names a person: not "" or a shared account."""
    return bool(who) and who.casefold() not in SHARED_ACCOUNTS


def _card(heading: str, explained: str, *children: Any) -> Any:
    head = widgets.HTML(f"<h2>{heading}</h2>" + (f"<p>{explained}</p>" if explained else ""))
    return widgets.VBox([head, *children]).add_class("nb-card")


def _row(*children: Any) -> Any:
    return widgets.HBox(list(children)).add_class("nb-row")
