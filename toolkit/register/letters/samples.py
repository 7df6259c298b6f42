"""Write the sample templates: one Word file for each letter of ``samples.yaml``, to be changed by the office.

In: nothing. Out: name and bytes of each template; the same text gives the same document.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from toolkit.core.shipped import read_table

TEMPLATES = "_模板"  # below the folder of registers


def sample_letters() -> dict[str, list[str]]:
    """The paragraphs of each sample by its name."""
    read: dict[str, list[str]] = read_table(Path(__file__).parent / "samples.yaml")
    return read


def sample_templates() -> Iterator[tuple[str, bytes]]:
    """Each sample as a Word file."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for name, paragraphs in sample_letters().items():
        document = Document()
        title = document.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.add_run(f"{{{{机关名称}}}}政府信息公开{name}").font.size = Pt(20)
        number = document.add_paragraph("{{答复文号}}")
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for text in paragraphs:
            body = document.add_paragraph()
            body.paragraph_format.first_line_indent = None if text.startswith("{{申请人}}") else Pt(32)
            body.add_run(text).font.size = Pt(16)
        for text in ("{{机关名称}}", "{{今天}}"):
            document.add_paragraph(text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        out = io.BytesIO()
        document.save(out)
        yield name, out.getvalue()
