"""Samples for the second opinion: figures of reports, and sentences generated from the vocabulary.

``python -m tests.checks.second_opinion_samples`` fits the model again and saves it beside its code. What a figure counts is known
from the tables: the reader has tied it to cells that have its value. The wrong words of a contradiction are a sample of what the
reader takes them for, since only their value is wrong.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.checks.denial_samples import KEPT as KEPT_OF_DENIALS
from tests.checks.denial_samples import PASSAGES, year_of
from tests.checks.denial_samples import samples_of as denial_samples
from tests.checks.reading_cases import SmallReport, read_small_reports
from tests.checks.test_fresh_pairs import right_reports
from tests.checks.test_held_out import CONTEXTS, report_with_tables
from tests.checks.test_slips import SLIPS, _filled
from tests.checks.test_text_against_tables import FOUND
from tests.checks.test_text_quantities import FOUND as QUANTITIES
from tests.checks.test_text_quantities import LEFT_ALONE
from toolkit.checks.narrative.analysis import read_text
from toolkit.checks.narrative.assignment.unstated import unstated_quantities
from toolkit.checks.narrative.candidates.quantity import ORGANIZATIONS
from toolkit.checks.narrative.second_opinion.features import features_of
from toolkit.checks.narrative.second_opinion.opinion import DENIALS, FIGURES, NONE, class_of
from toolkit.checks.narrative.second_opinion.training import Model, Sample, train
from toolkit.checks.narrative.tokens.vocabulary import WORDS
from toolkit.core.shipped import read_table
from toolkit.report import Report

HERE = Path(__file__).parent
FILES = (
    *(HERE / f"reading_{name}.yaml" for name in ("open", "unopened", "variants", "kinds", "fresh")),
    *sorted((HERE / "reading_rounds").glob("round*.yaml")),
)
_UNITS = frozenset(
    (
        "件",
        "份",
        "宗",
        "起",
        "例",
        "条",
        "项",
        "个",
        "名",
        "位",
        "人",
        "家",
        "次",
        "批",
        "封",
        "件次",
        "部",
        "万元",
        "元",
        "亿元",
        "",
    )
)
_SURE = 0.8  # of a figure that may count several things, the least share of the likeliest
_OF_EACH = 4  # sentences generated for a word
_TAILS = ("", "", "", "的", "申请", "为", "共", "申请的")
_APPLICATIONS = ("申请", "政府信息公开申请", "信息公开申请", "依申请公开申请")
_BEHIND = ("outcome", "reason", "carried_out")  # kinds of words that may follow the figure
_ACTS = ("permits", "penalties", "coercion")
_DISPUTES = ("review", "suit", "direct", "after")

_MARKED = re.compile(r"【(?P<figure>[^|】]+)\|(?P<label>\w+)】(?P<unit>件次|万元|亿元|[件份宗起例条项个名位人家次批封部元])?")
# the labels of the passages that are no names of quantities
_NAMES = {
    "to_handle": "taken",
    "granted_both": "granted+partly_granted",
    "several": "refused+unavailable+unprocessed",
    "review": "review.total",
    "lawsuit": "suit.total",
    "direct_lawsuit": "direct.total",
    "lawsuit_after_review": "after.total",
    "disputes": "review+suit.total",
    "upheld": "review.upheld",
    "corrected": "review.corrected",
    "result_other": "review.other",
    "pending": "review.pending",
    "rules": "rules.issued",
    "normative": "normative.issued",
    "repealed": "normative.repealed",
    "valid": "normative.valid",
    "fee_amount": "fees",
    **dict.fromkeys(
        ("published", "channel", "kind_of_published", "fee_notices", "fee_charged", "last_year", "change", "part"), NONE
    ),
    **{column: f"column.{column}" for column in (*ORGANIZATIONS, "natural_person", "organizations")},
}

_SUMS = frozenset(("handled", _NAMES["granted_both"]))  # figures of other matters have the value of a sum by accident

Window = tuple[str, str, str, str, int]  # left, figure, right, unit, year


def sentences() -> Iterator[tuple[str, bool]]:
    """The sentences of the earlier tables, and whether some figure of each is wrong."""
    yield from ((sentence, True) for rows in FOUND.values() for _, sentence, _ in rows)
    yield from ((sentence, True) for rows in QUANTITIES.values() for sentence in rows)
    yield from ((sentence, False) for sentence in LEFT_ALONE)
    yield from ((_filled(sentence), False) for sentence in SLIPS["sentences"])
    for name in ("held_out", "held_out_second", "held_out_third", "held_out_fourth", "learnt"):
        data = read_table(HERE / f"{name}.yaml")
        yield from _strings(data, wrong=False)


def _strings(data: Any, *, wrong: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(data, str):
        yield data, wrong
    elif isinstance(data, list):
        for item in data:
            yield from _strings(item, wrong=wrong)
    elif isinstance(data, dict):
        if "text" in data:
            yield data["text"], "wrong" in data
        else:
            for key, item in data.items():
                yield from _strings(item, wrong=wrong or key in ("found", "wrong"))


def samples_of(reports: Iterable[SmallReport]) -> list[Sample]:
    """The figures of the reports and of the passages, and sentences with the words of the vocabulary in their places.

    What the words of a figure name is not known where it has the value of cells that the text states nowhere else. A model of
    the others chooses among these cells and ``none``; where it is not sure the figure is no sample.
    """
    return settled([*_windows(reports), *passages()])


def sure_samples(reports: Iterable[SmallReport]) -> list[Sample]:
    """The figures of the reports alone of which it is known what they count."""
    windows = (window for report in reports for window in _of_report(report))
    return [_sample(window, meanings[0]) for window, meanings in windows if len(meanings) == 1]


def settled(windows: Iterable[tuple[Window, tuple[str, ...]]]) -> list[Sample]:
    known = list(dict.fromkeys(windows))
    sure = [(window, meanings[0]) for window, meanings in known if len(meanings) == 1]
    samples = [*(_sample(*each) for each in sure), *_generated(sure)]
    model = train(samples)
    for window, meanings in known:
        if len(meanings) > 1:
            features = _sample(window, NONE).features
            chances = model.chances(features)
            best = max(meanings, key=lambda name: chances.get(name, 0.0))
            if chances.get(best, 0.0) >= _SURE * sum(chances.get(name, 0.0) for name in meanings):
                samples.append(Sample(features, best))
    return samples


def passages() -> Iterator[tuple[Window, tuple[str, ...]]]:
    """The figures of passages whose authors say what each counts; the year is the one of most of its dates."""
    for file in PASSAGES:
        for line in file.read_text("utf-8").splitlines():
            yield from _marked_figures(re.sub("⟦[^⟧]*⟧", "", line))


def _marked_figures(line: str) -> Iterator[tuple[Window, tuple[str, ...]]]:
    text, places, end = "", [], 0
    for match in _MARKED.finditer(line):
        text += line[end : match.start()]
        words = match["figure"] + (match["unit"] or "")
        places.append((len(text), words, match["unit"] or "", match["label"]))
        text, end = text + words, match.end()
    text += line[end:]
    for start, words, unit, label in places:
        around = text[max(0, start - 80) : start], words, text[start + len(words) :][:30]
        yield (*around, unit, year_of(text)), (_NAMES.get(label, label),)


def _windows(reports: Iterable[SmallReport]) -> Iterator[tuple[Window, tuple[str, ...]]]:
    for report in reports:
        yield from _of_report(report)
    for sentence, wrong in sentences():
        for context in CONTEXTS.values():
            yield from _figures(*report_with_tables(context + sentence), sentence if wrong else "")


def _of_report(report: SmallReport) -> Iterator[tuple[Window, tuple[str, ...]]]:
    return _figures(report.case.report, report.case.last_year, report.at if report.kind else "", report.right)


def _figures(report: Report, last: Report | None, at: str, right: str = "") -> Iterator[tuple[Window, tuple[str, ...]]]:
    """Every figure of a report with what it may count; ``at`` are the words that are wrong, ``right`` the right ones."""
    text = read_text(report, last)
    unstated = {one.name: report.figures.total(one.addresses) for one in unstated_quantities(text.cells)}
    unstated = {name: value for name, value in unstated.items() if name not in _SUMS}
    for reading, tie in zip(text.readings, text.ties, strict=True):
        original, figure = text.cells.by_where[tie.where].plain.original, reading.figure
        wrong = original.find(at) if at else -1
        if figure.unit not in _UNITS or figure.about:
            continue
        is_wrong = 0 <= wrong <= tie.start < wrong + len(at)
        values = {int(value) for value in re.findall(r"\d+", right)} if is_wrong else set()
        quantity = reading.quantity or (reading.candidate if is_wrong else None)
        if is_wrong and quantity is not None and values and report.figures.total(quantity.addresses) not in values:
            quantity = None  # taken for another cell than the author's
        if quantity is not None and (is_wrong or (tie.kind, tie.state) == ("cell", "agrees")):
            meanings: tuple[str, ...] = (class_of(quantity.name),)
        elif is_wrong:
            meanings = tuple(class_of(name) for name, value in unstated.items() if value in values)
        elif tie.kind in ("untied", "list", "channel", "other_year"):
            meanings = (NONE, *(class_of(name) for name, value in unstated.items() if value == figure.value))
        else:
            continue
        left, behind = original[max(0, tie.start - 80) : tie.start], original[tie.end : tie.end + 30]
        if meanings:
            yield (left, original[tie.start : tie.end], behind, figure.unit, report.year), tuple(dict.fromkeys(meanings))


def _sample(window: Window, meaning: str) -> Sample:
    left, figure, right, unit, year = window
    return Sample(features_of(left + figure + right, len(left), len(left) + len(figure), unit, year), meaning)


def _generated(windows: list[tuple[Window, str]]) -> Iterator[Sample]:
    """Every word of the vocabulary for a quantity, in the place of another word for it."""
    choice = random.Random(1)
    places = defaultdict(list)
    for window, meaning in windows:
        places[meaning].append(window)
    for word, (kind, value) in WORDS.items():
        meaning = _meaning(kind, value)
        for _ in range(_OF_EACH if meaning in places else 0):
            left, _, right, _, year = choice.choice(places[meaning])
            before = "".join(re.split(r"(?<=[，。；：、（\n])", left)[:-1])
            tail = choice.choice(_APPLICATIONS if meaning == "new" else _TAILS)
            behind = kind in _BEHIND and choice.random() < 0.25
            window = (before, "1件", word + right, "件", year) if behind else (before + word + tail, "1件", right, "件", year)
            yield _sample(window, meaning)


def _meaning(kind: str, value: str) -> str:
    if kind == "applicant":
        return f"column.{value}"
    if kind in ("outcome", "reason") or (kind == "act" and value in _ACTS):
        return value
    if kind in _DISPUTES:
        return f"{kind}.total"
    if kind == "new":
        return "new" if value in ("new", "fresh") else ""
    return kind if kind in ("carried_in", "carried_out", "handled") else ""


def write(model: Model, file: Path) -> None:
    np.savez_compressed(
        file, classes=np.array(model.classes), features=model.features, weights=model.weights, scale=np.float64(model.scale)
    )


if __name__ == "__main__":
    stored = [*(report for file in FILES for report in read_small_reports(file)), *right_reports()]
    write(train(samples_of(stored)), FIGURES)
    texts = [(report.case.report, report.at) for report in stored]
    texts += [(report_with_tables(sentence)[0], sentence if wrong else "") for sentence, wrong in sentences()]
    write(train(denial_samples(texts), KEPT_OF_DENIALS), DENIALS)
