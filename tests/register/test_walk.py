"""The walk of a year in README.zh-CN.md by the commands; none of its outputs holds a name, a phone number or a subject."""

from __future__ import annotations

import re
import shlex
import shutil
import stat
from contextlib import chdir
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.register.sample import SAMPLE, sample_requests
from tests.register.stories import clock
from tests.terminal import type_command
from toolkit.checks.assembly import assemble, judge_file
from toolkit.cli import app
from toolkit.core.errors import UsageError
from toolkit.register.counting import count_year
from toolkit.register.ledger.reading import read_ledger
from toolkit.register.ledger.writing import write_ledger
from toolkit.register.lookup import look_up
from toolkit.register.offering import sentences_for
from toolkit.register.requests import Request
from toolkit.register.store import Register
from toolkit.report import read_report

PLACE = "云溪县/竹溪镇"
PARAMS = {year: f"params/{year}/{PLACE}.yaml" for year in (2020, 2021, 2022)}


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


def run_here(folder: Path, *arguments: str) -> Done:
    """A command run in this process, which has the program loaded, with its log below the folder; errors are raised."""
    environment = {"NIANBAO_LOG_FOLDER": str(folder / "state"), "NIANBAO_SMTP_PASSWORD": ""}
    with chdir(folder):
        done = CliRunner().invoke(app, list(arguments), env=environment)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder after the walk, and all that was printed."""
    folder = tmp_path_factory.mktemp("竹溪镇")
    (folder / "params").mkdir()
    shutil.copy(SAMPLE, folder / "台账.xlsx")
    printed = []
    for arguments in (
        ("register", "import", "台账.xlsx", PLACE), ("register", "import", "台账.xlsx", PLACE),
        ("register", "due", "--today", "2023-01-10", "--ics", "期限.ics"),
        *(command for year, file in PARAMS.items() for command in (("new", str(year), PLACE), ("register", "fill", file))),
        ("check", "params/2022"), ("check", "params/2022", "--json"),
    ):  # fmt: skip
        done = run_here(folder, *arguments)
        assert done.returncode in (0, 1), (arguments, done.stdout, done.stderr)
        printed.append(done.stdout + done.stderr)
    return folder, "\n".join(printed)


def commands_of_the_readme() -> list[list[str]]:
    """The commands of the walk of a year in README.zh-CN.md."""
    text = (Path(__file__).parents[2] / "README.zh-CN.md").read_text(encoding="utf-8")
    block = text.partition("一年这样走")[2].partition("```console\n")[2].partition("```")[0]
    return [shlex.split(line.removeprefix("nianbao ")) for line in block.splitlines() if line.startswith("nianbao ")]


@pytest.fixture(scope="module")
def by_the_readme(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The folder after the commands of the README in their order, and what each printed."""
    folder = tmp_path_factory.mktemp("一年")
    (folder / "params").mkdir()
    shutil.copy(SAMPLE, folder / "台账.xlsx")
    run_here(folder, "new", "2022", PLACE)
    printed = {}
    for arguments in commands_of_the_readme():
        done = run_here(folder, *arguments)
        assert done.returncode in (0, 1), (arguments, done.stdout, done.stderr)
        printed[" ".join(arguments[:2])] = done.stdout
    return folder, printed


def test_the_walk_of_the_readme_goes_from_the_ledger_to_the_report(by_the_readme: tuple[Path, dict[str, str]]) -> None:
    folder, printed = by_the_readme
    assert "新增 60 件，已有 0 件" in printed["register import"]
    assert "在办 1 件" in printed["register due"]
    assert "1 个单位：新收 20 件" in printed["register statistics"]
    assert "新收 20 件" in printed["register fill"]
    assert (folder / "统计.pdf").read_bytes().startswith(b"%PDF")
    assert "{{申请编号}}" in printed["register letter"]
    assert report_number(folder, "new") == 20
    assert read_ledger((folder / "registers" / f"{PLACE}.xlsx").read_bytes(), "竹溪镇.xlsx", date(2023, 3, 1)).unclear == ()


def report_number(folder: Path, row: str) -> object:
    return read_report(folder / PARAMS[2022]).number("applications", row, "total")


def names_of(requests: list[Request]) -> list[str]:
    """What is personal in the sample."""
    return sorted({text for one in requests for text in (one.applicant, one.contact, one.subject)})


def test_the_sample_is_what_this_module_says() -> None:
    requests = sample_requests()
    assert len(requests) == 60
    read = read_ledger(SAMPLE.read_bytes(), SAMPLE.name, date(2023, 3, 1))
    assert [str(item) for item in read.unclear] == []
    assert all(one.says_the_same(other) for one, other in zip(read.requests, requests, strict=True))


def test_the_walk_imports_once_and_counts(walked: tuple[Path, str]) -> None:
    folder, printed = walked
    assert re.findall(r"新增 (\d+) 件，已有 (\d+) 件", printed) == [("60", "0"), ("0", "60")]
    assert "在办 1 件" in printed
    assert "竹溪2022-020　还有" in printed
    calendar = (folder / "期限.ics").read_text(encoding="utf-8")
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "依申请公开 竹溪2022-020 到期" in calendar


@pytest.mark.parametrize("year", PARAMS)
def test_the_reports_are_the_counts_and_the_years_join(walked: tuple[Path, str], year: int) -> None:
    file = walked[0] / PARAMS[year]
    report, counts = read_report(file), look_up(file, year).counts
    assert counts is not None
    assert all(report.figures[address] == value for address, value in counts.figures.items())
    codes = {finding.code for finding in judge_file(file, today=date(year + 1, 1, 10)).findings}
    assert not codes & {
        "register-differs",
        "carried-in-differs",
        "applications-balance",
        "applications-row-total",
        "disputes-sum",
    }
    assert assemble(report, file).register is not None


def test_a_later_change_of_the_register_is_found_with_both_sides(walked: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copytree(walked[0], tmp_path / "甲")
    file = tmp_path / "甲" / PARAMS[2022]
    with Register(tmp_path / "甲" / "registers" / f"{PLACE}.sqlite", who="甲", now=clock(date(2023, 1, 11))) as register:
        register.void("竹溪2022-001", "登记重复")
    found = [item for item in judge_file(file, today=date(2023, 1, 11)).findings if item.code == "register-differs"]
    assert {item.row for item in found} == {"new", "granted"}
    assert all(item.severity == "warning" and int(item.found) == int(item.expected) + 1 for item in found)


def test_the_offered_sentences_are_true_and_linked(walked: tuple[Path, str]) -> None:
    file = walked[0] / PARAMS[2022]
    counts = look_up(file, 2022).counts
    assert counts is not None
    text, links = sentences_for(counts)
    assert text.startswith("2022年，本机关新收政府信息公开申请20件，其中自然人")
    assert all(text[link.start : link.start + len(link.text)] == link.text for link in links)
    report = read_report(file)
    narrative = report.narrative.model_copy(update={"overview": f"（二）依申请公开。{text}"})
    told = {**report.__dict__, "narrative": narrative, "links": links}
    told = {key: value for key, value in told.items() if key in report.__dataclass_fields__}
    codes = {item.code for item in judge(type(report)(**told))}
    assert not {code for code in codes if code.startswith(("text-", "list-", "figure-"))}


def judge(report: object) -> list[object]:
    from toolkit.checks import Case, run_case

    return list(run_case(Case(report)))  # type: ignore[arg-type]


def test_nothing_personal_is_in_any_output(walked: tuple[Path, str]) -> None:
    folder, printed = walked
    personal = names_of(sample_requests())
    assert any(name.startswith("申请人甲") for name in personal)
    assert [name for name in personal if name in printed] == []
    private = {folder / "台账.xlsx"}
    for file in folder.rglob("*"):
        if file.is_file() and "registers" not in file.parts and file not in private:
            data = file.read_bytes()
            assert [name for name in personal if name.encode() in data] == [], file


@pytest.mark.posix_only
def test_what_holds_names_is_the_owners(walked: tuple[Path, str], tmp_path: Path) -> None:
    done = run_here(walked[0], "register", "export", PLACE, "-o", str(tmp_path / "导出.xlsx"))
    assert done.returncode == 0, done.stderr
    files = [tmp_path / "导出.xlsx", walked[0] / "registers" / f"{PLACE}.sqlite"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_what_is_asked_for_wrongly_gets_a_sentence(walked: tuple[Path, str]) -> None:
    folder, _ = walked
    for arguments, sentence in (
        (("register", "due", "云溪县/没有镇"), "找不到台账"),
        (("register", "import", "期限.ics"), "不是 .xlsx"),
        (("register", "restore", PLACE, "--day", "1999-01-01"), "没有这一天的副本"),
        (("register", "import", "台账.xlsx", "--head", "来文号=随便"), "应写成 列=栏目"),
    ):
        ended = type_command(*arguments, at=folder, NIANBAO_LOG_FOLDER=str(folder / "state"))
        assert ended.code == 2, arguments
        assert sentence in ended.err
        assert "Traceback" not in ended.err


def test_the_same_register_gives_the_same_bytes() -> None:
    assert write_ledger(sample_requests()) == write_ledger(sample_requests()) == SAMPLE.read_bytes()


def test_counts_of_the_sample_by_hand(walked: tuple[Path, str]) -> None:
    with Register(walked[0] / "registers" / f"{PLACE}.sqlite", who="", now=clock(), read_only=True) as register:
        found = count_year(register.tallies(), 2021)
    totals = {
        row: sum(value for address, value in found.figures.items() if address.row == row)
        for row in ("new", "carried_in", "carried_out")
    }
    assert totals["new"] == 20
    assert (found.fee_notices, found.fee_yuan) == (1, 200)
    assert sum(value for address, value in found.figures.items() if address.row == "lawsuit_after_review") == 1
    assert totals["carried_in"] == sum(one.received_on.year == 2020 and (one.closed_on is None or one.closed_on.year > 2020)
                                       for one in sample_requests() if one.received_on)  # fmt: skip


def test_an_office_names_its_own_words_and_forgets_who_asked_long_ago(tmp_path: Path) -> None:
    (tmp_path / "params").mkdir()
    heads = "申请编号,收到日期,申请人,申请人类别,申请内容,答复日期,办理结果"
    row = "甲-1,2021-03-07,申请人甲,个体户,道路养护,2021-03-25,答复不存在"
    (tmp_path / "台账.csv").write_text(f"{heads}\n{row}\n", encoding="utf-8")
    words = ("register", "import", "台账.csv", PLACE)
    assert run_here(tmp_path, *words).returncode == 1
    with pytest.raises(UsageError, match="等号后面是台账的栏目名"):
        run_here(tmp_path, *words, "--word", "答复不存在=随便")
    taken = run_here(tmp_path, *words, "--word", "答复不存在=本机关不掌握相关政府信息", "--word", "个体户=商业企业")
    assert (taken.returncode, "新增 1 件" in taken.stdout) == (0, True), taken.stdout
    forgotten = run_here(tmp_path, "register", "anonymise", PLACE, "--years", "1")
    assert "匿名 1 件" in forgotten.stdout
    exported = run_here(tmp_path, "register", "export", PLACE, "-o", "台账.xlsx")
    assert exported.returncode == 0
    (request,) = read_ledger((tmp_path / "台账.xlsx").read_bytes(), "台账.xlsx", date.today()).requests
    assert (request.number, "申请人甲" in str(request)) == ("甲-1", False)
