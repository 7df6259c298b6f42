"""Letters from templates: every sample is filled in, a name cut into runs is found, an unknown one is refused."""

from __future__ import annotations

import io
from datetime import date

import pytest
from docx import Document

from tests.register.stories import answered, request
from toolkit.core.errors import UsageError
from toolkit.register.letters.filling import field_names, fill_letter, values_of
from toolkit.register.letters.samples import sample_templates
from toolkit.register.working_days import state_calendar

VALUES = values_of(answered(correction_due_on=date(2022, 3, 20)), "云溪县竹溪镇人民政府", state_calendar(), date(2022, 3, 25))


def text_of(raw: bytes) -> str:
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(raw)).paragraphs)


@pytest.mark.parametrize(("name", "template"), list(sample_templates()), ids=[name for name, _ in sample_templates()])
def test_every_sample_is_filled_in(name: str, template: bytes) -> None:
    text = text_of(fill_letter(template, VALUES))
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


def test_the_names_are_those_of_the_register() -> None:
    assert set(field_names()) == set(VALUES)
    waiting = values_of(request(), "甲", state_calendar(), date(2022, 3, 8))
    assert waiting["答复期限"] == "2022年4月2日"
