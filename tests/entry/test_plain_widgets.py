"""Form and start screen cost one message for each widget, and look as their style sheets say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import comm
import ipywidgets
import pytest

from tests.entry.test_form_app import form
from toolkit.entry.web import plain_widgets as widgets
from toolkit.jupyter.form_notebook import close_widgets


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What the page gets."""
    sent: list[tuple[str, Any]] = []

    class Page(comm.base_comm.BaseComm):  # type: ignore[misc]  # a library without types
        def publish_msg(self, msg_type: str, data: Any = None, **_: Any) -> None:
            sent.append((msg_type, data))

    monkeypatch.setattr(comm, "create_comm", Page)
    return sent


def test_the_page_gets_a_widget_when_another_one_shows_it(messages: list[tuple[str, Any]]) -> None:
    button = widgets.Button(description="保存").add_class("nb-primary")
    button.disabled = True
    assert messages == []
    box = ipywidgets.VBox([button])
    assert [kind for kind, _ in messages] == ["comm_open"] * 3  # of the button, the box and the box's layout
    opened = next(data["state"] for _, data in messages if data["state"].get("disabled"))
    assert opened["_dom_classes"] == ("nb-primary",)
    assert opened.keys().isdisjoint({"layout", "style"})
    assert box.get_state()["children"] == [f"IPY_MODEL_{button.model_id}"]
    messages.clear()
    widgets.show(button, False)
    widgets.show(button, True)
    assert [data["state"]["_dom_classes"][1:] for _, data in messages] == [("nb-hidden",), ()]


def test_a_form_costs_a_message_for_each_widget(tmp_path: Path, messages: list[tuple[str, Any]]) -> None:
    app = form(tmp_path)
    box = ipywidgets.VBox([app.widget])
    assert {kind for kind, _ in messages} == {"comm_open"}
    opened = len(messages)
    messages.clear()
    close_widgets(box)
    assert [kind for kind, _ in messages] == ["comm_close"] * opened
    app.close()
