"""Letters from templates: every sample is filled in, a name cut into runs is found, an unknown one is refused."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.register.stories import answered, request
from toolkit.core.errors import UsageError
from toolkit.register.letters.filling import blank_fields, field_names, fill_letter, values_of
from toolkit.register.letters.making import (
    likely_template,
    make_letter,
    provide_templates,
    registers_root,
    sample_letters,
    sample_templates,
    template_of,
)
from toolkit.register.requests import outcomes_of
from toolkit.register.working_days import state_calendar

VALUES = values_of(answered(correction_due_on=date(2022, 3, 20)), "云溪县竹溪镇人民政府", state_calendar(), date(2022, 3, 25))


def text_of(raw: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(raw)).paragraphs)


@pytest.fixture(scope="module")
def templates() -> dict[str, bytes]:
    return dict(sample_templates())


@pytest.mark.parametrize("name", sample_letters())
def test_every_sample_is_filled_in(name: str, templates: dict[str, bytes]) -> None:
    text = text_of(fill_letter(templates[name], VALUES))
    assert "{{" not in text
    assert f"云溪县竹溪镇人民政府政府信息公开{name}" in text
    assert "2022-001" in text
    assert "2022年3月25日" in text


def test_a_name_that_word_cut_into_runs_keeps_its_style() -> None:
    document = Document()
    paragraph = document.add_paragraph("编号")
    paragraph.add_run("{{申请").bold = True
    paragraph.add_run("编号}}，于")
    paragraph.add_run("{{ 收到日期 }}收到")
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "{{申请人}}"
    out = io.BytesIO()
    document.save(out)
    filled = Document(io.BytesIO(fill_letter(out.getvalue(), VALUES)))
    assert filled.paragraphs[0].text == "编号2022-001，于2022年3月7日收到"
    assert filled.paragraphs[0].runs[1].bold
    assert filled.tables[0].cell(0, 0).text == "申请人甲"


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    document = Document()
    document.add_paragraph("{{申请人名}}")
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(UsageError, match=r"甲\.docx 里的栏目名 申请人名 认不得；可用的有：.*申请编号"):
        fill_letter(out.getvalue(), VALUES, "甲.docx")
    with pytest.raises(UsageError, match="应为 Word 文档"):
        fill_letter(b"no document", VALUES)


@pytest.mark.parametrize(
    "text",
    ["{申请编号}", "｛｛申请编号｝｝", "{{申请编号}", "{{申请编号｝｝", "{{申请编号", "申请编号}}", "{{申请\n编号}}",
     "${申请编号}", "«申请编号»", "<<申请编号>>"],
)  # fmt: skip
def test_braces_that_are_no_pair_of_two_are_refused(text: str) -> None:
    document = Document()
    for line in f"编号{text}".split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    with pytest.raises(UsageError, match="各写两个半角花括号"):
        fill_letter(out.getvalue(), VALUES, "甲.docx")


def test_fields_in_nested_tables_headers_and_text_boxes_are_filled_in() -> None:
    document = Document()
    inner = document.add_table(1, 1).cell(0, 0).add_table(1, 1)
    inner.cell(0, 0).text = "表中{{申请编号}}"
    document.sections[0].different_first_page_header_footer = True
    document.sections[0].first_page_header.paragraphs[0].text = "首页{{申请编号}}"
    box = (
        f'<w:r {nsdecls("w")}><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent><w:p><w:r>'
        "<w:t>框中{{申请编号}}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    document.add_paragraph()._p.append(parse_xml(box))
    out = io.BytesIO()
    document.save(out)
    filled = fill_letter(out.getvalue(), VALUES)
    with zipfile.ZipFile(io.BytesIO(filled)) as package:
        text = "".join(package.read(name).decode("utf-8") for name in package.namelist() if name.endswith(".xml"))
    assert all(f"{place}2022-001" in text for place in ("表中", "首页", "框中"))


@pytest.mark.parametrize("kind", ["footnotes", "endnotes", "comments"])
def test_fields_in_notes_are_filled_in_or_refused(kind: str) -> None:
    def template(field: str) -> bytes:
        document = Document()
        xml = (
            f'<w:{kind} {nsdecls("w")}><w:{kind[:-1]} w:id="2"><w:p><w:r><w:t>注：{{{{申请</w:t></w:r>'
            f"<w:r><w:t>{field}}}}}</w:t></w:r></w:p></w:{kind[:-1]}></w:{kind}>"
        )
        package = document.part.package
        content_type = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
        name = PackURI(f"/word/{kind}9.xml")
        part = Part(name, content_type, xml.encode("utf-8"), package)
        document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}")
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    with zipfile.ZipFile(io.BytesIO(fill_letter(template("编号"), VALUES))) as package:
        assert "注：2022-001" in "".join(parse_xml(package.read(f"word/{kind}9.xml")).itertext())
    assert blank_fields(template("人"), VALUES | {"申请人": ""}) == ("申请人",)
    with pytest.raises(UsageError, match="申请编好 认不得"):
        fill_letter(template("编好"), VALUES, "甲.docx")


def test_a_blank_field_leaves_a_line_and_is_named() -> None:
    template = dict(sample_templates())["收费通知书"]
    assert blank_fields(template, VALUES) == ("收费金额（元）",)
    assert "信息处理费＿＿＿＿元" in text_of(fill_letter(template, VALUES))


def test_a_template_without_fields_is_called_a_copy(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("【附件】答复书")
    document.save(str(tmp_path / "甲.docx"))
    made = make_letter(tmp_path / "竹溪镇.sqlite", request(), tmp_path / "甲.docx", state_calendar(), date(2022, 3, 25))
    assert "一处也没有填进去" in made.sentence


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, "登记回执"),
        ({"correction_asked_on": date(2022, 3, 9)}, "补正告知书"),
        ({"correction_asked_on": date(2022, 3, 9), "extended_on": date(2022, 3, 20)}, "延期告知书"),
        ({"fee_notice_on": date(2022, 3, 9)}, "收费通知书"),
        ({"third_party_asked_on": date(2022, 3, 9)}, "征求第三方意见书"),
    ],
)
def test_the_letter_that_is_needed_next_is_offered(more: dict[str, date], name: str) -> None:
    assert likely_template(request(**more)) == name


@pytest.mark.parametrize("row", outcomes_of(2022))
def test_every_outcome_has_its_letter(row: str) -> None:
    assert likely_template(answered(outcome=row)) in sample_letters()


def test_a_letter_is_private_and_its_template_stays_as_the_office_changed_it(tmp_path: Path) -> None:
    register = tmp_path / "registers" / "云溪县" / "竹溪镇.sqlite"
    templates = provide_templates(registers_root(register))
    own = template_of(templates, "登记回执")
    own.write_bytes(dict(sample_templates())["延期告知书"])
    assert provide_templates(registers_root(register)) == templates
    made = make_letter(register, request("竹/1"), own, state_calendar(), date(2022, 3, 8))
    assert made.path.name == "竹_1 登记回执.docx"
    assert "延长" in text_of(made.path.read_bytes())
    assert "其中答复文号、延长工作日还没有填" in made.sentence
    assert os.name != "posix" or stat.S_IMODE(made.path.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match=r"没有模板“别的”；现有的：.*登记回执"):
        template_of(templates, "别的")


def test_the_names_are_those_of_the_register() -> None:
    assert set(field_names()) == set(VALUES)
    waiting = values_of(request(), "甲", state_calendar(), date(2022, 3, 8))
    assert waiting["答复期限"] == "2022年4月2日"
