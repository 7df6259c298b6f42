"""Turn a report into charts (图): channels, applications, disputes, the years side by side.

In: a report, for the years also earlier ones of the same organ, and the number of the figure. Out: a ``Picture``
with caption and a text alternative that says every figure, or, where there is nothing to draw, the sentence that
takes its place. Charts are distinguished by lightness and hatching, so a grey printer loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from toolkit.forms import Address, Form, Outcome, Table
from toolkit.report import Channel, Report, chart_words
from toolkit.sections.bars import BLUE, NARROW, ROUGHLY, SMALL, STEEL, WIDTH, BarRow, lay_bars, lay_columns, lay_stacks
from toolkit.sections.blocks import Paragraph, Picture, paragraph
from toolkit.sections.marks import SOFT_INK, Mark, TextMark, draw_svg, wrap_text
from toolkit.sections.tables import sum_of_counts

Chart = Picture | Paragraph

MOST_BARS = 15  # channels drawn one by one; the rest becomes one bar
MOST_YEARS = 4


def chart_channels(report: Report, number: int) -> Chart:
    """How much was disclosed through which channel (主动公开渠道), the largest first, in pieces (条).

    Approximate counts (余, 约) carry 余 and a hatched bar.
    """
    if not report.channels:
        return paragraph(chart_words.NO_CHANNELS)
    if not any(channel.count for channel in report.channels):
        return paragraph(chart_words.CHANNELS_ZERO)
    if len(report.channels) == 1:
        only = report.channels[0]
        return paragraph(chart_words.ONE_CHANNEL.format(count=_count(only), name=only.name))
    ordered = sorted(report.channels, key=lambda channel: -channel.count)
    bars = _fold(ordered)
    lines = [
        BarRow(channel.name, Decimal(channel.count), _count(channel), ROUGHLY if channel.approximate else BLUE)
        for channel in bars
    ]
    note = "注：斜纹条和“余”字表示约数。" if any(channel.approximate for channel in bars) else ""
    title = f"{report.year}年主动公开政府信息渠道分布（单位：条）"
    words = "，".join(f"{channel.name}{_count(channel)}条" for channel in ordered)
    return bar_picture(number, title, lines, chart_words.CHANNELS_ALT.format(year=report.year, words=words), note)


def charts_applications(report: Report, number: int) -> tuple[Chart, ...]:
    """Both charts of part three, or one sentence that replaces both; ``number`` is that of the first picture."""
    new, handled = _figure(report, "new", "total"), _figure(report, "total", "total")
    if not new and not handled:
        return (_no_applications(report),)
    outcomes = chart_outcomes(report, number)
    if not new:  # nothing but the last year's applications was handled
        return (outcomes,)
    return outcomes, chart_applicants(report, number + isinstance(outcomes, Picture))


def chart_outcomes(report: Report, number: int) -> Chart:
    """What became of the applications handled (办理结果): each result, and under it the reasons that occurred."""
    total = _figure(report, "total", "total")
    if not total:
        return _no_applications(report)
    table, outcomes = report.form.table_by_key["applications"], report.form.outcomes
    lines = [line for outcome in outcomes for line in _outcome_lines(report, table, outcome, total)]
    if not lines:
        return paragraph(chart_words.UNFILLED.format(what="办理结果"))
    title = f"{report.year}年政府信息公开申请办理结果（单位：件）"
    words = "；".join(_outcome_words(report, table, outcome) for outcome in outcomes)
    alt = chart_words.OUTCOMES_ALT.format(year=report.year, count=total, words=words)
    return bar_picture(number, title, lines, alt, "注：深色条为各类结果合计及其占办理总数的比例，浅色条为其中的具体情形。")


def chart_applicants(report: Report, number: int) -> Chart:
    """Who applied this year (新收申请的申请人类别), the largest group first; a single group becomes a sentence."""
    total = _figure(report, "new", "total")
    if not total:
        return _no_applications(report) if total is None else paragraph(chart_words.NO_NEW_APPLICATIONS)
    labels = applicant_labels(report.form).items()
    counts = {label: _figure(report, "new", key) or Decimal(0) for key, label in labels}
    present = sorted(((label, count) for label, count in counts.items() if count > 0), key=lambda item: -item[1])
    if not present:
        return paragraph(chart_words.UNFILLED.format(what="申请人类别"))
    if len(present) == 1:
        return paragraph(chart_words.ONE_KIND_OF_APPLICANT.format(count=total, name=present[0][0]))
    lines = [BarRow(label, count, f"{count}（{_share(count, total)}）", BLUE) for label, count in present]
    title = f"{report.year}年新收政府信息公开申请的申请人类别（单位：件）"
    words = "，".join(f"{label}{count}件" for label, count in counts.items())
    alt = chart_words.APPLICANTS_ALT.format(year=report.year, count=total, words=words)
    return bar_picture(number, title, lines, alt)


def applicant_labels(form: Form) -> dict[str, str]:
    """The kinds of applicants by key as charts label them: 其他 with the group that it is of."""
    columns = [column for column in form.columns("applications").values() if not column.sum]
    return {column.key: f"其他{column.groups[-1]}" if column.label == "其他" else column.label for column in columns}


def chart_disputes(report: Report, number: int) -> Chart:
    """How reviews and lawsuits ended (行政复议、行政诉讼结果): one bar for each of the three ways, by result."""
    table = report.form.table_by_key["disputes"]
    results = [column.key for column in table.columns if not column.sum]
    counts = {row.key: {key: _figure(report, row.key, key, "disputes") for key in results} for row in table.rows}
    counted = [count for block in counts.values() for count in block.values()]
    if not any(counted):
        if None in counted:
            return paragraph(chart_words.UNFILLED.format(what="行政复议、行政诉讼"))
        return paragraph(chart_words.NO_DISPUTES)
    names = {row.key: f"{row.groups[0]}（{row.label}）" if row.groups else row.label for row in table.rows}
    blocks = {names[row.key]: {key: counts[row.key][key] or Decimal(0) for key in results} for row in table.rows}
    labels = {key: table.column_by_key[key].label for key in results}
    words = "；".join(_dispute_words(name, block, labels) for name, block in blocks.items())
    title = f"{report.year}年政府信息公开行政复议、行政诉讼结果（单位：件）"
    alt = chart_words.DISPUTES_ALT.format(year=report.year, words=words)
    return two_pictures(number, title, alt, lambda width: lay_stacks(blocks, labels, width))


def chart_years(report: Report, earlier: Sequence[Report], number: int) -> Chart:
    """This year and earlier ones: applications new, handled and carried out, reviews and lawsuits.

    ``earlier`` in any order; the latest three count. The figures compared exist in every edition of the form.
    """
    reports = latest_years(report, earlier, MOST_YEARS)
    if len(reports) == 1:
        return paragraph(chart_words.NO_EARLIER_YEARS)
    compared = {label: cells for label, cells in _COMPARED.items() if set(cells) <= set(report.form.cells)}
    series = {label: [sum_of_counts(item, cells) for item in reports] for label, cells in compared.items()}
    years = [item.year for item in reports]
    span = f"{years[0]}年至{years[-1]}年" if len(years) > 2 else f"{years[0]}年和{years[-1]}年"
    counts = [count for counts in series.values() for count in counts]
    if not any(counts) and None in counts:
        return paragraph(chart_words.UNFILLED.format(what="各年度"))
    if not any(counts):
        return paragraph(chart_words.YEARS_ZERO.format(span=span))
    words = "；".join(f"{label}{_year_words(years, counts)}" for label, counts in series.items())
    title = f"{span}政府信息公开申请和行政争议情况对比（单位：件）"
    alt = chart_words.YEARS_ALT.format(title=title, words=words)
    return two_pictures(number, title, alt, lambda width: lay_columns(series, years, width))


def latest_years(report: Report, earlier: Iterable[Report], most: int) -> list[Report]:
    """The latest ``most`` reports up to this one, the oldest first."""
    before = sorted((item for item in earlier if item.year < report.year), key=lambda item: item.year)
    return [*before[1 - most :], report]


_COMPARED = {
    "新收申请": (Address("applications", "new", "total"),),
    "办理完毕": (Address("applications", "total", "total"),),
    "结转下年度": (Address("applications", "carried_out", "total"),),
    "行政复议": (Address("disputes", "review", "total"),),
    "行政诉讼": (Address("disputes", "direct_lawsuit", "total"), Address("disputes", "lawsuit_after_review", "total")),
}


def _figure(report: Report, row: str, column: str, table: str = "applications") -> Decimal | None:
    """A count that can be drawn, as ``sum_of_counts``."""
    return sum_of_counts(report, [Address(table, row, column)])


def _no_applications(report: Report) -> Paragraph:
    new, carried_in = _figure(report, "new", "total"), _figure(report, "carried_in", "total")
    if new is None or carried_in is None:
        return paragraph(chart_words.UNFILLED.format(what="政府信息公开申请"))
    if new:
        return paragraph(chart_words.NOTHING_HANDLED.format(count=new))
    if carried_in:
        return paragraph(chart_words.CARRIED_IN_ONLY.format(count=carried_in))
    return paragraph(chart_words.NO_APPLICATIONS)


def _count(channel: Channel) -> str:
    return f"{channel.count}余" if channel.approximate else str(channel.count)


def _fold(channels: Sequence[Channel]) -> list[Channel]:
    """At most ``MOST_BARS``: the smallest are merged."""
    if len(channels) <= MOST_BARS:
        return list(channels)
    largest, rest = channels[: MOST_BARS - 1], channels[MOST_BARS - 1 :]
    total, roughly = sum(channel.count for channel in rest), any(channel.approximate for channel in rest)
    return [*largest, Channel(name=f"其余{len(rest)}个渠道合计", count=total, approximate=roughly)]


def _reasons(report: Report, table: Table, outcome: Outcome) -> list[tuple[str, Decimal]]:
    """The rows of one result that occurred, as (reason, count); the long labels without what follows from them."""
    reasons = [(table.row_by_key[key].label, _figure(report, key, "total") or Decimal(0)) for key in outcome.rows]
    return [(label.lstrip("0123456789.").split("、行政机关", 1)[0], count) for label, count in reasons if count > 0]


def _outcome_lines(report: Report, table: Table, outcome: Outcome, total: Decimal) -> Iterator[BarRow]:
    reasons = _reasons(report, table, outcome)
    if not reasons:
        return
    count = sum((count for _, count in reasons), Decimal(0))
    yield BarRow(outcome.label, count, f"{count}（{_share(count, total)}）", BLUE)
    if len(outcome.rows) > 1:
        for label, part in sorted(reasons, key=lambda item: -item[1]):
            yield BarRow(label, part, str(part), STEEL, minor=True)


def _outcome_words(report: Report, table: Table, outcome: Outcome) -> str:
    reasons = _reasons(report, table, outcome)
    words = f"{outcome.label}{sum(count for _, count in reasons)}件"
    if len(outcome.rows) == 1 or not reasons:
        return words
    return f"{words}（{'，'.join(f'{label}{count}件' for label, count in reasons)}）"


def _dispute_words(name: str, block: dict[str, Decimal], labels: dict[str, str]) -> str:
    parts = "，".join(f"{labels[key]}{count}件" for key, count in block.items())
    return f"{name}共{sum(block.values())}件，其中{parts}"


def _year_words(years: Sequence[int], counts: Sequence[Decimal | None]) -> str:
    words = (f"{year}年{'未填报' if count is None else f'{count}件'}" for year, count in zip(years, counts, strict=True))
    return "，".join(words)


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{(part * 100 / whole).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def picture(number: int, title: str, alt: str, marks: Sequence[Mark], height: float) -> Picture:
    """Marks as a numbered chart of the width of the page; ``height`` in points."""
    data = draw_svg(marks, WIDTH, height, f"chart-{number}")
    return Picture(data, "image/svg+xml", alt, f"图 {number}\u3000{title}", WIDTH, height)


def two_pictures(number: int, title: str, alt: str, lay: Callable[[float], tuple[list[Mark], float]]) -> Picture:
    """A numbered chart in two layouts: for the page, and for a phone."""
    marks, height = lay(NARROW)
    narrow = draw_svg(marks, NARROW, height, f"chart-{number}-narrow")
    return replace(picture(number, title, alt, *lay(WIDTH)), narrow=narrow)


def bar_picture(number: int, title: str, lines: Sequence[BarRow], alt: str, note: str = "") -> Picture:
    """A numbered bar chart; at least one count is above zero."""

    def lay(width: float) -> tuple[list[Mark], float]:
        marks, height = lay_bars(lines, width)
        for row in wrap_text(note, SMALL, width - 8, 3) if note else ():
            marks.append(TextMark(width / 2, height + 7, row, SMALL, "center", SOFT_INK))
            height += 16
        return marks, height

    return two_pictures(number, title, alt, lay)
