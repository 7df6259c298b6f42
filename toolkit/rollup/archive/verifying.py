"""Verify an archive: every file against the lists of hashes, every PDF against the params beside it.

In: a ZIP file or an unpacked folder. Out: ``Verified``, with the name of each file that was changed, is missing, was added, or
whose pages do not show what its params say. PDFs are opened in confined processes: an archive comes from outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.errors import ParamsUnreadable
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.inspecting import IntakeLimits, RefusedPdf
from toolkit.dispatch.intake.reading_back import ReadBack
from toolkit.report import report_to_yaml
from toolkit.report.embedded import digest_of
from toolkit.report.reading import report_from_yaml
from toolkit.rollup.archive.bag import PAYLOAD, BagCheck, BagFiles, check_bag, open_bag
from toolkit.rollup.archive.gathering import PARAMS_NAME, REPORT_NAME

_PDF, _REPORTS = f"{REPORT_NAME}.pdf", f"{PAYLOAD}年报/"


@dataclass(frozen=True, slots=True)
class Verified:
    """The outcome; ``reports`` counts the PDFs that were read back, ``differing`` says of which something is wrong."""

    bag: BagCheck
    reports: int
    differing: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return self.bag.is_whole and not self.differing


def verify_archive(path: Path, confined: Confined, limits: IntakeLimits) -> Verified:
    """Compare an archive with its lists, and its PDFs with their params.

    Raises:
        NoBag: it is no archive of ours.
    """
    with open_bag(path) as files:
        bag = check_bag(files)
        pairs = [name for name in sorted(files.names) if name.startswith(_REPORTS) and name.endswith(f"/{_PDF}")]
        differing = [problem for name in pairs for problem in _compare(files, name, confined, limits)]
    return Verified(bag, len(pairs), tuple(differing))


def _compare(files: BagFiles, name: str, confined: Confined, limits: IntakeLimits) -> Iterator[str]:
    """What is wrong with one PDF."""
    params = f"{name.rpartition('/')[0]}/{PARAMS_NAME}"
    try:
        pdf, text = _read(files, name, limits.pdf_bytes), _read(files, params, limits.attachment_bytes)
        back = confined.read_pdf(pdf)
        if not isinstance(back, ReadBack):
            yield f"{name}：不是程序生成的 PDF，读不回填报数据"
        elif back.differences:
            yield f"{name}：页面与随附数据不符，{back.differences[0]}"
        elif back.digest != digest_of(report_to_yaml(report_from_yaml(text))):
            yield f"{name}：随附的数据与 {PARAMS_NAME} 不同"
    except RefusedPdf as error:
        yield f"{name}：{error}"
    except ParamsUnreadable as error:
        yield f"{params}：读不出来，{error.problems[0]}"
    except (OSError, KeyError, ValueError, RuntimeError):
        yield f"{name}：读不出来，或旁边没有 {PARAMS_NAME}"


def _read(files: BagFiles, name: str, most: int) -> bytes:
    with files.open(name) as opened:
        data = opened.read(most + 1)
    if len(data) > most:
        raise RefusedPdf(f"文件超过上限 {most // 1_000_000} MB")
    return data
