"""How much of one text stands word for word in another, and which of thousands of texts is nearest.

In: the narrative of reports. Out: shares between 0 and 1. Names, figures and dates are masked first, so that a
text with another township's name put in is still the same text. Every step takes time in proportion to the text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.core.files import sha256_of
from toolkit.report import Report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes = NDArray[Any]

PARTS = ("overview", "problems")  # 一、总体情况 and 五、存在的主要问题及改进情况
RUN = 8  # characters in a row that count as copied; shorter ones every report shares (予以公开部分公开)
LONGEST = 50_000  # characters looked at; the longest real section has some 8,000
SHORTEST = 60  # below this two texts are alike by chance (未收到申请)
BINS = 192  # of a sketch; the estimate is right to ±0.04
_MULTIPLIER = 0x9E3779B97F4A7C15
_FIGURES = re.compile(
    r"[\d０-９][\d０-９,，.．%％]*|[零〇一二三四五六七八九十百千万亿两]+(?=[件条次个份起名人年月日户批篇期场元])"
)
_NOT_TEXT = re.compile(r"[^\w]+")
_PLACE = re.compile(r"[^省市县区旗镇乡道]{1,8}?(?:自治区|自治州|自治县|街道|省|市|县|区|旗|镇|乡)")


@dataclass(frozen=True)
class Likeness:
    """The text nearest to a report's: whose it is, which part, and the share (0–1) of the report's own text in it."""

    organ: str
    part: str
    share: float


@lru_cache(maxsize=128)
def masked_text(text: str, organ: str) -> str:
    """``text`` without the organ's names, figures, dates and punctuation."""
    text = text[:LONGEST]
    for name in called(organ):
        text = text.replace(name, "")
    return _NOT_TEXT.sub("", _FIGURES.sub("", text))


@lru_cache(maxsize=1024)
def called(organ: str) -> tuple[str, ...]:
    """What a text calls an organ: 云溪县青禾镇人民政府, 云溪县, 青禾镇, 青禾."""
    places = _PLACE.findall(organ)
    stems = [re.sub(r"(街道|镇|乡)\Z", "", place) for place in places]
    return tuple(name for name in dict.fromkeys((organ, *places, *stems)) if len(name) >= 2)


def copied_share(text: str, other: str) -> float:
    """The share of ``text`` that stands in ``other`` in runs of ``RUN`` characters and more; 0 for short texts."""
    import numpy

    if len(text) < SHORTEST or len(other) < RUN:
        return 0.0
    hashes, others = _hashes(text), _sorted_hashes(other)
    copied = others.take(others.searchsorted(hashes), mode="clip") == hashes
    covered = numpy.zeros(len(text), dtype=bool)
    for offset in range(RUN):
        covered[offset : offset + len(copied)] |= copied
    return float(covered.mean())


@lru_cache(maxsize=64)
def _hashes(text: str) -> Hashes:
    """One number for every run of ``RUN`` characters."""
    import numpy

    codes = numpy.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(numpy.uint64)
    if len(codes) < RUN:
        return numpy.zeros(0, dtype=numpy.uint64)
    hashes = numpy.zeros(len(codes) - RUN + 1, dtype=numpy.uint64)
    for offset in range(RUN):
        hashes = hashes * numpy.uint64(_MULTIPLIER) + codes[offset : offset + len(hashes)]
    # a multiplicative hash is poor in its low bits; the sketch takes bins from the high ones
    return (hashes ^ (hashes >> numpy.uint64(29))) * numpy.uint64(_MULTIPLIER)


@lru_cache(maxsize=64)  # 400 kB each at most
def _sorted_hashes(text: str) -> Hashes:
    import numpy

    return numpy.sort(_hashes(text))


@lru_cache(maxsize=256)
def _sketch(text: str) -> Hashes:
    """The least hash in each of ``BINS`` bins (one-permutation MinHash); an empty bin is the largest number.

    Source: Li, Owen, Zhang, "One Permutation Hashing", NIPS 2012.
    """
    import numpy

    hashes = _hashes(text)
    sketch = numpy.full(BINS, numpy.iinfo(numpy.uint64).max, dtype=numpy.uint64)
    numpy.minimum.at(sketch, (hashes >> numpy.uint64(32)) % numpy.uint64(BINS), hashes)
    return sketch


@dataclass(frozen=True, eq=False)
class ReportTexts:
    """What the index keeps of one report: its masked texts and their sketches, by part."""

    organ: str
    file: str
    texts: Mapping[str, str]
    sketches: Mapping[str, Hashes]

    @property
    def digest(self) -> str:
        """SHA-256 of what others can resemble, empty when all of it is too short; names count."""
        long = [text for text in self.texts.values() if len(text) >= SHORTEST]
        return sha256_of("\0".join((self.organ, *long)).encode("utf-8", "surrogatepass")) if long else ""


def report_texts(report: Report) -> ReportTexts:
    """The texts of a report, ready for an index."""
    texts = {part: masked_text(getattr(report.narrative, part), report.organ.name) for part in PARTS}
    sketches = {part: _sketch(text) for part, text in texts.items()}
    return ReportTexts(report.organ.name, _absolute(report.source.file), texts, sketches)


def _absolute(file: str) -> str:
    return os.path.abspath(file) if file else ""  # a Path takes ten times as long


class TextIndex:
    """Sections 一 and 五 of many reports, ready to be compared; built once for a batch.

    ``apart_from`` gives the same texts without those of one file: a report that is being edited does not resemble what
    was saved of it.
    """

    def __init__(self, reports: Iterable[Report | ReportTexts]) -> None:
        self._entries = tuple(item if isinstance(item, ReportTexts) else report_texts(item) for item in reports)
        self._apart = ""
        self._stacks: dict[str, Hashes] = {}  # by part, shared with every index that ``apart_from`` gives
        self._last: dict[str, tuple[tuple[str, str, str, float], Likeness | None]] = {}  # what was asked last, by part

    def __len__(self) -> int:
        return sum(not self._apart or item.file != self._apart for item in self._entries)

    def apart_from(self, file: str | Path) -> TextIndex:
        """The index as the report of one file sees it."""
        seen = copy(self)
        seen._apart = _absolute(str(file))
        return seen

    def nearest(self, report: Report, part: str, least: float) -> Likeness | None:
        """The text of another organ that holds most of this report's, if it holds more than ``least`` of it."""
        organ = report.organ.name
        own = masked_text(getattr(report.narrative, part), organ)
        if len(own) < SHORTEST or not self._entries:
            return None
        asked = own, organ, self._apart, least  # the masked text stays the same while figures are typed
        before, best = self._last.get(part, (None, None))
        if before != asked:
            best = self._find(own, organ, part, least)
            self._last[part] = asked, best
        return best

    def _find(self, own: str, organ: str, part: str, least: float) -> Likeness | None:
        shares = self._estimate(own, part)
        for at, item in enumerate(self._entries):
            if item.organ == organ or (self._apart and item.file == self._apart):
                shares[at] = -1
        best: Likeness | None = None
        # the estimate picks, the exact share decides; a few are enough, since the nearest is what is reported
        for at in shares.argsort(kind="stable")[::-1][:4]:
            other = self._entries[int(at)]
            if shares[at] < least / 4:
                break
            share = copied_share(own, other.texts[part])
            if share > max(least, best.share if best else 0.0):
                best = Likeness(other.organ, part, share)
        return best

    def _estimate(self, own: str, part: str) -> Any:
        """For every text the share of equal bins, which estimates how much two texts have in common."""
        import numpy

        sketch = _sketch(own)
        empty = numpy.iinfo(numpy.uint64).max
        filled = max(int((sketch != empty).sum()), 1)
        return ((self._sketches(part) == sketch) & (sketch != empty)).sum(axis=1) / filled

    def _sketches(self, part: str) -> Hashes:
        """All sketches of a part, one a row."""
        import numpy

        if part not in self._stacks:
            self._stacks[part] = numpy.stack([item.sketches[part] for item in self._entries])
        return self._stacks[part]
