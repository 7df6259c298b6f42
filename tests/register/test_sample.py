"""The sample in a new folder: register, ledger and the report counted from it; no output of it holds anything personal."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from email import message_from_bytes, policy
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
from tests.register.test_walk import names_of, run_here
from toolkit.checks.assembly import judge_file
from toolkit.core.workspace import lay_out
from toolkit.register.lookup import look_up
from toolkit.register.store import Register
from toolkit.report import read_report

PLACE = "云溪县/竹溪镇"
FILE = f"params/2022/{PLACE}.yaml"
MAIL = """[mail]
sender = "云溪县竹溪镇人民政府 <zhuxi@yunxi.gov.example>"
to = ["云溪县人民政府办公室 <zwgk@yunxi.gov.example>"]
attach = ["pdf", "docx", "xlsx", "letter"]
[smtp]
host = "mail.yunxi.gov.example"
"""


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder of ``nianbao init`` after every command that writes something to be sent on, and what they printed."""
    folder = tmp_path_factory.mktemp("样例")
    lay_out(folder)
    (folder / "nianbao.toml").write_text(MAIL, encoding="utf-8")
    printed = []
    for arguments in (
        ("build", FILE, "--to", "pdf,docx,html,xlsx,cms,tujie"), ("check", FILE, "--json"), ("check", "--explain", FILE),
        ("send", FILE, "--dry-run"), ("send", FILE, "--letter"), ("archive", FILE),
        ("register", "due", "--today", "2023-01-10", "--ics", "期限.ics"),
        ("register", "statistics", "2022", "云溪县", "-o", "统计.xlsx"),
        ("register", "statistics", "2022", "统计.xlsx", PLACE, "--by", "quarter", "-o", "统计.pdf", "--today", "2023-01-10"),
        ("register", "letter", "竹溪2022-020", "登记回执", PLACE), ("register", "letter", "--fields"),
    ):  # fmt: skip
        done = run_here(folder, *arguments)
        assert done.returncode in (0, 1), (arguments, done.stdout, done.stderr)
        printed.append(done.stdout + done.stderr)
    return folder, "\n".join(printed)


def texts_of(file: Path) -> str:
    """All that a file says, with everything that is packed in it or attached to it."""
    return _text_of(file.name, file.read_bytes())


def _text_of(name: str, raw: bytes) -> str:
    """The members of a package and the parts of a mail in the same way, the text of the pages of a PDF, else the bytes."""
    plain = raw.decode("utf-8", "replace")
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            return "\n".join(name for item in package.namelist() for name in (item, _text_of(item, package.read(item))))
    if name.endswith(".eml"):
        parts = message_from_bytes(raw, policy=policy.default).walk()
        return "\n".join([plain, *(_text_of(part.get_filename() or "", part.get_payload(decode=True) or b"") for part in parts)])
    if not raw.startswith(b"%PDF-"):
        return plain
    with pypdfium2.PdfDocument(raw) as pdf:
        attached = [pdf.get_attachment(at).get_data() for at in range(pdf.count_attachments())]
        pages = [page.get_textpage().get_text_bounded() for page in pdf]
    return "\n".join([plain, *pages, *(bytes(data).decode("utf-8", "replace") for data in attached)])


def test_the_shipped_register_and_report_are_what_the_module_says(tmp_path: Path) -> None:
    with Register(SAMPLE_REGISTER, who="", now=sample_clock, read_only=True) as kept:
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
    kinds = {".pdf", ".docx", ".html", ".xlsx", ".ics", ".yaml", ".jsonl", ".ipynb", ".eml", ".zip", ".png"}
    assert seen >= kinds, "what the test looks into"


def test_what_holds_names_is_found_by_the_same_look(laid: tuple[Path, str]) -> None:
    letter = next((laid[0] / "registers").rglob("_文书/*.docx"))
    assert any(name in texts_of(letter) for name in names_of(sample_requests()))
    assert date(2022, 12, 31) < MADE_ON
