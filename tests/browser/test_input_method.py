"""Chinese typed with an input method arrives as it was chosen, in every kind of box, whatever happens meanwhile.

A kernel that dies and a second window: ``test_persistence.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import Lab, choose, replaced_form, run_all, to_start_screen, wait_until
from tests.browser.filling import NEW, cell, copy_of, shown, type_into, wait_focused, wait_shown
from tests.browser.input_method import InputMethod, damaged, emptied, words

# milliseconds a letter, seconds before the word is chosen; how many words
FEW = ((60, 0.0, 2), (120, 0.1, 1))
MANY = ((60, 0.0, 40), (100, 0.1, 40), (120, 0.0, 40), (150, 0.7, 40), (250, 0.0, 40))


@pytest.fixture(scope="module")
def form(module_desk: Page, lab: Lab) -> Page:
    """One filled form for the whole module, with a warning that can be confirmed."""
    page = module_desk
    choose(page, copy_of(lab, "输入法镇"))
    type_into(page, f"{NEW}.natural_person", "4321")
    return page


def _cell(page: Page) -> Locator:
    cell(page, f"{NEW}.research").click()
    page.keyboard.press("F2")
    return page.locator(".nb-editor:focus")


def _reason(page: Page) -> Locator:
    page.locator(".nb-list .nb-button", has_text="确认无误").first.click()
    return page.locator(".nb-reason input")


def _figure(page: Page) -> Locator:
    page.get_by_role("button", name="插入表内数字").first.click()
    return page.get_by_label("查找表内数字").first


BOXES: dict[str, Callable[[Page], Locator]] = {
    "text": lambda page: page.locator(".nb-text-area").first,
    "cell": _cell,
    "channel": lambda page: page.locator(".nb-at-channels input[type=text]").first,
    "count": lambda page: page.locator(".nb-at-channels input[type=text]").nth(1),
    "field": lambda page: page.locator(".nb-at-organ-contact-office input"),
    "amount": lambda page: page.locator(".nb-at-processing_fee-amount_yuan input"),
    "preamble": lambda page: page.locator(".nb-at-narrative-preamble textarea"),
    "reason": _reason,
    "figure": _figure,
}


def check_words(form: Page, kind: str, rhythms: Sequence[tuple[int, float, int]]) -> None:
    box = BOXES[kind](form)
    method = emptied(form, box)
    typed = words(sum(number for _, _, number in rhythms))
    paces = [(letter, pause) for letter, pause, number in rhythms for _ in range(number)]
    for (word, spelling), pace in zip(typed, paces, strict=True):
        method.word(word, spelling, *pace)
    form.wait_for_timeout(1200)  # every answer is in
    assert damaged(box.input_value(), [word for word, _ in typed]) == 0
    assert box.input_value() == "".join(word for word, _ in typed)


# of the boxes that Jupyter's widgets draw, one; the others with the sweeps
@pytest.mark.parametrize(
    "kind", [kind if kind in ("text", "cell", "field") else pytest.param(kind, marks=pytest.mark.sweep) for kind in BOXES]
)
def test_words_arrive_in_every_box(form: Page, kind: str) -> None:
    check_words(form, kind, FEW)


@pytest.mark.sweep
@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["text", "cell", "preamble"])
def test_200_words_arrive(form: Page, kind: str) -> None:
    check_words(form, kind, MANY)


def test_a_cancelled_composition_leaves_nothing(form: Page) -> None:
    for kind in ("text", "channel", "cell"):
        box = BOXES[kind](form)
        method = emptied(form, box)
        method.word("公开", "gongkai", 60, 0)
        method.letters("xinxi", 60)
        method.cancel()
        form.wait_for_timeout(800)
        assert box.input_value() == "公开", kind
        method.word("及时", "jishi", 60, 0)
        expect(box).to_have_value("公开及时")


def test_a_composition_that_is_undone_keeps_nothing_from_the_file(form: Page, lab: Lab) -> None:
    box = BOXES["text"](form)
    method = emptied(form, box)
    method.letters("gongkai", 60)
    form.keyboard.press("Control+z")
    form.keyboard.insert_text("撤销以后输入的字")
    form.wait_for_function("JSON.stringify(localStorage).includes('撤销以后输入的字')")
    file = lab.params / "2024" / "云溪县" / "输入法镇.yaml"
    wait_until(lambda: "撤销以后输入的字" in file.read_text(encoding="utf-8"))


def test_what_is_chosen_is_sent_and_half_typed_letters_are_not(form: Page) -> None:
    box = form.locator(".nb-text-area").last
    method = emptied(form, box)
    method.word("公开", "gongkai", 60, 0)
    method.letters("xinxi", 60)
    form.wait_for_timeout(1500)
    assert "公开" in box.input_value()
    ours = "Object.entries(localStorage).filter(([key]) => !key.startsWith('@jupyterlab'))"  # there stands an invented name
    unsent = form.evaluate(f"JSON.stringify({ours})")
    assert "gong" not in unsent
    assert "xin" not in unsent
    method.cancel()


def test_another_cell_is_clicked_meanwhile(form: Page) -> None:
    address, other = "applications.refused_other_law.natural_person", "applications.refused_other_law.research"
    type_into(form, address, "20")
    wait_shown(form, address, "20")
    before = shown(form, other)
    cell(form, address).click()
    InputMethod(form).letters("shi", 60)
    cell(form, other).click()
    wait_focused(form, other)
    form.wait_for_timeout(600)
    assert (shown(form, address), shown(form, other)) == ("20", before), "letters that no word was chosen for are no text"
    assert form.locator(".nb-editor:focus").input_value() == before


def test_another_box_is_clicked_meanwhile(form: Page) -> None:
    for kind in ("text", "field", "preamble"):
        box = BOXES[kind](form)
        method = emptied(form, box)
        method.word("公开", "gongkai", 60, 0)
        method.letters("xinxi", 60)
        form.locator(".nb-at-organ-contact-phone input").click()
        form.wait_for_timeout(800)
        assert box.input_value() == "公开", kind


def test_a_button_far_below_the_box_is_pressed_while_composing(form: Page) -> None:
    """Chromium ends the composition with the press, and would scroll its box back under the mouse."""
    method = emptied(form, BOXES["text"](form))
    method.word("公开", "gongkai", 60, 0)
    method.letters("xinxi", 60)
    history = form.get_by_role("button", name="修改记录")
    history.click()
    expect(form.locator(".nb-section-finish")).to_contain_text("处修改")
    assert BOXES["text"](form).input_value() == "公开"
    history.click()


def test_words_chosen_in_a_sentence_that_is_still_composed_stay(form: Page) -> None:
    box = form.locator(".nb-text-area").first
    method = emptied(form, box)
    method.letters("gongkai", 60)
    method.letters("公开xin", 60)
    form.locator(".nb-at-organ-contact-phone input").click()
    form.wait_for_timeout(800)
    assert box.input_value() == "公开"


def test_the_form_is_drawn_once_more_meanwhile(form: Page) -> None:
    method = emptied(form, form.locator(".nb-text-area").first)
    method.word("公开", "gongkai", 60, 0)
    form.wait_for_timeout(1000)
    method.letters("xinxi", 60)
    with replaced_form(form):
        run_all(form)
    assert form.locator(".nb-form:not([data-old]) .nb-text-area").first.input_value() == "公开"


# last in the module: it leaves the form
def test_words_arrive_on_the_start_screen(form: Page) -> None:
    to_start_screen(form)
    for label in ("填报人", "查找机关"):
        box = form.get_by_label(label).first
        method = emptied(form, box)
        for word, spelling in words(3):
            method.word(word, spelling, 100, 0.1)
        form.wait_for_timeout(600)
        assert box.input_value() == "".join(word for word, _ in words(3))
