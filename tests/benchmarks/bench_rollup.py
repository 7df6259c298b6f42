"""How long status and roll-up of a country take: ``python -m tests.benchmarks.bench_rollup [REPORTS]``.

Params files are made from the samples in a temporary folder, sixteen to a county, in provinces and cities. Compared in
one run: asking the warehouse after the intake, and opening and adding every file again.
"""

from __future__ import annotations

import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from toolkit.forms import Address
from toolkit.report import read_report, report_to_yaml
from toolkit.rollup.own_report import add_up
from toolkit.rollup.warehouse import Warehouse

SAMPLES = Path(__file__).parents[2] / "params" / "2024" / "云溪县"
NEW = Address("applications", "new", "total")


def make_country(root: Path, count: int) -> int:
    """``count`` params files by province, city and county; the sum of their new applications."""
    samples = [report for path in sorted(SAMPLES.glob("[!_]*.yaml")) if (report := read_report(path))]
    texts = [(report_to_yaml(report).encode("utf-8"), int(report.figures.number(NEW) or 0)) for report in samples]
    total = 0
    for at in range(count):
        text, new = texts[at % len(texts)]
        folder = root / "2024" / f"省{at // 1600}" / f"市{at // 160 % 10}" / f"县{at // 16 % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"镇{at % 16}.yaml").write_bytes(text)
        total += new
        if at % 16 == 0:  # every county has its list, with one member of whom nothing came
            members = "".join(f"  - {{name: {folder.name}镇{number}, file: 镇{number}}}\n" for number in range(17))
            (folder / "_jurisdiction.yaml").write_text(f"name: {folder.name}\nmembers:\n{members}", encoding="utf-8")
    return total


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "params"
        expected = make_country(root, count)
        with Warehouse(Path(folder) / "sums.duckdb", root) as warehouse:
            intake = _seconds(warehouse.refresh)
            refresh = _seconds(warehouse.refresh)
            by_depth = {depth: _seconds(lambda depth=depth: warehouse.totals(2024, "2021", depth=depth)) for depth in (1, 2, 3)}
            standing = _seconds(lambda: (warehouse.standing(2024, depth=3), warehouse.missing(2024, depth=3)))
            found = sum((row.value for row in warehouse.totals(2024, "2021", depth=1) if row.address == NEW), Decimal(0))
        assert found == expected, (found, expected)
        few = sorted(root.rglob("[!_]*.yaml"))[: min(count, 1000)]
        again = _seconds(lambda: add_up([read_report(path) for path in few])) * count / len(few)
    print(f"{count} 份：收报时读入 {intake:.1f} s；之后查看变化 {refresh:.2f} s，按省、市、县汇总", end=" ")
    print("、".join(f"{seconds:.2f}" for seconds in by_depth.values()), f"s，报送情况 {standing:.2f} s")
    after = refresh + by_depth[3] + standing
    print(f"收报之后合计 {after:.2f} s；逐份打开相加 {again:.1f} s，{again / after:.0f} 倍")


def _seconds(work) -> float:  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40_000)
