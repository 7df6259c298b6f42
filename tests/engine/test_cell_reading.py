"""A cell is read as IPython reads it, whether it is taken apart or not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from tests.engine.test_engine import TRICKY
from tests.examples import examples
from toolkit.engine.forked_kernel import CellReader

PIECES = [
    "a", "=", " ", "%", "!", "?", "\n", "\n    ", "'", '"""', "(", ")", "\\\n", "#", "ls", "time", ";", ",", "/", "\t", "x = ",
    "%%", "\r\n", "\x0c", "\u2028", "In [1]: ", ">>> ", "if a:", "年", "{", "}",
]  # fmt: skip


def read(reader: TransformerManager, cell: str) -> object:
    try:
        return reader.transform_cell(cell)
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize("cell", [source for _, source in TRICKY])
def test_a_tricky_cell(cell: str) -> None:
    assert read(CellReader(), cell) == read(TransformerManager(), cell)


@pytest.mark.filterwarnings("ignore:`make_tokens_by_line`")  # IPython's own, for a line that ends oddly
@settings(deadline=None, max_examples=examples(100, 400))
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_cell(cell: str) -> None:
    assert read(CellReader(), cell) == read(TransformerManager(), cell)


def test_a_transformer_that_was_added_is_asked() -> None:
    asked = []

    class Added:
        @classmethod
        def find(cls, tokens: object) -> None:
            asked.append(tokens)

    reader = CellReader()
    reader.token_transformers.append(Added)
    reader.transform_cell("a = 1")
    assert asked


def test_a_cell_is_read_again_when_a_transformer_was_added_since() -> None:
    reader = CellReader()
    assert reader.transform_cell("a = 1") == "a = 1\n"
    reader.line_transforms.append(lambda lines: [line.replace("1", "2") for line in lines])
    assert reader.transform_cell("a = 1") == "a = 2\n"
    reader.line_transforms.pop()
    assert reader.transform_cell("a = 1") == "a = 1\n"


def test_a_cell_that_cannot_be_read_is_refused_each_time() -> None:
    reader = CellReader()
    for _ in range(2):
        with pytest.raises(SyntaxError):
            reader.transform_cell("if a:\n        b\n    %c\n")
