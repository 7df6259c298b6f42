"""An error says the same, and has the same values, in the process that it is told to."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from toolkit.core.errors import CannotWrite, GlyphMissing, NianbaoError, NotebookFailed, ParamsUnreadable, Problem, RunFailed


@pytest.mark.parametrize(
    "error",
    [
        ParamsUnreadable([Problem("year", "一个年份", "甲", "柳湾镇.yaml", 1), Problem("organ", "必填项", "")]),
        NotebookFailed(3, "ValueError", "甲"),
        GlyphMissing([("㙍", "U+364D")]),
        CannotWrite(Path("outputs/年报.pdf"), "磁盘已满"),
        RunFailed("笔记本第 3 个代码单元格出错", Path("outputs/annual_report.failed.ipynb")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_it_comes_whole_out_of_another_process(error: NianbaoError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.args, vars(again)) == (str(error), error.args, vars(error))
