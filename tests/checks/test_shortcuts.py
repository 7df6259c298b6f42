"""The rules search a text only for what may be there: with every text searched in full they find the same."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest

from toolkit.checks import Case, Finding, run_case
from toolkit.checks.narrative import passages, plain_text
from toolkit.checks.narrative.tokens.vocabulary import WORDS, WordPattern
from toolkit.checks.rules import finished_file, latin_letters, personal_data, typing_slips
from toolkit.checks.rules.proofreading import odd_characters, other_organs, plausibility, relevance
from toolkit.core import text as characters
from toolkit.core.text import find_signs
from toolkit.forms import Address, form_for_year
from toolkit.report import Report, read_report
from toolkit.report.model import Figures, Narrative

SAMPLES = sorted((Path(__file__).parents[2] / "params" / "2024" / "云溪县").glob("[!_]*.yaml"))
EVERYWHERE = re.compile("")  # finds something in every text
RULES_WITH_MATCHES = (
    "fees", "proofreading.citations", "proofreading.plausibility", "proofreading.punctuation",
)  # fmt: skip
FIRST_LOOKS = (
    (latin_letters, "_LETTER"), (plausibility, "_ANY_DAY"), (plausibility, "_COUNTED"),
    (typing_slips, "_TEMPLATE_SIGN"), (personal_data, "_LONG_NUMBER"),
)  # fmt: skip
# a piece for every search that is passed over where a sign is missing
PIECES = (
    "2024年2月30日", "2024.13.5", "满意度达到120%", "办结率百分之二百", "云政办发[2024]5号", "国务院令第492号",
    "公示行政许可信息999条", "依申请提供信息均未收费。", "党政机关(县级)", '开展"阳光"行动', "我镇,我局", "在松石县委领导下",
    "公开gong公开", "２０２4", "二○二四年", "\u200b", "⻅", "㙍", "\uf8ff", "中国特色会主义", "法制政府建设", "国土资源局",
    "结果转结", "全区的工作", "某镇", "（请根据实际情况填写）", "待补充", "本镇认真做好政府信息公开的各项工作。" * 2,
    "3曰", "13月底", "二月三十日", "机密★1年", "机密\n★1年。", "在松石县委和\n市政府的领导下", "完成造林\n取得成效。",
    "身份证号11010519491231002X",
)  # fmt: skip


def mutated(report: Report, seed: int) -> Report:
    """A report with three pieces in each text, behind a sentence, and a character dropped and another doubled."""
    chance, texts = random.Random(seed), dict(report.narrative)
    for place, name in enumerate(("overview", "problems", "other")):
        text = texts[name]
        for number in range(3):
            at = chance.choice([0, *(found.end() for found in re.finditer("。", text))])
            text = text[:at] + PIECES[(seed * 9 + place * 3 + number) % len(PIECES)] + text[at:]
        dropped, doubled = (chance.randrange(1, len(text)) for _ in range(2))
        text = text[:dropped] + text[dropped + 1 :]
        texts[name] = text[:doubled] + text[doubled - 1 :]
    return Report(report.year, report.organ, report.figures, report.channels, Narrative(**texts))


def findings(reports: list[Report]) -> list[list[Finding]]:
    return [run_case(Case(report, today=date(2025, 1, 20))) for report in reports]


@pytest.fixture
def searched_in_full(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Without one shortcut."""
    for name in RULES_WITH_MATCHES:
        module = import_module(f"toolkit.checks.rules.{name}")
        monkeypatch.setattr(module, "matches", lambda pattern, text, *signs: pattern.finditer(text))
    for module, name in (
        (characters, "_ODD"),
        (plain_text, "_UNEQUAL"),
        *FIRST_LOOKS,
    ):
        monkeypatch.setattr(module, name, EVERYWHERE)
    for module in (passages, relevance, finished_file):
        monkeypatch.setattr(module, "lines_of", lambda text: ((0, len(text), text),))
    for module in (relevance, other_organs, plausibility):
        monkeypatch.setattr(module, "lines_with", lambda text, words: ((0, len(text)),))
    monkeypatch.setattr(passages.ByLine, "lines", lambda pattern, text: ((0, len(text)),))
    monkeypatch.setattr(relevance, "_ends_of", lambda line: ("", ""))
    monkeypatch.setattr(finished_file, "_gb2312", lambda: frozenset("0123456789"))
    monkeypatch.setattr(finished_file, "_is_common", lambda text: False)
    monkeypatch.setattr(Case, "mentions", lambda case, *words: True)
    kept = (passages._plain, odd_characters._signs, finished_file._rare, relevance._sentences_of)
    for cached in kept:
        cached.cache_clear()
    yield
    for cached in kept:
        cached.cache_clear()


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    samples = [read_report(path) for path in SAMPLES]
    return samples + [mutated(report, seed) for seed, report in enumerate(samples * 2)]


@pytest.fixture(scope="module")
def found(reports: list[Report]) -> list[list[Finding]]:
    return findings(reports)


@pytest.mark.usefixtures("searched_in_full")
def test_the_verdicts_are_those_of_a_search_of_every_text(reports: list[Report], found: list[list[Finding]]) -> None:
    assert findings(reports) == found


def test_the_pieces_are_found(found: list[list[Finding]]) -> None:
    """The comparison is worth something: each of these rules has found one of them."""
    codes = {finding.code for items in found for finding in items}
    assert codes >= {
        "date-impossible", "rate-impossible", "file-number", "law-wrong", "published-exceeds", "half-width", "another-area",
        "latin-letters", "look-alike", "hidden-character", "glyph-missing", "phrase-wrong", "body-abolished",
        "template-left", "sentence-twice", "repeated-words", "secret-mark", "personal-data",
    }  # fmt: skip


def test_no_odd_character_is_passed_over() -> None:
    """A character that is odd among all others is odd alone as well."""
    every = "。".join(map(chr, (*range(0x20, 0xD800), *range(0xE000, 0x10000), *range(0x1D400, 0x1D800))))
    odd = [sign for sign in find_signs(every) if sign.certain]
    assert len(odd) > 1_000
    assert [sign.text for sign in odd if not find_signs(f"。{sign.text}。")] == []


@pytest.mark.parametrize("text", ["", "公开栏", "\n", "公开栏\n\n我公开栏，公开栏\n公开", "一\n公开栏\n"])
@pytest.mark.parametrize("pattern", [r"(?:\A|(?<=[\n，]))公开栏", "公开(?!栏)", "(?<!我)公开栏"])
def test_a_search_by_line_finds_what_a_search_of_the_text_finds(pattern: str, text: str) -> None:
    by_line = passages.ByLine(pattern)
    assert [match.span() for match in by_line.finditer(text)] == [match.span() for match in re.finditer(pattern, text)]


def test_the_longest_word_is_found() -> None:
    """No word hides a longer one, or what else stands at its place."""
    pattern = WordPattern(WORDS, "", "(?P<other>结[a-z]|[0-9])")
    for word in WORDS:
        for text in (word, f"{word}件", f"{word[:-1]}件", word * 2):
            longest = max((text[:end] for end in range(1, len(text) + 1) if text[:end] in WORDS), key=len, default="")
            assert next((word for match, word in pattern.matches(text) if match.start() == 0), "") == longest, text
    assert [(match.start(), word or match[0]) for match, word in pattern.matches("结转结a申3")] == [
        (0, "结转"),
        (2, "结a"),
        (5, "3"),
    ]


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ((1, 2, 3), 6),
        ((1, Decimal("2.5"), 0), Decimal("3.5")),
        ((1, None, 3), None),
        ((1, "3件", 3), None),
    ],
    ids=["counts", "money", "blank", "dirty"],
)
def test_a_sum_has_all_its_cells(values: tuple[object, ...], total: object) -> None:
    cells = tuple(Address("applications", "new", column) for column in ("natural_person", "business", "research"))
    figures = Figures(form_for_year(2024), dict(zip(cells, values, strict=True)))  # type: ignore[arg-type]
    assert figures.total(cells) == total
