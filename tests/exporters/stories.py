"""Small stories for the exporters: blocks as the sections would write them, without sections.

The township 云水镇 (青禾县) is invented. ``full_report_blocks`` tells a whole report on the 2021 edition.
"""

from __future__ import annotations

import base64

from toolkit.sections.blocks import (
    Attachment,
    Block,
    Cell,
    Front,
    Heading,
    ListItems,
    Note,
    Paragraph,
    Picture,
    Run,
    Table,
    Title,
    paragraph,
)

ORGAN = "云水镇人民政府"
YEAR = 2023
TITLE = f"{ORGAN}{YEAR}年政府信息公开工作年度报告"

# Text that would be run, were it ever taken for Typst, HTML, LaTeX, Jinja or a spreadsheet formula.
MARKUP = "#panic(1) *星* _线_ $x^2$ \\alpha [链] @引 <b>粗</b> {{ 7*7 }} `码` ~ // -- --- ... \"引\" '号' &amp; %"

APPLICANTS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
OUTCOMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("（一）予以公开", ()),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", ()),
    (
        "（三）不予公开",
        (
            "1.属于国家秘密",
            "2.其他法律行政法规禁止公开",
            "3.危及“三安全一稳定”",
            "4.保护第三方合法权益",
            "5.属于三类内部事务信息",
            "6.属于四类过程性信息",
            "7.属于行政执法案卷",
            "8.属于行政查询事项",
        ),
    ),
    ("（四）无法提供", ("1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确")),
    (
        "（五）不予处理",
        (
            "1.信访举报投诉类申请",
            "2.重复申请",
            "3.要求提供公开出版物",
            "4.无正当理由大量反复申请",
            "5.要求行政机关确认或重新出具已获取信息",
        ),
    ),
    (
        "（六）其他处理",
        (
            "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "3.其他",
        ),
    ),
    ("（七）总计", ()),
)

CHART_SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="420" height="120" viewBox="0 0 420 120">
<rect x="110" y="15" width="242" height="30" fill="#1f4e79"/><rect x="110" y="65" width="200" height="30" fill="#9dc3e6"/>
<g font-family="sans-serif" font-size="13" fill="#222">
<text x="100" y="35" text-anchor="end">微信公众号</text><text x="100" y="85" text-anchor="end">政府网站</text>
<text x="358" y="35">121</text><text x="316" y="85">100余</text></g></svg>"""

# One black pixel.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")


def _value(row: int, column: int, number: str, address: str, colspan: int = 1) -> Cell:
    return Cell(row, column, number, colspan=colspan, address=address, number=number)


def applications_table(number: str = "") -> Table:
    """Part three, 28 x 10: merged heads and a stub over 22 rows; ``number`` fills every value cell."""
    cells = [
        Cell(0, 0, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "corner", 3, 3),
        Cell(0, 3, "申请人情况", "head", 1, 7),
        Cell(1, 3, "自然人", "head", 2),
        Cell(1, 4, "法人或其他组织", "head", 1, 5),
        Cell(1, 9, "总计", "head", 2),
        *(Cell(2, 4 + i, label, "head") for i, label in enumerate(APPLICANTS)),
        Cell(3, 0, "一、本年新收政府信息公开申请数量", "stub", 1, 3, "left"),
        Cell(4, 0, "二、上年结转政府信息公开申请数量", "stub", 1, 3, "left"),
        Cell(5, 0, "三、本年度办理结果", "stub", 22, 1),
        Cell(27, 0, "四、结转下年度继续办理", "stub", 1, 3, "left"),
    ]
    row = 5
    for label, details in OUTCOMES:
        if not details:
            cells.append(Cell(row, 1, label, "stub", 1, 2, "left"))
            row += 1
            continue
        cells.append(Cell(row, 1, label, "stub", len(details), 1, "left"))
        cells.extend(Cell(row + i, 2, detail, "stub", align="left") for i, detail in enumerate(details))
        row += len(details)
    cells.extend(
        _value(r, c, number or str((r * 7 + c) % 13), f"applications.r{r}.c{c}") for r in range(3, 28) for c in range(3, 10)
    )
    return Table(
        "applications",
        "收到和处理政府信息公开申请情况",
        28,
        10,
        tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))),
        head_rows=3,
        widths=(0.07, 0.12, 0.25, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08),
        sums=(("applications.r3.c9", ("applications.r3.c3", "applications.r3.c4")),),
    )


def disclosure_table() -> Table:
    """Part two, 14 x 4: four statutory tables of article 20 under each other, captions inside the grid."""
    parts: tuple[tuple[str, tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]], ...] = (
        (
            "第二十条第（一）项",
            ("本年制发件数", "本年废止件数", "现行有效件数"),
            (("规章", ("0", "0", "0")), ("行政规范性文件", ("3", "1", "6"))),
        ),
        ("第二十条第（五）项", ("本年处理决定数量",), (("行政许可", ("1204",)),)),
        ("第二十条第（六）项", ("本年处理决定数量",), (("行政处罚", ("18",)), ("行政强制", ("0",)))),
        ("第二十条第（八）项", ("本年收费金额（单位：万元）",), (("行政事业性收费", ("23246297.53",)),)),
    )
    cells: list[Cell] = []
    row = 0
    for caption, heads, stubs in parts:
        span = 3 // len(heads)
        cells.append(Cell(row, 0, caption, "caption", 1, 4))
        cells.append(Cell(row + 1, 0, "信息内容", "head"))
        cells.extend(Cell(row + 1, 1 + i, head, "head", 1, span) for i, head in enumerate(heads))
        for line, (stub, numbers) in enumerate(stubs, row + 2):
            cells.append(Cell(line, 0, stub, "stub"))
            cells.extend(_value(line, 1 + i, n, f"documents.r{line}.c{i}", span) for i, n in enumerate(numbers))
        row += 2 + len(stubs)
    return Table("disclosure", "主动公开政府信息情况", 14, 4, tuple(cells), widths=(0.31, 0.23, 0.23, 0.23))


def disputes_table(number: str = "") -> Table:
    """Part four, 4 x 15: three rows of merged heads over one row of numbers, no stub."""
    results = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    cells = [
        Cell(0, 0, "行政复议", "head", 1, 5),
        Cell(0, 5, "行政诉讼", "head", 1, 10),
        *(Cell(1, i, label, "head", 2) for i, label in enumerate(results)),
        Cell(1, 5, "未经复议直接起诉", "head", 1, 5),
        Cell(1, 10, "复议后起诉", "head", 1, 5),
        *(Cell(2, 5 + i, label, "head") for i, label in enumerate(results * 2)),
        *(_value(3, c, number or str(c % 4), f"disputes.c{c}") for c in range(15)),
    ]
    return Table("disputes", "政府信息公开行政复议、行政诉讼情况", 4, 15, tuple(cells), head_rows=3, widths=tuple([1 / 15] * 15))


def chart() -> Picture:
    """A bar chart as SVG with live text."""
    return Picture(
        CHART_SVG.encode("utf-8"),
        "image/svg+xml",
        "条形图：微信公众号121条，政府网站100余条。",
        "图 1 各渠道主动公开信息数量（条）",
        420,
        120,
    )


def attachment() -> Attachment:
    """The params that the report was made from."""
    text = f"year: {YEAR}\norgan:\n  name: {ORGAN}\n"
    return Attachment("云水镇.yaml", "application/yaml", f"{ORGAN}{YEAR}年度报告的原始数据（params）", text)


def front(draft: bool = False) -> Front:
    return Front(TITLE, ORGAN, YEAR, "2021", draft, notice="国办公开办函〔2021〕30号")


def narrative_blocks() -> tuple[Block, ...]:
    """Part one with headings of all four levels; levels never skip."""
    body = (
        "2023年，我镇认真贯彻落实《中华人民共和国政府信息公开条例》，坚持“公开为常态、不公开为例外”，"
        "全年主动公开政府信息500余条，其中微信公众号121条、县政府门户网站100余条，APP推送18条，同比增长12.5%。"
    )
    return (
        Heading(1, "一、总体情况"),
        paragraph(body),
        Heading(2, "（一）主动公开"),
        paragraph(body),
        Heading(3, "1.突出重点内容"),
        paragraph("围绕财政收支、集体资产管理、专项资金使用等领域，做到及时公开。"),
        Heading(4, "（1）规范程序"),
        paragraph("对拟公开的信息，先审查、后公开，一事一审。"),
        Heading(2, "（二）依申请公开"),
        paragraph("严格按照规定的时限和程序办理，未收取费用。"),
    )


def full_report_blocks(draft: bool = False) -> tuple[Block, ...]:
    """A whole report: title, preamble, six parts, three tables, a chart, a note, an attachment."""
    return (
        front(draft),
        Title((f"{ORGAN}{YEAR}年", "政府信息公开工作年度报告")),
        paragraph(
            "根据《中华人民共和国政府信息公开条例》（国务院令第711号）和《中华人民共和国政府信息公开工作年度报告格式》"
            "（国办公开办函〔2021〕30号）要求编制本报告。本报告所列数据的统计期限自2023年1月1日起至2023年12月31日止。"
            "如有疑问，请与云水镇党政综合办公室联系（地址：青禾县云水镇人民路1号，联系电话：000-1234567）。"
        ),
        *narrative_blocks(),
        chart(),
        Heading(1, "二、主动公开政府信息情况"),
        disclosure_table(),
        Heading(1, "三、收到和处理政府信息公开申请情况"),
        applications_table(),
        Heading(1, "四、政府信息公开行政复议、行政诉讼情况"),
        disputes_table(),
        Heading(1, "五、存在的主要问题及改进情况"),
        paragraph("一是公开的主动性和时效性有待加强；二是公开的形式不够丰富。下一步，将加大培训力度，拓宽公开渠道。"),
        Heading(1, "六、其他需要报告的事项"),
        paragraph("2023年度，本机关未收取政府信息公开信息处理费，收费金额为0元。"),
        Note("校验：表内、表间勾稽关系全部平衡。"),
        attachment(),
    )


def added_blocks() -> tuple[Block, ...]:
    """What a clerk may add in Markdown cells: styled text, lists in lists, a small table, a picture."""
    return (
        Heading(2, "补充说明"),
        Paragraph((Run("加粗", bold=True), Run("与"), Run("斜体", italic=True), Run("、"), Run("x = 1", code=True), Run("。"))),
        Paragraph((Run("见"), Run("县政府网站", link="https://example.org/gov"), Run("。"))),
        ListItems(False, ((paragraph("第一点"),), (paragraph("第二点"), ListItems(True, ((paragraph("其一"),),), 3)))),
        Table(
            "added", "补充表", 2, 2, (Cell(0, 0, "项", "head"), Cell(0, 1, "数", "head"), Cell(1, 0, "甲"), Cell(1, 1, "1")), 1
        ),
        Picture(PNG, "image/png", "一个黑点", "", 1, 1),
    )
