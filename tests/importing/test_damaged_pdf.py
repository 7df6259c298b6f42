"""Damaged PDFs: read, or refused with a sentence; never a traceback, never endless."""

from __future__ import annotations

import io
import random
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from tests.importing.mutations import mutated
from tests.importing.paper import SHAPES, draw_pdf
from tests.importing.shapes import document, report
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.importing import CannotImport, read_published
from toolkit.importing.readers.scan import reading

FEW, MANY = 2, 1500


@cache
def sound(kind: str) -> bytes:
    """An undamaged PDF whose operators are plain text, so that damage reaches them: drawn by hand, or our own."""
    if kind == "drawn":
        dice = random.Random(kind)
        raw = draw_pdf(report(2024), lambda address: SHAPES[dice.choice([*SHAPES])])[0]
    else:
        raw = set_pdf(document(report(2024)))
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        pdf.save(made, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False,
                 object_stream_mode=pikepdf.ObjectStreamMode.disable)  # fmt: skip
    return made.getvalue()


def check(kind: str, seed: int, folder: Path) -> None:
    file = folder / "年报.pdf"
    file.write_bytes(mutated(sound(kind), random.Random(f"{kind}/{seed}")))
    try:
        read_published(file)
    except CannotImport:
        return  # refused with a sentence
    except Exception as error:
        raise AssertionError(f"{kind}/{seed}") from error


@pytest.fixture
def _without_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged page without text goes no further: to recognise it takes seconds, and is left to the sweep."""
    monkeypatch.setattr(reading, "has_recogniser", lambda: False)


@pytest.mark.usefixtures("_without_recogniser")
@pytest.mark.parametrize("kind", ["drawn", "our"])
def test_damaged_files_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    for seed in range(FEW):
        check(kind, seed, tmp_path)


@pytest.mark.sweep
@pytest.mark.parametrize("start", range(FEW, MANY, 49))
@pytest.mark.parametrize("kind", ["drawn", "our"])
def test_many_damaged_files(kind: str, start: int, tmp_path: Path) -> None:
    for seed in range(start, min(MANY, start + 49)):
        check(kind, seed, tmp_path)
