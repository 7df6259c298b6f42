"""Choose what a picture for the public (一图读懂) shows of a report: five to seven figures, charts, sentences, three years.

In: a report and earlier ones of the same organ. Out: ``PosterContent``, plain data. What is zero is left out, with one exception:
when fewer than five figures are above zero, the zeros of applications and disputes are shown, for they are an answer too. A
chart needs two bars. Sentences are quoted word for word from the report's own text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from toolkit.core.text import printable
from toolkit.report import Report
from toolkit.report.model import value_text
from toolkit.sections.charts import applicant_labels, latest_years
from toolkit.sections.interpretation import Interpretation, interpret, total_of

FEWEST, MOST = 5, 7  # figures in large type
BARS = 6
YEARS = 3


@dataclass(frozen=True, slots=True)
class BigFigure:
    """One figure in large type, and the cells it is made of."""

    label: str
    value: str
    unit: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PosterBar:
    """One bar: its label, the text after it, its length as a share of the longest."""

    label: str
    text: str
    share: float


@dataclass(frozen=True, slots=True)
class PosterPart:
    """A part of the picture: heading, bars, a sentence of the report."""

    heading: str
    bars: tuple[PosterBar, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class PosterYears:
    """Columns side by side: for each series its label, and for each year text and share of the highest column."""

    years: tuple[int, ...]
    series: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class PosterContent:
    """Everything that the picture shows, and the draft of the 解读 that goes with it."""

    organ: str
    year: int
    title: str
    figures: tuple[BigFigure, ...]
    parts: tuple[PosterPart, ...]
    years: PosterYears | None
    next_steps: str
    published_at: str
    interpretation: Interpretation


def poster_content(report: Report, earlier: Sequence[Report] = ()) -> PosterContent:
    """What the picture of a report shows; ``earlier`` in any order."""
    used_sentences: set[str] = set()
    parts = tuple(part for part in _parts(report, used_sentences) if part.bars)
    years = _years(report, earlier, used_sentences)
    return PosterContent(
        report.organ.name, report.year, report.title, tuple(_figures(report)), parts, years,
        own_sentence(report.narrative.problems, SUBJECTS["next_steps"], used_sentences), report.organ.published_at,
        interpret(report, earlier),
    )  # fmt: skip


def poster_to_json(content: PosterContent) -> str:
    """The content as text, for the notebook."""
    return json.dumps(asdict(content), ensure_ascii=False)


def poster_values(text: str) -> dict[str, Any]:
    """The content of a notebook as plain values.

    Raises:
        ValueError: the notebook's output is no poster.
    """
    values = json.loads(text)
    if not isinstance(values, dict) or not set(PosterContent.__slots__) <= values.keys():
        raise ValueError("no content of a poster")
    return values


# ---- the figures in large type


def _figures(report: Report) -> Iterator[BigFigure]:
    every = [figure for figure in _candidates(report) if figure.value]
    above = [figure for figure in every if figure.value != "0"]
    silent = [figure for figure in every if figure not in above and figure.label in _TOLD_AT_ZERO]
    figures = above[:MOST] if len(above) >= FEWEST else [*above, *silent[: FEWEST - len(above)]]
    yield from (figure for figure in every if figure in figures)


_TOLD_AT_ZERO = ("新收政府信息公开申请", "行政复议、行政诉讼")


def _candidates(report: Report) -> Iterator[BigFigure]:
    """Everything that may stand in large type, the most telling first; a blank has no value."""
    yield _channels_figure(report)
    yield _sum_figure(report, "新收政府信息公开申请", "applications.new.total")
    yield _sum_figure(report, "办结申请", "applications.total.total")
    yield _sum_figure(report, "予以公开、部分公开", "applications.granted.total", "applications.partly_granted.total")
    yield _sum_figure(report, "现行有效行政规范性文件", "documents.normative.valid")
    yield _sum_figure(report, "对外公开规范性文件", "documents.normative.public_total")
    yield _sum_figure(report, "行政许可处理决定", "permits.permits.decisions")
    yield _sum_figure(report, "行政处罚处理决定", "enforcement.penalties.decisions")
    disputes = ("disputes.review.total", "disputes.direct_lawsuit.total", "disputes.lawsuit_after_review.total")
    yield _sum_figure(report, "行政复议、行政诉讼", *disputes)
    yield _sum_figure(report, "本年制发行政规范性文件", "documents.normative.issued")
    yield _sum_figure(report, "政府集中采购项目", "procurement.procurement.items", unit="个")


def _channels_figure(report: Report) -> BigFigure:
    """All channels together; where some are approximate, the total that the text states, which is the organ's own rounding."""
    total = sum(channel.count for channel in report.channels)
    if not any(channel.approximate for channel in report.channels):
        return BigFigure(_DISCLOSED, str(total) if report.channels else "", "条", ("channels",))
    stated = next((match for match in _STATED.finditer(report.narrative.overview) if int(match[1]) >= total), None)
    if stated:
        return BigFigure(_DISCLOSED, stated[1], f"{stated[2]}条", ("narrative.overview",))
    return BigFigure(_DISCLOSED, str(total), "余条", ("channels",))


_DISCLOSED = "主动公开政府信息"
_STATED = re.compile(r"公开(?:各类)?(?:政府)?信息(?:共)?(?:计)?(\d{1,7})(余?)条")


def _sum_figure(report: Report, label: str, *cells: str, unit: str = "件") -> BigFigure:
    total = total_of(report, cells)
    return BigFigure(label, "" if total is None else value_text(total), unit, cells)


# ---- the charts


def _parts(report: Report, used_sentences: set[str]) -> Iterator[PosterPart]:
    overview = report.narrative.overview
    for heading, subject, bars in (
        ("主要公开渠道", "channels", _channel_bars(report)),
        ("申请办理结果", "outcomes", _outcome_bars(report)),
        ("谁在提出申请", "applicants", _applicant_bars(report)),
    ):
        if len(bars) > 1:
            yield PosterPart(heading, bars, own_sentence(overview, SUBJECTS[subject], used_sentences))


def _channel_bars(report: Report) -> tuple[PosterBar, ...]:
    ordered = sorted(
        (channel for channel in report.channels if channel.count),
        key=lambda channel: (channel.name.startswith(("其他", "其余")), -channel.count),
    )
    counts = [(channel.name, Decimal(channel.count), "余" if channel.approximate else "") for channel in ordered]
    if len(counts) > BARS:
        rest = ordered[BARS - 1 :]
        roughly = "余" if any(channel.approximate for channel in rest) else ""
        counts = [*counts[: BARS - 1], (f"其余{len(rest)}个渠道", Decimal(sum(channel.count for channel in rest)), roughly)]
    return _bars([(label, count, f"{count}{roughly}条") for label, count, roughly in counts])


def _outcome_bars(report: Report) -> tuple[PosterBar, ...]:
    cells = {outcome.label: [f"applications.{row}.total" for row in outcome.rows] for outcome in report.form.outcomes}
    return _counted({label: total_of(report, addresses) for label, addresses in cells.items()})


def _applicant_bars(report: Report) -> tuple[PosterBar, ...]:
    labels = applicant_labels(report.form).items()
    return _counted({label: total_of(report, [f"applications.new.{key}"]) for key, label in labels})


def _counted(counts: Mapping[str, Decimal | None]) -> tuple[PosterBar, ...]:
    ordered = sorted(((label, count) for label, count in counts.items() if count), key=lambda item: -item[1])
    return _bars([(label, count, f"{value_text(count)}件") for label, count in ordered])


def _bars(rows: Sequence[tuple[str, Decimal, str]]) -> tuple[PosterBar, ...]:
    most = max((count for _, count, _ in rows), default=Decimal(1))
    return tuple(PosterBar(label, text, round(float(count / most), 4)) for label, count, text in rows)


# ---- the years

_COMPARED = {
    "新收申请": ("applications.new.total",),
    "办结申请": ("applications.total.total",),
    "结转下年度": ("applications.carried_out.total",),
    "复议和诉讼": ("disputes.review.total", "disputes.direct_lawsuit.total", "disputes.lawsuit_after_review.total"),
}


def _years(report: Report, earlier: Sequence[Report], used_sentences: set[str]) -> PosterYears | None:
    """This year and the two before, where there are any and something happened in them."""
    reports = latest_years(report, earlier, YEARS)
    counts = {label: [total_of(item, cells) for item in reports] for label, cells in _COMPARED.items()}
    lines = {label: values for label, values in counts.items() if any(values)}
    if len(reports) == 1 or not lines:
        return None
    most = max(value for values in lines.values() for value in values if value is not None)
    series = tuple((label, tuple(_column(value, most) for value in values)) for label, values in lines.items())
    return PosterYears(
        tuple(item.year for item in reports), series, own_sentence(report.narrative.overview, SUBJECTS["years"], used_sentences)
    )


def _column(value: Decimal | None, most: Decimal) -> tuple[str, float]:
    return ("未填", 0.0) if value is None else (value_text(value), round(float(value / most), 4))


SHORTEST, LONGEST = 14, 70  # characters
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_NUMBERED = re.compile(r"^(?:[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十\d]{1,3}[.．、](?!\d)|[一二三四五]是)")
# a sentence that leans on the one before it
_LEANING = re.compile(r"^(?:其中|同时|此外|另外|但|并|也|因此|为此|对此|这|该|上述|以上|如下|针对)")
_FIGURES = re.compile(r"\d+")
_FEW = 2
_AHEAD = re.compile(r"[：:]|如下|以下")

SUBJECTS: dict[str, re.Pattern[str]] = {
    "channels": re.compile("公众号|门户网站|政府网站|公开栏|公开专栏|公告屏|广播"),
    "outcomes": re.compile("办结|按时答复|按期答复|予以公开|答复.{0,6}率|受理渠道|申请渠道"),
    "applicants": re.compile("申请人|自然人|企业.{0,4}提出|申请.{0,8}集中|申请内容"),
    "years": re.compile("比上年|较上年|同比|比去年|较去年|与上年"),
    "next_steps": re.compile("下一步|今后|将.{0,12}(?:加强|完善|提高|推进|规范|建立)|加强|完善|提高|每月|每季|每周"),
}


def own_sentence(text: str, subject: re.Pattern[str], used_sentences: set[str]) -> str:
    """A sentence about a subject that can stand alone, "" when there is none; noted in ``used_sentences``, to be used once.

    Of several the first with few figures: those stand in large type beside it.
    """
    sentences = (_NUMBERED.sub("", match[0].strip()).strip() for match in _SENTENCE.finditer(printable(text)))
    fitting = [item for item in sentences if item not in used_sentences and subject.search(item) and _stands_alone(item)]
    chosen = min(fitting, key=lambda item: max(0, len(_FIGURES.findall(item)) - _FEW), default="")
    used_sentences.add(chosen)
    return chosen


def _stands_alone(sentence: str) -> bool:
    fits = SHORTEST <= len(sentence) <= LONGEST and sentence.endswith(("。", "！"))
    return fits and not _LEANING.match(sentence) and not _AHEAD.search(sentence)
