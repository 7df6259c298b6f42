"""``nianbao status`` and ``rollup`` as the county's officer runs them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.rollup.stories import NEW
from toolkit.cli import main
from toolkit.report import read_report, write_report

SAMPLE = Path(__file__).parents[2] / "params" / "2024" / "云溪县"


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """The invented county, one town silent, one with an error."""
    folder = tmp_path / "params" / "2024" / "云溪县"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(".*"))
    (folder / "竹园乡.yaml").unlink()
    report = read_report(folder / "青禾镇.yaml")
    write_report(report.with_value(NEW, int(report.figures[NEW] or 0) + 1), folder / "青禾镇.yaml")
    return folder


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *arguments: str) -> int:
    monkeypatch.chdir(folder.parents[2])
    monkeypatch.setattr("sys.argv", ["nianbao", arguments[0], str(folder), *arguments[1:]])
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def test_status_begins_with_whom_to_chase_and_cuts_no_name(
    county: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, county, "status", "--today", "2025-01-25", "--remind") == 1
    shown = capsys.readouterr().out
    table = shown[: shown.index("成员单位 15 个")]
    assert table.index("竹园乡") < table.index("青禾镇") < table.index("松石镇")
    assert "晚5天" in table
    assert "…" not in table
    assert "报告尚未收到" in shown
    assert "经校验有错误" in shown


def test_rollup_says_whose_errors_it_adds(
    county: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, county, "rollup", "--partial") == 0
    shown = capsys.readouterr().out
    assert "有 1 个单位的年报还有错误，合计会跟着错：云溪县青禾镇人民政府" in shown.replace("\n", "")
    assert "松石镇" not in shown.partition("合计会跟着错")[2]
    assert "只汇总了 14 个单位，没有计入 1 个：云溪县竹园乡人民政府" in shown.replace("\n", "")


def test_a_cell_of_the_sums_opens_into_its_members_the_largest_first(
    county: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, county, "rollup", "--partial", "--cell", "applications.new.total") == 0
    head, *shares = capsys.readouterr().out.splitlines()
    counts = [int(line.rpartition("　")[2]) for line in shares]
    assert head.endswith(f"：{sum(counts)}")
    assert (len(counts), counts) == (14, sorted(counts, reverse=True))
    assert run(monkeypatch, county, "rollup", "--partial", "--cell", "applications.new") == 2
    assert "没有“applications.new”这一格" in capsys.readouterr().err


def test_status_and_rollup_say_of_whom_only_a_draft_came(
    county: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    post = county.parents[2] / "post"
    post.mkdir()
    came = {"event": "received", "year": 2024, "place": "云溪县", "received_at": "2025-01-12T09:00:00Z", "pdf_sha256": "0"}
    records = [came | {"file": "松石镇", "draft": True}, came | {"file": "白鹭乡", "draft": True}, came | {"file": "白鹭乡"}]
    (post / "received.jsonl").write_text("".join(json.dumps(item) + "\n" for item in records), encoding="utf-8")
    assert run(monkeypatch, county, "status", "--today", "2025-01-25", "--remind") == 1
    shown = capsys.readouterr().out
    assert "草稿 1" in shown
    assert "云溪县松石镇人民政府：" in shown
    assert "是草稿，不是正式报告" in shown
    monkeypatch.setattr("sys.argv", ["nianbao", "status", str(county.parent), "--areas", "1", "--today", "2025-01-25"])
    with pytest.raises(SystemExit):
        main()
    assert "（其中 1 份只是草稿）" in capsys.readouterr().out.replace("\n", "")
    assert run(monkeypatch, county, "rollup", "--partial") == 0
    shown = capsys.readouterr().out.replace("\n", "")
    assert "有 1 个单位报来的只是草稿，数字可能还会变：云溪县松石镇人民政府" in shown


def test_rollup_of_the_folder_one_stands_in_lies_beside_it(county: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(county)
    monkeypatch.setattr("sys.argv", ["nianbao", "rollup", ".", "--partial"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert not stopped.value.code
    assert read_report(county.with_name("云溪县.yaml")).organ.name == "云溪县人民政府"


def test_rollup_names_the_files_it_left_out(
    county: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    described = county / "_jurisdiction.yaml"
    lines = [line for line in described.read_text(encoding="utf-8").splitlines() if "望江镇" not in line]
    described.write_text("\n".join(lines), encoding="utf-8")
    (county / "教育局.yaml").rename(county / "教育局.yml")
    assert run(monkeypatch, county, "rollup", "--partial") == 0
    assert "名单以外的文件：望江镇、教育局.yml（没有计入" in capsys.readouterr().out


def test_dates_of_another_year_are_named_and_no_reminder_goes_out(
    county: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = county / "_jurisdiction.yaml"
    listed.write_text(listed.read_text(encoding="utf-8").replace(": 2025-01-20", ": 2024-01-20"), encoding="utf-8")
    assert run(monkeypatch, county, "status", "--today", "2025-01-10", "--mail") == 2
    message = capsys.readouterr().err.replace("\n", "")
    assert "_jurisdiction.yaml:7 dates.organs_submit_by：应为2025 年的日期" in message
    assert "现为 2024-01-20" in message
    assert "催报没有发" in message
    for command in (["check"], ["status"], ["status", "--areas", "1"], ["rollup", "--partial"], ["rollup", "--areas", "1"]):
        run(monkeypatch, county, *command)
        assert capsys.readouterr().err.count("期限的年份不对") == 1, command
    run(monkeypatch, county, "status", "--today", "2025-01-25")
    assert "期限 2025-01-31" in capsys.readouterr().out, "a copied date does not count"
    listed.write_text(listed.read_text(encoding="utf-8").replace(": 2024-01-20", ": 2024-12-25"), encoding="utf-8")
    run(monkeypatch, county, "status", "--today", "2025-01-10")
    assert "期限的年份不对" not in capsys.readouterr().err, "a county may want them in December"


def test_a_text_that_many_share_is_named_once(
    county: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (county / "松石镇.yaml").read_text(encoding="utf-8")
    for town in ("柳湾镇", "石桥铺镇", "马跑泉镇"):
        (county / f"{town}.yaml").write_text(text.replace("松石镇", town), encoding="utf-8")
    run(monkeypatch, county, "status", "--today", "2025-01-25")
    shown = capsys.readouterr().out.replace("\n", "")
    assert shown.count("文字互相雷同的 4 个") == 1
    assert "几乎是照抄" not in shown
