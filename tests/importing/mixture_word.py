"""Word files in a random mixture of shapes: markup of cells, revisions, content controls, rows that are not shown."""

from __future__ import annotations

import re

from tests.importing.mixtures import Mixer
from tests.importing.shapes import printed
from tests.importing.word_markup import HIDDEN, SHOWN, STYLES, UNSURE, filled_in
from tests.importing.word_shapes import paragraph, plain, run, word_body, word_file
from toolkit.forms import PrintedCell

BLOCK = ("<w:p>", "<w:p/>", "<w:p ", "<w:tbl>", "<w:altChunk", "<w:sdt><w:sdtContent><w:p>")


def write_word(mix: Mixer) -> bytes:
    """The bytes of one file."""
    dice = mix.random

    def content(cell: PrintedCell, text: str) -> str:
        kind = mix.kind(cell, text)
        if not text.isdigit():
            return plain(cell, text)
        if kind == "plain":
            return dice.choice((plain(cell, text), _split(mix, text), f"<w:p><w:ins>{run(text)}</w:ins></w:p>"))
        if kind == "unsure":
            mix.doubt(cell)
        shape = filled_in(mix.choose(UNSURE if kind == "unsure" else HIDDEN + SHOWN), text, mix.other(text))
        return shape if shape.startswith(BLOCK) else f"<w:p>{shape}</w:p>"

    body = word_body(mix.written.of, content)
    if dice.random() < 0.4:
        body = _old_rows(mix, body)
    if dice.random() < 0.3:
        body = f"<w:sdt><w:sdtPr/><w:sdtContent>{body}</w:sdtContent></w:sdt>"
    if dice.random() < 0.3:
        body = f"<w:customXml>{body}</w:customXml>"
    return word_file(body, STYLES, main=dice.choice(("word/document.xml", "word/document2.xml")))


def _split(mix: Mixer, text: str) -> str:
    """A figure in several runs, as Word leaves it after spell checking and editing."""
    at = mix.random.randint(0, len(text))
    mark = '<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="1" w:name="_GoBack"/><w:bookmarkEnd w:id="1"/>'
    return paragraph(run(text[:at], '<w:rFonts w:hint="eastAsia"/>') + mark + run(text[at:], '<w:lang w:val="en-US"/>'))


def _old_rows(mix: Mixer, body: str) -> str:
    """Before rows of figures those of last year: hidden, or deleted by a revision."""
    how = mix.random.choice(("<w:hidden/>", '<w:del w:id="1" w:author="a"/>', '<w:trHeight w:val="10" w:hRule="exact"/>'))
    labels = {row[0][1] for part in ("disclosure", "applications") for row in printed(mix.written.of, part) if row[-1][0].address}
    out = []
    for row in body.split("<w:tr>"):
        inside = row.partition("</w:tr>")[0]
        if any(f">{label}<" in inside for label in labels if label) and "vMerge" not in inside and "w:tbl" not in inside:
            old = re.sub(r">\d+</w:t>", f">{mix.random.randint(1, 9_999)}</w:t>", inside)
            out.append(f"<w:trPr>{how}</w:trPr>{old}</w:tr>")
        out.append(row)
    return "<w:tr>".join(out)
