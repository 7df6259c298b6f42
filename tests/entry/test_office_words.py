"""No word of a program in what a clerk reads: keys, paths, options, names of exceptions; a person's own text stays."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.checks import run_case
from toolkit.checks.examples import rule_examples
from toolkit.core.errors import (
    CannotWrite,
    GlyphMissing,
    NianbaoError,
    NoSuchForm,
    NotebookFailed,
    ParamsUnreadable,
    RunFailed,
    UnknownParameter,
)
from toolkit.core.settings import PROJECT
from toolkit.entry.session.office_words import foreign_words, office_words, sentences_of
from toolkit.report.reading import report_from_yaml

TOOLKIT = PROJECT / "toolkit"
# what a press in the form or on the start screen can run
CALLED = (
    "entry", "importing", "report", "core", "checks/rules", "building/run_report.py", "building/execution.py", "exporters",
    "jupyter/form_notebook.py", "jupyter/form_of_report.py",
)  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("channels.1.count：应为非负整数，现为“350余条”", "第 2 个渠道的条数：应为非负整数，现为“350余条”"),
        ("无法写入 柳湾镇.yaml：磁盘已满。原有文件未改动", "无法写入 柳湾镇的填报数据：磁盘已满。原有文件未改动"),
        ("无法写入 .柳湾镇.yaml.journal：磁盘已满", "无法写入 柳湾镇的填报数据：磁盘已满"),
        ("/srv/params/2025/云溪县/望江镇.yaml 已经存在，没有改动", "望江镇的填报数据已经存在，没有改动"),
        ("C:\\Users\\wang\\望江镇.docx：打不开（No such file or directory）", "望江镇.docx：打不开"),
        ("上年数据读不出来：青石镇.yaml:14 organ.name：缩进", "上年数据读不出来：青石镇的填报数据第 14 行 机关全称：缩进"),
        ("有 3 处错误，改正后才能生成正式报告（可加 --draft 先生成草稿）：表三", "有 3 处错误，改正后才能生成正式报告：表三"),
        ("没有年度，没有生成填报数据。请写明年度（命令行加 --year）", "没有年度，没有生成填报数据。请写明年度"),
        ("第 3 个代码单元格运行出错，不能导出：division by zero（ZeroDivisionError）", "第 3 个代码单元格运行出错，不能导出"),
        ("请在 Word 或 WPS 中另存为 .docx 再导入", "请在 Word 或 WPS 中另存为 .docx 再导入"),
        ("第一部分写“figures.py 的 --year”，请核对", "第一部分写“figures.py 的 --year”，请核对"),
        ("Traceback (most recent call last)", "这一步没有完成，已填的内容没有受影响；请再试一次。还不行的，请管理员查看运行日志"),
    ],
)  # fmt: skip
def test_a_sentence_loses_the_words_of_a_program_and_keeps_the_rest(sentence: str, words: str) -> None:
    assert office_words(sentence) == words


def sentences_in(file: Path) -> Iterator[str]:
    """Every text with Chinese in a module, what is filled in shown as □; docstrings and patterns are none."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    inner |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "□" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            text = node.value
        else:
            continue
        if re.search("[\u4e00-\u9fff]", text) and not re.search(r"\\|\(\?|\]\{|\|", text):
            yield text


@pytest.mark.parametrize("place", CALLED)
def test_no_sentence_of_what_the_form_calls_reaches_a_clerk_with_a_word_of_a_program(place: str) -> None:
    root = TOOLKIT / place
    files = [root] if root.suffix else sorted(root.rglob("*.py"))
    assert files
    left = [text for file in files for text in sentences_in(file) if foreign_words(office_words(text))]
    assert left == []


def test_the_form_s_own_sentences_need_no_cleaning() -> None:
    html = re.compile(r"<[^>]*>|%[a-zA-Z]")
    own = [text for file in sorted((TOOLKIT / "entry").rglob("*.py")) for text in sentences_in(file)]
    wrong = {text for text in own if foreign_words(html.sub("", text))}
    known = {"true 或 false", "_已移走", "新建一份：nianbao new □"}
    assert wrong <= known, "what the reader says and we reword, the name of a folder, and a line of the terminal"


TOKENS = re.compile(r'//[^\n]*|/\*[\s\S]*?\*/|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')


def test_no_sentence_of_the_scripts_has_a_word_of_a_program() -> None:
    shown: list[str] = []
    for file in sorted((TOOLKIT / "entry" / "web").glob("*.js")):
        for found in TOKENS.finditer(file.read_text(encoding="utf-8")):
            text = found[1] or found[2] or ""
            shown += [text] if re.search("[\u4e00-\u9fff]", text) else []
    assert len(shown) > 50
    left = [sentence for sentence in shown if foreign_words(re.sub(r"\$\{[^}]*\}", "", sentence))]
    assert left == []


def test_no_finding_of_any_rule_has_a_word_of_a_program() -> None:
    found = [finding for both in rule_examples().values() for case in both.fails for finding in run_case(case.case)]
    sentences = {text for finding in found for text in (finding.message, finding.next_step)}
    assert len(sentences) > 100
    assert [text for text in sentences if foreign_words(office_words(text))] == []
    changed = [text for text in sentences if office_words(text) != text]
    assert len(changed) <= 2, "only those about last year's file and about the register, which name their files"


WRONG = """\
year: 2024
organ: {nam: 镇, level: 镇}
unit: 3
figures: {applications: {new: {xx: 3}, foo: {}}, bar: {}, documents: 3}
channels: [{name: 微信}, {name: x, count: 3件, approximate: 大约}]
narrative: 3
processing_fee: {notices: x}
confirmed: [{}]
links: [{}]
"""


@pytest.mark.parametrize(
    "text", [WRONG, "year: [\n", "", "- 1\n", "year: 1850\norgan: {name: 镇}\n", "year: 2024\norgan: {name: a/b}\n"]
)
def test_every_problem_of_a_broken_file_is_put_in_words(text: str) -> None:
    with pytest.raises(ParamsUnreadable) as caught:
        report_from_yaml(text.encode(), "/srv/params/2024/云溪县/柳湾镇.yaml")
    sentences = sentences_of(caught.value)
    assert len(sentences) == len(caught.value.problems)
    assert [sentence for sentence in sentences if foreign_words(sentence)] == []
    if text == "year: [\n":
        assert sentences == ("第 2 行：写法不对：缩进、逗号或括号不对",)
        assert office_words(str(caught.value)) == "柳湾镇的填报数据第 2 行：写法不对：缩进、逗号或括号不对"
    if text is WRONG:
        assert "第 3 行 填报数据：不认识“unit”这个名目，请改正或删去这一行" in sentences
        assert "第 5 行 第 1 个渠道的条数：还没有填" in sentences


@pytest.mark.parametrize(
    "error",
    [
        CannotWrite(Path("/srv/outputs/2024/年报.pdf"), "磁盘已满"),
        NoSuchForm(1999, "2019 版、2021 版"),
        NotebookFailed(3, "ZeroDivisionError", "division by zero"),
        GlyphMissing([("\ue123", "U+E123")]),
        RunFailed("内存超过 2000 MB 的限额（worker killed by SIGKILL）"),
        UnknownParameter(["x"], ["year", "organ"]),
        NianbaoError(""),
        NianbaoError("Killed"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_is_put_in_words(error: NianbaoError) -> None:
    sentences = sentences_of(error)
    assert sentences
    assert all(sentences)
    assert [sentence for sentence in sentences if foreign_words(sentence)] == []
