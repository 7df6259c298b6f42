"""The law of the importer: what we export, read back, is the same report, in every format and both editions."""

from __future__ import annotations

import io
import random
import re
import subprocess
import zipfile
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.examples import examples, sampled
from tests.importing.shapes import SETTERS, document, noticed, report, reports, zip_of
from tests.markers import find_chromium
from toolkit.checks import Case, run_case
from toolkit.forms import Address
from toolkit.importing import Imported
from toolkit.importing.published import import_source
from toolkit.importing.readers.formats import read_source
from toolkit.importing.readers.office import convert
from toolkit.report import Channel, Figures, Report, Value
from toolkit.report.chart_words import NO_NEW_APPLICATIONS

# a failing report is told as it is: making it smaller would take minutes of exporting
QUICK = settings(
    max_examples=examples(2, 12),
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


# each format in one edition of the form, and with the sweeps in the other
KIND_AND_YEAR = sampled((kind, year) for at, kind in enumerate(SETTERS) for year in ((2020, 2023), (2023, 2020))[at % 2])
COUNTS: list[dict[str, int]] = [{}, {"new": 3}, {"carried_in": 2}, {"new": 3, "granted": 3}]


def read_back(of: Report, kind: str, folder: Path) -> Imported:
    file = folder / f"report.{kind}"
    file.write_bytes(SETTERS[kind](document(of)))
    return import_source(read_source(file))


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def assert_same(read: Imported, of: Report) -> None:
    """Everything that is printed; which of them a report was is not (short name, superior, confirmations)."""
    got = read.report
    assert got is not None
    assert {str(a): got.figures[a] for a in of.form.cells} == {str(a): of.figures[a] for a in of.form.cells}
    assert (got.year, got.title, got.organ.level) == (of.year, of.title, of.organ.level)
    assert (got.organ.contact, got.organ.published_at) == (of.organ.contact, of.organ.published_at)
    assert sorted(got.channels, key=str) == sorted(of.channels, key=str)
    for part in ("overview", "problems", "other"):
        assert lines(getattr(got.narrative, part)) == lines(getattr(of.narrative, part))
    assert {finding.code for finding in noticed(read)} <= {"unit-assumed", *(finding.code for finding in run_case(Case(of)))}
    assert {str(at): (cell.raw, cell.why) for at, cell in read.cells.items() if cell.state in ("unclear", "missing")} == {}


@given(of=reports())
@QUICK
def test_docx_reads_back(of: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_same(read_back(of, "docx", tmp_path_factory.mktemp("docx")), of)


@given(of=reports())
@QUICK
def test_html_reads_back(of: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_same(read_back(of, "html", tmp_path_factory.mktemp("html")), of)


@given(of=reports())
@QUICK
def test_xlsx_reads_back(of: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_same(read_back(of, "xlsx", tmp_path_factory.mktemp("xlsx")), of)


@given(of=reports())
@settings(QUICK, max_examples=examples(2, 4))
def test_pdf_reads_back(of: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_same(read_back(of, "pdf", tmp_path_factory.mktemp("pdf")), of)


@pytest.mark.parametrize(("kind", "year"), KIND_AND_YEAR)
def test_a_second_round_changes_nothing(kind: str, year: int, tmp_path: Path) -> None:
    """Preamble and title are texts of their own after the first import; printed and read again they stay."""
    first = read_back(report(year), kind, tmp_path).report
    assert first is not None
    second = read_back(first, kind, tmp_path).report
    assert second is not None
    assert second.narrative == first.narrative
    assert second.figures == first.figures


@pytest.mark.parametrize("kind", [pytest.param(kind, marks=[pytest.mark.sweep] * (kind == "pdf")) for kind in SETTERS])
def test_a_paragraph_longer_than_a_row_of_a_workbook_stays_one(kind: str, tmp_path: Path) -> None:
    long = "".join(f"第{at}项工作按期完成，群众办事少跑了一趟路。" for at in range(150))
    of = replace(report(2023), narrative=report(2023).narrative.model_copy(update={"overview": f"{long}\n另一段。\n"}))
    read = read_back(of, kind, tmp_path).report
    assert read is not None
    assert lines(read.narrative.overview) == [long, "另一段。"]


def handled(year: int, **counts: int) -> Report:
    """A report in which nothing happened but some applications: rows of part three with their counts by a natural person."""
    of = report(year)
    given: dict[Address, Value] = {address: 0 for address in of.form.cells if address not in of.form.sums}
    given |= {Address("applications", row, "natural_person"): count for row, count in counts.items()}
    return replace(of, figures=Figures(of.form, given))


@pytest.mark.parametrize(("counts", "kind"), sampled(product(COUNTS, SETTERS), every=3))
def test_a_sentence_in_place_of_a_chart_is_no_text_of_the_report(kind: str, counts: dict[str, int], tmp_path: Path) -> None:
    """Nothing happened, one kind of applicant, nothing handled yet: each is printed as a sentence under its table."""
    one = (Channel(name="云水县人民政府网站", count=100, approximate=True),)
    of = replace(handled(2023, **counts), channels=one)
    assert_same(read_back(of, kind, tmp_path), of)


def test_the_same_sentence_in_a_text_is_kept(tmp_path: Path) -> None:
    """The form's tables have charts, its texts have none."""
    of = with_channels(2023)
    of = replace(of, narrative=of.narrative.model_copy(update={"other": f"{NO_NEW_APPLICATIONS}\n无收费。"}))
    assert_same(read_back(of, "docx", tmp_path), of)


def with_channels(year: int) -> Report:
    """A report with a chart of channels, whose words carry the channels."""
    channels = (Channel(name="云水县人民政府网站", count=100), Channel(name="“清河发布”微信公众号", count=121, approximate=True))
    return replace(report(year), channels=channels)


@pytest.mark.needs_libreoffice
@pytest.mark.parametrize(("kind", "year"), [case for case in KIND_AND_YEAR if case.values[0] != "pdf"])
def test_saved_again_by_libreoffice(kind: str, year: int, tmp_path: Path) -> None:
    """Opened and saved in the same format: everything comes back exactly."""
    of = with_channels(year)
    file = tmp_path / f"另存.{kind}"
    file.write_bytes(convert(SETTERS[kind](document(of)), f".{kind}", kind, file.name))
    assert_same(import_source(read_source(file)), of)


@pytest.mark.needs_libreoffice
def test_workbook_printed_by_libreoffice(tmp_path: Path) -> None:
    """Our workbook as a PDF: the words of a chart are a paragraph there, which goes on over several lines."""
    of = with_channels(2023)
    file = tmp_path / "年报.pdf"
    file.write_bytes(convert(SETTERS["xlsx"](document(of)), ".xlsx", "pdf", file.name))
    assert_same(import_source(read_source(file)), of)


@pytest.mark.parametrize("year", [2020, 2023])
def test_edited_in_word(year: int, tmp_path: Path) -> None:
    """Word and WPS cut runs at every change, add marks and revision ids, and wrap what is new in revisions."""
    of = with_channels(year)
    dice = random.Random(year)

    def cut(match: re.Match[str]) -> str:
        properties, text = match[1] or "", match[2]
        at = dice.randint(0, len(text))
        halves = [f'<w:r w:rsidR="00A{dice.randint(10000, 99999)}">{properties}<w:t xml:space="preserve">{half}</w:t></w:r>'
                  for half in (text[:at], text[at:]) if half]  # fmt: skip
        added = f'<w:ins w:id="{dice.randint(1, 9999)}" w:author="a">{halves[-1]}</w:ins>' if dice.random() < 0.2 else halves[-1]
        return '<w:proofErr w:type="spellStart"/>'.join([*halves[:-1], added])

    with zipfile.ZipFile(io.BytesIO(SETTERS["docx"](document(of)))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    body = members["word/document.xml"].decode("utf-8")
    edited = re.sub(r"<w:r>(<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t(?: [^>]*)?>([^<&]+)</w:t></w:r>", cut, body)
    assert edited.count("<w:ins ") > 20
    members["word/document.xml"] = edited.encode("utf-8")
    (tmp_path / "年报.docx").write_bytes(zip_of(members))
    assert_same(import_source(read_source(tmp_path / "年报.docx")), of)


@pytest.mark.needs_chromium
@pytest.mark.parametrize("year", sampled([2020, 2023]))
def test_page_saved_by_a_browser(year: int, tmp_path: Path) -> None:
    """What Chromium makes of our page when it is saved: its own markup of the same content."""
    of = with_channels(year)
    source = tmp_path / "原.html"
    source.write_bytes(SETTERS["html"](document(of)))
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile", "--dump-dom"]
    saved = subprocess.run([find_chromium(), *options, source.as_uri()], capture_output=True, timeout=120, check=True).stdout
    (tmp_path / "年报.html").write_bytes(saved)
    assert_same(import_source(read_source(tmp_path / "年报.html")), of)
