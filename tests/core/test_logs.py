"""The story of an accident goes to a file, and to nowhere else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.core.logs import LOG_FOLDER_VARIABLE, log_file, log_unexpected_error


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    """The log as at the start of a program."""
    logger = logging.getLogger("toolkit")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", True)
    yield logger
    for handler in logger.handlers:
        handler.close()


def accident(what: str) -> Path | None:
    try:
        raise ZeroDivisionError("丢了")
    except ZeroDivisionError:
        return log_unexpected_error(what)


def test_the_traceback_is_in_the_log_and_not_on_the_screen(
    fresh: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(LOG_FOLDER_VARIABLE, str(tmp_path / "日志 log"))
    assert accident("清河镇.yaml") == accident("石桥镇.yaml") == log_file()
    text = log_file().read_text(encoding="utf-8")
    assert text.count("ZeroDivisionError: 丢了") == 2
    assert "清河镇.yaml\nTraceback" in text
    assert capfd.readouterr() == ("", "")


def test_without_a_place_for_the_log_the_program_goes_on_in_silence(
    fresh: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv(LOG_FOLDER_VARIABLE, str(tmp_path / "file"))
    assert accident("清河镇.yaml") is None
    assert capfd.readouterr() == ("", "")


def test_a_file_name_in_another_encoding_is_logged_and_nothing_comes_on_the_screen(
    fresh: logging.Logger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(LOG_FOLDER_VARIABLE, str(tmp_path))
    assert accident("\udcb2\udce2.yaml") == log_file()
    assert "\\udcb2\\udce2.yaml" in log_file().read_text(encoding="utf-8")
    assert capfd.readouterr() == ("", "")
