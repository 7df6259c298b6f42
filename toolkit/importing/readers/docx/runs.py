"""Walk over the runs of one paragraph of a Word file: its visible text, its pictures and its text boxes.

In: a ``w:p`` and the styles around it. Out: ``Fragment``, ``Picture`` and ``Box`` in order. Deleted, hidden and
struck-out text is left out; the result of a field is in and its code is not; of a choice between markups the first is
taken, as Word does.

Source: ISO/IEC 29500-1, 17.3.3 (run content), 17.16 (fields), 17.13.5 (revisions), 22.1 (equations); -3, 9 (choices).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.importing.limits import TooLarge
from toolkit.importing.readers.docx.styles import OFF, Around, Look, Styles, W
from toolkit.importing.readers.opc import RELATION
from toolkit.importing.readers.shown import BREAK, FAINT, REVERSED, SYMBOLS, Fragment, HiddenFigures, has_digit

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
VML = "{urn:schemas-microsoft-com:vml}"
OLE = "{urn:schemas-microsoft-com:office:office}"
_WORKBOOKS = ("Excel.Sheet", "ET.")  # of Microsoft, of Kingsoft
DELETED = {f"{W}{tag}" for tag in ("del", "moveFrom")}
_SKIPPED = {
    f"{W}{tag}"
    for tag in ("delText", "rPr", "pPr", "sectPr", "sdtPr", "rubyPr", "commentReference",
                "annotationRef", "customXmlPr", "smartTagPr", "delInstrText")
}  # fmt: skip
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}noBreakHyphen": "-"}
_PLAIN_MATH = {
    f"{M}{tag}" for tag in ("oMath", "oMathPara", "r", "t", "rPr", "oMathParaPr", "ctrlPr", "jc", "sty", "nor", "lit", "scr")
}
# fields without printed text
_SILENT_FIELDS = ("TC", "XE", "TA", "RD", "SET", "ASK", "PRIVATE", "BOOKMARK", "NEXT", "NEXTIF", "SKIPIF", "HYPERLINK", "")
_DEEPEST = 60
# the extensions of Word 2010 to 365, by the prefixes that Word, WPS and LibreOffice write
_EXTENSION = re.compile(r"wps|wpg|wpc|wpi|wp14|w14|w15|w16\w*|cx\d*|c14|a14|aink|am3d|v|o|w")
STALE = "nianbao-stale"  # set on the runs of a content control that shows other data than its text
_OVER = "这一格上画有线或图形，不能确定数字是否还作数"
_WRAPPERS = {f"{W}{tag}" for tag in ("bdo", "dir", "hyperlink", "fldSimple")}
# wrappers that show what is in them
_TRANSPARENT = {f"{W}{tag}" for tag in ("ins", "moveTo", "sdt", "sdtContent", "smartTag", "customXml")}
_LINES = ("line", "straightConnector1", "lineInv")
_PRINTING = {
    f"{W}{tag}"
    for tag in ("dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong", "pgNum", "separator",
                "continuationSeparator", "footnoteRef", "endnoteRef")
}  # fmt: skip
_NOTES = {f"{W}footnoteReference", f"{W}endnoteReference"}
# fields that Word counts again when it lays out or opens the file
_COUNTED = (
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "PAGEREF", "DATE", "TIME", "SAVEDATE", "PRINTDATE", "CREATEDATE", "EDITTIME",
    "REVNUM", "NUMWORDS", "NUMCHARS", "FILESIZE", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT",
)  # fmt: skip
_SAME_MATH = {
    f"{W}{tag}"
    for tag in ("rPr", "rFonts", "b", "bCs", "i", "iCs", "lang", "szCs", "kern", "noProof", "t", "r", "proofErr", "bookmarkStart",
                "bookmarkEnd", "ins")
}  # fmt: skip
_STALE = "内容控件绑定了数据，打开时显示的可能不是这个数"
_NESTED = "段落里套有段落或表格，Word 可能不显示"
_UNKNOWN = "这一格有不认识的标记，不能确定显示的是哪个数"
_EQUATION = "这一格是公式编辑器的公式，不能确定是哪个数"
_FIELD = "这一格是没有结果的域，请在 Word 中更新域后另存"
_OUT_OF_DATE = "这一格的域标为过期，打开时会重算，请在 Word 中更新域后另存"
_CHOICE = "不同版本的 Word 在这一格显示的内容不同"
_SYMBOL = "这一格有符号字体的字符，不能确定是哪个字"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a paragraph; ``floating`` when it does not take part in the line.

    ``workbook`` is the relation of the workbook that it shows.
    """

    alt: str = ""
    floating: bool = False
    workbook: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A text box: its ``w:txbxContent``."""

    content: Any


Inline = Fragment | Picture | Box


@dataclass(slots=True)
class _Field:
    """A field that is open: its code so far, and whether its code, its result or nothing of it is passing."""

    code: str = ""
    phase: str = "code"
    printed: bool = False


@dataclass
class Runs:
    """The walker of one file. ``fields`` stay open over paragraphs; ``dropped`` gathers what is not shown."""

    styles: Styles
    name: str
    dropped: HiddenFigures = field(default_factory=HiddenFigures)
    tracked: bool = False
    fields: list[_Field] = field(default_factory=list)

    def read(self, paragraph: Any, around: Around, place: str) -> list[Inline]:
        """The visible content of one paragraph."""
        return list(self._children(paragraph, around, place, 0))

    def _children(self, node: Any, around: Around, place: str, depth: int) -> Iterator[Inline]:
        if depth > _DEEPEST:
            raise TooLarge(self.name, f"文档嵌套超过 {_DEEPEST} 层")
        for child in node:
            tag = child.tag
            if not isinstance(tag, str) or tag in _SKIPPED:
                continue
            if tag in DELETED:
                self.tracked = True
            elif tag == f"{W}r":
                yield from self._run(child, around, place, depth)
            elif tag.startswith(M):
                yield from self._on_its_line(child, around, place)
            elif tag == f"{MC}AlternateContent":
                yield from self._choice(child, around, place, depth)
            elif tag in _WRAPPERS:
                yield from self._wrapped(child, around, place, depth)
            elif tag in (f"{W}p", f"{W}tbl"):  # no paragraph may hold one
                text = _words(child)
                yield from [Fragment("", doubt=_NESTED, stand_in=text)] if has_digit(text) else []
            else:
                self.tracked |= tag in (f"{W}ins", f"{W}moveTo")
                yield from self._children(child, around, place, depth + 1)
                yield from _doubt_of_unknown(child)

    def _on_its_line(self, node: Any, around: Around, place: str) -> Iterator[Inline]:
        """An equation in the line, or displayed on a line of its own."""
        content = self._visible_inlines(_equation(node), self.styles.look(None, around), place)
        yield from (BREAK, *content, BREAK) if node.tag == f"{M}oMathPara" else content

    def _wrapped(self, node: Any, around: Around, place: str, depth: int) -> Iterator[Inline]:
        """Runs that are drawn from right to left, that lead to a note and are its mark, or that are the result of a field."""
        content = self._children(node, around, place, depth + 1)
        if node.tag == f"{W}fldSimple":
            yield from self._simple_field(str(node.get(f"{W}instr", "")), list(content))
            yield from [Fragment("", doubt=_OUT_OF_DATE)] if node.get(f"{W}dirty", "false") not in OFF else []
        elif node.tag == f"{W}hyperlink":
            is_mark = node.get(f"{W}anchor") and not node.get(f"{RELATION}id")
            yield from map(_above, content) if is_mark else content
        else:
            yield from map(_reversed, content) if node.get(f"{W}val", "rtl") == "rtl" else content

    @staticmethod
    def _simple_field(code: str, result: Sequence[Inline]) -> Iterator[Inline]:
        """A field in one element: its result, as ``_field`` and ``_run`` treat that of a field of characters."""
        yield from map(_above, result) if _leads_to_note(code) else result
        if _name(code) in ("EQ", *_COUNTED) or (not result and _name(code) not in _SILENT_FIELDS):
            yield Fragment("", doubt=_FIELD, stand_in="［域］")

    def _choice(self, node: Any, around: Around, place: str, depth: int) -> Iterator[Inline]:
        """The branch of a choice that Word takes. Where Word shows nothing and an older program a figure, it is not certain."""
        branches = [list(self._inside(branch, around, place, depth + 1)) for branch in branches_of(node)]
        yield from branches[0] if branches else ()
        other = "".join(item.text for item in branches[-1] if isinstance(item, Fragment)) if branches else ""
        if has_digit(other) and not any(not isinstance(item, Fragment) or item.text.strip() for item in branches[0]):
            yield Fragment("", doubt=_CHOICE, stand_in=other)

    def _inside(self, node: Any, around: Around, place: str, depth: int) -> Iterator[Inline]:
        """A branch may hold runs (in a paragraph) or the content of a run (in a run)."""
        for child in node:
            if isinstance(child.tag, str) and child.tag == f"{W}r":
                yield from self._run(child, around, place, depth)
            elif isinstance(child.tag, str):
                yield from self._content(child, self.styles.look(None, around), around, place, depth)

    def _run(self, run: Any, around: Around, place: str, depth: int) -> Iterator[Inline]:
        look = self.styles.look(run.find(f"{W}rPr"), around)
        if run.get(STALE):
            yield Fragment("", doubt=_STALE, stand_in="［控件］")
        for child in run:
            if not isinstance(child.tag, str) or child.tag in _SKIPPED:
                continue
            if child.tag == f"{W}fldChar":
                yield from self._field(child)
            elif child.tag == f"{W}instrText":
                if self.fields:
                    self.fields[-1].code += child.text or ""
            elif all(item.phase == "result" for item in self.fields):
                if self.fields:
                    self.fields[-1].printed = True
                pieces = self._visible_inlines(self._content(child, look, around, place, depth), look, place)
                yield from map(_above, pieces) if any(_leads_to_note(item.code) for item in self.fields) else pieces

    def _visible_inlines(self, content: Iterator[Inline], look: Look, place: str) -> Iterator[Inline]:
        """What is seen of the content of a run of this look."""
        for item in content:
            if look.visible == "hidden" or (look.struck and isinstance(item, Fragment)):
                gone = item.text if isinstance(item, Fragment) else ""
                self.dropped.add(gone, place)
                yield Fragment("", gone=gone)
            elif (look.doubt or look.visible == "faint") and isinstance(item, Fragment) and has_digit(item.text):
                yield Fragment(item.text, item.raised, item.size, look.doubt or FAINT)
            else:
                yield item

    def _content(self, child: Any, look: Look, around: Around, place: str, depth: int) -> Iterator[Inline]:
        tag = child.tag
        if tag == f"{W}t":
            yield _text(child.text or "", look)
        elif tag in _BREAKS:
            yield Fragment(_BREAKS[tag])
        elif tag == f"{W}sym":
            yield _symbol(str(child.get(f"{W}char", "")), str(child.get(f"{W}font", "")), look)
        elif tag == f"{MC}AlternateContent":
            yield from self._choice(child, around, place, depth + 1)
        elif tag == f"{W}ruby":
            yield from self._children(
                child.find(f"{W}rubyBase") if child.find(f"{W}rubyBase") is not None else (), around, place, depth
            )
            above = child.find(f"{W}rt")
            yield from map(_above, self._children(above if above is not None else (), around, place, depth))
        elif tag == f"{W}txbxContent":
            yield Box(child)
        elif tag in _NOTES:
            yield Fragment("", raised=1)
        elif tag in _PRINTING:
            yield Fragment("", doubt=_FIELD, stand_in="［域］")
        elif tag in (f"{W}drawing", f"{W}pict", f"{W}object", f"{W}contentPart"):
            yield from _drawn(child)

    def _field(self, mark: Any) -> Iterator[Fragment]:
        kind = mark.get(f"{W}fldCharType")
        if kind == "begin":
            chosen = _chosen(mark.find(f"{W}ffData/{W}ddList"))
            self.fields.append(_Field(phase="code" if chosen is None else "nothing"))
            if mark.get(f"{W}dirty", "false") not in OFF:
                yield Fragment("", doubt=_OUT_OF_DATE)
            if chosen is not None and all(item.phase == "result" for item in self.fields[:-1]):
                yield Fragment(chosen)
        elif kind == "separate" and self.fields and self.fields[-1].phase == "code":
            self.fields[-1].phase = "result"
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            code = _name(ended.code)
            if (ended.phase == "code" and code not in _SILENT_FIELDS) or (code in ("EQ", *_COUNTED) and ended.phase == "result"):
                yield Fragment("", doubt=_FIELD, stand_in="［域］")


def _doubt_of_unknown(node: Any) -> Iterator[Fragment]:
    """A doubt beside text in markup that is not known to show what is in it, and for a part of another file."""
    if node.tag not in _TRANSPARENT and (node.tag == f"{W}subDoc" or has_digit(_words(node))):
        yield Fragment("", doubt=_UNKNOWN, stand_in="［？］")


def _words(node: Any) -> str:
    return "".join(item.text or "" for item in node.iter(f"{W}t"))


def _name(code: str) -> str:
    """The name of a field, the first word of its code."""
    return (code.split() or [""])[0].upper()


def _leads_to_note(code: str) -> bool:
    """Whether the result of a field is the mark of a note, or a link to another place in the file."""
    switches = code.lower().split()
    return _name(code) == "NOTEREF" or (
        (_name(code) == "HYPERLINK" and "\\l" in switches) or (_name(code) == "REF" and "\\f" in switches)
    )


def branches_of(choice: Any) -> list[Any]:
    """What Word takes of a choice: the first branch whose extensions it knows; then the one for old versions, if any."""
    readable = [branch for branch in choice.findall(f"{MC}Choice") if _is_known(str(branch.get("Requires", "")))]
    return [*readable[:1], *choice.findall(f"{MC}Fallback")[:1]]


def _is_known(extensions: str) -> bool:
    return all(_EXTENSION.fullmatch(prefix) for prefix in extensions.split())


def _text(text: str, look: Look) -> Fragment:
    if look.font.startswith("symbol"):
        text = "".join(map(_symbol_character, text))
        return Fragment(text, look.raised, look.size, "" if text.isascii() else _SYMBOL)
    private = re.search("[\ue000-\uf8ff]", text) is not None
    doubt = SYMBOLS if look.symbols and text.strip() else _SYMBOL if private else ""
    return Fragment(text, look.raised, look.size, doubt, boxed=look.boxed)


def _symbol(code: str, font: str, look: Look) -> Fragment:
    """A character by its number in a font: digits of the font Symbol are digits, anything else is not certain."""
    try:
        character = _symbol_character(chr(int(code, 16)))
    except (ValueError, OverflowError):
        character = ""
    if font.lower().startswith("symbol") and re.fullmatch(r"[0-9.,]", character):
        return Fragment(character, look.raised, look.size)
    return Fragment("", doubt=_SYMBOL, stand_in="［符号］")


def _symbol_character(character: str) -> str:
    """The fonts of symbols have their characters at U+F020 to U+F0FF."""
    return chr(ord(character) - 0xF000) if 0xF020 <= ord(character) <= 0xF07E else character


def _reversed(item: Inline) -> Inline:
    return Fragment(item.text, item.raised, item.size, REVERSED) if isinstance(item, Fragment) and has_digit(item.text) else item


def _above(item: Inline) -> Inline:
    return Fragment(item.text, 1, item.size, item.doubt) if isinstance(item, Fragment) else item


def _chosen(choices: Any) -> str | None:
    """The entry that a drop-down field shows; ``None`` for another field."""
    if choices is None:
        return None
    entries = [str(entry.get(f"{W}val", "")) for entry in choices.findall(f"{W}listEntry")]
    marks = [choices.find(f"{W}{name}") for name in ("result", "default")]
    at = next((str(mark.get(f"{W}val", "0")) for mark in marks if mark is not None), "0")
    return entries[int(at)] if at.isdigit() and int(at) < len(entries) else ""


def _equation(node: Any) -> Iterator[Fragment]:
    """An equation without fractions and powers is text; the reading of any other is uncertain."""
    text = "".join(item.text or "" for item in node.iter(f"{M}t", f"{W}t"))
    plain = all(item.tag in _PLAIN_MATH or item.tag in _SAME_MATH or not str(item.tag).startswith((M, W)) for item in node.iter())
    yield Fragment(text, doubt="" if plain else _EQUATION, stand_in="［公式］")


def _drawn(node: Any) -> Iterator[Inline]:
    """The text boxes of a drawing, else the picture; what the drawing says is hidden is not there."""
    frames = [item for item in node.iter(f"{DRAWING}docPr") if not _inside_fallback(item, node)]
    styles = [str(item.get("style") or "") for item in node.iter() if str(item.tag).startswith(VML)]
    if any(item.get("hidden") in ("1", "true") for item in frames) or any(
        "visibility:hidden" in style.replace(" ", "") for style in styles
    ):
        return
    boxes = [item for item in node.iter(f"{W}txbxContent") if not _inside_fallback(item, node)]
    words = [str(item.get("string") or "") for item in node.iter(f"{VML}textpath")]
    if boxes or any(words):
        yield from (Fragment(word, doubt="这一格里是艺术字") for word in words if word)
        yield from map(Box, boxes)
        return
    if _is_shape(node):
        yield Fragment("", doubt=_OVER)
        return
    images = list(node.iter(f"{VML}imagedata"))
    if frames or images or node.tag in (f"{W}object", f"{W}contentPart"):
        alts = [item.get("descr") or item.get("title") or "" for item in frames] + [item.get("title") or "" for item in images]
        floating = node.find(f"{DRAWING}anchor") is not None or any("position:absolute" in style for style in styles)
        embedded = (item for item in node.iter(f"{OLE}OLEObject") if str(item.get("ProgID", "")).startswith(_WORKBOOKS))
        workbook = next((str(item.get(f"{RELATION}id", "")) for item in embedded), "")
        yield Picture(next((alt for alt in alts if alt), ""), floating, workbook)


def _is_shape(node: Any) -> bool:
    """Whether a drawing is a line or a shape and no picture: it may strike out or cover the figure under it."""
    vml = {f"{VML}{name}" for name in ("line", "rect", "roundrect", "oval", "polyline")}
    lines = (str(item.get("prst")) in _LINES for item in node.iter("{*}prstGeom"))
    shapes = next(node.iter("{*}wsp"), None) is not None or any(lines) or any(item.tag in vml for item in node.iter())
    return shapes and next(node.iter("{*}pic", f"{VML}imagedata"), None) is None


def _inside_fallback(node: Any, stop: Any) -> bool:
    for parent in node.iterancestors():
        if parent is stop:
            return False
        if parent.tag == f"{MC}Fallback":
            return True
    return False
