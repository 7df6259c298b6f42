"""What a params file may look like, and what a clerk is told when it cannot be taken as a report."""

from __future__ import annotations

import datetime
import errno
import os
from decimal import Decimal
from pathlib import Path

import pytest

from tests.report.stories import ORGAN
from toolkit.core.errors import ParamsUnreadable
from toolkit.forms import Address
from toolkit.report import Organ, Report, Value, read_report, report_from_parameters
from toolkit.report.model import LEVEL_NAMES
from toolkit.report.reading import Params, report_from_yaml
from toolkit.report.yaml_reading import yaml_values

FILE = "清河镇.yaml"
WANTED = "应为以“键: 值”写成的填报数据（year、organ、figures …），现为 "
YAML = "写法不对："
KEYS = "、".join(Params.model_fields)
CONTROL = "应为没有控制字符的文字，现为 不可见字符 "
UTF8, SAVE = "应为UTF-8 编码的文字，现为 ", "，请在编辑器中另存为 UTF-8"
HEAD = f"year: 2024\norgan: {{name: {ORGAN.name}}}\n"
SAMPLES = sorted(path for path in (Path(__file__).parents[2] / "params").rglob("*.yaml") if not path.name.startswith("_"))


def read(text: str) -> Report:
    return report_from_yaml(text.encode("utf-8"), FILE)


def problems_of(raw: bytes | str) -> list[str]:
    """What a clerk reads about a file."""
    with pytest.raises(ParamsUnreadable) as caught:
        report_from_yaml(raw.encode("utf-8") if isinstance(raw, str) else raw, FILE)
    return str(caught.value).splitlines()


def value(text: str, path: str) -> Value:
    return read(HEAD + text).figures[Address.parse(path)]


# ---------------------------------------------------------------- the whole file


NOT_A_REPORT: list[tuple[str, bytes | str, str]] = [
    ("empty", b"", f"{FILE}:1：{WANTED}空文件"),
    ("comments only", "# 说明\n", f"{FILE}:1：{WANTED}空文件"),
    ("a list", "- 1\n", f"{FILE}:1：{WANTED}一份清单"),
    ("plain text", "你好", f"{FILE}:1：{WANTED}“你好”"),
    ("bracket left open", HEAD + "figures: {\n", f"{FILE}:4：{YAML}缩进、逗号或括号不对"),
    ("quote left open", HEAD + 'narrative: {overview: "没有收尾\n', f"{FILE}:4：{YAML}引号没有成对"),
    ("tab as indentation", "year: 2024\n\torgan: x\n", f"{FILE}:2：{YAML}缩进用了制表符（Tab），请改为空格"),
    (
        "second colon",
        "year: 2024\norgan: 名称: 镇\n",
        f"{FILE}:2：{YAML}多了一个冒号，或上一行缩进不对；文字里有英文冒号时请整句加引号",
    ),
    ("a list behind a key", HEAD + "processing_fee: - 3\n", f"{FILE}:3：{YAML}单独的“-”不能当作值；没有发生的填 0"),
    ("backslash", HEAD + 'narrative: {other: "C:\\盘"}\n', f"{FILE}:3：{YAML}双引号里的反斜杠不能这样用，请改用单引号"),
    ("text that begins with @", HEAD + "narrative: {other: @某}\n", f"{FILE}:3：{YAML}文字不能以这个符号开头，请给整句加引号"),
    ("two documents", HEAD + "---\n" + HEAD, f"{FILE}:3：应为一个文件一份报告，现为 “---”以下另有一份"),
    ("raw control character", HEAD + "narrative: {other: 甲\x07乙}\n", f"{FILE}:3：{CONTROL}U+0007（控制字符）"),
    ("NUL", HEAD.encode() + b"\x00", f"{FILE}:3：{CONTROL}U+0000（控制字符）"),
    (
        "escaped control character",
        HEAD + 'narrative: {other: "甲\\x07乙"}\n',
        f"{FILE}:3 narrative.other：{CONTROL}U+0007（控制字符）",
    ),
    (
        "direction override",
        HEAD + 'narrative: {other: "甲\\u202e乙"}\n',
        f"{FILE}:3 narrative.other：{CONTROL}U+202E（从右到左强制）",
    ),
    (
        "a blank of a web page in the indent",
        "year: 2024\norgan:\n  name: 镇\n \u00a0level: township\n",
        f"{FILE}:4：应为普通的空格（缩进、冒号和“-”后面），现为 特殊的空格（不换行空格 U+00A0）",
    ),
    (
        "a wide blank behind a colon",
        "year: 2024\norgan:\n  name:\u3000镇\n  level: township\n",
        f"{FILE}:3：应为普通的空格（缩进、冒号和“-”后面），现为 特殊的空格（全角空格 U+3000）",
    ),
    (
        "a key with a sign nobody sees",
        HEAD + "links\u200b: []\n",
        f"{FILE}:3 links〔零宽空格 U+200B〕：应为已知的键之一（{KEYS}），现为 links〔零宽空格 U+200B〕",
    ),
    ("a Chinese colon", "year：2024\norgan: {name: 镇}\n", f"{FILE}:1：应为英文的冒号“:”，后面空一格，现为 中文的冒号"),
    ("key that is a list", HEAD + "? [a, b]\n: 1\n", f"{FILE}:3：应为文字作为键，现为 一组值或引用"),
    (
        "python object",
        HEAD + "narrative: !!python/object/apply:os.system [ls]\n",
        f"{FILE}:3 narrative：应为不带标记的值，现为 标记 tag:yaml.org,2002:python/object/apply:os.system",
    ),
    (
        "two people's changes, not merged",
        HEAD + "<<<<<<< HEAD\nconfirmed: []\n=======\nchannels: []\n>>>>>>> 王某\n",
        f"{FILE}:3：两个人的改动混在一起，请只留一份，并删去有“<<<<<<<”“=======”“>>>>>>>”的行",
    ),
    ("twice the same key", HEAD + "year: 2023\n", f"{FILE}:3 year：写了两次，请删去一处（首次在第 1 行）"),
    (
        "reference to itself",
        HEAD + "figures: &a {documents: *a}\n",
        f"{FILE}:3 figures.documents：应为直接写出的值，现为 引用 *a",
    ),
]


@pytest.mark.parametrize(("raw", "message"), [case[1:] for case in NOT_A_REPORT], ids=[case[0] for case in NOT_A_REPORT])
def test_anything_but_a_report_is_reported_in_one_sentence(raw: bytes | str, message: str) -> None:
    assert problems_of(raw)[0] == message


def test_a_file_of_zeros_is_reported_once() -> None:
    assert problems_of(b"\x00" * 4096) == [f"{FILE}:1：{CONTROL}U+0000（控制字符）"]


DEEP = [
    ("brackets", "[" * 100_000 + "]" * 100_000),
    ("mappings", "{a: " * 50_000 + "1" + "}" * 50_000),
    ("dashes", "\n  " + "- " * 50_000 + "1"),
]


@pytest.mark.parametrize("nested", [case[1] for case in DEEP], ids=[case[0] for case in DEEP])
def test_deep_nesting_ends_in_a_sentence(nested: str) -> None:
    assert problems_of(f"{HEAD}figures: {nested}\n")[-1].endswith("应为不超过 50000 项、20 层的内容，现为 过多或过深的嵌套")


def test_a_bomb_of_references_is_refused_at_its_first_reference() -> None:
    levels = "".join(
        f"  {name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    messages = problems_of(f"{HEAD}figures:\n  a: &a [x, x]\n{levels}")
    assert "应为直接写出的值，现为 引用 *a" in messages[1]


def test_many_values_are_too_many() -> None:
    assert "过多或过深的嵌套" in problems_of(f"{HEAD}channels: [{'1,' * 60_000}]\n")[-1]


def test_a_file_of_many_megabytes_is_refused_unread() -> None:
    assert problems_of(b"#" * 8_000_001) == [f"{FILE}：应为不超过 8 MB 的文件，现为 8.0 MB"]


# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("path", SAMPLES[::6], ids=lambda path: path.stem)
def test_usual_encodings_are_read(path: Path, encoding: str) -> None:
    text = path.read_text(encoding="utf-8")
    if encoding == "gbk":
        text = "".join(c for c in text if c.encode("gbk", "ignore"))
        assert report_from_yaml(text.encode("gbk")).organ == report_from_yaml(text.encode("utf-8")).organ
    else:
        assert report_from_yaml(text.encode(encoding)) == read_report(path)


OTHER_ENCODINGS = [
    (
        "Big5",
        "year: 2024\norgan: {name: 某縣某鎮人民政府辦公機關}\n".encode("big5"),
        f"{FILE}:2：{UTF8}别的编码（看来是 big5）{SAVE}",
    ),
    (
        "Latin-1",
        "year: 2024\norgan: {name: Âgé très où ça}\n".encode("latin-1"),
        f"{FILE}:2：{UTF8}别的编码（看来是 Latin-1 一类的西文编码）{SAVE}",
    ),
    ("UTF-16 without its mark", HEAD.encode("utf-16-be"), f"{FILE}:2：{UTF8}UTF-16 或 UTF-32 编码，或不是文本文件{SAVE}"),
    ("UTF-32", HEAD.encode("utf-32"), f"{FILE}:1：{UTF8}UTF-16 或 UTF-32 编码，或不是文本文件{SAVE}"),
]


@pytest.mark.parametrize(("raw", "message"), [case[1:] for case in OTHER_ENCODINGS], ids=[case[0] for case in OTHER_ENCODINGS])
def test_other_encodings_are_named(raw: bytes, message: str) -> None:
    assert problems_of(raw) == [message]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]} {path.stem}")
def test_a_broken_byte_is_found_and_not_read_as_gbk(path: Path) -> None:
    raw = path.read_bytes()
    at = raw.index("政".encode()) + 1
    line = raw.count(b"\n", 0, at) + 1
    expected = f"{FILE}:{line}：{UTF8}此处有损坏的字节{SAVE}"
    assert problems_of(raw[:at] + b"\xff" + raw[at:]) == [expected]


# ---------------------------------------------------------------- types and keys: all problems at once


LEVELS = "、".join(f"{key}（{name}）" for key, name in LEVEL_NAMES.items())
WRONG_TYPES = """\
year: 2024.5
organ: {name: [1], level: 镇, contact: x, published_at: {}, nick: x}
figures: {documents: [1], applications: {new: 3, granted: {natural_person: [1]}}}
channels:
  - 1
  - {name: , count: x}
  - {name: 微信, count: -3}
  - {name: 微信, count: 1.5}
  - {name: 微信, count: 1①, approximate: 大约}
narrative: {overview: [1], summary: x}
processing_fee: {notices: x, amount_yuan: -3}
confirmed: [{code: documents-valid}]
"""


def test_every_wrong_type_is_reported_at_once_with_its_line() -> None:
    assert problems_of(WRONG_TYPES) == [
        f"{FILE}:1 year：应为四位数的年度，如 2024，现为 2024.5",
        f"{FILE}:2 organ.name：应为文字，现为 一份清单",
        f"{FILE}:2 organ.level：应为{LEVELS} 之一，现为 “镇”",
        f"{FILE}:2 organ.contact：应为以“键: 值”写成的一组，现为 “x”",
        f"{FILE}:2 organ.published_at：应为文字，现为 一组值",
        f"{FILE}:2 organ.nick：应为已知的键之一（{'、'.join(Organ.model_fields)}），现为 nick",
        f"{FILE}:5 channels.0：应为以“键: 值”写成的一组，现为 1",
        f"{FILE}:6 channels.1.name：应为必填项，现为 没有填写",
        f"{FILE}:6 channels.1.count：应为非负整数（不超过 15 位），现为 “x”",
        f"{FILE}:7 channels.2.count：应为非负整数（不超过 15 位），现为 -3",
        f"{FILE}:8 channels.3.count：应为非负整数（不超过 15 位），现为 1.5",
        f"{FILE}:9 channels.4.count：应为非负整数（不超过 15 位），现为 “1①”",
        f"{FILE}:9 channels.4.approximate：应为true 或 false，现为 “大约”",
        f"{FILE}:10 narrative.overview：应为文字，现为 一份清单",
        f"{FILE}:10 narrative.summary：应为已知的键之一（title、preamble、overview、problems、other），现为 summary",
        f"{FILE}:11 processing_fee.notices：应为非负整数（不超过 15 位），现为 “x”",
        f"{FILE}:11 processing_fee.amount_yuan：应为不小于 0、最多两位小数的金额，现为 -3",
        f"{FILE}:12 confirmed.0.reason：应为必填项，现为 没有填写",
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: 1\nb:\nc: null\nd: 012\ne: 1.50\n", {"a": 1, "b": None, "c": None, "d": "012", "e": Decimal("1.50")}),
        ("a: {b: 1, c: , d: 二}   # 说明\n", {"a": {"b": 1, "c": None, "d": "二"}}),
        ("a: {b: \"x: 1, #2\", c: ''}\n", {"a": {"b": "x: 1, #2", "c": ""}}),
        ("a:\n- {b: 1}\n# 说明\n- {b: 2}\nc: []\n", {"a": [{"b": 1}, {"b": 2}], "c": []}),
        ("a: |\n  一\n\n    # 二\n\n\nb: |-\n  三\n", {"a": "一\n\n  # 二\n", "b": "三"}),
        ("a: 1\r\nb: {c: 2}\r\n", {"a": 1, "b": {"c": 2}}),
    ],
)
def test_shapes_that_people_write(text: str, values: dict[str, object]) -> None:
    assert yaml_values(text.encode("utf-8"), FILE, expected="values").values == values


TABLES = "documents、permits、enforcement、fees、applications、disputes"
WRONG_FIGURES = """\
figures:
  document: {rules: {issued: 1}}
  documents:
    rulez: {issued: 1}
    rules: {isued: 1, valid: [1]}
  applications: 3
  disputes: {review: 4}
"""


def test_unknown_tables_rows_and_columns_are_named_with_the_allowed_ones() -> None:
    assert problems_of(HEAD + WRONG_FIGURES) == [
        f"{FILE}:4 figures.document：应为该年度格式（2021 版）的表之一（{TABLES}），现为 document",
        f"{FILE}:6 figures.documents.rulez：应为该表的行之一（rules、normative），现为 rulez",
        f"{FILE}:7 figures.documents.rules.isued：应为该表的列之一（issued、repealed、valid），现为 isued",
        f"{FILE}:7 figures.documents.rules.valid：应为一个数，现为 一份清单",
        f"{FILE}:8 figures.applications：应为以“键: 值”写成的一组，现为 3",
        f"{FILE}:9 figures.disputes.review：应为以“键: 值”写成的一组，现为 4",
    ]


@pytest.mark.parametrize("year", ["true", "２０２４", "24", "[2024]", "二〇二四", "1e3", "9" * 5000])
def test_a_year_is_four_digits(year: str) -> None:
    (message,) = problems_of(f"year: {year}\norgan: {{name: 镇}}\n")
    assert message.startswith(f"{FILE}:1 year：应为四位数的年度，如 2024，现为 ")
    assert len(message) < 100


def test_a_year_without_a_form_is_reported_with_the_existing_forms() -> None:
    (message,) = problems_of("year: 2018\norgan: {name: 镇}\n")
    assert message.endswith("现为 2018 年没有对应的年报格式；已有的版本：2019 版（2019年至2020年）、2021 版（2021年起）")


@pytest.mark.parametrize("name", ["../../etc/passwd", "甲/乙", "甲\\乙", "C:镇", "镇*", "镇?", "<b>", "镇|", "a..b"])
def test_a_name_that_is_a_path_is_refused(name: str) -> None:
    (message,) = problems_of(f"year: 2024\norgan: {{name: '{name}'}}\n")
    assert message == f'{FILE}:2 organ.name：应为不含 / \\ : * ? " < > | 和 .. 的机关名称，现为 {name}'


def test_chinese_marks_around_a_whole_value_of_the_organ_are_no_part_of_it() -> None:
    organ = read(
        "year: 2024\norgan:\n  name: “青石镇人民政府”\n  published_at: “青石发布”\n"
        "  contact: {phone: “0601-5550155”, office: ‘党政办’, address: “一站式”大厅东侧“便民”窗口}\n"
    ).organ
    assert (organ.name, organ.published_at) == ("青石镇人民政府", "“青石发布”"), "an account is called so"
    contact = organ.contact
    assert (contact.phone, contact.office, contact.address) == ("0601-5550155", "党政办", "“一站式”大厅东侧“便民”窗口")


def test_required_keys_are_named() -> None:
    assert problems_of("year:\norgan:\n") == [
        f"{FILE}:1 year：应为必填项，现为 没有填写",
        f"{FILE}:2 organ：应为必填项，现为 没有填写",
    ]


def test_everything_else_may_be_left_empty() -> None:
    empty = HEAD + "figures:\nchannels:\nnarrative: {overview: }\nprocessing_fee:\nconfirmed:\n"
    assert read(empty) == read(HEAD)


# ---------------------------------------------------------------- cells


CELLS: list[tuple[str, Value, str]] = [
    ("3", 3, "a count"),
    ("0", 0, "none"),
    ("", None, "blank"),
    ("~", None, "blank in YAML"),
    ("''", None, "blank in quotes"),
    ("'3'", 3, "digits in quotes"),
    ("+19", 19, "with a plus"),
    ("-3", -3, "negative: for the checks"),
    ("1.0", 1, "a whole number, however it is written"),
    ("1.5", Decimal("1.5"), "fractional: for the checks"),
    ("3件", "3件", "with a unit: for the checks"),
    ("１２", "１２", "full-width digits: for the checks"),
    ("0537", "0537", "a leading zero is not dropped"),
    ("1e9", "1e9", "no notation of people"),
    ("12_000", "12_000", "no separator of YAML"),
    ("1:30", "1:30", "no sixties"),
    ("0x1F", "0x1F", "no hexadecimal"),
    (".nan", ".nan", "not a number"),
    (".inf", ".inf", "nor endless"),
    ("yes", "true", "a word"),
    ("9" * 400, "9" * 400, "no number that anybody counts to"),
    ("9" * 5000, "9" * 5000, "and none that Python refuses to read"),
]


@pytest.mark.parametrize(("written", "kept", "why"), CELLS, ids=[case[2] for case in CELLS])
def test_a_cell_is_kept_as_it_was_written(written: str, kept: Value, why: str) -> None:
    path = "applications.new.research"
    found = value(f"figures: {{applications: {{new: {{research: {written}}}}}}}\n", path)
    assert (found, type(found)) == (kept, type(kept)), why


@pytest.mark.parametrize(
    ("written", "kept"), [("2.50", "2.50"), ("2", "2"), ("'2.5'", "2.5"), ("0.1", "0.1"), ("23246297.53", "23246297.53")]
)
def test_money_keeps_its_digits(written: str, kept: str) -> None:
    found = value(f"figures: {{fees: {{fees: {{amount_wan: {written}}}}}}}\n", "fees.fees.amount_wan")
    assert isinstance(found, Decimal)
    assert str(found) == kept


def test_cells_of_another_edition_are_kept_for_the_checks() -> None:
    report = read(HEAD + "figures: {applications: {other: {business: 3}}, procurement: {procurement: {items: 2, amount: 1.5}}}\n")
    assert report.foreign == {
        "figures.applications.other.business": 3,
        "figures.procurement.procurement.items": 2,
        "figures.procurement.procurement.amount": Decimal("1.5"),
    }


def test_every_value_knows_its_line() -> None:
    report = read(HEAD + "figures:\n  documents:\n    rules: {issued: 1}\n")
    assert [report.source.line(path) for path in ("year", "organ.name", "figures.documents.rules.issued")] == [1, 2, 5]


# ---------------------------------------------------------------- files and parameters


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parts[-3]} {path.stem}")
def test_samples_are_read(path: Path) -> None:
    report = read_report(path)
    assert report.title.endswith("政府信息公开工作年度报告")
    assert report.source.file == str(path)


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path, found in ((tmp_path / "没有.yaml", "应为已有的文件，现为 找不到"), (tmp_path, "应为可读的文件，现为 文件夹")):
        with pytest.raises(ParamsUnreadable, match=found):
            read_report(path)


def test_parameters_as_papermill_injects_them() -> None:
    parameters = {
        "year": 2024,
        "organ": {"name": ORGAN.name, "published_on": datetime.date(2025, 1, 20)},
        "figures": {"fees": {"fees": {"amount_wan": 2.65}}, "applications": {"new": {"research": 1.0, "business": float("nan")}}},
        "channels": None,
        "narrative": None,
    }
    report = report_from_parameters(parameters)
    assert report.value("fees", "fees", "amount_wan") == Decimal("2.65")
    assert report.value("applications", "new", "research") == 1
    assert report.value("applications", "new", "business") == "NaN"
    assert report.organ.published_on == "2025-01-20"


def test_a_number_of_a_thousand_digits_among_the_parameters_is_a_dirty_cell() -> None:
    figures = {"applications": {"new": {"research": 10**5000}}}
    report = report_from_parameters({"year": 2024, "organ": {"name": "镇"}, "figures": figures})
    assert report.value("applications", "new", "research") == "1.00000E+5000"


def test_parameters_have_problems_without_lines() -> None:
    with pytest.raises(ParamsUnreadable) as caught:
        report_from_parameters({"year": 2024, "organ": None, "unit": 3})
    assert str(caught.value).splitlines() == [
        "organ：应为必填项，现为 没有填写",
        f"unit：应为已知的键之一（{KEYS}），现为 unit",
    ]


def test_a_narrative_of_200_000_characters_is_read_whole() -> None:
    text = "全年主动公开政府信息500余条，办结申请12件。" * 9_000
    report = read(f"{HEAD}narrative:\n  overview: |\n    {text}\n")
    assert len(report.narrative.overview) > 200_000


@pytest.mark.parametrize(("number", "words"), [(errno.EIO, "磁盘读写出错"), (errno.ENODEV, "磁盘、U 盘或网络盘")])
def test_a_disk_that_fails_is_reported_in_chinese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def fails(path: Path) -> bytes:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr("toolkit.report.yaml_reading.read_regular_file", fails)
    with pytest.raises(ParamsUnreadable, match=f"现为 读取失败（{words}"):
        read_report(tmp_path / "甲镇.yaml")
