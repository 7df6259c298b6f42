"""One verdict: on one tree every command finds the same codes in the same file."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.building.params import build_reports
from tests.entry.desks import sit_down
from tests.terminal import type_command
from toolkit.building.precomputed import precompute
from toolkit.building.run_report import build
from toolkit.checks.assembly import judge_file
from toolkit.cli import app
from toolkit.core.settings import BatchSettings, RunSettings
from toolkit.dispatch.intake.collecting import Rules, collect
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.intake.sources import open_folder
from toolkit.dispatch.intake.store import open_intake
from toolkit.dispatch.ledger import Ledger
from toolkit.dispatch.letters.reporting_up import NotReady, finished_report
from toolkit.jupyter.form_of_report import make_form
from toolkit.report import read_report, write_report
from toolkit.rollup.areas import open_warehouse, part_of
from toolkit.rollup.completeness import member_findings, submission_statuses
from toolkit.rollup.members import Members, read_members
from toolkit.rollup.overview.sections import Overview
from toolkit.rollup.own_report import NotComplete, roll_up
from toolkit.rollup.reviewing import open_review
from toolkit.rollup.verdict_basis import key_of
from toolkit.rollup.warehouse import Warehouse

SAMPLES = Path(__file__).resolve().parents[1] / "params"
COUNTY = "云溪县"
LATE, COPY, COPIED, CHANGED, BROKEN, MISFILED, VERTICAL = "望江镇", "柳湾镇", "青禾镇", "㙍垯镇", "教育局", "竹园乡", "自然资源局"
Codes = dict[str, list[str]]
NONE = RunSettings(formats=(), engine="none")


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@dataclass(frozen=True)
class Tree:
    """An invented county in which much is wrong, and the day it is looked at."""

    root: Path
    today: date

    @property
    def folder(self) -> Path:
        return self.root / "params" / "2024" / COUNTY

    @property
    def own(self) -> Path:
        return self.folder.with_suffix(".yaml")

    @property
    def files(self) -> dict[str, Path]:
        listed = (path for path in sorted(self.folder.glob("[!_~]*.yaml")) if not path.is_dir())
        return {path.stem: path for path in (*listed, self.own)}


@pytest.fixture(scope="module")
def made_tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    root = tmp_path_factory.mktemp("tree")
    for year in ("2023", "2024"):
        shutil.copytree(SAMPLES / year, root / "params" / year)
    tree = Tree(root, date.today())
    folder, before = tree.folder, root / "params" / "2023" / COUNTY
    made = roll_up(read_members(folder))
    write_report(made.report, tree.own)
    # the county's own report with a changed sum; last year's that does not fit; one that was copied; one that is late
    change(tree.own, "decisions: ", "decisions: 1")
    last = read_report(before / f"{CHANGED}.yaml")
    carried = next(address for address in last.form.cells if str(address) == "applications.carried_out.natural_person")
    write_report(last.with_value(carried, int(last.figures[carried] or 0) + 3), before / f"{CHANGED}.yaml")
    (before / "白鹭乡.yaml").write_text("year: [2023\n", encoding="utf-8")
    text = (folder / f"{COPIED}.yaml").read_text(encoding="utf-8").replace(COPIED, COPY)
    (folder / f"{COPY}.yaml").write_text(text, encoding="utf-8")
    change(folder / f"{LATE}.yaml", "  published_at:", "  published_on: 2025-03-01\n  published_at:")
    # one that cannot be read, one that is another member's, one of 垂直管理
    (folder / f"{BROKEN}.yaml").write_text("year: 2024\norgan: 3\n", encoding="utf-8")
    change(folder / f"{MISFILED}.yaml", "云溪县竹园乡人民政府", "云溪县白鹭乡人民政府")
    change(folder / "_jurisdiction.yaml", f"file: {VERTICAL},", f"file: {VERTICAL}, vertical: true,")
    return tree


@pytest.fixture
def tree(made_tree: Tree, tmp_path: Path) -> Tree:
    """The tree for one test alone."""
    shutil.copytree(made_tree.root / "params", tmp_path / "params")
    return Tree(tmp_path, made_tree.today)


def by_check(tree: Tree) -> Codes:
    ended = type_command("check", "params/2024", "--json", at=tree.root)
    found: Codes = {name: [] for name in tree.files}
    for item in json.loads(ended.out):
        found[Path(item["file"]).stem].append(item["code"])
    return {name: ["params-unreadable"] if "params-unreadable" in codes else sorted(codes) for name, codes in found.items()}


def readable(codes: Mapping[str, list[str]]) -> Codes:
    return {name: found for name, found in codes.items() if found != ["params-unreadable"]}


def by_build(tree: Tree) -> Codes:
    return {
        name: sorted(item.code for item in precompute(read_report(path), path).findings)
        for name, path in tree.files.items()
        if judge_file(path).case
    }


def by_form(tree: Tree) -> Codes:
    found = {}
    for name in readable(by_build(tree)):
        desk = sit_down(tree.files[name])
        form = make_form(desk)
        found[name] = sorted(item.finding.code for item in form._session.view.listed)
        form.close()
    return found


def by_review(tree: Tree, members: Members) -> Codes:
    ledger, files = Ledger(tree.root / "received.jsonl"), {member.file for member in members.jurisdiction.members}
    return {
        name: sorted(item.code for item in open_review(members.folder / f"{name}.yaml", ledger, tree.today).verdict.findings)
        for name in members.reports
        if name in files
    }


def by_collect(tree: Tree, inbox: Path) -> Codes:
    """Every report sent to a county whose tree is as this one, but for the reports."""
    found: Codes = {}
    intake = open_intake(tree.root / "params", tree.root / "post")
    with Confined(workers=1) as confined:
        rules = Rules(now=lambda: datetime(tree.today.year, tree.today.month, tree.today.day, 12, tzinfo=UTC))
        for item in collect(open_folder(inbox, IntakeLimits()), intake, confined, rules):
            assert item.outcome in ("received", "draft"), item
            found[item.who] = sorted(finding.code for finding in item.findings)
    return found


def by_warehouse(warehouse: Warehouse, tree: Tree) -> Codes:
    found: Codes = {key_of(name): [] for name in tree.files}
    for file, code in warehouse._rows("SELECT file, code FROM findings WHERE starts_with(file, '2024/')"):
        found[Path(file).stem].append(code)
    return {name: sorted(codes) for name, codes in found.items()}


def test_every_command_finds_the_same(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = by_check(tree)
    # what was planted is found
    assert "rollup-sum" in expected[COUNTY]
    assert "carried-in-differs" in expected[CHANGED]
    assert "text-repeats-sibling" in expected[COPY]
    assert "text-repeats-sibling" in expected[COPIED]
    assert "late" in expected[LATE]
    assert expected[BROKEN] == expected[MISFILED] == ["params-unreadable"]
    sound = readable(expected)

    assert by_build(tree) == sound
    assert by_form(tree) == sound

    members = read_members(tree.folder)
    assert set(members.unreadable) == {BROKEN, MISFILED}
    listed = {name: sound[name] for name in sound if name != COUNTY}
    in_status = member_findings(members, tree.today)
    assert {name: sorted(item.code for item in found) for name, found in in_status.items()} == listed
    rows = {row.member.file: row for row in submission_statuses(members, tree.today, in_status)}
    assert (rows[BROKEN].state, rows[MISFILED].state) == ("unreadable", "unreadable")
    shown = Overview(members, None, tree.today).findings
    assert {name: sorted(item.code for item in found) for name, found in shown.items()} == listed

    with open_warehouse(part_of(tree.folder), tree.root, lambda done, of: None) as warehouse:
        assert by_warehouse(warehouse, tree) == expected
        ((_, reports, errors, warnings, unreadable),) = warehouse.standing(2024, depth=1, under=COUNTY)
    in_error = [row for row in rows.values() if row.state in ("errors", "unreadable")]
    assert (reports, errors, unreadable) == (len(rows), len(in_error), 2)
    assert warnings == sum(row.warnings > len(row.confirmed) for row in rows.values())

    # what may be built and sent is what has no errors
    for name, path in tree.files.items():
        errors_there = [item.code for item in judge_file(path).errors] if name in sound else ["params-unreadable"]
        refused = build(path, tree.root / "outputs" / name, RunSettings(formats=("html",), engine="none"))
        assert (refused.state == "not_started") == bool(errors_there), (name, refused)
        if name in sound and errors_there:
            with pytest.raises(NotReady, match=f"还有 {len(errors_there)} 处错误"):
                finished_report(path, tree.root / "outputs")
    monkeypatch.chdir(tree.root)
    done = CliRunner().invoke(app, ["status", f"params/2024/{COUNTY}", "--areas", "1"])
    assert "text-repeats-sibling" in done.output
    assert "carried-in-differs" in done.output


def worse(tree: Tree) -> None:
    """Files as they come from other programs and other hands, and a county that asks for more."""
    folder, before = tree.folder, tree.root / "params" / "2023" / COUNTY
    change(
        folder / "石桥铺镇.yaml",
        "overview: |\n",
        "overview: |\n    松石镇人民政府高度重视政\u200b务公开工作，2月30日召开会议。\n",
    )
    change(folder / "杏坪镇.yaml", "overview: |\n", "overview: |\n    依照《信访条例》办理来信，在城区网公布。\n")
    path = folder / "龙泉街道.yaml"  # a byte order mark, the line ends of Windows, and a line separator from a web page
    text = path.read_text(encoding="utf-8").replace("overview: |\n", "overview: |\n    设立⼈⺠信箱。\u2028", 1)
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    path = folder / "马跑泉镇.yaml"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-16")  # as an old Notepad saves "Unicode"
    (before / "松石镇.yaml").write_bytes((before / "松石镇.yaml").read_text(encoding="utf-8").encode("gb18030"))
    (folder / "县政府办公室.yaml").write_bytes(b"")
    change(
        folder / "_jurisdiction.yaml",
        "dates:",
        "words: [{word: 城区网, instead: 县政府网站}]\noverview_max_characters: 900\ndates:",
    )
    change(folder / "_jurisdiction.yaml", "云溪县城关街道办事处", "云溪县城关新街道办事处")  # renamed in the list only
    shutil.copy(folder / "松石镇.yaml", folder / "松石镇 - 副本.yaml")  # a copy that Explorer made
    (folder / "白鹭乡.yaml").unlink()
    (folder / "白鹭乡.yaml").mkdir()  # unpacked into a folder that has the name of the file


def test_every_command_finds_the_same_in_files_of_other_programs(tree: Tree) -> None:
    worse(tree)
    expected = by_check(tree)
    assert {"another-organ", "hidden-character", "date-impossible"} <= set(expected["石桥铺镇"])
    assert {"law-repealed", "word-listed"} <= set(expected["杏坪镇"])
    assert "organ-wrong" in expected["城关街道"]
    assert {"look-alike", "hidden-character"} <= set(expected["龙泉街道"])
    assert expected["县政府办公室"] == ["params-unreadable"]
    sound = readable(expected)
    assert by_build(tree) == sound
    assert by_form(tree) == sound
    members = read_members(tree.folder)
    in_status = member_findings(members, tree.today)
    listed = {name: codes for name, codes in sound.items() if name != COUNTY}
    assert {name: sorted(item.code for item in found) for name, found in in_status.items()} == listed
    assert by_review(tree, members) == {name: codes for name, codes in listed.items() if name not in members.strangers}
    # a folder is nobody's file
    assert "白鹭乡" in [member.file for member in members.missing]
    assert "白鹭乡.yaml（文件夹）" in members.strangers
    with open_warehouse(part_of(tree.folder), tree.root, lambda done, of: None) as warehouse:
        assert by_warehouse(warehouse, tree) == expected
        assert warehouse.missing(2024, depth=1, under=COUNTY)[COUNTY] == [member.name for member in members.missing]


def hostile(tree: Tree) -> set[str]:
    """Things that are no report where reports are, and names that no database stores; the stems of the unreadable ones."""
    folder, before = tree.folder, tree.root / "params" / "2023" / COUNTY
    os.mkfifo(folder / "管道.yaml")
    (folder / "循环.yaml").symlink_to("循环.yaml")
    (folder / "断.yaml").symlink_to("没有.yaml")
    (folder / "零.yaml").symlink_to("/dev/zero")
    shutil.copy(folder / "城关街道.yaml", os.fsencode(folder) + b"/" + "乱码".encode("gbk") + b".yaml")  # unpacked on Linux
    change(folder / "石桥铺镇.yaml", "overview: |\n", "overview: |\n    全年\u0000公开。\n")
    change(folder / "杏坪镇.yaml", "year: 2024", "year: 2024\nyear: 2024")
    change(folder / "龙泉街道.yaml", "decisions: ", "decisions: !!python/object/apply:os.system [id] # ")
    (before / "城关街道.yaml").unlink()
    os.mkfifo(before / "城关街道.yaml")
    return {"管道", "循环", "断", "零", "石桥铺镇", "杏坪镇", "龙泉街道"}


@pytest.mark.posix_only
def test_every_command_finds_the_same_among_pipes_devices_and_links(tree: Tree) -> None:
    unreadable = hostile(tree)
    expected = by_check(tree)
    assert {name for name, codes in expected.items() if codes == ["params-unreadable"]} == unreadable | {BROKEN, MISFILED}
    assert by_build(tree) == readable(expected)
    members = read_members(tree.folder)
    in_status = member_findings(members, tree.today)
    found = {name: sorted(item.code for item in findings) for name, findings in in_status.items()}
    assert found.items() <= readable(expected).items()
    assert members.unreadable.keys() == unreadable | {BROKEN, MISFILED}
    with open_warehouse(part_of(tree.folder), tree.root, lambda done, of: None) as warehouse:
        assert by_warehouse(warehouse, tree) == {key_of(name): codes for name, codes in expected.items()}
    with pytest.raises(NotComplete) as error:
        roll_up(members)
    assert set(error.value.unreadable) == {"石桥铺镇", "杏坪镇", "龙泉街道", BROKEN, MISFILED}, "a stranger's file is nobody's"


def names_of_any_kind(tree: Tree) -> Codes:
    """Names with signs that shells and addresses read otherwise, and names at the limit of a file system; some codes to find."""
    folder = tree.folder
    for number, name in enumerate(("甲 乡 #1", "乙%20乡&co=", "丙乡😀", "Cafe\u0301乡", "长" * 80)):
        text = (folder / "松石镇.yaml").read_text(encoding="utf-8").replace("松石", f"第{'一二三四五'[number]}")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with suppress(OSError):  # Windows has no room for it below a folder of the test
        (folder / f"{'长' * 83}.yaml").write_text(text, encoding="utf-8")
    (folder / "~$松石镇.yaml").write_text("x", encoding="utf-8")  # what Word keeps beside an open file
    (folder / "城关街道.yaml").write_text(text.replace("\n", "\r"), encoding="utf-8")  # as an old Macintosh ends lines
    registers = tree.root / "registers" / COUNTY
    registers.mkdir(parents=True)
    (registers / "松石镇.sqlite").write_bytes(b"no register" * 99)
    (registers / "青禾镇.sqlite").mkdir()
    return {"松石镇": ["register-differs"], "长" * 83: ["params-unreadable"]}


def test_every_command_finds_the_same_in_files_of_any_name(tree: Tree) -> None:
    planted = names_of_any_kind(tree)
    expected = by_check(tree)
    for name, codes in planted.items():
        assert name not in tree.files or set(codes) <= set(expected[name])
    assert not any(name.startswith("~$") for name in expected)
    sound = readable(expected)
    assert by_build(tree) == sound
    in_status = member_findings(read_members(tree.folder), tree.today)
    listed = {name: sorted(item.code for item in found) for name, found in in_status.items()}
    assert listed.items() <= sound.items()
    with open_warehouse(part_of(tree.folder), tree.root, lambda done, of: None) as warehouse:
        assert by_warehouse(warehouse, tree) == {key_of(name): codes for name, codes in expected.items()}
    done = [
        result.state for result in build_reports([tree.folder], BatchSettings(outputs=tree.root / "outputs", jobs=1, run=NONE))
    ]
    assert len(done) == len(expected) - 1  # the county's own lies beside the folder


def test_what_comes_in_is_judged_as_what_lies_there(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> None:
    from tests.dispatch.offices import draft_of, pdf_of

    inbox = tmp_path_factory.mktemp("inbox")
    sent = {}
    for name in (LATE, COPY, COPIED, CHANGED):
        verdict = judge_file(tree.files[name])
        (inbox / f"{name}.pdf").write_bytes((draft_of if verdict.errors else pdf_of)(verdict.report))
        sent[verdict.report.organ.name] = sorted(item.code for item in verdict.findings)
    assert by_collect(tree, inbox) == sent


@pytest.fixture(scope="module")
def made_warehouse(made_tree: Tree) -> Path:
    file = made_tree.root / "rollup.duckdb"
    with Warehouse(file, made_tree.root / "params") as warehouse:
        warehouse.refresh()
    return file


@pytest.fixture
def warehouse(tree: Tree, made_warehouse: Path) -> Iterator[Warehouse]:
    """The warehouse of the tree as it was before the test changes anything."""
    shutil.copy(made_warehouse, tree.root)
    with Warehouse(tree.root / made_warehouse.name, tree.root / "params") as warehouse:
        assert warehouse.refresh() == 0
        yield warehouse


def other_text(tree: Tree) -> None:
    """The copied report gets a text of its own: neither of the two is a copy any more."""
    text = (SAMPLES / "2024" / COUNTY / f"{COPY}.yaml").read_text(encoding="utf-8")
    tree.files[COPY].write_text(text, encoding="utf-8")


def new_sibling(tree: Tree) -> None:
    shutil.copy(SAMPLES / "2024" / COUNTY / "龙泉街道.yaml", tree.folder / "新区.yaml")
    change(tree.folder / "新区.yaml", "云溪县龙泉街道办事处", "云溪县新区管理委员会")


DEPENDED_ON = {
    "its own file": lambda tree: change(tree.files["白鹭乡"], "natural_person: ", "natural_person: 1"),
    "last year's file": lambda tree: (tree.root / "params" / "2023" / COUNTY / "松石镇.yaml").write_text("year: ["),
    "the jurisdiction": lambda tree: change(
        tree.folder / "_jurisdiction.yaml", "publish_by: 2025-01-31", "publish_by: 2025-04-01"
    ),
    "who is summed": lambda tree: change(tree.folder / "_jurisdiction.yaml", ", vertical: true", ""),
    "a member of its own": lambda tree: change(tree.files["松石镇"], "decisions: ", "decisions: 2"),
    "a sibling's text": other_text,
    "a sibling that came": new_sibling,
    "a sibling that went": lambda tree: tree.files[COPY].unlink(),
}


@pytest.mark.parametrize("what", DEPENDED_ON)
def test_the_warehouse_judges_again_when_something_changed_that_a_verdict_depends_on(
    tree: Tree, warehouse: Warehouse, what: str
) -> None:
    before = by_warehouse(warehouse, tree)
    DEPENDED_ON[what](tree)
    judged = warehouse.refresh()
    after = by_warehouse(warehouse, tree)
    assert after != before
    assert after == by_check(tree)
    assert warehouse.refresh() == 0
    assert judged <= len(tree.files), "reports of last year are not judged again"


def test_the_day_is_one_of_the_things_that_a_verdict_depends_on(tree: Tree) -> None:
    with Warehouse(tree.root / "rollup.duckdb", tree.root / "params") as warehouse:
        warehouse.refresh(today=date(2025, 1, 31))
        assert "late" not in by_warehouse(warehouse, tree)["松石镇"]
        assert warehouse.refresh(today=date(2025, 1, 20)) == 0
        assert warehouse.refresh(today=date(2025, 2, 1)) > 0
        assert "late" in by_warehouse(warehouse, tree)["松石镇"]
        assert warehouse.refresh(today=date(2025, 2, 9)) == 0


def test_a_changed_figure_has_no_sibling_judged_again(tree: Tree, warehouse: Warehouse) -> None:
    change(tree.files["松石镇"], "decisions: ", "decisions: 2")
    assert warehouse.refresh() == 2, "the report and the county's own"


def test_only_assembly_makes_cases() -> None:
    """A second maker of cases would be a second verdict."""
    package = Path(__file__).resolve().parents[1] / "toolkit"
    allowed = {"checks/assembly.py", "checks/examples.py"}  # the examples of the catalogue are invented cases
    makers = {path.relative_to(package).as_posix() for path in package.rglob("*.py") if " Case(" in path.read_text("utf-8")}
    assert makers <= allowed
