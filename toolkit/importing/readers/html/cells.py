"""Read one table of a web page: its cells with their spans, and of each cell what a browser shows in it.

In: a ``<table>`` and the looks of its page. Out: rows of ``RawCell``. Chosen options, typed values and text areas are
read; pictures, drawings, text added by a style sheet, numbers of lists and columns of boxes make a cell doubtful.

Source: HTML, 4.4.5 (lists), 4.9 (tables), 4.10 (forms), 4.8 (embedded content); CSS Counter Styles 3; MathML Core.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from bs4.element import NavigableString, PreformattedString, Script, Stylesheet, Tag, TemplateString

from toolkit.importing.limits import Limits, TooLarge
from toolkit.importing.readers.docx.numbering import chinese, counted
from toolkit.importing.readers.html.css import GAP, around, tags
from toolkit.importing.readers.html.hiding import BLOCKS, CHANGED, CUT, PLACED, may_cover
from toolkit.importing.readers.html.look import Look, Looks, ink_visible
from toolkit.importing.readers.html.values import pixels
from toolkit.importing.readers.shown import (
    BREAK,
    FAINT,
    NUMBERED,
    PICTURE,
    Fragment,
    HiddenFigures,
    has_digit,
    is_bare_figure,
    shown_cell,
)
from toolkit.importing.source import RawCell

_SILENT = {"script", "style", "template", "noscript", "head", "title", "datalist", "rp", "annotation", "annotation-xml",
           "audio", "noframes", "noembed"}  # fmt: skip
_PICTURES = {"img", "svg", "canvas", "object", "embed", "iframe", "video", "image", "applet", "meter", "progress",
             "v:imagedata", "v:textpath"}  # fmt: skip
_PLAIN_MATH = {"math", "mrow", "mn", "mstyle", "mtext", "semantics", "annotation", "annotation-xml"}
_TYPED = ("", "text", "number", "tel", "search")  # inputs whose value is shown as text
_BUTTONS = ("checkbox", "radio", "submit", "button", "reset", "image")
LARGE_TABLE = 8  # cells; a table of that many inside a cell is a table, a smaller one is the cell's text
_TO_THE_END = 60_000  # rows: what rowspan="0" means
_DIGIT = 0.45  # of the type size: the width of a digit
_SPACER = 3  # pixels; a smaller picture only keeps a distance
_GENERATED = "样式表在这一格加了文字，不能确定是哪个数"
_EQUATION = "这一格是公式，不能确定是哪个数"
_CHOICE = "下拉框里没有选定的一项，不能确定是哪个数"
_INPUT = "这一格是填写框，不能确定显示的是哪个数"
_WRITES = re.compile(r"\bwrite(ln)?\s*\(|inner(HTML|Text)|textContent|insertAdjacent|append|\.(text|html)\s*\(")
# attributes with the figure that a script counts up to
_COUNTS_UP = re.compile(r"data-(?:.*-)?(?:target|to|count|number|num|end|final|value|val)")
_SCRIPT = "这一格的内容由脚本写入，不能确定显示的是哪个数"
_NESTED = "这一格里另有一张表"


@dataclass
class TableCells:
    """The cells of the tables of one page; ``large`` gathers tables inside cells that are tables themselves."""

    looks: Looks
    name: str
    limits: Limits
    dropped: HiddenFigures
    large: list[Any] = field(default_factory=list)
    hidden_rows: int = 0

    def rows(self, table: Any, place: str) -> list[list[RawCell]]:
        """The rows that are shown, with their cells."""
        rows: list[list[RawCell]] = []
        ends: list[int] = []  # how many rows of its group are left, by row
        for group in _row_groups(table):
            visible_rows = [row for row in group if self._is_shown(row)]
            ends += range(len(visible_rows), 0, -1)
            for row in visible_rows:
                cells = [cell for cell in row.children if cell.name in ("td", "th") and not self.looks.of(cell).gone]
                rows.append([self.cell(cell, f"{place}第 {len(rows) + 1} 行") for cell in cells])
        # a cell ends with its group of rows, whatever it says; LibreOffice puts heads of several rows into two groups
        cut = [[replace(cell, rowspan=min(cell.rowspan, end)) for cell in row] for row, end in zip(rows, ends, strict=True)]
        return rows if _is_even(rows) and not _is_even(cut) else cut

    def _is_shown(self, row: Any) -> bool:
        is_shown = self.looks.of(row).shows
        self.hidden_rows += not is_shown and has_digit(row.get_text())
        return is_shown

    def cell(self, node: Any, place: str) -> RawCell:
        """One cell with its visible content."""
        text, doubt = shown_cell([*self._adorned(node), *self.fragments(node, place, 0)])
        down = _TO_THE_END if str(node.get("rowspan") or "").strip() == "0" else span_of(node, "rowspan")
        return RawCell(text, span_of(node, "colspan"), down, doubt)

    def fragments(self, node: Any, place: str, depth: int) -> Iterator[Fragment]:
        """What an element shows, in order."""
        if depth > self.limits.depth:
            raise TooLarge(self.name, f"网页标签嵌套超过 {self.limits.depth} 层")
        look = self.looks.of(node)
        for child in node.children:
            if is_text(child):
                yield from self._string(str(child), look, node, place)
            elif isinstance(child, Tag) and child.name not in _SILENT:
                yield from self._tag(child, place, depth)
            elif isinstance(child, Tag) and _is_written_by_machine(child):
                yield Fragment("", doubt=_SCRIPT, stand_in="［脚本］")

    def _string(self, text: str, look: Look, node: Any, place: str) -> Iterator[Fragment]:
        text = text if look.visible == "shown" and _keeps_lines(node) else re.sub(r"[ \t\n\r\f]+", " ", text)
        yield from self._written(text, look, node, place)

    def _written(self, text: str, look: Look, node: Any, place: str) -> Iterator[Fragment]:
        """Text of one look, or what is left out because it is hidden."""
        state = self._ink(look, node) if has_digit(text) and not re.search("[\u3400-\u9fff]", text) else "shown"
        if not look.shows or state == "hidden":
            self.dropped.add(text, place)
            yield Fragment("", gone=text, doubt=CHANGED if look.odd and has_digit(text) else "")
        else:
            doubt = (look.doubt or look.font or (FAINT if state == "faint" else "")) if has_digit(text) else ""
            yield Fragment(text, look.raised, look.size, doubt)

    def _ink(self, look: Look, node: Any) -> str:
        """Whether the text's colour shows on its paper: sheets on other servers may colour what has a class."""
        sure = not self.looks.sheets.linked or not any(
            item.get("class") for item in (node, *node.parents) if isinstance(item, Tag)
        )
        return ink_visible(look, sure=sure)

    def _tag(self, tag: Any, place: str, depth: int) -> Iterator[Fragment]:
        look = self.looks.of(tag)
        if look.gone:
            text = tag.get_text() or str(tag.get("value") or "") * (tag.get("type") != "hidden")
            self.dropped.add(text, place)
            yield Fragment("", gone=text, doubt=CHANGED if look.odd and has_digit(text) else "")
            return
        beside = look.apart or self.looks.sheets.generated.get(id(tag)) == GAP
        gap = BREAK if tag.name in BLOCKS or look.block else Fragment(" ") if beside else None
        if gap:
            yield gap
        if look.shows and may_cover(self.looks.sheets.of(tag), look.size) and not has_digit(tag.get_text()):
            yield Fragment("", doubt=PLACED)
        special = _SPECIAL.get(tag.name)
        if special is not None:
            yield from special(self, tag, look, place)
        elif tag.name == "table" and len(tags(tag, "td", "th")) >= LARGE_TABLE:
            self.large.append(tag)
            yield Fragment("", doubt=_NESTED, stand_in="［表］")
        else:
            yield from self._adorned(tag)
            yield from self.fragments(tag, place, depth + 1)
        if gap:
            yield gap

    def _adorned(self, tag: Any) -> Iterator[Fragment]:
        """Text that a style sheet adds, pictures that it puts behind a figure or in its place, numbers of a list."""
        if self.looks.sheets.generated.get(id(tag), GAP) != GAP:
            yield Fragment("", doubt=_GENERATED, stand_in="［样式］")
        if _is_counted_up(tag):
            yield Fragment("", doubt=_SCRIPT, stand_in="［脚本］")
        style = self.looks.sheets.of(tag)
        behind = style.get("background", "") + style.get("background-image", "")
        is_drawn = "url(" in behind and (tag.name not in ("td", "th") or not tag.get_text(strip=True))
        if is_drawn or "url(" in style.get("content", ""):
            yield Fragment("", doubt=PICTURE, stand_in="［图片］")
        if (is_numbered(tag, self.looks) or style.get("display") == "list-item") and has_digit(tag.get_text()):
            yield Fragment("", doubt=NUMBERED)

    def picture(self, tag: Any, look: Look, place: str) -> Iterator[Fragment]:
        sides = [pixels(str(tag.get(side) or ""), look.size) for side in ("width", "height")]
        spacer = any(side is not None and side <= _SPACER for side in sides)
        if look.shows and not spacer:
            yield Fragment("", doubt=PICTURE, stand_in="［图片］")
        elif look.shows and (sides[0] or 0) > _SPACER:
            yield Fragment(" ")

    def typed(self, tag: Any, look: Look, place: str) -> Iterator[Fragment]:
        """What an input shows: some content systems print a form of inputs that cannot be changed."""
        kind, value = str(tag.get("type") or "").lower(), str(tag.get("value") or "")
        if kind == "hidden":
            return
        if not look.shows or kind in _BUTTONS:
            yield Fragment("", gone=value)
        elif kind in _TYPED and (value or not has_digit(str(tag.get("placeholder") or ""))):
            wide = pixels(self.looks.sheets.of(tag).get("width", ""), look.size)
            narrow = wide is not None and has_digit(value) and wide < _DIGIT * look.size * len(value)
            yield from self._boxed(value, look, tag, place, CUT if narrow else "")
        else:
            yield Fragment("", doubt=_INPUT, stand_in="［填写框］")

    def chosen(self, tag: Any, look: Look, place: str) -> Iterator[Fragment]:
        """The chosen option of a drop-down; without one a browser shows the first, which may be no answer."""
        options = tag.find_all("option")
        picked = [item for item in options if item.has_attr("selected")]
        if not options:
            return
        sure = len(picked) == 1 or (len(options) == 1 and not tag.has_attr("multiple"))
        sure = sure and (len(options) == 1 or str(tag.get("size") or "1").strip() in ("0", "1"))  # a list shows several
        option = picked[-1] if picked else options[0]
        text = str(option.get("label") or option.get_text()).strip()
        yield from self._boxed(text, look, tag, place, "" if sure else _CHOICE)

    def area(self, tag: Any, look: Look, place: str) -> Iterator[Fragment]:
        yield from self._boxed(tag.get_text(), look, tag, place, "")

    def _boxed(self, text: str, look: Look, tag: Any, place: str, doubt: str) -> Iterator[Fragment]:
        """The text of a control, which stands apart from its neighbours; it has the paper of a control, which is white."""
        yield Fragment(" ")
        yield from (
            replace(item, doubt=doubt or item.doubt, stand_in="［填写框］") for item in self._written(text, look, tag, place)
        )
        yield Fragment(" ")

    def equation(self, tag: Any, look: Look, place: str) -> Iterator[Fragment]:
        """An equation of one number is that number; of any other the reading is not certain."""
        inside = [tag, *tag.find_all(True)]
        plain = all(item.name in _PLAIN_MATH for item in inside) and len(tag.find_all("mn")) == 1
        plain = plain and all(self.looks.of(item) == look for item in inside)
        text = "".join(item.get_text() for item in tag.find_all(["mn", "mi", "mo", "mtext"])) or tag.get_text()
        for item in self._written(text, look, tag, place):
            yield item if plain or not item.text else replace(item, doubt=_EQUATION, stand_in="［公式］")


_SPECIAL: dict[str, Callable[[TableCells, Any, Look, str], Iterator[Fragment]]] = {
    **dict.fromkeys(_PICTURES, TableCells.picture),
    "input": TableCells.typed,
    "select": TableCells.chosen,
    "textarea": TableCells.area,
    "math": TableCells.equation,
}


def _is_written_by_machine(tag: Any) -> bool:
    """Whether a script writes into the page, or a template takes the place of what is in its parent."""
    if tag.name == "script":
        return _WRITES.search("".join(map(str, tag.contents))) is not None
    return bool(tag.name == "template" and tag.has_attr("shadowrootmode"))


def _is_counted_up(tag: Any) -> bool:
    """Whether a script may count up from the 0 or the blank that an element shows to a figure among its attributes."""
    figures = [str(value) for name, value in tag.attrs.items() if _COUNTS_UP.fullmatch(name) and is_bare_figure(str(value))]
    text = tag.get_text().strip() if figures else ""
    return any(not text or (text == "0" and re.search("[1-9]", figure)) for figure in figures)


def _is_even(rows: list[list[RawCell]]) -> bool:
    """Whether every row takes as many columns, with the cells that reach into it from above."""
    above: list[tuple[int, int]] = []  # columns and rows left of the cells that reach down
    widths = set()
    for row in rows:
        here = [*above, *((cell.colspan, cell.rowspan) for cell in row)]
        widths.add(sum(columns for columns, _ in here))
        above = [(columns, left - 1) for columns, left in here if left > 1]
    return len(widths) == 1


def _row_groups(table: Any) -> list[list[Any]]:
    """The rows of a table by group, in the order in which they are shown: heads first, the foot last."""
    groups: dict[int, list[Any]] = {}
    for row in tags(table, "tr"):
        if around(row, "table") is table:
            groups.setdefault(id(row.parent), []).append(row)
    order = {"thead": 0, "tfoot": 2}
    return sorted(groups.values(), key=lambda rows: order.get(rows[0].parent.name, 1))


def is_text(node: Any) -> bool:
    """Whether a node is text of the page, and no comment, script or style sheet."""
    return isinstance(node, NavigableString) and not isinstance(node, PreformattedString | Script | Stylesheet | TemplateString)


def _keeps_lines(node: Any) -> bool:
    return bool(node.name == "pre" or around(node, "pre") is not None or "white-space" in str(node.get("style") or ""))


def span_of(cell: Any, name: str) -> int:
    """How many columns or rows a cell takes."""
    match = re.match(r"\s*(\d{1,4})", str(cell.get(name) or ""))
    return max(1, int(match[1])) if match else 1


_TYPES = {"a": "lowerLetter", "A": "upperLetter", "1": "decimal"}
_STYLES = {"lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter"}
_CHINESE = ("cjk-ideographic", "simp-chinese", "trad-chinese", "cjk-decimal", "japanese", "ideographic")
_NONE = ("none", "disc", "circle", "square")


def is_numbered(item: Any, looks: Looks) -> bool:
    """Whether a browser may put more than a bullet before an item."""
    around = item.parent
    if item.name != "li" or around is None:
        return False
    kind = _kind(item, around, looks)
    return kind != "" and not set(kind.split()) & set(_NONE) if around.name != "ol" else True


def _kind(item: Any, around: Any, looks: Looks) -> str:
    styles = (looks.sheets.of(item), looks.sheets.of(around))
    return next((text for style in styles if (text := style.get("list-style-type") or style.get("list-style", ""))), "")


def marker_of(item: Any, looks: Looks) -> str:
    """The number of one item."""
    around = item.parent
    if around is None or around.name != "ol":
        return ""
    kind = _kind(item, around, looks)
    if any(word in kind.split() for word in _NONE):
        return ""
    number = _number(item, around)
    if kind.startswith(_CHINESE):
        return f"{chinese(number)}、"
    return f"{counted(number, _STYLES.get(kind, _TYPES.get(str(around.get('type') or ''), 'decimal')))}."


def _number(item: Any, around: Any) -> int:
    """The number of an item: counted from the start of the list, or from an item that has a number."""
    items = around.find_all("li", recursive=False)
    step = -1 if around.has_attr("reversed") else 1
    number = _whole(around.get("start"), len(items) if step < 0 else 1) - step
    for other in items:
        number = _whole(other.get("value"), number + step)
        if other is item:
            break
    return number


def _whole(text: object, default: int) -> int:
    value = str(text or "").strip()
    return int(value) if value.lstrip("-").isascii() and value.lstrip("-").isdigit() and len(value) < 8 else default
