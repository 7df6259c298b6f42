"""The start screen, pressed as a clerk does; what goes wrong is a sentence on it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import ipywidgets
import pytest

from tests.entry.desks import CHINA, SAMPLE, Clock, says, second_person
from toolkit.entry.desk.changes import Change
from toolkit.entry.desk.desk import Desk
from toolkit.entry.start.import_card import Reader
from toolkit.entry.start.organs import choices_of_year, put_away, read_year
from toolkit.entry.start.recent import Recent
from toolkit.entry.start.screen import SHOWN, StartScreen
from toolkit.importing import Imported, read_published
from toolkit.report import read_report


@pytest.fixture
def params(tmp_path: Path) -> Path:
    path = tmp_path / "params" / "2024" / "云溪县"
    path.mkdir(parents=True)
    for name in ("柳湾镇", "石桥镇"):
        shutil.copy(SAMPLE, path / f"{name}.yaml")
    return tmp_path / "params"


class Seen:
    """A start screen and the files it handed over."""

    def __init__(
        self, params: Path, read: Reader | None = None, now: Callable[[], datetime] | None = None, recent: Sequence[Recent] = ()
    ) -> None:
        self.opened: list[tuple[str, str]] = []
        self.screen = StartScreen(params, on_open=self.open, who="王芳", now=now or Clock(), read_published=read, recent=recent)

    def open(self, path: Path, who: str) -> None:
        read_report(path)
        self.opened.append((path.stem, who))

    def widget(self, description: str) -> Any:
        return next(item for item in everything(self.screen.widget) if getattr(item, "description", "") == description)

    def widgets(self, description: str) -> list[Any]:
        return [item for item in everything(self.screen.widget) if getattr(item, "description", "") == description]

    def press(self, description: str) -> None:
        self.widget(description).click()

    @property
    def text(self) -> str:
        """All that stands on the screen and is not hidden."""
        return "".join(item.value for item in everything(self.screen.widget) if isinstance(item, ipywidgets.HTML))


def everything(widget: Any) -> list[Any]:
    if "nb-hidden" in widget._dom_classes:
        return []
    return [widget, *(found for child in getattr(widget, "children", ()) for found in everything(child))]


def test_the_latest_year_and_its_organs_are_offered(params: Path) -> None:
    seen = Seen(params)
    assert seen.widgets("报告年度")[1].value == 2024
    assert [label for label, _ in seen.widget("机关").options] == ["云溪县 / 柳湾镇", "云溪县 / 石桥镇"]
    assert "共 2 个机关" in seen.text


def test_search_and_open(params: Path) -> None:
    seen = Seen(params)
    seen.widget("查找机关").value = "石"
    seen.widget("填报人").value = "  李强 "
    seen.press("打开填报")
    assert seen.opened == [("石桥镇", "李强")]


def test_a_file_that_came_while_the_screen_was_open_is_found(params: Path) -> None:
    seen = Seen(params)
    shutil.copy(SAMPLE, params / "2024" / "云溪县" / "新到镇.yaml")
    seen.widget("查找机关").value = "新到"
    assert [label for label, _ in seen.widget("机关").options] == ["云溪县 / 新到镇"]


def test_enter_in_the_search_opens_what_stands_first(params: Path) -> None:
    seen = Seen(params)
    seen.widget("查找机关").value = "石"
    seen.widget("查找机关")._handle_custom_msg({"event": "submit"}, [])
    assert seen.opened == [("石桥镇", "王芳")]


def test_a_search_without_result_says_so_and_opens_nothing(params: Path) -> None:
    seen = Seen(params)
    seen.widget("查找机关").value = "<b>没有"
    assert "没有名称里含有“&lt;b&gt;没有”的机关" in seen.text
    assert seen.widget("打开填报").disabled
    seen.press("打开填报")
    assert seen.opened == []


def test_a_search_names_the_year_that_has_what_is_looked_for(params: Path) -> None:
    (params / "2025" / "云溪县").mkdir(parents=True)
    shutil.copy(SAMPLE, params / "2025" / "云溪县" / "望江镇.yaml")
    seen = Seen(params)
    seen.widget("查找机关").value = "柳湾"
    assert "没有名称里含有“柳湾”的机关；2024 年的有 1 个，请改选报告年度。" in seen.text


def test_the_name_of_who_fills_in_is_plain_and_short(params: Path) -> None:
    seen = Seen(params)
    for typed, kept in (("王\u200b芳 ", "王芳"), ("甲" * 200, "甲" * 40), ("\u200b", "王芳")):
        seen.widget("填报人").value = typed
        assert seen.screen.who == kept


def test_thousands_are_listed_in_part(params: Path) -> None:
    for number in range(SHOWN + 20):
        (params / "2024" / "云溪县" / f"第{number:03}镇.yaml").touch()
    seen = Seen(params)
    assert len(seen.widget("机关").options) == SHOWN
    assert f"共找到 {SHOWN + 22} 个" in seen.text


def test_an_empty_folder_leads_to_a_new_report(tmp_path: Path) -> None:
    seen = Seen(tmp_path / "params")
    assert "还没有填报数据" in seen.text
    seen.widget("地区/机关").value = "云溪县/柳湾镇"
    seen.press("新建并打开")
    assert seen.opened == [("柳湾镇", "王芳")]


def test_the_person_who_has_it_open_is_named_before_opening(params: Path) -> None:
    path = params / "2024" / "云溪县" / "柳湾镇.yaml"
    with second_person(path) as other:
        assert says(other) == "open"
        assert "李强 从 " in Seen(params).text


def test_a_new_report_from_last_years(params: Path) -> None:
    seen = Seen(params)
    seen.widget("报告年度").value = "25"
    place = seen.widget("地区/机关")
    assert place.options == ("云溪县/柳湾镇", "云溪县/石桥镇")
    place.value = "云溪县/柳湾镇"
    seen.press("新建并打开")
    assert seen.widget("报告年度").value == "2025"
    assert "2025 年还没有结束" in seen.text
    assert seen.opened == []
    seen.press("新建 2025 年的")
    assert seen.opened == [("柳湾镇", "王芳")]
    assert read_report(params / "2025" / "云溪县" / "柳湾镇.yaml").year == 2025


@pytest.mark.parametrize(
    ("place", "word"),
    [
        pytest.param("云溪县/柳湾镇", "2024 年的柳湾镇已经有了", id="there is one"),
        pytest.param("", "请写明所属地区和机关", id="nothing typed"),
        pytest.param("../../柳湾镇", "应写成", id="a way out of the folder"),
        pytest.param("云溪县/<script>", "&lt;script&gt;", id="markup is shown as typed"),
    ],
)
def test_a_refused_start_is_reported_and_the_typed_text_stays(params: Path, place: str, word: str) -> None:
    seen = Seen(params)
    seen.widget("地区/机关").value = place
    seen.press("新建并打开")
    assert word in seen.text
    assert seen.opened == []
    assert seen.widget("地区/机关").value == place


def test_a_report_that_is_there_can_be_opened_from_where_it_was_to_be_begun(params: Path) -> None:
    seen = Seen(params)
    seen.widget("地区/机关").value = "柳湾镇"
    seen.press("新建并打开")
    seen.press("打开它")
    assert seen.opened == [("柳湾镇", "王芳")]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("2099", "2099 年还没有到"), ("1999", "没有现行的年报格式，最早可填 2019 年"),
        ("去年", "请填四位数"), ("", "请填四位数"), ("202", "请填四位数"),
    ],
)  # fmt: skip
def test_an_impossible_year_is_reported(params: Path, typed: str, word: str) -> None:
    seen = Seen(params)
    seen.widget("报告年度").value = typed
    seen.widget("地区/机关").value = "云溪县/新镇"
    seen.press("新建并打开")
    assert word in seen.text
    assert seen.widget("报告年度").value == typed
    assert not (params / "2099").exists()


@pytest.mark.parametrize("typed", ["2023", "23", " 2023年", "２０２３", "二〇二三年度"])
def test_a_year_is_read_as_people_write_it(typed: str) -> None:
    assert read_year(typed, Clock()()) == 2023


def test_a_year_that_has_not_ended_can_be_changed_to_the_one_before(params: Path) -> None:
    seen = Seen(params)
    seen.widget("报告年度").value = "2025"
    seen.widget("地区/机关").value = "云溪县/新镇"
    seen.press("新建并打开")
    seen.press("改为 2024 年")
    assert seen.opened == [("新镇", "王芳")]
    assert (params / "2024" / "云溪县" / "新镇.yaml").is_file()


def headings(seen: Seen) -> list[str]:
    return re.findall("<h2>([^<]*)</h2>", seen.text)


def test_reports_are_begun_in_winter_and_looked_up_in_summer(params: Path) -> None:
    assert headings(Seen(params)) == ["新建一份", "打开已有的填报"]
    july = datetime(2025, 7, 1, tzinfo=CHINA)
    assert headings(Seen(params, now=lambda: july)) == ["打开已有的填报", "新建一份"]


def test_what_was_worked_on_last_stands_first(params: Path) -> None:
    path = params / "2024" / "云溪县" / "石桥镇.yaml"
    seen = Seen(params, recent=[Recent(path, "王小芳", datetime(2025, 1, 10, 9, 23, tzinfo=CHINA))])
    assert headings(seen)[0] == "接着填"
    seen.press("云溪县石桥镇 2024 年（今天 09:23，王小芳）")
    assert seen.opened == [("石桥镇", "王芳")]


def test_a_shared_account_is_not_shown_as_who_worked_on_a_report(params: Path) -> None:
    path = params / "2024" / "云溪县" / "石桥镇.yaml"
    seen = Seen(params, recent=[Recent(path, "root", datetime(2025, 1, 10, 9, 23, tzinfo=CHINA))])
    seen.press("云溪县石桥镇 2024 年（今天 09:23）")
    assert seen.opened == [("石桥镇", "王芳")]


def test_a_report_begun_by_mistake_is_put_into_a_folder_of_the_day(params: Path) -> None:
    path = params / "2024" / "云溪县" / "柳湾镇.yaml"
    with Desk(path, who="王芳", now=Clock()) as desk:
        desk.change([Change("organ.contact.phone", "0601-1")])
    was = path.read_bytes()
    seen = Seen(params)
    seen.press("建错了，移走这份")
    seen.press("不移")
    assert path.exists()
    with second_person(path) as other:
        assert says(other) == "open"
        seen.press("建错了，移走这份")
        seen.press("移走")
        assert "正在填报这份年报，不能移走" in seen.text
    seen.press("建错了，移走这份")
    seen.press("移走")
    away = params / "_已移走" / "2025-01-10" / "2024" / "云溪县"
    assert (away / "柳湾镇.yaml").read_bytes() == was
    assert (away / ".柳湾镇.yaml.journal").exists()
    assert [label for label, _ in seen.widget("机关").options] == ["云溪县 / 石桥镇"]
    assert [choice.place for choice in choices_of_year(params, 2024)] == ["云溪县/石桥镇"], "no command finds it any more"
    shutil.copy(SAMPLE, path)
    put_away(params, path, now=Clock())
    assert sorted(file.name for file in away.glob("*.yaml")) == ["柳湾镇.yaml", "柳湾镇（2）.yaml"]


def broken(params: Path) -> Path:
    path = params / "2024" / "云溪县" / "柳湾镇.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("year: 2024", "year: 二〇二四"), encoding="utf-8")
    return path


def test_a_broken_file_is_reported_by_line_and_mended_on_the_spot(params: Path) -> None:
    path, seen = broken(params), Seen(params)
    was = path.read_bytes()
    seen.press("打开填报")
    assert "柳湾镇的填报数据不能读取" in seen.text
    assert "第 2 行 报告年度：" in seen.text
    assert "<code>year: 二〇二四</code>" in seen.text
    assert path.read_bytes() == was
    text = seen.widget("文件内容")
    text.value = text.value.replace("二〇二四", "二〇二五")
    seen.press("保存并重新打开")  # still wrong: nothing is written
    assert path.read_bytes() == was
    assert "第 2 行 报告年度：" in seen.text
    text.value = text.value.replace("二〇二五", "2024")
    seen.press("保存并重新打开")
    assert seen.opened == [("柳湾镇", "王芳")]
    assert path.with_name(".柳湾镇.yaml.unreadable").read_bytes() == was
    assert "不能读取" not in seen.text


def test_mended_elsewhere_it_opens_and_left_alone_another_can_be_opened(params: Path) -> None:
    path, seen = broken(params), Seen(params)
    seen.press("打开填报")
    seen.press("先不管它，打开别的")
    assert "不能读取" not in seen.text
    seen.press("打开填报")
    shutil.copy(SAMPLE, path)
    seen.press("已在别处改好，重新打开")
    assert seen.opened == [("柳湾镇", "王芳")]


def test_a_file_without_text_offers_no_editing(params: Path) -> None:
    path = params / "2024" / "云溪县" / "柳湾镇.yaml"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\x80" * 50)
    seen = Seen(params)
    seen.press("打开填报")
    assert "不能读取" in seen.text
    descriptions = [getattr(item, "description", "") for item in everything(seen.screen.widget)]
    assert "文件内容" not in descriptions
    assert "已在别处改好，重新打开" in descriptions


def upload(seen: Seen, name: str, content: bytes) -> None:
    file = {"name": name, "type": "", "size": len(content), "content": memoryview(content), "last_modified": Clock()()}
    seen.widget("选择文件").value = (file,)


def places(seen: Seen) -> Any:
    """The field for the place in the card of the import: the second on the screen."""
    return [item for item in everything(seen.screen.widget) if getattr(item, "description", "") == "地区/机关"][1]


def test_a_published_report_is_read_shown_and_saved_in_the_chosen_place(params: Path) -> None:
    def read(path: Path, year: int | None) -> Imported:
        assert (path.name, path.read_bytes(), year) == ("年报.docx", b"PK", None)
        return Imported(read_report(SAMPLE), "docx", notes=("第二页<模糊>",))

    seen = Seen(params, read)
    assert len([item for item in everything(seen.screen.widget) if getattr(item, "description", "") == "地区/机关"]) == 1
    upload(seen, "../年报.docx", b"PK")
    assert "<b>云溪县柳湾镇人民政府2024年政府信息公开工作年度报告</b>" in seen.text
    assert "第二页&lt;模糊&gt;" in seen.text
    assert places(seen).value == "云溪县/柳湾镇"
    seen.press("存入并打开")
    assert "已有“云溪县/柳湾镇”的填报数据，没有覆盖" in seen.text
    places(seen).value = "云溪县/新柳湾镇"
    seen.press("存入并打开")
    assert seen.opened == [("新柳湾镇", "王芳")]


def test_a_real_page_of_text_is_read(params: Path) -> None:
    report = read_report(SAMPLE)
    text = f"{report.title}\n一、总体情况\n{report.narrative.overview}\n"
    seen = Seen(params, lambda path, year: read_published(path, year=year))
    upload(seen, "年报.txt", text.encode("gb18030"))
    assert report.title in seen.text
    assert re.search(r"没有 \d{3} 格", seen.text)
    places(seen).value = "云溪县/新柳湾镇"
    seen.press("存入并打开")
    assert seen.opened == [("新柳湾镇", "王芳")]


def test_a_report_without_a_year_asks_for_it(params: Path) -> None:
    asked: list[int | None] = []

    def read(path: Path, year: int | None) -> Imported:
        asked.append(year)
        return Imported(read_report(SAMPLE) if year else None, "docx")

    seen = Seen(params, read)
    upload(seen, "年报.docx", b"PK")
    assert "没有看出是哪一年" in seen.text
    seen.widgets("报告年度")[2].value = "24"
    seen.press("按这一年读入")
    assert asked == [None, 2024]
    assert places(seen).value == "云溪县/柳湾镇"


def test_a_file_that_is_no_report_is_reported(params: Path) -> None:
    seen = Seen(params, lambda path, year: read_published(path, year=year))
    upload(seen, "照片.pdf", b"%PDF-1.7 torn")
    assert "照片.pdf：" in seen.text
    assert seen.opened == []


def test_without_a_reader_no_import_is_offered(params: Path) -> None:
    assert "导入" not in Seen(params).text


@pytest.mark.parametrize("account", ["root", "Administrator", "本机用户"])
def test_an_account_that_several_people_share_is_not_offered_as_a_name(params: Path, account: str) -> None:
    opened: list[str] = []
    screen = StartScreen(params, on_open=lambda _, who: opened.append(who), who=account, now=Clock())
    name = next(item for item in everything(screen.widget) if getattr(item, "description", "") == "填报人")
    assert name.value == ""
    assert name.placeholder == "您的姓名"
    assert screen.who == account  # the history still says where a change came from


def test_the_name_of_a_person_is_offered(params: Path) -> None:
    assert Seen(params).widget("填报人").value == "王芳"
