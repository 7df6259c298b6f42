"""The exported page in a real Chromium: no accessibility violation, no sideways scrolling, no request, printable."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.examples import sampled
from tests.exporters import stories
from toolkit.exporters.document import make_document
from toolkit.exporters.html.writing import set_html
from toolkit.sections.blocks import Code, Heading, Picture, paragraph

WIDTHS = (1280, 390, 360)
LONG_WORD = "https://example.org/" + "a" * 300


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report, the same as a draft with what a clerk added, and one with all that is unusual."""
    unusual = (
        stories.front(),
        Heading(3, "1.没有上级标题"),
        paragraph(LONG_WORD),
        Code(f"x = '{LONG_WORD}'"),
        stories.disputes_table("12345678"),
        stories.disputes_table("0"),
        Picture(stories.CHART_SVG.encode(), "image/svg+xml", "图", "", 4000, 1200),
    )
    stories_by_name = {
        "report": stories.full_report_blocks(),
        "draft": (*stories.full_report_blocks(draft=True), *stories.added_blocks()),
        "unusual": unusual,
    }
    folder = tmp_path_factory.mktemp("pages")
    paths = {name: folder / f"{name}.html" for name in stories_by_name}
    for name, blocks in stories_by_name.items():
        paths[name].write_bytes(set_html(make_document(blocks)))
    return paths


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for all tests of the module: to start one takes longer than most of them."""
    page = browser.new_page()
    yield page
    page.close()


def _open(page: Page, path: Path, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(path.as_uri())
    return page


# each page and each width once, and with the sweeps each page in each width
@pytest.mark.parametrize(("name", "width"), sampled(product(("report", "draft", "unusual"), WIDTHS), every=4))
def test_axe_finds_no_violation_and_nothing_scrolls_sideways(page: Page, files: dict[str, Path], name: str, width: int) -> None:
    _open(page, files[name], width)
    found = Axe().run(page).response["violations"]
    assert not [(item["id"], [node["html"][:120] for node in item["nodes"]]) for item in found]
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_axe_would_find_one(page: Page, files: dict[str, Path]) -> None:
    _open(page, files["report"], 390)
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert "html-has-lang" in {item["id"] for item in Axe().run(page).response["violations"]}


def test_wide_tables_scroll_by_keyboard_on_a_phone(page: Page, files: dict[str, Path]) -> None:
    _open(page, files["report"], 390)
    region = page.get_by_role("region", name="收到和处理政府信息公开申请情况")
    assert region.evaluate("box => box.scrollWidth > box.clientWidth")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=region.element_handle())


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real report with all five charts."""
    from tests.exporters.test_readback import sample as town

    path = tmp_path_factory.mktemp("sample") / "report.html"
    path.write_bytes(set_html(town()[1].publication_copy()))
    return path


@pytest.mark.parametrize("width", sampled([360, 414]))
def test_on_a_phone_charts_have_their_own_layout_and_keep_their_words(page: Page, sample: Path, width: int) -> None:
    _open(page, sample, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert not [item["id"] for item in Axe().run(page).response["violations"]]
    charts = page.locator("figure .nb-narrow")
    assert charts.count() == 5
    for number in range(5):
        box = charts.nth(number).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["width"] >= 320
    assert page.get_by_role("img", name="自然人168件").count() == 1, "the words of a chart are read aloud once"


@pytest.mark.parametrize("width", sampled([768, 1366]))
def test_on_a_wide_screen_there_is_one_layout(page: Page, sample: Path, width: int) -> None:
    _open(page, sample, width)
    assert page.locator("figure .nb-narrow:visible").count() == 0
    assert page.locator("figure .nb-wide svg:visible").count() == 5
    assert not [item["id"] for item in Axe().run(page).response["violations"]]
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", sampled([360, 414]))
def test_table_three_keeps_labels_and_totals_in_sight_while_it_is_moved(page: Page, sample: Path, width: int) -> None:
    _open(page, sample, width)
    box = page.locator(".nb-scroll:has(.nb-fixed)").first
    box.evaluate("box => { box.scrollLeft = 70; }")
    inside = box.bounding_box()
    assert inside
    for selector in ("th.nb-stub-2", "td.nb-total", "th.nb-total"):
        for cell in page.locator(f".nb-fixed {selector}").all():
            place = cell.bounding_box()
            assert place
            assert place["x"] >= inside["x"] - 1
            assert place["x"] + place["width"] <= inside["x"] + inside["width"] + 1
    labels, total = page.locator("th.nb-stub-2").first.bounding_box(), page.locator("td.nb-total").first.bounding_box()
    assert labels
    assert total
    assert total["x"] - (labels["x"] + labels["width"]) > 60, "room for a column of figures between them"


def test_type_of_twice_the_size_loses_nothing(page: Page, sample: Path) -> None:
    """A reader's own type of 200 %: nothing is cut, and table three moves as a whole, as its labels would cover it."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
    page.goto(sample.as_uri())
    page.set_viewport_size({"width": 180, "height": 422})  # 200 % of the browser's zoom
    assert page.locator(".nb-fixed th.nb-stub-2").first.evaluate("cell => getComputedStyle(cell).position") == "static"
    assert page.evaluate("document.documentElement.scrollWidth") == 180
    cut = page.evaluate("""[...document.querySelectorAll('article p, article h2, article h3, article h1 span')]
        .filter(text => text.scrollWidth > text.clientWidth + 1 && getComputedStyle(text).display !== 'inline').length""")
    assert cut == 0


def test_printed_charts_are_the_wide_ones(page: Page, sample: Path, tmp_path: Path) -> None:
    _open(page, sample, 360)
    page.emulate_media(media="print")
    assert page.locator("figure .nb-narrow:visible").count() == 0
    assert page.locator(".nb-fixed th.nb-stub-2").first.evaluate("cell => getComputedStyle(cell).position") == "static"
    page.emulate_media(media="null")


def test_body_text_is_large_enough_on_a_phone(page: Page, files: dict[str, Path]) -> None:
    _open(page, files["report"], 390)
    assert page.locator("article > p").first.evaluate("text => getComputedStyle(text).fontSize") == "17px"


def test_the_page_asks_for_nothing_and_breaks_no_policy(page: Page, files: dict[str, Path]) -> None:
    asked: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.goto(files["draft"].as_uri(), wait_until="networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [files["draft"].as_uri()]
    assert messages == []


def test_the_data_can_be_taken_down(page: Page, files: dict[str, Path]) -> None:
    _open(page, files["report"], 1280)
    with page.expect_download() as download:
        page.get_by_text("下载填报数据").click()
    assert download.value.suggested_filename == stories.attachment().name
    assert Path(download.value.path()).read_text(encoding="utf-8") == stories.attachment().text


def test_every_printed_page_is_a4_and_has_its_number_and_the_mark_of_a_draft(
    page: Page, files: dict[str, Path], tmp_path: Path
) -> None:
    _open(page, files["draft"], 1280)
    printed = tmp_path / "report.pdf"
    page.pdf(path=printed, prefer_css_page_size=True)
    with pikepdf.open(printed) as pdf:
        assert {tuple(round(float(side)) for side in sheet.mediabox) for sheet in pdf.pages} == {(0, 0, 595, 842)}
    text = subprocess.run(["pdftotext", "-layout", str(printed), "-"], check=True, capture_output=True).stdout.decode("utf-8")
    sheets = text.split("\f")[:-1]
    assert 3 <= len(sheets) <= 7
    for number, sheet in enumerate(sheets, 1):
        assert f"—{number}—" in sheet.replace(" ", "").replace("\u2003", "")
        assert {"草", "稿"} <= set(sheet)
