"""A sentence with buttons, below the button that was pressed: a question, or what went wrong and the way on.

In: a sentence and answers. Out: an ipywidgets box that is hidden while there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import ipywidgets as widgets

Answers = Sequence[tuple[str, Callable[[], None]]]


class Question:
    """``box`` is the widget; ``guard`` runs what an answer does, and says what goes wrong."""

    def __init__(self, guard: Callable[[Callable[[], None]], None]) -> None:
        self._guard = guard
        self._said = widgets.HTML()
        self._answers = widgets.HBox().add_class("nb-row")
        self.box = widgets.VBox([self._said, self._answers]).add_class("nb-question")
        self.clear()

    def ask(self, sentence: str, answers: Answers) -> None:
        """Show a question; the keyboard goes to its first answer."""
        self._show(f"<p class='nb-asked' role='alert'>{escape(sentence)}</p>", answers)

    def tell(self, sentences: Sequence[str]) -> None:
        """Say what went wrong."""
        lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
        self._show(f"<div class='nb-told' role='alert'>{lines}</div>", ())

    def clear(self) -> None:
        self._said.value, self._answers.children = "", ()
        self.box.layout.display = "none"

    def _show(self, html: str, answers: Answers) -> None:
        self.box.layout.display = ""  # first: what is hidden cannot be scrolled to
        self._answers.children = tuple(self._button(label, act) for label, act in answers)
        self._said.value = html
        if self._answers.children:
            self._answers.children[0].focus()

    def _button(self, label: str, act: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=label)

        def pressed(_: object) -> None:
            self.clear()
            self._guard(act)

        button.on_click(pressed)
        return button
