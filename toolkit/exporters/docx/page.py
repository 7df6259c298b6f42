"""The page of the Word file: whether it is a draft in, an empty python-docx document with the standard's page out.

Measures after GB/T 9704-2012: A4, margins 37/26/35/28 mm, 22 lines of 28 characters, 3号 仿宋 on a pitch of 28.9 pt.
The official fonts are named, not carried; the font table names the substitute of each on a machine without it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

TITLE_FONT, HEI, KAI, FANG, SONG = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体"
LATIN = "Times New Roman"  # digits and letters beside 仿宋 and 楷体, as offices set them
# what Windows has where the official font is not installed
_STAND_INS = {TITLE_FONT: "宋体", KAI: "楷体", FANG: "仿宋", HEI: "SimHei", SONG: "SimSun"}
# what python-docx's template brings and no report refers to
_UNUSED_PARTS = ("/numbering", "/stylesWithEffects", "/customXml")
LINE_PITCH = 28.9
TYPE_AREA_TWIPS = 8845  # 156 mm
_TWENTY_EIGHT_A_LINE = -5  # twentieths of a point closer, so that 28 characters of 16 pt fit into 156 mm


@dataclass(frozen=True, slots=True)
class _Style:
    """One paragraph style; sizes in points, ``line`` 0 for as high as the text, ``indent`` in characters."""

    name: str
    font: str = FANG
    size: float = 16
    line: float = LINE_PITCH
    align: str = "both"
    indent: float = 0
    before: float = 0
    after: float = 0
    keep_next: bool = False
    hanging: float = 0


_STYLES = (
    _Style("Normal"),
    _Style("Title", TITLE_FONT, 22, 36, "center", after=LINE_PITCH, keep_next=True),
    _Style("Heading 1", HEI, indent=2, keep_next=True),
    _Style("Heading 2", KAI, indent=2, keep_next=True),
    _Style("Heading 3", indent=2, keep_next=True),
    _Style("Heading 4", indent=2, keep_next=True),
    _Style("Body Text", indent=2),
    _Style("List Paragraph", hanging=2),
    _Style("Caption", HEI, 12, 20, "center", after=8),
    _Style("图", line=0, align="center", before=8, after=2, keep_next=True),
    _Style("表格文字", SONG, size=9, line=0, align="center"),
    _Style("表格标题", HEI, size=12, line=20, align="center", before=6, after=3, keep_next=True),
    _Style("表后", size=8, line=8),
    _Style("说明", KAI, 10.5, 16, "left", before=6),
    _Style("代码", SONG, 10, 14, "left"),
    _Style("Header", HEI, 10.5, 0, "right"),
    _Style("Footer", SONG, 14, 16, "right"),
)


def new_page(draft: bool) -> WordDocument:
    """An empty document with page, styles, fonts, page numbers and, for a draft, the mark 草稿 on every page."""
    return docx.Document(io.BytesIO(_empty_file(draft)))


@cache
def _empty_file(draft: bool) -> bytes:
    """Kept for the life of the process: setting the styles takes longer than setting a report."""
    document = docx.Document()
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith(_UNUSED_PARTS):
            del document.part.rels[key]
    _set_page(document, draft)
    raw = io.BytesIO()
    document.save(raw)
    return raw.getvalue()


def _set_page(document: WordDocument, draft: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = Mm(37), Mm(26), Mm(35), Mm(28)
    # the number is 7 mm below the type area
    section.header_distance, section.footer_distance = Mm(15), Mm(22)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is not None:
        grid.set(qn("w:linePitch"), str(round(LINE_PITCH * 20)))
    document.settings.odd_and_even_pages_header_footer = True
    _set_language(document)
    _set_mode(document)
    _drop_styles(document)
    for style in _STYLES:
        _set_style(document, style)
    _name_stand_ins(document)
    _number_pages(section)
    if draft:
        _mark_draft(section.header, 1)
        _mark_draft(section.even_page_header, 2)


def _set_mode(document: WordDocument) -> None:
    """Word 2013 and later, so that its title bar does not say 兼容模式; Chinese where the template says Japanese."""
    settings = document.settings.element
    for entry in settings.iter(qn("w:compatSetting")):
        if entry.get(qn("w:name")) == "compatibilityMode":
            entry.set(qn("w:val"), "15")
    for language in settings.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _drop_styles(document: WordDocument) -> None:
    """Leave out the 140 styles of python-docx's template that a report has no use for; an office sees ours only."""
    names = {spec.name for spec in _STYLES}
    for style in list(document.styles):
        if style.name not in names and not style.element.get(qn("w:default")):
            style.element.getparent().remove(style.element)
        for link in style.element.findall(qn("w:link")):
            style.element.remove(link)


def _set_language(document: WordDocument) -> None:
    """Chinese in the defaults, for the spelling checker and for reading aloud; no theme fonts."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    of_paragraphs, of_characters = (defaults.find(f"{qn(f'w:{kind}PrDefault')}/{qn(f'w:{kind}Pr')}") for kind in "pr")
    of_paragraphs.clear()
    of_characters.clear()
    of_characters.append(_fonts(FANG))
    # digits called Chinese would be broken between two lines (LibreOffice)
    of_characters.append(_element("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))


def _set_style(document: WordDocument, spec: _Style) -> None:
    styles = document.styles
    style: Any = styles[spec.name] if spec.name in styles else styles.add_style(spec.name, WD_STYLE_TYPE.PARAGRAPH)
    style.quick_style, style.hidden, style.unhide_when_used = True, False, False
    for tag in ("w:pPr", "w:rPr"):
        old = style.element.find(qn(tag))
        level = old.find(qn("w:outlineLvl")) if old is not None and tag == "w:pPr" else None
        if old is not None:
            style.element.remove(old)
        if tag == "w:pPr":
            _set_paragraph(style.element.get_or_add_pPr(), spec, level)
    _set_characters(style.element.get_or_add_rPr(), spec)
    if spec.name.startswith(("Heading", "Title")):
        style.next_paragraph_style = styles["Body Text"]


def _set_paragraph(properties: Any, spec: _Style, level: Any) -> None:
    if spec.keep_next:
        properties.append(_element("w:keepNext"))
    if spec.name == "Body Text":
        properties.append(_element("w:widowControl", val="0"))
    # no blank between characters and digits: 28 to a line, as in the PDF
    properties.append(_element("w:autoSpaceDE", val="0"))
    properties.append(_element("w:autoSpaceDN", val="0"))
    # text in tables and pictures ignores the line grid
    properties.append(_element("w:snapToGrid", val="0"))
    exact = {"line": str(round(spec.line * 20)), "lineRule": "exact"} if spec.line else {"line": "240", "lineRule": "auto"}
    properties.append(_element("w:spacing", before=str(round(spec.before * 20)), after=str(round(spec.after * 20)), **exact))
    if spec.indent:
        twips = str(round(spec.indent * spec.size * 20))
        properties.append(_element("w:ind", firstLineChars=str(round(spec.indent * 100)), firstLine=twips))
    if spec.hanging:
        twips = str(round(spec.hanging * spec.size * 20))
        properties.append(_element("w:ind", left=str(int(twips) * 2), hanging=twips))
    properties.append(_element("w:jc", val=spec.align))
    if level is not None:
        properties.append(level)


def _set_characters(properties: Any, spec: _Style) -> None:
    properties.append(_fonts(spec.font))
    properties.append(_element("w:color", val="000000"))
    if spec.size == 16:
        properties.append(_element("w:spacing", val=str(_TWENTY_EIGHT_A_LINE)))
    size = str(round(spec.size * 2))
    properties.append(_element("w:sz", val=size))
    properties.append(_element("w:szCs", val=size))


def _fonts(name: str) -> Any:
    # the hint keeps quotation marks and dashes in the Chinese font
    latin = LATIN if name in (FANG, KAI) else name
    return _element("w:rFonts", ascii=latin, hAnsi=latin, eastAsia=name, cs=latin, hint="eastAsia")


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _name_stand_ins(document: WordDocument) -> None:
    """A font table with an ``altName`` for each official font (ISO/IEC 29500-1, 17.8.3.1)."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, other in _STAND_INS.items()
    )
    table = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = table.encode("utf-8")


def _number_pages(section: Any) -> None:
    """— 1 — with one blank outside: odd pages right, even pages left."""
    for footer, align, side in ((section.footer, "right", "right"), (section.even_page_footer, "left", "left")):
        paragraph = footer.paragraphs[0]
        paragraph.style = "Footer"
        properties = paragraph._p.get_or_add_pPr()
        properties.append(_element("w:ind", **{f"{side}Chars": "100", side: "280"}))
        properties.append(_element("w:jc", val=align))
        paragraph.add_run("— ")
        for kind in ("begin", "", "separate", "1", "end"):
            run = paragraph.add_run("1" if kind == "1" else "")
            if kind in ("begin", "separate", "end"):
                run._r.append(_element("w:fldChar", fldCharType=kind))
            elif not kind:
                code = _element("w:instrText")
                code.text = " PAGE "
                run._r.append(code)
        paragraph.add_run(" —")


def _mark_draft(header: Any, number: int) -> None:
    """A line in words (read aloud, kept by every program) and the grey mark across the page (VML, as Word writes it)."""
    paragraph = header.paragraphs[0]
    paragraph.style = "Header"
    paragraph.add_run("草稿（未定稿，不得公布）")
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:360pt;height:180pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    mark = (
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="DraftMark{number}" o:spid="_x0000_s{2048 + number}" type="#_x0000_t136" alt="草稿" '
        f'style="{escape(style)}" o:allowincell="f" fillcolor="#c9c9c9" stroked="f"><v:fill opacity=".45"/>'
        '<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="草稿"/></v:shape></w:pict></w:r>'
    )
    paragraph._p.append(parse_xml(mark))
