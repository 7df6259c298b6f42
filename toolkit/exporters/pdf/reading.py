"""Read the text of one of our PDFs in the order of a screen reader.

In: an opened PDF as ``toolkit.exporters.pdf.setting`` sets it. Out: its pieces of text, one for each element of its structure
(a cell, a paragraph). Page numbers and other artifacts (ISO 32000-1, 14.8.2.2) are left out. It reads what
the file's own fonts say a glyph means (ToUnicode), so a glyph that means nothing is missed; made for this one
producer, it takes a quarter of the time of a general reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import pikepdf


def _literal(depth: int) -> bytes:
    """The inside of a literal string, which may contain balanced brackets."""
    inner = rb"|\(" + _literal(depth - 1) + rb"\)" if depth else b""
    return rb"(?:[^\\()]++|\\." + inner + rb")*+"


_INSIDE = _literal(4)
_MARKED = re.compile(rb"/MCID (\d+)")
_FORM = re.compile(rb"/([^\s/\[\]()<>]+) Do\b")
# what chooses a font, shows text in strings, or shows it in one
_TEXT = re.compile(
    rb"/([^\s/\[\]()<>]+) [\d.-]+ Tf"
    rb"|\[((?:[^\]\\()]++|\(" + _INSIDE + rb"\))*+)\]\s*TJ"
    rb"|(\(" + _INSIDE + rb"\)|<[0-9A-Fa-f]*>)\s*Tj",
    re.DOTALL,
)
_STRING = re.compile(rb"\(" + _INSIDE + rb"\)|<[0-9A-Fa-f]*>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_ESCAPED |= {b"%0*o" % (digits, code): bytes([code & 255]) for digits in (1, 2, 3) for code in range(512)}
_MAP = re.compile(r"begin(?P<kind>bfchar|bfrange)(?P<body>.*?)endbf", re.DOTALL)
_CODES = re.compile(r"<([0-9A-Fa-f]*)>")
_REFERENCE = re.compile(rb"(\d+) \d+ R|null")


class _Glyphs(dict[int, str]):
    """The characters of a font's codes; a code without a character is not text."""

    def __missing__(self, code: int) -> str:
        return ""


class _Font:
    """What the glyphs of one font mean."""

    def __init__(self, font: Any) -> None:
        self._glyphs = _read_map(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else _Glyphs()

    def text(self, operand: bytes) -> str:
        # codes of two bytes are read as if they were characters, then each becomes what it means
        return "".join(map(_codes, _STRING.findall(operand))).translate(self._glyphs)


Fonts = dict[tuple[int, int], _Font]


def read_pieces(pdf: pikepdf.Pdf) -> list[str]:
    """The text of every element of the file's structure (paragraph, heading, cell), in order; empty ones are left out.

    A change of font cuts the content of an element into several pieces; they are put together again. An element that
    goes on overleaf is two.
    """
    fonts: Fonts = {}
    parents = _parents(pdf)
    return [text for page in pdf.pages for text in _elements(page, parents.get(page.obj.get("/StructParents")), fonts) if text]


def _parents(pdf: pikepdf.Pdf) -> dict[Any, Any]:
    """For each page's key the elements that its marked content belongs to (ISO 32000-1, 14.7.4.4)."""
    root = pdf.Root.get("/StructTreeRoot")
    return dict(pikepdf.NumberTree(root.ParentTree)) if root is not None and "/ParentTree" in root else {}


def _elements(page: pikepdf.Page, parents: Any, fonts: Fonts) -> list[str]:
    """The pieces of a page, joined per element; a piece without an element is separate."""
    # as text, since asking each entry of the array for its number takes longer than all the rest
    ids = _REFERENCE.findall(parents.unparse(resolved=True)) if parents is not None else []
    texts: list[str] = []
    last = None
    for marked, text in _pieces(page.obj, page.Contents.read_bytes(), fonts):
        owner = ids[marked] if marked is not None and marked < len(ids) else None
        if owner and owner == last:
            texts[-1] += text
        else:
            texts.append(text)
        last = owner
    return texts


def _pieces(drawn: Any, content: bytes, by_object: Fonts) -> Iterator[tuple[int | None, str]]:
    """The pieces of a page, or of a form (a chart) drawn on it, each with the number it is marked with."""
    resources = drawn.get("/Resources", {})
    fonts = {
        name.removeprefix("/").encode("latin-1"): _font(font, by_object) for name, font in resources.get("/Font", {}).items()
    }
    current: _Font | None = None
    cache: dict[tuple[_Font | None, bytes], tuple[str, _Font | None]] = {}
    # marked content is not nested, and text of two-byte codes below 0x2000 cannot contain three letters
    for piece in content.split(b"EMC"):
        if b"/Artifact" in piece:
            continue
        if b" Do" in piece:
            for form in _FORM.findall(piece):
                yield from ((None, text) for _, text in _form(resources, form, by_object))
        # behind its place on the page, one 0 is written like the other
        place, _, operand = piece.partition(b"BT")
        key = current, piece if b" Tf" in place else operand
        if key not in cache:
            cache[key] = _read(key[1], current, fonts)
        text, current = cache[key]
        marked = _MARKED.search(piece)
        yield (int(marked[1]) if marked else None, text)


def _read(content: bytes, current: _Font | None, fonts: Mapping[bytes, _Font]) -> tuple[str, _Font | None]:
    """What a piece of content says when it begins in a font, and the font it ends in."""
    texts = []
    for font, operand, one in _TEXT.findall(content):
        if font:
            current = fonts[font]
        elif current:
            texts.append(current.text(operand or one))
    return "".join(texts), current


def _form(resources: Any, name: bytes, by_object: Fonts) -> Iterator[tuple[int | None, str]]:
    drawn = resources.XObject["/" + name.decode("latin-1")]
    if drawn.Subtype == "/Form":
        yield from _pieces(drawn, drawn.read_bytes(), by_object)


def _font(font: Any, by_object: Fonts) -> _Font:
    if font.objgen not in by_object:
        by_object[font.objgen] = _Font(font)
    return by_object[font.objgen]


@lru_cache(maxsize=8192)  # most strings are one glyph, written the same in every file
def _codes(string: bytes) -> str:
    """The codes of one string as written in the file, with its brackets."""
    codes = bytes.fromhex(string[1:-1].decode("ascii")) if string.startswith(b"<") else _unescaped(string[1:-1])
    return codes.decode("utf-16-be", "surrogatepass")


def _unescaped(literal: bytes) -> bytes:
    if b"\\" not in literal:
        return literal
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), literal)


@lru_cache(maxsize=64)  # the labels of a form, and so the glyphs of their font, are those of every report
def _read_map(table: bytes) -> _Glyphs:
    return _Glyphs(_to_unicode(table.decode("latin-1")))


def _to_unicode(table: str) -> Iterator[tuple[int, str]]:
    """A ToUnicode table (ISO 32000-1, 9.10.3): codes to text in UTF-16."""
    for match in _MAP.finditer(table):
        values = _CODES.findall(match["body"])
        if match["kind"] == "bfchar" and set(map(len, values)) == {4}:  # every glyph means one character
            pairs = bytes.fromhex("".join(values)).decode("utf-16-be", "surrogatepass")
            yield from zip(map(ord, pairs[::2]), pairs[1::2], strict=True)
        elif match["kind"] == "bfchar":
            yield from ((int(code, 16), _utf16(text)) for code, text in zip(values[::2], values[1::2], strict=True))
        else:
            for first, last, text in zip(values[::3], values[1::3], values[2::3], strict=True):
                start, base = int(first, 16), _utf16(text)
                for step in range(int(last, 16) - start + 1):
                    yield start + step, base[:-1] + chr(ord(base[-1]) + step)


def _utf16(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", "replace")
