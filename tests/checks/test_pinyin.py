"""Letters that spell a word of annual reports, or half of one, are distinguished from names and other letters."""

from __future__ import annotations

import pytest

from toolkit.checks.narrative.pinyin import is_spelt_half, is_spelt_word, is_unit_of_word


@pytest.mark.parametrize("letters", ["gongkai", "Gongkai", "XINXI", "xinxigongkai", "xinxi gongkai", "zhengwu"])
def test_words_of_reports(letters: str) -> None:
    assert is_spelt_word(letters)


@pytest.mark.parametrize("letters", ["", "gong", "Huawei", "yunxi", "open data", "Weixin", "Beta"])
def test_other_letters_are_no_words(letters: str) -> None:
    assert not is_spelt_word(letters)


def test_half_of_a_word_has_become_a_character() -> None:
    assert is_spelt_half("依", "Shen", "请")
    assert is_spelt_half("公", "Kai", "了")
    assert not is_spelt_half("", "Men", "店")
    assert not is_spelt_half("用", "Beta", "版")


def test_a_first_letter_is_no_unit_of_its_word() -> None:
    assert is_unit_of_word("m", "目录")
    assert not is_unit_of_word("m", "道路")
    assert not is_unit_of_word("d", "答复")
