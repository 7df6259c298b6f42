"""Put a params file right that cannot be read (修复): its problems, its text, and a button that tries again.

In: a path and what is wrong with it. Out: an ipywidgets box; saving keeps the broken file beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from toolkit.core.errors import NianbaoError, ParamsUnreadable
from toolkit.core.files import save_bytes
from toolkit.core.text import plain_blanks, without_hidden
from toolkit.core.write_failures import reason
from toolkit.entry.session.office_words import problem_in_words, sentences_of
from toolkit.entry.web import plain_widgets as widgets
from toolkit.report.reading import report_from_yaml
from toolkit.report.yaml_reading import decode

SHOWN_PROBLEMS = 12
QUOTED = 80  # characters of a line


class Repair:
    """Shown while a file cannot be read; ``on_repaired`` gets the path when it can be read again."""

    def __init__(self, on_repaired: Callable[[Path], None]) -> None:
        self._on_repaired = on_repaired
        self._path = Path()
        self._message = widgets.HTML()
        self._text = widgets.Textarea(description="文件内容")
        save = widgets.Button(description="保存并重新打开", button_style="primary")
        clean = widgets.Button(description="去掉看不见的字符和特殊的空格")
        again = widgets.Button(description="已在别处改好，重新打开")
        leave = widgets.Button(description="先不管它，打开别的")
        save.on_click(lambda _: self._save())
        clean.on_click(lambda _: self._clean())
        again.on_click(lambda _: self._on_repaired(self._path))
        leave.on_click(lambda _: self.hide())
        self._save_button, self._again_button = save, again
        self._clean_button = clean
        buttons = widgets.HBox([save, clean, again, leave]).add_class("nb-row")
        self.widget = widgets.VBox([self._message, self._text, buttons]).add_class("nb-card").add_class("nb-repair")
        self.hide()

    def show(self, path: Path, error: ParamsUnreadable) -> None:
        """Say what is wrong where, with the text to put it right in."""
        self._path = path
        try:
            self._text.value = decode(path.read_bytes(), str(path))
            readable = True
        except (OSError, ParamsUnreadable):
            self._text.value, readable = "", False  # no text that could be shown; the problems say why
        self._say(error)
        self._show_clean_button()
        for widget in (self._text, self._save_button):
            widgets.show(widget, readable)
        widgets.show(self.widget, True)
        # the pressed button is further down, where nothing of this may be seen
        (self._text if readable else self._again_button).focus()

    def hide(self) -> None:
        widgets.show(self.widget, False)

    def _clean(self) -> None:
        """Remove invisible characters that the reader refuses; saving is left to the clerk."""
        self._text.value = _plain(self._text.value)
        self._show_clean_button()

    def _show_clean_button(self) -> None:
        widgets.show(self._clean_button, _plain(self._text.value) != self._text.value)

    def _save(self) -> None:
        """Write the text back if it can be read now; the broken file stays beside it."""
        data = self._text.value.encode("utf-8", "replace")
        try:
            report_from_yaml(data, str(self._path))
            save_bytes(self._path.with_name(f".{self._path.name}.unreadable"), self._path.read_bytes())
            save_bytes(self._path, data)
        except ParamsUnreadable as error:
            self._say(error)
        except (NianbaoError, OSError) as error:
            self._message.value = f"<div class='nb-told' role='alert'>{escape(_why(error))}</div>"
        else:
            self._on_repaired(self._path)

    def _say(self, error: ParamsUnreadable) -> None:
        """Each problem with its line, in the words of the reader; the line is quoted, so that it need not be counted."""
        text = self._text.value.split("\n")
        first_problems = error.problems[:SHOWN_PROBLEMS]
        lines = "".join(
            f"<li>{escape(problem_in_words(problem))}{_quoted(text, problem.line)}</li>" for problem in first_problems
        )
        count = len(error.problems)
        more = f"<li>等共 {count} 处</li>" if count > SHOWN_PROBLEMS else ""
        head = (
            f"<h2>{escape(self._path.stem)}的填报数据不能读取</h2><p>文件没有改动。请按下面指出的行改正，保存后会自动打开。</p>"
        )
        self._message.value = f"{head}<div class='nb-told' role='alert'><ul>{lines}{more}</ul></div>"


def _why(error: NianbaoError | OSError) -> str:
    return reason(error) if isinstance(error, OSError) else "；".join(sentences_of(error))


def _plain(text: str) -> str:
    """The text of a file without invisible characters, and with ordinary blanks, which YAML reads."""
    return plain_blanks(without_hidden(text))


def _quoted(text: Sequence[str], line: int) -> str:
    there = text[line - 1].strip() if 0 < line <= len(text) else ""
    return f"<br>原文：<code>{escape(there[:QUOTED])}</code>" if there else ""
