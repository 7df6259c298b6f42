"""The command ``nianbao`` as a clerk or a script uses it: what it prints, where it writes, how it ends."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pypdfium2
import pytest
from rich.table import Column, Table
from typer.main import get_command
from typer.testing import CliRunner

import toolkit.cli
from tests.terminal import COMMAND, Ended, type_command
from toolkit.__main__ import main
from toolkit.building.record import RunResult
from toolkit.commands import starting
from toolkit.commands.building import BuildProgress, pace
from toolkit.commands.screen import Screen, existing_files
from toolkit.core.errors import UsageError

PROJECT = Path(__file__).resolve().parent.parent
SAMPLE = PROJECT / "params" / "2020" / "嘉祥县" / "孟姑集镇.yaml"
NINE = ["code", "severity", "file", "table", "row", "column", "message", "expected", "found"]


def nianbao(*arguments: str | Path, at: Path) -> Ended:
    """Type the command in a folder."""
    ended = type_command(*arguments, at=at, NIANBAO_LOG_FOLDER=str(at / ".log"))
    assert "Traceback" not in ended.out + ended.err
    return ended


def installed(*arguments: str | Path, at: Path) -> Ended:
    """Run the command as it is installed, in a process as from a terminal."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "PYTHONUTF8": "1",
        "COLUMNS": "200",
        "NIANBAO_LOG_FOLDER": str(at / ".log"),
    }
    ran = subprocess.run(
        [COMMAND, *map(str, arguments)],
        cwd=at,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=200,
    )
    assert "Traceback" not in ran.stdout + ran.stderr
    return Ended(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the sample's params; its name has blanks."""
    folder = tmp_path / "我的 文档 (2020)"
    place = folder / "params" / "2020" / "嘉祥县"
    place.mkdir(parents=True)
    shutil.copy(SAMPLE, place)
    return folder


def write(desk: Path, name: str, old: str, new: str) -> Path:
    """A second organ: the sample with a piece of its text exchanged."""
    path = desk / "params" / "2020" / "嘉祥县" / name
    text = SAMPLE.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


# ---------------------------------------------------------------- usage


WRONG = [
    (["bld"], "没有 bld 这个命令，是不是 build。用法见 nianbao --help"),
    (["build"], "缺少 PATH…。用法见 nianbao build --help"),
    (["new", "二〇二四", "甲/乙"], "YEAR 填得不对：应为不小于 1000、不大于 9999 的整数。用法见 nianbao new --help"),
    (["new", "20252", "甲/乙"], "YEAR 填得不对：应为不小于 1000、不大于 9999 的整数。用法见 nianbao new --help"),
    (
        ["build", "params", "--to", "pdf,ofd"],
        "--to 填得不对：不认识的格式 ofd，可选 pdf、html、docx、xlsx、cms、tujie。用法见 nianbao build --help",
    ),
    (["build", "params", "--jobs", "0"], "--jobs 填得不对：应为不小于 1 的整数。用法见 nianbao build --help"),
    (["lab", "--port", "99999"], "--port 填得不对：应为不小于 0、不大于 65535 的整数。用法见 nianbao lab --help"),
    (["build", "params", "--outputs", ""], "--outputs 填得不对：后面是空的，请写明文件夹。用法见 nianbao build --help"),
    (["check", "没有"], "PATH 填得不对：找不到 没有。用法见 nianbao check --help"),
    (["read", "没有.pdf"], "FILE.pdf 填得不对：找不到 没有.pdf。用法见 nianbao read --help"),
    (["read", "no.pdf"], "FILE.pdf 填得不对：找不到 no.pdf。用法见 nianbao read --help"),
    (["read", "params"], "FILE.pdf 填得不对：params 是文件夹，应为文件。用法见 nianbao read --help"),
    (
        ["status", "params", "--today", "2024年1月1日"],
        "--today 填得不对：应为 2025-01-20 这样写的日期。用法见 nianbao status --help",
    ),
    (["status", "params", "--today", "abc"], "--today 填得不对：应为 2025-01-20 这样写的日期。用法见 nianbao status --help"),
    (["rollup", "我的", "文档"], "多写了 文档（名称里有空格的，两边要加引号）。用法见 nianbao rollup --help"),
    (["send", "params", "--dry-run=1"], "选项 --dry-run 后面不能跟内容。用法见 nianbao --help"),
    (["new", "2018", "甲/乙"], "2018 年没有对应的年报格式；已有的版本：2019 版（2019年至2020年）、2021 版（2021年起）"),
]


@pytest.mark.parametrize(("arguments", "sentence"), WRONG, ids=[" ".join(case[0]) for case in WRONG])
def test_wrong_usage_is_one_chinese_sentence_and_code_2(desk: Path, arguments: list[str], sentence: str) -> None:
    ended = nianbao(*arguments, at=desk)
    assert (ended.code, ended.out, ended.err.strip()) == (2, "", sentence)


def test_a_folder_without_reports(desk: Path) -> None:
    (desk / "空").mkdir()
    for command in ("check", "build"):
        ended = nianbao(command, "空", at=desk)
        assert (ended.code, ended.err.strip()) == (2, "空 中没有填报数据（.yaml 文件）；可用 nianbao new 新建一份")


def test_the_file_of_the_jurisdiction_among_others_is_no_report(desk: Path) -> None:
    area = PROJECT / "params" / "2024" / "云溪县" / "_jurisdiction.yaml"
    for command in (("check",), ("build", "--to", "html")):
        ended = nianbao(*command, area, SAMPLE, at=desk)  # as *.yaml names them
        assert (ended.code, " 1 份" in ended.out) == (0, True), ended.err
        ended = nianbao(*command, area, at=desk)
        assert (ended.code, ended.err.strip()) == (2, f"{area} 中没有填报数据（.yaml 文件）；可用 nianbao new 新建一份")


def test_help_is_in_chinese() -> None:
    commands = get_command(toolkit.cli.app).commands  # type: ignore[attr-defined]
    for arguments in ([], *([name] for name in commands)):
        told = CliRunner().invoke(toolkit.cli.app, [*arguments, "--help"], prog_name="nianbao").output
        assert told.startswith(" ".join(["用法：nianbao", *arguments, "[选项]"]))
        assert "  显示这份说明" in told
        assert not re.search(r"Usage|Options|Arguments|Commands|ARGS|Show|required|default|[<>{}]|x>=", told), told
    told = CliRunner().invoke(toolkit.cli.app, ["build", "--help"]).output
    assert re.search(r"^  --jobs N +同时生成几份  \[默认 2; 不小于 1\]$", told, re.MULTILINE)
    told = CliRunner().invoke(toolkit.cli.app, ["new", "--help"]).output
    year, place = re.findall(r"^  (YEAR +|JURISDICTION/ORGAN +)", told, re.MULTILINE)
    assert len(year) == len(place)
    assert "[1000 至 9999; 必填]" in told


def test_a_file_that_only_looks_like_a_report_is_reported_and_not_taken(desk: Path) -> None:
    write(desk, "乙镇.yml", "made: 3", "made: 3")
    for command in (("check",), ("build", "--to", "html")):
        ended = nianbao(*command, "params", at=desk)
        assert (ended.code, " 1 份" in ended.out) == (0, True)
        other = str(Path("params/2020/嘉祥县/乙镇.yml"))
        assert f"没有处理 {other}：填报数据的文件名应以 .yaml 结尾，请改名\n" in ended.err


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder that this person may not look into (as nobody, when the tests run as root), in one that is open."""
    outer = Path(tempfile.mkdtemp())
    outer.chmod(0o755)
    (outer / "closed").mkdir(mode=0o000)
    (outer / "甲镇.yaml").touch()
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    yield outer / "closed"
    if is_root:
        os.seteuid(0)
    (outer / "closed").chmod(0o700)  # an ordinary account may not look into what it is to remove
    shutil.rmtree(outer)


@pytest.mark.posix_only
@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of another kind")
def test_a_folder_that_may_not_be_opened_is_not_passed_over(closed_folder: Path) -> None:
    with pytest.raises(UsageError, match=r"打不开文件夹 .*closed：没有读取权限"):
        existing_files([closed_folder.parent])
    with pytest.raises(UsageError, match=r"打不开 .*closed.乙镇.yaml：没有读取权限"):
        existing_files([closed_folder / "乙镇.yaml"])


# ---------------------------------------------------------------- Ctrl+C


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", *(["SIGBREAK"] if os.name == "nt" else [])])
def test_ctrl_c_is_answered_whatever_runs(monkeypatch: pytest.MonkeyPatch, desk: Path, name: str) -> None:
    def interrupted(*_: object, **__: object) -> None:
        signal.raise_signal(number)

    number: signal.Signals = getattr(signal, name)
    # a shell starts what runs in the background with SIGINT ignored
    before = signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.getsignal(number))
    monkeypatch.setattr("toolkit.checks.running.check_files", interrupted)
    try:
        ended = type_command("check", SAMPLE, at=desk)
    finally:
        signal.signal(number, before)
    assert ended == Ended(130, "", "已停止；已完成的都在，再运行一次即可接着做。\n")


def test_the_form_is_opened_without_the_other_commands() -> None:
    """What ``nianbao lab`` imports before it starts JupyterLab delays the form: no report is read there."""
    code = (
        "import sys; from toolkit.cli import app_of; app_of('lab'); import toolkit.jupyter.lab; print('pydantic' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert told.strip() == "False"


class Interrupted:
    """Ctrl+C at an import."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == "toolkit.cli":
            raise KeyboardInterrupt


def test_ctrl_c_while_the_command_is_still_starting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delattr(toolkit, "cli")
    monkeypatch.delitem(sys.modules, "toolkit.cli")
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr()) == (130, ("", "已停止。\n"))


# ---------------------------------------------------------------- new


def test_new_then_check_names_what_is_left_to_do(desk: Path) -> None:
    ended = nianbao("new", "2021", "嘉祥县/孟姑集镇", at=desk)
    assert ended.code == 0
    assert ended.out.strip() == f"已新建 {Path('params/2021/嘉祥县/孟姑集镇.yaml')}（带入了 2020 年的机关信息和结转数）"
    checked = nianbao("check", "params/2021", at=desk)
    assert checked.code == 1
    assert "[cell-blank]" in checked.out
    drafted = nianbao("build", "params/2021", "--draft", at=desk)  # the blank form as a draft, to see what is asked
    assert (drafted.code, "完成 1 份" in drafted.out) == (0, True), drafted.err
    again = nianbao("new", "2021", "嘉祥县/孟姑集镇", at=desk)
    assert again.code == 2
    assert "已经有了，没有改动" in again.err


def test_a_wrong_clock_is_no_reason_to_doubt_the_year(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "date", SimpleNamespace(today=lambda: date(1970, 1, 1)))
    ended = nianbao("new", "2022", "嘉祥县/孟姑集镇", at=desk)
    assert (ended.code, ended.err.strip()) == (0, "请注意：电脑的时钟不对，现在是 1970-01-01；年度对不对请自己核对")


# ---------------------------------------------------------------- check


def test_check_of_a_clean_report(desk: Path) -> None:
    ended = nianbao("check", "params", at=desk)
    assert (ended.code, ended.err) == (0, "")
    assert "共校验 1 份：错误 0，警告 0" in ended.out


def test_check_says_line_cell_both_sides_and_next_step(desk: Path) -> None:
    path = write(
        desk,
        "孟姑集镇.yaml",
        "new:                          {natural_person: 0,",
        "new:                          {natural_person: 3,",
    )
    ended = nianbao("check", path, at=desk)
    assert ended.code == 1
    assert "表三 自然人列：一 3 ＋ 二 0 ＝ 3，三（七） 0 ＋ 四 0 ＝ 0，相差 3" in ended.out
    assert re.search(r"错误\s+第 \d+ 行\s+表三 自然人列.*\[applications-balance\]", ended.out)
    assert "请核对这一列的各个数，改正其中有误的一个" in ended.out


def test_one_broken_file_among_good_ones_is_reported_and_the_others_are_checked(desk: Path) -> None:
    write(desk, "乙镇.yaml", "year: 2020", "year: [2020")
    write(desk, "丙镇.yaml", "made: 3", "made: 3件")
    ended = nianbao("check", "params", at=desk)
    assert ended.code == 2
    assert "乙镇.yaml：读不出来" in ended.out
    assert "[cell-has-unit]" in ended.out
    assert "共校验 2 份" in ended.out
    assert "读不出 1 份" in ended.out


def test_json_is_nothing_but_json(desk: Path) -> None:
    write(desk, "乙镇.yaml", "year: 2020", "year: 二〇二〇")
    write(desk, "丙镇.yaml", "made: 3", "made: 3件")
    ended = installed("check", "params", "--json", at=desk)
    assert ended.code == 2
    findings = json.loads(ended.out)
    assert all(list(finding)[:9] == NINE for finding in findings)
    unreadable = next(finding for finding in findings if finding["code"] == "params-unreadable")
    assert (unreadable["severity"], unreadable["expected"], unreadable["found"]) == (
        "error",
        "四位数的年度，如 2024",
        "“二〇二〇”",
    )
    assert unreadable["line"] == 3
    dirty = next(finding for finding in findings if finding["code"] == "cell-has-unit")
    assert (dirty["table"], dirty["row"], dirty["column"], dirty["repair"]) == ("documents", "normative", "made", "3")
    clean = nianbao("check", SAMPLE, "--json", at=desk)
    assert (clean.code, [finding for finding in json.loads(clean.out) if finding["severity"] == "error"]) == (0, [])


# ---------------------------------------------------------------- build


def outputs(desk: Path) -> list[str]:
    """Finished files; what a batch keeps for itself begins with a dot or an underscore."""
    found = (path.relative_to(desk / "outputs") for path in (desk / "outputs").rglob("*") if path.is_file())
    return sorted(
        path.as_posix()
        for path in found
        if path.suffix in {".pdf", ".html", ".docx", ".xlsx", ".ipynb"} and path.name[0] not in "._"
    )


def test_build_ends_with_three_lists(desk: Path) -> None:
    write(desk, "乙镇.yaml", "year: 2020", "year: [2020")
    write(desk, "丙镇.yaml", "made: 3", "made: 3件")
    before = sorted(path for path in desk.rglob("*") if "outputs" not in path.parts)
    ended = installed("build", "params", "--to", "html", "--outputs", "outputs", at=desk)
    assert ended.code == 1
    title = "孟姑集镇人民政府2020年政府信息公开工作年度报告"
    assert outputs(desk) == ["2020/嘉祥县/孟姑集镇/annual_report.ipynb", f"2020/嘉祥县/孟姑集镇/{title}.html"]
    place = re.escape(str(Path("2020/嘉祥县/孟姑集镇")))
    assert re.search(rf"│ {place} +│ HTML +│ +\d+\.\d │", ended.out)  # what was built, where, how long it took
    second = str(Path("params/2020/嘉祥县/乙镇.yaml"))  # as it was asked for
    assert re.search(rf"未能开始：{re.escape(second)}\n  {re.escape(second)}:\d+：写法不对", ended.out)
    assert re.search(rf"^✗ {re.escape(second)}:\d+：写法不对", ended.err, re.MULTILINE)
    assert re.search(r"未能开始：.*丙镇\.yaml\n  有 \d+ 处错误，改正后才能生成正式报告（可加 --draft 先生成草稿）：", ended.out)
    assert "完成 1 份" in ended.out
    assert "失败 0 份" in ended.out
    assert "未能开始 2 份" in ended.out
    assert sorted(path for path in desk.rglob("*") if "outputs" not in path.parts and ".log" not in path.parts) == before


def test_a_draft_says_so_on_every_page(desk: Path) -> None:
    write(desk, "孟姑集镇.yaml", "made: 3", "made: 3件")
    ended = nianbao("build", "params", "--to", "pdf,html", "--draft", at=desk)
    assert ended.code == 0
    assert "（草稿）" in ended.out
    (pdf,) = (desk / "outputs").rglob("*.pdf")
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) >= 4
    # it stands behind the text, so it comes first
    assert [number for number, page in enumerate(pages, 1) if not page.replace(" ", "").startswith("草稿")] == []
    (html,) = (desk / "outputs").rglob("*.html")
    assert "草稿" in html.read_text(encoding="utf-8")


def test_a_finished_report_is_no_draft(desk: Path) -> None:
    ended = nianbao("build", "params", "--to", "html", at=desk)
    assert (ended.code, ended.err) == (0, "")
    (html,) = (desk / "outputs").rglob("*.html")
    assert "草稿" not in html.read_text(encoding="utf-8")


def test_odd_surroundings_stop_nothing(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that happen to be called like modules, a terminal that cannot show Chinese, and an account without a home."""
    for name in ("toolkit", "calendar", "pikepdf"):
        (desk / f"{name}.py").write_text("raise SystemExit('run')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    if os.name == "posix":
        monkeypatch.setenv("HOME", "/nonexistent")
        monkeypatch.delenv("IPYTHONDIR", raising=False)
    checked = installed("check", "params", at=desk)
    built = installed("build", "params", "--to", "html", at=desk)
    assert (checked.code, built.code, built.err, len(outputs(desk))) == (0, 0, "", 2)


def test_a_file_in_the_way_of_outputs(desk: Path) -> None:
    (desk / "outputs").write_text("notes", encoding="utf-8")
    ended = nianbao("build", "params", "--to", "html", at=desk)
    # nothing could be built: it is said once, not for each report
    assert (ended.code, ended.out, ended.err) == (2, "", "无法写入 outputs：同名的文件或文件夹挡在那里。原有文件未改动\n")
    assert (desk / "outputs").read_text(encoding="utf-8") == "notes"


def test_a_log_that_cannot_be_written_is_reported_and_the_reports_are_built(desk: Path) -> None:
    (desk / "outputs/build.jsonl").mkdir(parents=True)
    ended = nianbao("build", "params", "--to", "html", at=desk)
    assert (ended.code, "完成 1 份" in ended.out) == (0, True)
    assert ended.err == "无法写入 build.jsonl：同名的文件或文件夹挡在那里。本次运行没有逐条记录\n"


def test_the_bar_of_a_narrow_window_stays_on_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with BuildProgress(15) as progress:
        for name in ("甲镇", "乙镇", "丙镇"):
            time.sleep(0.01)
            progress.advance(RunResult(Path(name), "finished"))
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", capsys.readouterr().err)
    # an old console of Windows has no heavy line
    assert re.search(r"生成年报 [━-]*  ?3/15 \d+\.\d 份/秒 剩余 \d:\d\d:\d\d *\n", shown)


@pytest.mark.parametrize(("per_second", "said"), [(12.34, "12.3 份/秒"), (0.19, "5 秒/份"), (0.03, "33 秒/份")])
def test_a_slow_machine_is_not_told_that_it_makes_no_report_a_second(per_second: float, said: str) -> None:
    assert pace(per_second) == said


@pytest.mark.parametrize("columns", ["0", "1", "20"])
def test_a_window_without_room_loses_no_words(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    screen = Screen()
    table = Table(Column("年报", overflow="fold"), "成品", "用时（秒）")
    table.add_row("2024/云溪县/松石镇", "PDF DOCX", "4.0")
    with screen.capture() as shown:
        screen.print(table)
    assert set("2024/云溪县松石镇PDFDOCX用时") <= set(shown.get())


@pytest.mark.posix_only  # a file name on Windows is text
def test_a_file_name_in_another_encoding_stops_nothing(desk: Path) -> None:
    spoilt = os.fsdecode("甲镇.yaml".encode("gbk"))  # as an old archive leaves it on Linux
    write(desk, spoilt, "made: 3", "made: 3件")
    write(desk, os.fsdecode("乙镇.yaml".encode("gbk")), "made: 3", "made: 3")
    ended = installed("build", "params", "--to", "html", at=desk)
    assert ended.code == 1
    assert "完成 2 份，失败 0 份，未能开始 1 份" in ended.out
    lines = [json.loads(line) for line in (desk / "outputs/build.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [Path(line["params"]).name for line in lines if line.get("state") == "not_started"] == [spoilt]


@pytest.mark.posix_only
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("typed", [("check", "params"), ("check", "params", "--json"), ("status", "--help"), ("--version",)])
def test_a_full_disk_under_the_output_is_reported_in_a_sentence(desk: Path, typed: tuple[str, ...], unbuffered: str) -> None:
    settings = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([COMMAND, *typed], cwd=desk, stdout=full, stderr=subprocess.PIPE, encoding="utf-8", env=settings)
    assert (ran.returncode, ran.stderr) == (2, "输出写不下去：磁盘已满，请清理后重试\n")


def test_text_of_a_mail_does_not_command_the_terminal() -> None:
    screen = Screen(highlight=False, markup=False, soft_wrap=True, width=80, file=io.StringIO(), force_terminal=True)
    table = Table("主题")
    table.add_row("年报\x1b]0;x\x07")
    screen.print("隔离：\x1b[2J\x9b2J〔[red]〕\t甲\n乙　丙", style="red")
    screen.print(table)
    assert isinstance(screen.file, io.StringIO)
    shown = re.sub("\x1b\\[[0-9;]*m", "", screen.file.getvalue())
    assert "隔离：〔控制字符 U+001B〕[2J〔控制字符 U+009B〕2J〔[red]〕" in shown
    assert "年报〔控制字符 U+001B〕]0;x〔控制字符 U+0007〕" in shown
    assert not set(shown) & {"\x1b", "\x07", "\x9b"}
    assert "甲\n乙　丙" in shown
