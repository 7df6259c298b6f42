"""How long the checks take: one full report, the smallest mend, and 2,000 reports compared with one another.

Run ``python -m tests.benchmarks.bench_checks`` or ``make benchmarks``. Figures are printed, nothing is asserted; times are
those of the processor, so that other programs on the machine do not count.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from toolkit.checks import RULES_VERSION, Case, all_rules, rules_for, run_case
from toolkit.checks.assembly import assemble
from toolkit.checks.examples import faultless
from toolkit.checks.fixes.localisation import suggest_mends
from toolkit.checks.narrative.likeness import TextIndex
from toolkit.report import Report, read_report

PARAMS = Path(__file__).parent.parent.parent / "params"
LONG = PARAMS / "2024" / "云溪县" / "青禾镇.yaml"
BUSY = PARAMS / "2024" / "云溪县" / "松石镇.yaml"
MANY = 2_000


def main() -> None:
    """Print a table of what takes how long."""
    report = read_report(LONG)
    length = sum(len(text) for text in (report.narrative.overview, report.narrative.problems, report.narrative.other))
    case = assemble(report, LONG)
    start = time.process_time()
    run_case(Case(report, case.last_year))
    print(f"规则版本 {RULES_VERSION}，{len(all_rules())} 条规则")
    first = time.process_time() - start
    print(f"一份报告（文字 {length} 字，有上年数据）：第一次 {_ms(first)}，以后 {_ms(_fresh(report, case.last_year))}")
    _slowest(case)
    _mends()
    _many()


def _fresh(report: Report, last_year: Report | None) -> float:
    """The best of several runs, each on a text not seen before: what is kept from one run must not help the next."""
    runs = []
    for number in range(12):
        text = report.narrative.model_copy(update={"overview": f"{report.narrative.overview}\n第{number}次"})
        changed = replace(report, narrative=text)
        runs.append(_timed(lambda changed=changed: run_case(Case(changed, last_year))))
    return min(runs)


def _slowest(case: Case) -> None:
    times = {item.code: _timed(lambda item=item: list(item.check(case))) for item in rules_for(case)}
    named = "，".join(f"{code} {_ms(times[code])}" for code in sorted(times, key=lambda code: -times[code])[:4])
    print(f"  其中最慢的规则：{named}")


def _mends() -> None:
    """Random cells of a busy table spoilt, totals written and totals left out."""
    chance = random.Random(1)
    for name, report in (("总计写出", read_report(BUSY)), ("总计不写", read_report(LONG))):
        cells = [address for address in report.form.cells if address.table == "applications"]
        for number in (1, 2, 3, 4, 6):
            runs = []
            for _ in range(15):
                spoilt = report
                for address in chance.sample(cells, number):
                    spoilt = spoilt.with_value(address, int(report.figures[address] or 0) + chance.choice((1, 9, 30)))
                runs.append(_timed(lambda spoilt=spoilt: suggest_mends(spoilt)))
            print(f"最小修改（{name}，{number} 格有误）：平均 {_ms(sum(runs) / len(runs))}，最慢 {_ms(max(runs))}")


def _many() -> None:
    """2,000 reports of 3,000 characters, made by mixing the sentences of the samples; a tenth are copies."""
    chance = random.Random(2)
    overviews = [read_report(file).narrative.overview for file in PARAMS.rglob("[!_]*.yaml")]
    sentences = [item for text in overviews for item in text.split("。") if item.strip()]
    texts = ["。".join(_altered(item, chance) for item in chance.sample(sentences, 70)) for _ in range(MANY * 9 // 10)]
    texts += [chance.choice(texts) for _ in range(MANY - len(texts))]
    reports = [_named(number, text[:3_000]) for number, text in enumerate(texts)]
    start = time.process_time()
    index = TextIndex(reports)
    found = sum("text-repeats-sibling" in {item.code for item in run_case(Case(report, siblings=index))} for report in reports)
    total = time.process_time() - start
    similarity = sum(_timed(lambda report=report: index.nearest(report, "overview", 0.5)) for report in reports[:200]) / 200
    each = f"每份 {_ms(total / MANY)}，其中找雷同 {_ms(similarity)}"
    print(f"{MANY} 份互相比较并逐份校验：{total:.1f} 秒（{each}）；雷同 {found} 份")


def _altered(sentence: str, chance: random.Random) -> str:
    """A sentence in which every other character is another one: most texts of a county are not copies."""
    return "".join(char if chance.random() < 0.5 else chr(0x4E00 + chance.randrange(2_000)) for char in sentence)


def _named(number: int, overview: str) -> Report:
    report = faultless()
    organ = report.organ.model_copy(update={"name": f"云溪县{chr(0x5000 + number)}石镇人民政府"})
    narrative = report.narrative.model_copy(update={"overview": overview, "problems": ""})
    return replace(report, organ=organ, narrative=narrative)


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} 毫秒"


def test_checks() -> None:
    """So that ``make benchmarks`` runs it with the others."""
    main()


if __name__ == "__main__":
    main()
