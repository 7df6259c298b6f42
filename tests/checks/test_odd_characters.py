"""Characters that are not seen or look like others, in names, cells and texts: the messages and the mends."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.stories import case, found, of_code
from toolkit.checks import Case, run_case
from toolkit.checks.finding import edited
from toolkit.core.text import cleaned
from toolkit.report.reading import report_from_yaml

ORGAN = "云溪县青石镇人民政府"


def with_organ(**fields: str) -> dict[str, Any]:
    return {"organ": {key.replace("__", "."): value for key, value in fields.items()}}


@pytest.mark.parametrize(
    ("written", "severity", "named", "step"),
    [
        (with_organ(name="云溪县\u200b青石镇人民政府"), "error", "零宽空格 U+200B", f"可改为“{ORGAN}”"),
        (with_organ(name="\ufeff云溪县青石镇人民政府"), "error", "零宽不换行空格 U+FEFF", f"可改为“{ORGAN}”"),
        (with_organ(name="云溪县\xa0青石镇人民政府"), "error", "不换行空格 U+00A0", f"可改为“{ORGAN}”"),
        (with_organ(name="云溪县 青石镇人民政府"), "error", "空格 U+0020", f"可改为“{ORGAN}”"),
        (with_organ(name="云溪县\u2028青石镇人民政府"), "error", "行分隔符 U+2028", f"可改为“{ORGAN}”"),
        (with_organ(superior="云溪县\u200d人民政府"), "error", "零宽连字 U+200D", "可改为“云溪县人民政府”"),
        (with_organ(contact__phone="0601\u200e-5550199"), "error", "从左到右标记 U+200E", "可改为“0601-5550199”"),
        (with_organ(published_at="云溪县\u00ad人民政府网站"), "error", "软连字符 U+00AD", "可改为“云溪县人民政府网站”"),
        ({"add": {"overview": "群众\u200b满意。"}}, "warning", "零宽空格 U+200B", "请删去"),
        ({"add": {"problems": "群众\u2029满意。"}}, "warning", "段落分隔符 U+2029", "改为普通的换行"),
        ({"add": {"other": "群众\u3164满意。"}}, "warning", "谚文填充符 U+3164", "请删去"),
        ({"add": {"overview": "葛\U000e0100村满意。"}}, "warning", "变体选择符 U+E0100", "请删去"),
        ({"add": {"overview": "全镇\xa0共\u200312个村。"}}, "notice", "不换行空格 U+00A0、排版空格 U+2003", "普通的空格"),
    ],
)
def test_hidden_characters_are_named(written: dict[str, Any], severity: str, named: str, step: str) -> None:
    (finding,) = of_code("hidden-character", **written)
    assert finding.severity == severity
    assert named in finding.message
    assert step in finding.next_step


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"add": {"overview": "\n　　全镇共12个村。"}}, "the indent of a paragraph"),
        ({"add": {"overview": "登录 www.example.gov.cn 查询。"}}, "ordinary blanks"),
        (with_organ(contact__office="党政办 李主任"), "a blank between words of a contact"),
        ({"add": {"overview": "维吾尔文“م\u200cن”栏目。"}}, "a joiner where letters join"),
    ],
)
def test_what_belongs_there_is_left_alone(written: dict[str, Any], why: str) -> None:
    assert of_code("hidden-character", **written) == [], why


@pytest.mark.parametrize(
    ("written", "severity", "words", "step"),
    [
        (with_organ(name="云溪县青石镇⼈⺠政府"), "error", "“⼈⺠”应为“人民”（部首 U+2F08、部首 U+2EA0）", f"可改为“{ORGAN}”"),
        (with_organ(contact__address="\uf90a山路1号"), "error", "兼容汉字 U+F90A", "可改为“金山路1号”"),
        (with_organ(contact__address="青石街１号"), "warning", "“１”应为“1”", "可改为“青石街1号”"),
        (with_organ(contact__phone="0601–5550199"), "warning", "“–”应为“-”", "可改为“0601-5550199”"),
        (with_organ(contact__phone="O601-5550199"), "warning", "“O601”应为“0601”", "可改为“0601-5550199”"),
        ({"add": {"overview": "便利⼈⺠群众。"}}, "warning", "“⼈⺠”应为“人民”", "可改为“人民”"),
        ({"add": {"overview": "\ue863河村已公开。"}}, "warning", "旧字库的造字 U+E863", "可改为“䶮”"),
        ({"add": {"overview": "２０２４年建成。"}}, "notice", "“２０２４”应为“2024”", "可改为“2024”"),
        ({"add": {"overview": "下载АPP。"}}, "warning", "“АPP”应为“APP”（西里尔字母 U+0410）", "可改为“APP”"),
        ({"add": {"overview": "村级公示栏1О块。"}}, "warning", "“1О”应为“10”", "可改为“10”"),
    ],
)
def test_look_alikes_are_named_with_what_was_meant(written: dict[str, Any], severity: str, words: str, step: str) -> None:
    (finding,) = of_code("look-alike", **written)
    assert finding.severity == severity
    assert words in finding.message
    assert finding.next_step == step


@pytest.mark.parametrize(
    "sentence", ["二〇二四年建成。", "扫描①号二维码。", "印制A4手册3㎡。", "O2O模式、5G网络。", "北京—上海。"]
)
def test_usual_signs_are_left_alone(sentence: str) -> None:
    assert of_code("look-alike", add={"overview": sentence}) == []


def test_many_of_one_text_are_one_finding_and_one_press() -> None:
    sentence = "⼈⺠\u200b２Ｏ２４\u200b" * 30
    findings = [*of_code("look-alike", add={"other": sentence}), *of_code("hidden-character", add={"other": sentence})]
    assert len(findings) == 2
    assert [finding.where for finding in findings] == ["narrative.other"] * 2
    text = case(add={"other": sentence}).report.narrative.other
    assert edited(text, [edit for finding in findings for edit in finding.edits]) == cleaned(text)


@pytest.mark.parametrize(
    ("value", "repair", "named"),
    [
        ("1\u200b4", "14", "〔零宽空格 U+200B〕"),
        ("\ufeff14", "14", "〔零宽不换行空格 U+FEFF〕"),
        ("1О", "10", "“О”（西里尔字母 U+041E）"),
        ("l4", "14", "“l”（U+006C）"),
        ("１４", "14", "“１４”"),
        ("٢٥", "25", "“٢”（别种文字的数字 U+0662）"),
        ("14\u2028", "14", "〔行分隔符 U+2028〕"),
    ],
)
def test_cells_say_what_is_odd_in_them_and_offer_the_number(value: str, repair: str, named: str) -> None:
    (finding,) = of_code("cell-has-unit", cells={"permits.permits.decisions": value})
    assert (finding.severity, finding.repair) == ("error", repair)
    assert named in finding.message


def test_a_number_with_a_sign_nobody_sees_is_the_number() -> None:
    assert of_code("text-article20", add={"overview": "作出行政许可决定1\u200b4件。"}) == []
    assert [words for _, words in found("text-article20", add={"overview": "作出行政许可决定1\u200b5件。"})] == ["15"]


HEAD = "year: 2024\norgan: {name: 云溪县青石镇人民政府}\nnarrative:\n  overview: |\n    第一行"


@pytest.mark.parametrize("line_end", ["\u2028", "\u2029", "\x85"])
def test_lines_are_those_that_an_editor_shows(line_end: str) -> None:
    raw = f"{HEAD}{line_end}仍是第一行\n    第二行\u200b\n  problems: |\n    第八行{line_end}\n  other: 第九行\n"
    report = report_from_yaml(raw.encode("utf-8"), "青石镇.yaml")
    assert report.narrative.overview == f"第一行{line_end}仍是第一行\n第二行\u200b\n"
    assert [report.source.line(f"narrative.{part}") for part in ("overview", "problems", "other")] == [4, 7, 9]
    lines = [(item.line, item.code) for item in run_case(Case(report)) if item.code == "hidden-character"]
    assert lines == [(5, "hidden-character"), (8, "hidden-character")]
