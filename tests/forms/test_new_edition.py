"""A new edition of the form is one YAML file: two invented editions walk through every command.

The package is copied, and the editions are put into the copy's folder, so that every process of a command sees them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
MEMBERS = {2027: ("望江镇", "松石镇"), 2028: ("柳湾镇", "白鹭乡")}  # of each year others: the new year's texts are no copies
# 0 in every cell but these, by address
FIGURES = {
    2027: {"documents__normative__issued": 3},
    2028: {"inspections__inspections__decisions": 7, "applications__new__business": 4, "applications__granted__business": 4},
}
LIST = """\
name: 云溪县人民政府
level: county
note: 虚构的县
members:
"""
MEMBER = "  - {{name: 云溪县{0}人民政府, file: {0}, level: township, email: {1}@yunxi.gov.example}}\n"
# Runs one command after the other, each of which must succeed: a process for each would import the package again. "form" opens
# the form of a report as JupyterLab does, "editions" prints the edition of each year.
COMMANDS = """
import sys
from pathlib import Path
from toolkit import cli
from toolkit.forms import form_for_year
from toolkit.jupyter.form_notebook import start_form
for command in sys.argv[1:]:
    name, *words = command.split("|")
    if name == "form":
        start_form(Path(words[0]), Path("params")).front()
        print("form shown")
        continue
    if name == "editions":
        print("editions", *(form_for_year(int(year)).id for year in words))
        continue
    sys.argv = ["nianbao", name, *words]
    try:
        cli.main()
    except SystemExit as ended:
        if ended.code:
            raise
"""


def edition_of_the_documentation() -> dict[str, Any]:
    text = (PROJECT / "docs" / "developer.md").read_text(encoding="utf-8").partition("### … an edition of the form")[2]
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found
    return yaml.safe_load(found[1])


def edition_of_another_shape() -> dict[str, Any]:
    """The 2021 edition with a row in another place, a table more and without part four."""
    edition = yaml.safe_load((PROJECT / "toolkit/forms/editions/2021.yaml").read_text(encoding="utf-8"))
    edition["form"], edition["years"] = "2028", {"first": 2028, "last": None}
    edition["notice"]["number"] = "国办公开办函〔2028〕1号"
    rows = edition["tables"]["applications"]["rows"]
    granted = next(row for row in rows if row["key"] == "granted")
    rows.remove(granted)
    rows.insert(rows.index(next(row for row in rows if row["key"] == "partly_granted")) + 1, granted)
    edition["tables"]["inspections"] = {
        "name": "表二", "caption": "第二十条第（七）项", "stub": "信息内容",
        "columns": [{"key": "decisions", "label": "本年处理决定数量", "type": "count"}],
        "rows": [{"key": "inspections", "label": "行政检查"}],
    }  # fmt: skip
    edition["parts"] = [part for part in edition["parts"] if part["key"] != "disputes"]
    disclosure = next(part for part in edition["parts"] if part["key"] == "disclosure")
    disclosure["tables"].append("inspections")
    del edition["tables"]["disputes"]
    return edition


class Desk:
    """A folder with a copy of the package that has more editions, and the commands run in it."""

    def __init__(self, folder: Path, *more: dict[str, Any]) -> None:
        self.folder = folder
        package = folder / "package"
        # what is compiled comes along; its names while it is written do not stay
        shutil.copytree(PROJECT / "toolkit", package / "toolkit", ignore=shutil.ignore_patterns("*.pyc.*"))
        shutil.copytree(PROJECT / "notebooks", package / "notebooks")
        editions = package / "toolkit" / "forms" / "editions"
        text = (editions / "2021.yaml").read_text(encoding="utf-8")
        (editions / "2021.yaml").write_text(text.replace("last: null", "last: 2026"), encoding="utf-8")
        for edition in more:
            text = yaml.safe_dump(edition, allow_unicode=True, sort_keys=False)
            (editions / f"{edition['form']}.yaml").write_text(text, encoding="utf-8")
        self.environment = {**os.environ, "PYTHONPATH": str(package), "PYTHONUTF8": "1"}

    def python(self, *arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=self.environment, capture_output=True, check=False,
            encoding="utf-8",
        )  # fmt: skip
        assert ended.returncode == 0, f"{arguments}: {ended.stdout}{ended.stderr}"
        return ended.stdout

    def nianbao(self, *commands: str) -> str:
        """Run commands one after the other in one process; what they print."""
        return self.python("-c", COMMANDS, *commands)

    def fill_in(self, year: int, name: str) -> None:
        """Put a figure into every cell of a params file, and some text."""
        figures = FIGURES[year]
        path = self.folder / "params" / str(year) / "云溪县" / f"{name}.yaml"
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        values["organ"].update(name=f"云溪县{name}人民政府", published_at="云溪县人民政府网站")
        values["organ"]["contact"] = {"office": "党政办公室", "address": f"云溪县{name}", "phone": "0601-5550101"}
        for table, rows in values["figures"].items():
            for row, cells in rows.items():
                rows[row] = {column: figures.get(f"{table}__{row}__{column}", 0) for column in cells}
        values["narrative"] = {key: TEXTS[key].format(name=name, year=year) for key in values.get("narrative") or {}}
        path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")


TEXTS = {
    "overview": "（一）主动公开。{year}年，{name}围绕稻米加工公开信息。\n"
    "（二）依申请公开。本年度收到政府信息公开申请4件，均予以公开。\n（三）政府信息管理。起草文件时写明公开属性。\n（四）平台建设。更换公示牌。\n（五）监督保障。每季度抽查一次。",
    "problems": "补贴的公示只到村，农户要跑一趟才看得到，招标信息更新偏慢，有两次晚了半个月；经办人兼着三样工作，答复书写得简单。"
    "今后补贴名册发到村民小组，养护信息由路政员当天上传，每季度对照检查一次，并请县里来讲答复书的写法，再把各村公示栏的照片按月存档备查。",
    "other": "本年度收取信息处理费0元。",
}


def test_two_editions_work_from_new_to_roll_up(tmp_path: Path) -> None:
    """new, workbook, check, form, build, import of every format, status and roll-up of two members in each edition."""
    documented = edition_of_the_documentation()
    documented["years"]["last"] = 2027
    desk = Desk(tmp_path, documented, edition_of_another_shape())
    started = (f"new|{year}|云溪县/{name}" for year, names in MEMBERS.items() for name in names)
    assert "editions 2019 2019 2021 2021 2027 2028\n" in desk.nianbao("editions|2019|2020|2021|2026|2027|2028", *started)
    areas = {year: tmp_path / "params" / str(year) / "云溪县" for year in MEMBERS}
    commands = []
    for year, (first, second) in MEMBERS.items():
        desk.fill_in(year, first)
        desk.fill_in(year, second)
        listed = LIST + MEMBER.format(first, "a") + MEMBER.format(second, "b")
        (areas[year] / "_jurisdiction.yaml").write_text(listed, encoding="utf-8")
        commands += [f"new|{year}|云溪县/竹园乡|--xlsx", f"check|{own(year)}", f"build|params/{year}/云溪县"]
    made = desk.nianbao(*commands, f"form|{own(2027)}")
    assert [made.count(words) for words in ("错误 0", "完成 2 份", "form shown")] == [2, 2, 1], made
    files = {year: made_files(tmp_path, year) for year in MEMBERS}
    imports = [f"import|{file}|-o|{imported_to(file)}" for year in MEMBERS for file in files[year]]
    counted = (f"{name}|params/{year}/云溪县" for year in MEMBERS for name in ("status", "rollup"))
    imported = desk.nianbao(*imports, *counted, f"form|{own(2028)}")  # one form at a time, as in a notebook
    assert (imported.count("完成 1 份"), imported.count("form shown")) == (len(imports), 1)
    for year, (first, _) in MEMBERS.items():
        written = figures_of(areas[year] / f"{first}.yaml")
        for file in files[year]:
            (read,) = imported_to(file).rglob("*.yaml")
            assert without_totals(figures_of(read), written) == written, file.name
    assert "normative: {issued: 6}" in areas[2027].with_suffix(".yaml").read_text(encoding="utf-8")
    county = figures_of(areas[2028].with_suffix(".yaml"))
    assert county["inspections"]["inspections"]["decisions"] == 14
    assert county["applications"]["granted"]["business"] == 8
    assert "disputes" not in county


def own(year: int) -> str:
    return f"params/{year}/云溪县/{MEMBERS[year][0]}.yaml"


def made_files(folder: Path, year: int) -> list[Path]:
    """The finished files of a year's first member."""
    name = MEMBERS[year][0]
    outputs = folder / "outputs" / str(year) / "云溪县" / name
    return sorted(outputs.glob(f"{name}*.*")) or sorted(outputs.glob("云溪县*.*"))


def imported_to(file: Path) -> Path:
    """The folder of the params that are imported from a file."""
    return file.with_name(f"imported-{file.suffix[1:]}")


def figures_of(path: Path) -> dict[str, Any]:
    figures: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["figures"]
    return figures


def without_totals(figures: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    return {
        table: {row: {key: figures.get(table, {}).get(row, {}).get(key) for key in cells} for row, cells in rows.items()}
        for table, rows in written.items()
    }
