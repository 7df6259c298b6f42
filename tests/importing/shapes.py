"""Published reports for tests, in the shapes that offices produce; the organs in them are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from html import escape

from hypothesis import strategies as st

from toolkit.checks import Case, Finding, all_rules, run_case
from toolkit.exporters.document import Document, make_document
from toolkit.exporters.docx.writing import set_docx
from toolkit.exporters.html.writing import set_html
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.exporters.xlsx.writing import set_xlsx
from toolkit.forms import Address, Form, PrintedCell, all_forms, form_for_year, print_part
from toolkit.importing import Imported
from toolkit.report import Channel, Contact, Figures, Narrative, Organ, Report, Value
from toolkit.report.model import value_text
from toolkit.sections.paper import Paper

SETTERS: dict[str, Callable[[Document], bytes]] = {"docx": set_docx, "html": set_html, "xlsx": set_xlsx, "pdf": set_pdf}
ORGAN = Organ(
    name="云水县清河镇人民政府",
    contact=Contact(office="清河镇党政办公室", address="云水县清河镇临河路8号", phone="0600-5551234"),
    published_at="云水县人民政府网站",
)
OVERVIEW = """本年度，清河镇把公开贯穿办事全过程，镇村两级分工清楚，群众办事少跑路。
（一）加强领导，办好公开平台
设专职人员2名，由镇办公室归口管理，一楼大厅备有查询电脑和复印设备。
（二）突出重点，及时主动公开
全年公开信息500余条，通过云水县人民政府门户网站公开信息100余条，通过“清河发布”微信公众号公开信息121条，通过其他网络途径公开信息200余条。
（三）健全制度，做好依申请公开
申请渠道畅通，登记、办理、答复全程留痕。"""
PROBLEMS = """（一）工作中的主要问题
信息更新有时不够及时，公开的形式还不多。
（二）改进的办法
1.每月检查一次栏目，发现空白当月补齐。
2.组织两次业务培训。"""
OTHER = "本年度未发生收取信息处理费的情形。"


FORM_CODES = {"label-altered", "heading-altered", "table-missing", "edition-wrong", "title-wrong", "other-year", "period-wrong"}


def noticed(imported: Imported) -> tuple[Finding, ...]:
    """The findings about the form and the document: what an importer is there to show."""
    if imported.report is None:
        return ()
    codes = FORM_CODES | {item.code for item in all_rules() if item.group == "读入的文件"}
    findings = run_case(Case(imported.report, read_form=imported.form))
    return tuple(finding for finding in findings if finding.code in codes)


def wrong_cells(got: Imported, of: Report) -> dict[str, Value]:
    """The cells that were read otherwise than they were written, with what was read."""
    assert got.report is not None
    return {str(cell): got.report.figures[cell] for cell in of.form.cells if got.report.figures[cell] != of.figures[cell]}


def assert_as(got: Imported, of: Report) -> None:
    """Every cell was read as it was written, and none left open."""
    assert wrong_cells(got, of) == {}
    assert got.count()["unclear"] == got.count()["missing"] == 0


def figures(form: Form, number: Callable[[int], int] = lambda at: at % 7) -> Figures:
    """Every cell but the totals filled in, different figures side by side so that a shift by one shows."""
    cells = [address for address in form.cells if address not in form.sums]
    given: dict[Address, Value] = {address: number(at) for at, address in enumerate(cells)}
    given |= {address: Decimal("1234.56") for address in cells if form.cells[address].type == "money"}
    return Figures(form, given)


def report(year: int = 2023) -> Report:
    """A township with a different figure in every cell."""
    return Report(
        year, ORGAN, figures(form_for_year(year)), narrative=Narrative(overview=OVERVIEW, problems=PROBLEMS, other=OTHER)
    )


def document(of: Report) -> Document:
    """The report as it goes to the exporters."""
    paper = Paper(of)
    parts = [block for part in of.form.parts for block in paper.part(part.key).blocks]
    return make_document([*paper.front().blocks, *parts, *paper.closing().blocks])


def printed(of: Report, part: str) -> list[list[tuple[PrintedCell, str]]]:
    """The rows of one part: each cell that begins in the row, with its text."""
    grid = print_part(of.form, part)
    rows: list[list[tuple[PrintedCell, str]]] = [[] for _ in range(grid.rows)]
    for cell in sorted(grid.cells, key=lambda item: (item.row, item.column)):
        rows[cell.row].append((cell, value_text(of.figures[cell.address]) if cell.address else cell.text))
    return rows


def html_table(of: Report, part: str, *, change: Callable[[str], str] = lambda text: text) -> str:
    """One part as a table of a web page; ``change`` alters the text of a cell."""
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}"><p><span>{escape(change(text))}</span></p></td>'
            for cell, text in row
        )
        + "</tr>"
        for row in printed(of, part)
    )
    return f'<table border="1" cellspacing="0">{rows}</table>'


def html_body(of: Report, tables: Callable[[str], str] | None = None, headings: dict[str, str] | None = None) -> str:
    """Title, preamble, parts; ``tables`` gives the markup of a part's tables, ``headings`` other headings."""
    make = tables or (lambda part: html_table(of, part))
    out = [f'<h1 class="title">{of.title}</h1>', f"<p>{preamble(of)}</p>"]
    for part in of.form.parts:
        heading = (headings or {}).get(part.key, part.heading)
        out.append(f"<p><strong>{heading}</strong></p>" if heading else "")
        text = getattr(of.narrative, part.key, "")
        out += [f'<p style="text-indent:2em">&nbsp;&nbsp;{line}</p>' for line in text.splitlines()]
        out.append(make(part.key) if part.tables else "")
    return "".join(out)


def preamble(of: Report) -> str:
    contact = of.organ.contact
    return (
        f"本报告依据《中华人民共和国政府信息公开条例》编制，所列数据的统计期限自{of.year}年1月1日起至{of.year}年12月31日止。"
        f"本报告在{of.organ.published_at}公布。如有疑问，请与{contact.office}联系（地址：{contact.address}，联系电话：{contact.phone}）。"
    )


def page(body: str, *, charset: str = "utf-8") -> str:
    """A page of a content system: navigation, layout tables around the text, a foot with links."""
    links = "".join(
        f'<li><a href="/{n}">{name}</a></li>' for n, name in enumerate(("首页", "政府信息公开", "总体情况", "政务服务"))
    )
    return (
        f'<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        f"<title>年报_云水县人民政府网站</title><script>document.write('<p>二、主动公开政府信息情况</p>')</script></head>"
        f'<body><div class="nav"><ul>{links}</ul></div><form id="f"><table width="1000">'
        "<tr><td><table><tr><td>您的位置：首页 &gt; 年报</td></tr>"
        f'</table></td></tr><tr><td><div id="zoom"><div class="TRS_Editor">{body}</div></div></td></tr></table></form>'
        '<div style="display:none">一、总体情况</div><div class="share">分享到：</div><div>上一篇：无</div>'
        "<div>主办：云水县人民政府　网站标识码：0000000000</div></body></html>"
    )


def seed_text(of: Report) -> str:
    """Text as copied from a page: one cell per line after a tab, blank lines between rows, numbers lost from headings."""
    lost = {"overview": "一、总体情况", "problems": "存在的主要问题及改进情况"}
    title = of.title.replace("政府信息公开", "政府信息公开\n\n", 1)
    out = [title, "", preamble(of), ""]
    for part in of.form.parts:
        out.append(lost.get(part.key, part.heading))
        text = getattr(of.narrative, part.key, "")
        out += [line.replace("（一）加强", "加强") for line in text.splitlines()]
        out += seed_rows(of, part.key) if part.tables else [""]
    return "\n".join(out)


def seed_rows(of: Report, part: str) -> list[str]:
    """Rows of cells; a cell that spans rows leaves an empty line in the rows below, one that spans columns nothing."""
    grid = print_part(of.form, part)
    out: list[str] = []
    for at, row in enumerate(printed(of, part)):
        covered = [cell for cell in grid.cells if cell.row < at < cell.row + cell.rowspan]
        spots = {cell.column: "" for cell in covered}
        # figures come with blanks of both widths around them, labels broken in two
        spots |= {cell.column: f"　 {text} " if cell.address else text.replace("本年新", "本年新\n") for cell, text in row}
        out += [f"\t{spots[column]}" for column in sorted(spots)] + [""]
    return out


def zip_of(members: dict[str, bytes]) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return raw.getvalue()


_SENTENCES = st.sampled_from(
    ["全年公开政府信息500余条。", "镇里设专职人员2名，办公室归口管理，信息从收集到发布层层把关，全年没有发生错发漏发。",
     "同比增长12.5%。",
     "印发《公开工作方案》（第3号），逐项列明任务。", "APP与公众号同步推送；其余由村务公开栏（26处）张贴。", "工作平稳。"]
)  # fmt: skip
_HEADINGS = st.sampled_from(["抓好主动公开", "办好依申请公开", "管好政府信息", "建好平台"])


@st.composite
def _text(draw: st.DrawFn) -> str:
    lines = [draw(_SENTENCES)]
    for number in "一二三"[: draw(st.integers(0, 3))]:
        lines.append(f"（{number}）{draw(_HEADINGS)}")
        lines += ["".join(draw(st.lists(_SENTENCES, min_size=1, max_size=6))) for _ in range(draw(st.integers(1, 2)))]
    return "\n".join(lines)


_ORGANS = (
    ORGAN,
    Organ(name="云水县白杨街道办事处", level="street"),
    Organ(name="云水县水务局", level="county_department"),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Reports of both editions as a clerk would finish them, with blanks; every word of them is printed."""
    form = draw(st.sampled_from(all_forms()))
    money = st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False)
    given: dict[Address, Value] = {}
    for address, column in form.cells.items():
        if address not in form.sums:
            small = (
                st.integers(-9, 9) if column.type == "change" else st.one_of(st.none(), st.integers(0, 3), st.integers(0, 99_999))
            )
            given[address] = draw(money if column.type == "money" else small)
    # a channel's count stands behind its name in print, so a name ends in no digit
    names = st.sampled_from(["云水县人民政府网站", "“清河发布”微信公众号", "村务公开栏", "《云水公报》", "清河 APP"])
    channels = draw(st.lists(names, unique=True, max_size=4).map(lambda found: found if len(found) != 1 else []))
    count = st.integers(1, 9_999)
    return Report(
        year=draw(st.integers(form.first_year, form.last_year or 2027)),
        organ=draw(st.sampled_from(_ORGANS)),
        figures=Figures(form, given),
        channels=tuple(Channel(name=name, count=draw(count), approximate=draw(st.booleans())) for name in channels),
        narrative=Narrative(overview=draw(_text()), problems=draw(_text()), other=draw(_SENTENCES)),
    )  # fmt: skip
