"""The second opinion on what figures count and clauses deny: it learns wording and no values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.checks.reading_cases import read_small_reports
from tests.checks.second_opinion_samples import FILES, samples_of, sure_samples, write
from toolkit.checks.narrative.second_opinion import class_of, denial_chances, figure_chances
from toolkit.checks.narrative.second_opinion.features import features_of
from toolkit.checks.narrative.second_opinion.opinion import DENIALS, FIGURES
from toolkit.checks.narrative.second_opinion.training import Sample, places_of, softmax, train


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("new.natural_person", "column.natural_person"), ("total.business+research", "column.organizations"),
        ("manage", "handled"), ("review.upheld", "review.upheld"),
    ],
)  # fmt: skip
def test_one_class_for_quantities_in_the_same_words(name: str, meaning: str) -> None:
    assert class_of(name) == meaning


def test_features_know_no_values_and_years_only_by_direction() -> None:
    told = [
        features_of(f"收到申请{value}件，{year}年结转2件", 12 + len(value), 14 + len(value), "件", 2024)
        for value, year in (("12", 2023), ("386", 2021))
    ]
    assert told[0] == told[1]
    assert features_of("收到申请12件，2025年结转2件", 14, 16, "件", 2024) != told[0]


@pytest.mark.parametrize(
    ("text", "figure", "name", "likely"),
    [
        ("全年新收政府信息公开申请12件，均已答复。", "12件", "new", True),
        ("行政复议3件，其中维持2件、纠正1件。", "2件", "review.upheld", True),
        ("接听来电咨询4件，均当场解答。", "4件", "new", False),
        ("接待群众来访56件次，办理热线工单128件。", "128件", "handled", False),
    ],
)
def test_the_model_tells_figures_of_the_tables_from_others(text: str, figure: str, name: str, likely: bool) -> None:
    at = text.index(figure)
    chances = figure_chances(text, at, at + len(figure), "件", 2024)
    assert (chances[class_of(name)] > 0.5) == likely


@pytest.mark.parametrize(
    ("clause", "denied"),
    [
        ("年底没有一件拖过年", "carried_out"), ("为公开答复打官司的一个也没有", "lawsuit"),
        ("上年没有结转过来的申请", "carried_in"),
        ("没有发生失泄密事件", "none"), ("未收到群众投诉", "none"),
    ],
)  # fmt: skip
def test_the_model_tells_what_a_clause_denies(clause: str, denied: str) -> None:
    chances = denial_chances(f"全年收到申请12件，{clause}", "。", 2024)
    assert max(chances, key=lambda name: chances[name]) == denied


def test_a_quantity_that_was_not_learnt_has_no_opinion() -> None:
    assert class_of("nothing.of.the.kind") not in figure_chances("收到申请12件", 4, 7, "件", 2024)


def test_the_same_samples_give_the_same_model(tmp_path: Path) -> None:
    words = [("收到申请", "new"), ("办结申请", "handled"), ("接待来访", "none")]
    samples = [
        Sample(features_of(f"{before}{word}{at}件", len(before + word), len(f"{before}{word}{at}件"), "件", 2024), meaning)
        for word, meaning in words
        for at, before in enumerate(("全年", "今年", "共", "本年度", "年内", "累计"))
    ]
    one, two = train(samples), train(samples)
    assert np.array_equal(one.weights, two.weights)
    assert one.classes == ("handled", "new", "none")
    rows = places_of(one.features, features_of("我局收到申请9件", 6, 8, "件", 2024))
    assert int(np.argmax(softmax(one.weights[rows].astype(np.float32).sum(0) * np.float32(one.scale)))) == 1
    write(one, tmp_path / "figures.npz")
    assert (tmp_path / "figures.npz").stat().st_size < FIGURES.stat().st_size


@pytest.mark.parametrize("file", [FIGURES, DENIALS])
def test_a_file_has_a_row_for_each_feature_in_order(file: Path) -> None:
    with np.load(file) as data:
        features, weights, classes = data["features"], data["weights"], data["classes"]
    assert weights.shape == (len(features), len(classes))
    assert np.all(features[1:] > features[:-1])


@pytest.mark.sweep
def test_the_opinion_holds_on_reports_that_it_did_not_learn_from() -> None:
    """Fitted without one round, the model names what the figures of that round count; 97 % when it was measured."""
    learnt = train(samples_of(report for file in FILES[:-1] for report in read_small_reports(file)))
    right = known = 0
    for sample in sure_samples(read_small_reports(FILES[-1])):
        if sample.meaning in learnt.classes:
            rows = places_of(learnt.features, sample.features)
            scores = learnt.weights[rows].astype(np.float32).sum(0)
            right += learnt.classes[int(np.argmax(scores))] == sample.meaning
            known += 1
    assert right / known > 0.9
