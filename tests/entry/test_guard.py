"""What a clerk reads when a callback of the form fails."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Thread

import pytest

from toolkit.core import shipped
from toolkit.core.errors import UsageError
from toolkit.entry.session import office_words as guard
from toolkit.entry.session.office_words import ACCIDENT, UPGRADED


def sentences_for(error: Exception) -> list[str]:
    sentences: list[str] = []

    @guard.guarded(sentences.append)
    def fails() -> None:
        raise error

    fails()
    return sentences


def test_an_error_that_nobody_expected_is_one_sentence() -> None:
    assert sentences_for(ValueError("x")) == [ACCIDENT]
    assert sentences_for(UsageError("请先选机关")) == ["请先选机关"]


def test_after_an_upgrade_the_sentence_says_to_open_the_form_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "program_stamp", lambda: (1, 1))
    assert sentences_for(ImportError("no such name in the new version")) == [UPGRADED]


def test_callbacks_of_two_threads_take_turns() -> None:
    running: list[int] = []
    most: list[int] = []

    @guard.guarded(print)
    def slow() -> None:
        running.append(1)
        time.sleep(0.02)
        most.append(len(running))
        running.pop()

    threads = [Thread(target=slow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_the_stamp_follows_the_installed_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert shipped.program_stamp() == shipped.program_stamp() != (0, 0)
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path)
    assert shipped.program_stamp() == (0, 0)
