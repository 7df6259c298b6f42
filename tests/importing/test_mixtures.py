"""The law of the importer: whatever shape a document has, no figure is read wrong, and none is lost without a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.importing.mixture_html import write_html
from tests.importing.mixture_sheet import write_csv, write_sheet
from tests.importing.mixture_word import write_word
from tests.importing.mixtures import Mixer, compare, mixture
from toolkit.importing import read_published

WRITERS: dict[str, Callable[[Mixer], bytes]] = {"docx": write_word, "html": write_html, "xlsx": write_sheet, "csv": write_csv}
FEW, MANY = 6, 500


def check(kind: str, seed: int, folder: Path) -> None:
    written = mixture(seed, kind, WRITERS[kind])
    file = folder / f"年报.{kind}"
    file.write_bytes(written.raw)
    counts, faults = compare(written, read_published(file))
    assert faults == [], f"{kind}/{seed}: {counts}"


@pytest.mark.parametrize("seed", range(FEW))
@pytest.mark.parametrize("kind", WRITERS)
def test_no_figure_is_wrong(kind: str, seed: int, tmp_path: Path) -> None:
    check(kind, seed, tmp_path)


@pytest.mark.sweep
@pytest.mark.parametrize("hundred", range(FEW, MANY, 38))
@pytest.mark.parametrize("kind", WRITERS)
def test_no_figure_is_wrong_in_many_documents(kind: str, hundred: int, tmp_path: Path) -> None:
    for seed in range(hundred, min(MANY, hundred + 38)):
        check(kind, seed, tmp_path)
