"""Web pages in a random mixture of shapes: markup of cells, style sheets, hidden rows and columns, encodings."""

from __future__ import annotations

from html import escape

from tests.importing.html_markup import HIDDEN, SHOWN, UNSURE
from tests.importing.mixtures import Mixer
from tests.importing.shapes import html_body, page, printed
from toolkit.forms import PrintedCell
from toolkit.report import Report

# sheet and markup: {n} is shown, {d} is not
SHEETS = [
    (".k{0}{{display:none}}", '<i class="k{0}">{d}</i>{n}'),
    ("td .k{0}, .none{{visibility:hidden}}", '<i class="k{0}">{d}</i>{n}'),
    ("i.k{0}{{text-decoration:line-through}}", '<i class="k{0}">{d}</i>{n}'),
    (".k{0} b{{font-size:0}}", '<i class="k{0}"><b>{d}</b>{n}</i>'),
    ("@media screen{{.k{0}{{color:#fff}}}}", '<i class="k{0}">{d}</i>{n}'),
    ("@media print{{.k{0}{{display:none}}}}", '<i class="k{0}">{n}</i>'),
    (".k{0}{{display:none}}.k{0}{{display:inline}}", '<i class="k{0}">{n}</i>'),
]


def write_html(mix: Mixer) -> bytes:
    """The bytes of one page."""
    of, dice = mix.written.of, mix.random
    sheet: list[str] = []

    def markup(cell: PrintedCell, text: str) -> str:
        kind = mix.kind(cell, text)
        plain = dice.choice(
            ("{}", "<p>{}</p>", "<p><span>{}</span></p>", '<span style="font-family:仿宋">{}</span>', "&nbsp;{} ")
        )
        if kind == "plain" or not text.isdigit():
            return plain.format(escape(text))
        if kind == "unsure":
            mix.doubt(cell)
            return mix.choose([shape for shape in UNSURE if "{n}" in shape]).format(n=text, d=mix.other(text))
        if dice.random() < 0.3:
            rule, shape = dice.choice(SHEETS)
            sheet.append(rule.format(len(sheet)))
            return shape.format(len(sheet) - 1, n=text, d=mix.other(text))
        return mix.choose(HIDDEN + SHOWN).format(n=text, d=mix.other(text))

    body = html_body(of, lambda part: _table(mix, of, part, markup))
    head = f"<style>{' '.join(sheet)}</style>"
    charset = dice.choice(("utf-8", "gb18030"))
    html = page(head + body, charset=charset) if dice.random() < 0.5 else f"<html><head>{head}</head><body>{body}</body></html>"
    return html.encode(charset, "xmlcharrefreplace")


def _table(mix: Mixer, of: Report, part: str, markup: object) -> str:
    """One part: a hidden column, rows of last year that are not shown, a table cut in two by a page break."""
    dice = mix.random
    hidden_column, old_rows = dice.random() < 0.2, dice.random() < 0.3
    hide = dice.choice(('style="display:none"', "hidden", 'style="visibility:hidden"', 'style="DISPLAY: none; height:12pt"'))
    lines = []
    for row in printed(of, part):
        cells = "".join(
            f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{markup(cell, text)}</td>'  # type: ignore[operator]
            for cell, text in row
        )
        flat = all(cell.rowspan == 1 for cell, _ in row)
        if old_rows and flat and any(cell.address for cell, _ in row):
            old = "".join(f'<td colspan="{cell.colspan}">{mix.other(text) if cell.address else text}</td>' for cell, text in row)
            lines.append(f"<tr {hide}>{old}</tr>")
        lines.append(f"<tr>{'<td style=display:none>77</td>' if hidden_column else ''}{cells}</tr>")
    return f'<table border="1">{"".join(lines)}</table>'
