"""Read a year as people type it: 2025, 25, 2025年, 二〇二五."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from toolkit.core.errors import NoSuchForm, UsageError
from toolkit.forms import all_forms, form_for_year

_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


def read_year(text: str, now: datetime) -> int:
    """The year that is meant; two digits are of this century.

    Raises:
        UsageError: it is not a year, is before the first form, or has not begun.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("年度").removesuffix("年").translate(_DIGITS)
    if not re.fullmatch(r"\d{4}|\d{2}", plain):
        raise UsageError(f"报告年度请填四位数，如 {now.year - 1}" + (f"，现为“{text.strip()}”" if text.strip() else ""))
    year = int(plain) + (2000 if len(plain) == 2 else 0)
    if year > now.year:
        raise UsageError(f"{year} 年还没有到，请核对报告年度")
    try:
        form_for_year(year)
    except NoSuchForm:
        raise UsageError(f"{year} 年还没有现行的年报格式，最早可填 {min(form.first_year for form in all_forms())} 年") from None
    return year
