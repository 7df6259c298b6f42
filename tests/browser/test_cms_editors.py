"""The page for a site, by a real press on the clipboard, through a real editor of web sites (TinyMCE, from npm) in Chromium."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from tests.exporters import stories
from tests.local_server import running
from toolkit.exporters.cms import clipboard_html
from toolkit.exporters.document import make_document
from toolkit.sections.blocks import Table

# what a strict site asks of its editor: no class, no style sheet, no drawing
STRICT = "{selector: '#editor', license_key: 'gpl', plugins: 'table', valid_classes: {'*': ''}, invalid_elements: 'style,svg'}"
PAGE = """<!DOCTYPE html><meta charset="utf-8"><title>编辑器</title>
<button id="copy" type="button">复制</button><div id="shown"></div><textarea id="editor"></textarea>
<script type="module">
import { copyHtml } from "./page_copy.js";
const shown = document.getElementById("shown");
document.getElementById("copy").onclick = () => { window.copied = copyHtml(shown, shown.innerHTML); };
</script>"""


@pytest.fixture(scope="module")
def site(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An intranet site without TLS: the form's own module, and the editor as npm has it."""
    if not (project / "node_modules" / "tinymce").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=project, check=True)
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(project / "node_modules" / "tinymce", folder / "tinymce")
    for name in ("page_copy.js", "elements.js"):
        shutil.copy(project / "toolkit" / "entry" / "web" / name, folder)
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    with running(ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))) as port:
        yield f"http://127.0.0.1:{port}/index.html"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def pasted(browser: Browser, site: str) -> Iterator[Page]:
    """The editor after the press on 复制 and Ctrl+V."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto(site)
    shown = clipboard_html(make_document(stories.full_report_blocks()))
    page.evaluate("html => { document.getElementById('shown').innerHTML = html; }", shown)
    page.click("#copy")
    page.wait_for_function("window.copied === true")
    page.evaluate("document.getElementById('shown').replaceChildren()")
    page.add_script_tag(url="tinymce/tinymce.min.js")
    page.evaluate(f"tinymce.init({STRICT})")
    page.wait_for_function("tinymce.activeEditor && tinymce.activeEditor.initialized")
    page.frame_locator("iframe").locator("body").click()
    page.keyboard.press("Control+v")
    page.wait_for_function("tinymce.activeEditor.getContent().includes('六、')")
    yield page
    page.close()


@pytest.mark.sweep
def test_what_a_strict_editor_makes_of_the_page_has_its_lines_charts_and_texts(pasted: Page, tmp_path: Path) -> None:
    content = pasted.evaluate("tinymce.activeEditor.getContent()")
    tree = html.fromstring(f"<div>{content}</div>")
    tables = [block for block in stories.full_report_blocks() if isinstance(block, Table)]
    assert [element.get("border") for element in tree.xpath("//table")] == ["1"] * len(tables)
    for element, table in zip(tree.xpath("//table"), tables, strict=True):
        shown = [cell.text_content().replace("\xa0", "") for cell in element.xpath(".//td|.//th")]
        assert shown == [cell.text for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column))]
    (image,) = tree.xpath("//img")
    assert image.get("alt") == stories.chart().alt
    assert image.get("src").startswith(("data:image/png", "blob:"))
    assert "\u3000\u3000围绕财政收支" in tree.text_content()
    # on a site without any style of ours there is a line on every side of every cell
    pasted.evaluate("html => { document.body.innerHTML = html; }", content)
    widths = pasted.evaluate("""[...document.querySelectorAll('td, th')].map(cell => getComputedStyle(cell))
        .map(style => [style.borderTopWidth, style.borderLeftWidth])""")
    assert {width for pair in widths for width in pair} == {"1px"}
