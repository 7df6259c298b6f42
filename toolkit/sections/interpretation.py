"""Draft the 解读 of a report from its figures: 300 to 500 characters, every number with the cells that it comes from.

In: a report and earlier ones. Out: paragraphs of pieces, text or numbers. Zero is put into words (未发生), blanks are passed
over; explanations of the terms fill up what an uneventful year leaves empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from toolkit.forms import Address
from toolkit.report import Report
from toolkit.report.model import value_text
from toolkit.sections.tables import sum_of_counts

SHORTEST, LONGEST = 300, 500  # characters, blanks left out


@dataclass(frozen=True, slots=True)
class LinkedNumber:
    """A number of the text and the cells it comes from; ``last_year`` when it is a difference to the year before."""

    text: str
    cells: tuple[str, ...]
    last_year: bool = False


Piece = str | LinkedNumber
Sentence = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Interpretation:
    """The title and the paragraphs, each a row of pieces."""

    title: str
    paragraphs: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The paragraphs as plain text, one a line."""
        return "\n".join("".join(map(_plain, paragraph)) for paragraph in self.paragraphs)


def interpret(report: Report, earlier: Sequence[Report] = ()) -> Interpretation:
    """The draft of a report's 解读."""
    last = next((item for item in earlier if item.year == report.year - 1), None)
    groups = [list(filter(None, sentences)) for sentences in (_disclosure(report), _applications(report), _disputes(report))]
    paragraphs: list[tuple[Sentence, ...]] = [(_opening(report),), *map(tuple, groups)]
    room = LONGEST - _length(chain.from_iterable(paragraphs))
    optional = [_applicants(report), _outcomes(report), _change(report, last)]
    for sentence in filter(None, optional):
        if _length([sentence]) <= room:
            paragraphs[2] = (*paragraphs[2], sentence)
            room -= _length([sentence])
    for explanation in _EXPLANATIONS:
        if LONGEST - room < SHORTEST:
            paragraphs.append(((explanation,),))
            room -= len(explanation)
    joined = [tuple(chain.from_iterable(sentences)) for sentences in paragraphs]
    return Interpretation(f"《{report.title}》解读", tuple(paragraph for paragraph in joined if paragraph))


def total_of(report: Report, cells: Iterable[str]) -> Decimal | None:
    """The sum of cells by their dotted names, as ``sum_of_counts``."""
    return sum_of_counts(report, map(Address.parse, cells))


def _plain(piece: Piece) -> str:
    return piece if isinstance(piece, str) else piece.text


def _length(sentences: Iterable[Sentence]) -> int:
    return sum(len("".join("".join(map(_plain, sentence)).split())) for sentence in sentences)


def _number(report: Report, *cells: str) -> LinkedNumber | None:
    """A number above zero."""
    total = total_of(report, cells)
    return LinkedNumber(value_text(total), cells) if total else None


def _opening(report: Report) -> Sentence:
    return (f"{report.organ.name}发布了{report.year}年政府信息公开工作年度报告，现将主要数据解读如下。",)


def _list(before: str, items: Sequence[tuple[str, LinkedNumber | None, str]]) -> Sentence:
    """``before`` 许可3件、处罚2件。 Empty without a number."""
    named = [(label, number, unit) for label, number, unit in items if number]
    pieces: list[Piece] = []
    for label, number, unit in named:
        pieces += ["、" if pieces else before, label, number, unit]
    return (*pieces, "。") if pieces else ()


def _disclosure(report: Report) -> Iterator[Sentence]:
    normative = "documents.normative."
    yield _list("主动公开方面，", (
        ("本年制发行政规范性文件", _number(report, normative + "issued"), "件"),
        ("现行有效行政规范性文件", _number(report, normative + "valid"), "件"),
        ("制作规范性文件", _number(report, normative + "made"), "件"),
        ("对外公开的规范性文件共", _number(report, normative + "public_total"), "件"),
    ))  # fmt: skip
    yield _list("依法履职方面，作出", (
        ("行政许可处理决定", _number(report, "permits.permits.decisions"), "件"),
        ("行政处罚处理决定", _number(report, "enforcement.penalties.decisions"), "件"),
        ("行政强制处理决定", _number(report, "enforcement.coercion.decisions"), "件"),
    ))  # fmt: skip


def _applications(report: Report) -> Iterator[Sentence]:
    new, carried_in = _number(report, "applications.new.total"), _number(report, "applications.carried_in.total")
    handled, carried_out = _number(report, "applications.total.total"), _number(report, "applications.carried_out.total")
    if new is None and total_of(report, ["applications.new.total"]) == 0:
        yield ("依申请公开方面，本年度未收到政府信息公开申请", *(("，上年结转", carried_in, "件") if carried_in else ()), "。")
    elif new:
        yield ("依申请公开方面，新收政府信息公开申请", new, "件", *(("，上年结转", carried_in, "件") if carried_in else ()), "。")
    yield _list("", (("办结", handled, "件"), ("结转下年度继续办理", carried_out, "件")))


def _disputes(report: Report) -> Iterator[Sentence]:
    review = ("disputes.review.total",)
    lawsuits = ("disputes.direct_lawsuit.total", "disputes.lawsuit_after_review.total")
    sums = [total_of(report, cells) for cells in (review, lawsuits)]
    if sums == [0, 0]:
        yield ("监督保障方面，未发生因政府信息公开引起的行政复议、行政诉讼。",)
    else:
        yield _list("监督保障方面，因政府信息公开引起的", (
            ("行政复议", _number(report, *review), "件"), ("行政诉讼", _number(report, *lawsuits), "件"),
        ))  # fmt: skip


def _applicants(report: Report) -> Sentence:
    kinds = report.form.applicant_kinds.items()
    return _list("新收申请中，", [(f"{label}提出", _number(report, f"applications.new.{key}"), "件") for key, label in kinds])


def _outcomes(report: Report) -> Sentence:
    cells = {outcome.label: [f"applications.{row}.total" for row in outcome.rows] for outcome in report.form.outcomes}
    return _list("办结的申请中，", [(label, _number(report, *addresses), "件") for label, addresses in cells.items()])


def _change(report: Report, last: Report | None) -> Sentence:
    """How the new applications changed from the year before."""
    cells = ("applications.new.total",)
    now, before = total_of(report, cells), total_of(last, cells) if last else None
    if now is None or before is None or now == before or not before:
        return ()
    difference = LinkedNumber(value_text(abs(now - before)), cells, last_year=True)
    return ("新收申请比上年", "增加" if now > before else "减少", difference, "件。")


# 条例第十九条、第二十七条、第三十三条、第五十条、第五十一条
_DISCLOSURE = """
什么是主动公开？对涉及公众利益调整、需要公众广泛知晓或者需要公众参与决策的政府信息，行政机关应当主动公开，
公众可以在政府网站、政务新媒体、政务公开栏等处查看。
"""
_REQUESTS = """
什么是依申请公开？除主动公开的以外，公民、法人或者其他组织可以向行政机关申请获取相关政府信息，
行政机关能够当场答复的当场答复，不能当场答复的在法定期限内答复。
"""
_REMEDIES = """
对答复不满意怎么办？公民、法人或者其他组织认为行政机关在政府信息公开工作中侵犯其合法权益的，
可以向上一级行政机关或者政府信息公开工作主管部门投诉、举报，也可以依法申请行政复议或者提起行政诉讼。
"""
_CONTENTS = """
年度报告写些什么？包括主动公开、依申请公开的情况，因政府信息公开被申请行政复议、提起行政诉讼的情况，
存在的主要问题及改进情况，以及其他需要报告的事项，每年公布一次，接受社会监督。
"""
_EXPLANATIONS = tuple("".join(text.split()) for text in (_DISCLOSURE, _REQUESTS, _REMEDIES, _CONTENTS))
