"""The statutory tables under a clerk's hands: keys, typing, input method, clipboard, blanks, totals, bad input."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import Lab, choose
from tests.browser.filling import (
    NEW,
    blank_copy,
    cell,
    copied,
    focused,
    paste,
    shown,
    spoken,
    type_into,
    wait_focused,
    wait_for_note,
    wait_shown,
)

COLUMNS = ("natural_person", "business", "research", "public_welfare", "legal_service", "other_organization")


@pytest.fixture(scope="module")
def form(module_desk: Page, lab: Lab) -> Page:
    """One blank form for the whole module; every test has its own cells."""
    page = module_desk
    choose(page, blank_copy(lab, "表格镇"))
    return page


def test_a_blank_is_visibly_no_zero_and_says_so(form: Page) -> None:
    address = "disputes.review.upheld"
    look = "cell => getComputedStyle(cell, null).backgroundImage + getComputedStyle(cell.firstChild, '::after').content"
    assert "gradient" in cell(form, address).evaluate(look)
    assert "待填" in cell(form, address).evaluate(look)
    assert "行政复议，结果维持，待填" in spoken(form, address)
    type_into(form, address, "0")
    wait_shown(form, address, "0")
    assert "gradient" not in cell(form, address).evaluate(look)
    assert "值 0" in spoken(form, address)


def test_keys_move_through_merged_heads_as_the_eye_does(form: Page) -> None:
    cell(form, f"{NEW}.natural_person").click()
    for key, expected in (
        ("ArrowRight", f"{NEW}.business"),
        ("ArrowDown", "applications.carried_in.business"),
        ("Tab", "applications.carried_in.research"),
        ("Shift+Tab", "applications.carried_in.business"),
        ("Enter", "applications.granted.business"),
        ("Shift+Enter", "applications.carried_in.business"),
        ("End", "applications.carried_in.total"),
        ("Home", "applications.carried_in.natural_person"),
        ("Control+End", "applications.carried_out.total"),
        ("Control+Home", f"{NEW}.natural_person"),
    ):
        form.keyboard.press(key)
        wait_focused(form, expected)


def test_the_keyboard_can_leave_the_table(form: Page) -> None:
    cell(form, f"{NEW}.natural_person").click()
    form.keyboard.press("Escape")
    form.keyboard.press("Tab")
    form.wait_for_function("!document.activeElement.closest('[data-address]')")


def test_typing_replaces_f2_edits_escape_takes_back(form: Page) -> None:
    address = "applications.refused_other_law.natural_person"
    type_into(form, address, "12")
    type_into(form, address, "3")
    wait_shown(form, address, "3")
    cell(form, address).click()
    form.keyboard.press("F2")
    form.keyboard.type("4")
    form.keyboard.press("Enter")
    wait_shown(form, address, "34")
    cell(form, address).click()
    form.keyboard.type("999")
    form.keyboard.press("Escape")
    wait_shown(form, address, "34")


def test_undo_and_redo(form: Page) -> None:
    address = "applications.refused_third_party.business"
    type_into(form, address, "5")
    form.keyboard.press("Control+z")
    wait_shown(form, address, "")
    form.keyboard.press("Control+y")
    wait_shown(form, address, "5")


def test_a_recognised_slip_is_corrected_and_reported(form: Page) -> None:
    address = "applications.refused_state_secret.natural_person"
    type_into(form, address, "１，２００件")
    wait_shown(form, address, "1200")
    expect(form.locator(".nb-part-grid .nb-said", has_text="已改写为 1200")).to_have_count(1)


def test_an_input_method_does_no_harm(form: Page) -> None:
    address = "applications.refused_deliberative.natural_person"
    cell(form, address).click()
    keys = form.context.new_cdp_session(form)
    for text in ("s", "sh", "shi"):
        keys.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    assert focused(form) == address, "keys of the composition move nothing"
    keys.send("Input.insertText", {"text": "十"})
    form.keyboard.press("Enter")
    wait_for_note(form, address, "是汉字写的数")
    assert shown(form, address) == "十"


def test_totals_add_up_at_once_and_cannot_be_typed(form: Page) -> None:
    row = "applications.unavailable_unclear"
    cell(form, f"{row}.natural_person").click()
    for number in ("1", "2", "3", "4", "5"):
        form.keyboard.type(number)
        form.keyboard.press("Tab")
    wait_shown(form, f"{row}.total", "15…")  # a running sum says that parts are missing
    wait_for_note(form, f"{row}.total", "已填部分合计 15")
    form.keyboard.type("6")
    wait_shown(form, f"{row}.total", "21")
    type_into(form, f"{row}.total", "99")
    assert shown(form, f"{row}.total") == "21"


def test_a_block_from_excel_lands_cell_by_cell_and_goes_back(form: Page) -> None:
    cell(form, "applications.unprocessed_petition.natural_person").click()
    paste(form, "1\t2\t３件\n4\t5\t6\n")
    wait_shown(form, "applications.unprocessed_repeat.research", "6")
    assert shown(form, "applications.unprocessed_petition.research") == "3"
    form.keyboard.press("Shift+ArrowRight")
    form.keyboard.press("Shift+ArrowDown")
    plain, html = copied(form)
    assert plain == "1\t2\n4\t5"
    assert "<td>5</td>" in html
    form.keyboard.press("Delete")
    wait_shown(form, "applications.unprocessed_repeat.business", "")


def test_a_block_with_names_and_too_many_rows_is_reported_and_fills_what_fits(form: Page) -> None:
    cell(form, "applications.total.natural_person").click()
    lines = ["办理结果\t" + "\t".join(["9"] * 7), *("四、结转\t" + "\t".join(["1"] * 7) for _ in range(3))]
    paste(form, "\n".join(lines))
    wait_shown(form, "applications.carried_out.other_organization", "1")
    notes = " ".join(form.locator(".nb-part-grid .nb-said").all_inner_texts())
    assert "已粘贴 6 格" in notes
    assert "没有填入" in notes


def test_markup_in_a_paste_is_text_and_runs_nothing(form: Page) -> None:
    address = "applications.refused_security_stability.natural_person"
    cell(form, address).click()
    html = "<table><tr><td><img src=x onerror='window.ran=1'><b>7</b></td><td>&lt;script&gt;</td></tr></table>"
    paste(form, "", html)
    wait_shown(form, address, "7")
    assert shown(form, "applications.refused_security_stability.business") == "<script>"
    assert form.evaluate("window.ran === undefined")


def table(*rows: str, columns: str = "") -> str:
    """A table as Excel puts it on the clipboard; every row as its markup."""
    style = "<style>td {mso-number-format:General}</style>"
    return f"<html><head>{style}</head><body><!--StartFragment--><table>{columns}{''.join(rows)}</table></body></html>"


HIDDEN_COLUMN = "<col><col style='display:none;mso-width-source:userset'><col>"
HIDDEN_ROW = "<tr style='display:none'><td>9</td><td>9</td><td>9</td></tr>"
THREE = "<tr><td>{}</td><td>8</td><td>{}</td></tr>"
# what Excel, WPS and Word put on the clipboard, and what comes to the cells of two columns
COPIED = {
    "a column of Excel with a merged cell": (
        "", table("<tr><td rowspan=2>1</td></tr>", "<tr></tr>", "<tr><td>2</td></tr>"), [["1"], [""], ["2"]],
    ),
    "lines in a cell": ("", table("<tr><td>12<br>34</td></tr>", "<tr><td><p>5</p></td></tr>"), [["12；34"], ["5"]]),
    "deleted and hidden text of Word": (
        "", table("<tr><td><p>1<del>2</del>3<span style='display:none'>4</span></p></td></tr>"), [["13"]],
    ),
    "a hidden row and a hidden column": (
        "1\t8\t2\n9\t9\t9\n3\t8\t4\n",
        table(THREE.format(1, 2), HIDDEN_ROW, THREE.format(3, 4), columns=HIDDEN_COLUMN), [["1", "2"], ["3", "4"]],
    ),
    "formats of numbers": (
        "1,234\t１２\n12.00\t约5\n",
        table("<tr><td>1,234</td><td>１２</td></tr>", "<tr><td>12.00</td><td>约5</td></tr>"), [["1234", "12"], ["12", "约5"]],
    ),
    "what is no figure": ("¥12\t#REF!\n######\t1.2E+03\n", "", [["¥12", "#REF!"], ["######", "1.2E+03"]]),
    "short names of rows, merged over two columns": (
        "本年新收\t\t1\t2\n上年结转\t\t3\t4\n",
        table(*(f"<tr><td colspan=2>{name}</td><td>0</td><td>0</td></tr>" for name in ("本年新收", "上年结转"))),
        [["1", "2"], ["3", "4"]],
    ),
    "merged cells of plain text": (
        "7\t\n\t8\n", table("<tr><td colspan=2>7</td></tr>", "<tr><td></td><td>8</td></tr>"), [["7", ""], ["", "8"]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", COPIED)
def test_ranges_as_other_programs_copy_them(form: Page, kind: str) -> None:
    plain, html, block = COPIED[kind]
    rows = ("unavailable_not_held", "unavailable_needs_creation", "unavailable_unclear")
    first = f"applications.{rows[0]}.natural_person"
    cell(form, first).click()
    paste(form, plain, html)
    for row, line in zip(rows, block, strict=False):
        for column, text in zip(COLUMNS, line, strict=False):
            wait_shown(form, f"applications.{row}.{column}", text)
    hidden = form.locator(".nb-part-grid .nb-said", has_text="隐藏的 2 行（列）没有填入")
    expect(hidden).to_have_count(int("hidden row" in kind))
    form.keyboard.press("Control+z")
    wait_shown(form, first, "")
    form.keyboard.press("Control+y")
    wait_shown(form, first, block[0][0])
    form.keyboard.press("Control+z")
    wait_shown(form, first, "")


AS_ABC = [pytest.param(text, marks=pytest.mark.sweep) for text in ("1e9", "12.5", "½")]  # read in tests/entry/test_typed.py


@pytest.mark.parametrize("text", ["abc", "−3", "😀", "长" * 10_000, *AS_ABC], ids=lambda text: text[:5])
def test_bad_input_stays_and_is_reported_at_the_place(form: Page, text: str) -> None:
    address = "applications.refused_enforcement_file.natural_person"
    type_into(form, address, text)
    wait_for_note(form, address, "有错误")
    form.keyboard.press("ArrowUp")
    form.locator(".nb-callout:visible").wait_for()
    right = "-3" if text == "−3" else text
    expect(form.locator(".nb-editor:focus")).to_have_value(right)
    assert shown(form, address) == (right if len(right) < 50 else right[:40] + "…")


def test_heads_stay_in_view_while_a_long_table_passes(form: Page) -> None:
    cell(form, "applications.carried_out.research").click()
    head = form.get_by_role("columnheader", name="科研机构", exact=True)
    bar = form.locator(".nb-bar").bounding_box()
    at = head.bounding_box()
    assert bar is not None
    assert at is not None
    assert bar["y"] + bar["height"] <= at["y"] + 1 < 300
    assert head.evaluate("head => { const b = head.getBoundingClientRect(); "
                         "return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2) === head; }")  # fmt: skip
    for _ in range(20):  # going up, the cell never hides behind the head
        form.keyboard.press("ArrowUp")
        assert form.evaluate("(() => { const e = document.activeElement, b = e.getBoundingClientRect(); "
                             "return document.elementFromPoint(b.x + b.width / 2, b.y + b.height / 2)"
                             ".closest('td') === e.closest('td'); })()")  # fmt: skip


def test_row_names_stay_in_view_in_a_narrow_window(form: Page) -> None:
    form.set_viewport_size({"width": 640, "height": 400})
    cell(form, "applications.granted.total").click()
    expect(cell(form, "applications.granted.total")).to_be_in_viewport()
    expect(form.get_by_role("rowheader", name="（一）予以公开", exact=True)).to_be_in_viewport(ratio=0.9)
    form.set_viewport_size({"width": 1280, "height": 800})


def test_cells_that_a_paste_left_out_are_reported_where_one_looks(form: Page) -> None:
    cell(form, "applications.carried_out.natural_person").click()
    paste(form, "1\n2\n3")
    notes = form.locator(".nb-said", has_text="超出表格的 2 格没有填入")
    expect(notes).to_be_in_viewport(ratio=1)


def test_zero_filling_asks_first_and_can_be_undone(form: Page) -> None:
    grid = form.locator(".nb-part-grid").nth(2)
    grid.get_by_role("button", name="零填报").click()
    question = grid.locator(".nb-question")
    expect(question).to_contain_text("全部填 0 吗")
    question.get_by_role("button", name="不填").click()
    assert shown(form, "disputes.review.corrected") == ""
    grid.get_by_role("button", name="零填报").click()
    question.get_by_role("button", name="全部填 0").click()
    wait_shown(form, "disputes.lawsuit_after_review.total", "0")
    form.keyboard.press("Control+z")
    wait_shown(form, "disputes.review.corrected", "")


def test_blanks_between_figures_are_an_error_when_typed_and_cells_when_pasted(form: Page) -> None:
    address = "applications.refused_other_law.{}".format
    type_into(form, address("business"), "12 1")
    wait_for_note(form, address("business"), "数字中间有空格")
    assert shown(form, address("business")) == "12 1"
    cell(form, address("natural_person")).click()
    paste(form, "12 1 0 0 0 0")
    for column, figure in zip(COLUMNS, ("12", "1", "0", "0", "0", "0"), strict=True):
        wait_shown(form, address(column), figure)


@pytest.mark.parametrize("text", ["11①", "11²", "⑴"])
def test_the_mark_of_a_note_never_becomes_a_digit(form: Page, text: str) -> None:
    address = "applications.refused_third_party.research"
    type_into(form, address, text)
    wait_for_note(form, address, "像注释的标记")
    assert shown(form, address) == text
    cell(form, address).click()
    paste(form, f"{text}\t{text}")
    wait_for_note(form, "applications.refused_third_party.public_welfare", "像注释的标记")
    assert shown(form, address) == text


def test_page_and_control_keys_move_far(form: Page) -> None:
    cell(form, f"{NEW}.business").click()
    for key, expected in (
        ("Control+ArrowDown", "applications.carried_out.business"),
        ("Control+ArrowUp", f"{NEW}.business"),
        ("Control+ArrowRight", f"{NEW}.total"),
        ("Control+ArrowLeft", f"{NEW}.natural_person"),
        ("PageUp", f"{NEW}.natural_person"),
    ):
        form.keyboard.press(key)
        wait_focused(form, expected)
    form.keyboard.press("PageDown")
    form.keyboard.press("PageDown")
    form.keyboard.press("PageDown")
    wait_focused(form, "applications.carried_out.natural_person")


def test_a_total_says_that_it_is_computed(form: Page) -> None:
    cell(form, f"{NEW}.total").click()
    form.keyboard.type("5")
    expect(form.locator(".nb-part-grid .nb-said", has_text="总计自动计算")).to_be_visible()


def test_lines_of_a_cell_stay_after_it_was_left(form: Page) -> None:
    address = "fees.fees.amount_wan"
    type_into(form, address, "x")
    form.keyboard.type("2.65")
    form.keyboard.press("Enter")
    expect(form.locator(".nb-editing:focus")).to_have_count(0)


def test_findings_are_beside_the_table_and_never_over_it(form: Page) -> None:
    address = "applications.refused_other_law.legal_service"
    type_into(form, address, "abc")
    wait_for_note(form, address, "不是单纯的数字")
    cell(form, address).click()
    callout = form.locator(".nb-callout:visible").bounding_box()
    table = form.locator("table.nb-grid-applications").bounding_box()
    assert callout is not None
    assert table is not None
    assert callout["x"] >= table["x"] + table["width"]


def test_ten_megabytes_are_refused_in_words(form: Page) -> None:
    address = "applications.refused_other_law.other_organization"
    before = shown(form, address)
    for box in (cell(form, address), form.locator(".nb-text-area").first, form.locator(".nb-at-channels button").first):
        box.click()
        form.wait_for_function("document.activeElement.matches('input, textarea')")  # a new row takes the keyboard by and by
        form.evaluate(
            """() => {
                const data = new DataTransfer();
                data.setData("text/plain", "7".repeat(10_000_000));
                const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
                document.activeElement.dispatchEvent(event);
                window.sentence = document.activeElement.validationMessage;
            }"""
        )
        assert "没有粘贴" in form.evaluate("window.sentence")
        form.keyboard.press("Shift")
    assert shown(form, address) == before
