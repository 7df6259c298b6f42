"""The register at the size of a large city: counting 20,000 requests (bound 50 ms), opening 1,000 on the screen (bound 2 s).

The bounds are those of an idle machine; the fastest of several runs is compared with them.
"""

from __future__ import annotations

import time
from pathlib import Path

from tests.register.stories import clock, opened
from tests.register.test_counting import timed, twenty_thousand
from toolkit.entry.register.screen import RegisterScreen
from toolkit.register.counting import count_year
from toolkit.register.working_days import state_calendar


def test_count_twenty_thousand_requests(tmp_path: Path) -> None:
    with opened(tmp_path / "大市.sqlite") as register:
        register.add_all(twenty_thousand())
        reading = min(timed(register.tallies) for _ in range(10))
        tallies = register.tallies()
        counting = min(timed(lambda: count_year(tallies, 2022)) for _ in range(10))
    print(f"\n20,000 requests: read {reading * 1000:.0f} ms, counted {counting * 1000:.0f} ms")
    assert counting < 0.05


def test_open_a_thousand_requests(tmp_path: Path) -> None:
    with opened(tmp_path / "大镇.sqlite") as register:
        register.add_all(twenty_thousand()[:1000])
    start = time.perf_counter()
    with opened(tmp_path / "大镇.sqlite") as register:
        RegisterScreen(register, state_calendar(), clock(), "大镇")
    seconds = time.perf_counter() - start
    print(f"\n1,000 requests: on the screen after {seconds * 1000:.0f} ms of Python")
    assert seconds < 2
