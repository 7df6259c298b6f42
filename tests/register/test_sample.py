"""The sample in a new folder: register, ledger and the report counted from it; no output of it holds anything personal."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pypdfium2
import pytest

from tests.register.sample import (
    MADE_ON,
    SAMPLE_REGISTER,
    SAMPLE_REPORT,
    make_register,
    sample_clock,
    sample_report,
    sample_requests,
)
from tests.register.test_walk import names_of, run
from toolkit.checks.assembly import judge_file
from toolkit.core.workspace import lay_out
from toolkit.register.lookup import look_up
from toolkit.register.store import open_register
from toolkit.report import read_report

PLACE = "云溪县/竹溪镇"
FILE = f"params/2022/{PLACE}.yaml"


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder of ``nianbao init`` after every command that writes something to be sent on, and what they printed."""
    folder = tmp_path_factory.mktemp("样例")
    lay_out(folder)
    printed = []
    for arguments in (
        ("build", FILE, "--to", "pdf,docx,html,xlsx"), ("check", FILE, "--json"),
        ("register", "due", "--today", "2023-01-10", "--ics", "期限.ics"),
        ("register", "statistics", "2022", "云溪县", "-o", "统计.xlsx"),
        ("register", "statistics", "2022", "统计.xlsx", PLACE, "--by", "quarter", "-o", "统计.pdf", "--today", "2023-01-10"),
        ("register", "letter", "竹溪2022-020", "登记回执", PLACE), ("register", "letter", "--fields"),
    ):  # fmt: skip
        done = run(folder, *arguments)
        assert done.returncode in (0, 1), (arguments, done.stdout, done.stderr)
        printed.append(done.stdout + done.stderr)
    return folder, "\n".join(printed)


def texts_of(file: Path) -> str:
    """All that a file says: the members of a package unpacked, the text of the pages of a PDF, else its bytes."""
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as package:
            return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    raw = file.read_bytes().decode("utf-8", "replace")
    if file.suffix != ".pdf":
        return raw
    with pypdfium2.PdfDocument(file) as pdf:
        attached = [pdf.get_attachment(at).get_data() for at in range(pdf.count_attachments())]
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
    return "\n".join([raw, *pages, *(bytes(data).decode("utf-8", "replace") for data in attached)])


def test_the_shipped_register_and_report_are_what_the_module_says(tmp_path: Path) -> None:
    with open_register(SAMPLE_REGISTER, who="", now=sample_clock, read_only=True) as kept:
        shipped = sorted(kept.requests(), key=lambda one: one.number)
    assert all(one.says_the_same(other) for one, other in zip(shipped, sample_requests(), strict=True))
    make_register(tmp_path / "registers" / f"{PLACE}.sqlite")
    made = sample_report(tmp_path / FILE)
    read = read_report(SAMPLE_REPORT)
    assert (read.figures.given, read.narrative, read.links) == (made.figures.given, made.narrative, made.links)


def test_a_new_folder_has_the_register_and_its_report(laid: tuple[Path, str]) -> None:
    counts = look_up(laid[0] / FILE, 2022).counts
    assert counts is not None
    report = read_report(laid[0] / FILE)
    assert all(report.figures[address] == value for address, value in counts.figures.items())
    assert [item.code for item in judge_file(laid[0] / FILE, today=MADE_ON).findings if item.severity != "notice"] == []


def test_the_report_is_built_from_it(laid: tuple[Path, str]) -> None:
    made = {file.suffix for file in (laid[0] / "outputs" / "2022" / "云溪县").rglob("*") if file.is_file()}
    assert made >= {".pdf", ".docx", ".html", ".xlsx"}
    pdf = next((laid[0] / "outputs").rglob("*.pdf"))
    assert "新收政府信息公开申请20件" in "".join(texts_of(pdf).split())


def test_nothing_personal_is_in_any_output(laid: tuple[Path, str]) -> None:
    folder, printed = laid
    personal = names_of(sample_requests())
    assert [name for name in personal if name in printed] == []
    private = [folder / "registers", folder / "params" / "registers"]
    seen = set()
    for file in folder.rglob("*"):
        if file.is_file() and not any(file.is_relative_to(place) for place in private):
            seen.add(file.suffix)
            text = texts_of(file)
            assert [name for name in personal if name in text] == [], file
    assert seen >= {".pdf", ".docx", ".html", ".xlsx", ".ics", ".yaml", ".jsonl"}, "what the test looks into"


def test_what_holds_names_is_found_by_the_same_look(laid: tuple[Path, str]) -> None:
    letter = next((laid[0] / "registers").rglob("_文书/*.docx"))
    assert any(name in texts_of(letter) for name in names_of(sample_requests()))
    assert date(2022, 12, 31) < MADE_ON
