"""How much processor time the formats for the public take when warm, and a published page compared with its report.

Every sample is set once: Typst remembers what it has set, so a report set twice would say nothing of the next one.
``process_time`` counts this process only; the page is read in this process, as the confined child would.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from tests.dispatch.sites import article
from tests.exporters.test_readback import story
from toolkit.dispatch.publication.comparing import compare_page
from toolkit.dispatch.publication.page import read_page
from toolkit.exporters.cms import set_cms
from toolkit.exporters.document import Document
from toolkit.exporters.tujie.setting import set_interpretation, set_poster
from toolkit.report import read_report

SAMPLES = sorted((Path(__file__).parents[2] / "params").glob("20*/*/[!_]*.yaml"))
CMS_SECONDS, POSTER_SECONDS = 0.030, 0.150


def _measured(name: str, work: Callable[[Path], Callable[[], object]]) -> list[float]:
    """Processor seconds of each sample but the first, which warms up."""
    seconds = []
    for path in SAMPLES:
        ready = work(path)
        start = time.process_time()
        ready()
        seconds.append(time.process_time() - start)
    warm = sorted(seconds[1:])
    first, middle, most = (round(value * 1000) for value in (seconds[0], statistics.median(warm), warm[-1]))
    print(f"{name}：首份 {first} ms，其后每份中位数 {middle} ms，最多 {most} ms")
    return warm


def _setting(set_format: Callable[[Document], object]) -> Callable[[Path], Callable[[], object]]:
    """The setting of a sample's publication copy, which is made before the clock runs."""

    def ready(path: Path) -> Callable[[], object]:
        document = story(path)[1].publication_copy()
        return lambda: set_format(document)

    return ready


def test_a_page_for_a_site_and_a_poster_take_little_when_warm() -> None:
    print()
    cms = _measured("--to cms", _setting(set_cms))
    poster = _measured("--to tujie（PNG 和 PDF）", _setting(set_poster))
    _measured("解读草稿", _setting(set_interpretation))
    assert statistics.median(cms) < CMS_SECONDS
    assert statistics.median(poster) < POSTER_SECONDS


def test_a_published_page_is_compared_in_a_fraction_of_a_second() -> None:
    def ready(path: Path) -> Callable[[], object]:
        report = read_report(path)
        raw = article(report)
        return lambda: compare_page(report, read_page(raw, "page.html", report.year))

    print()
    _measured("公开页面读入并比较", ready)
