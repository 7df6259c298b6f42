"""Put a path of the params file and its value into a clerk's words, for the history and for conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.forms import Address, Form, all_forms

_PLACES = {
    "year": "报告年度", "organ": "机关信息", "organ.contact": "联系方式", "figures": "表格数字", "narrative": "文字",
    "narrative.preamble": "导语", "narrative.title": "标题", "channels": "主动公开渠道", "confirmed": "警告的确认",
    "links": "文中数字随表", "processing_fee": "信息处理费", "from_register": "台账带入",
    "from_register.counted_on": "台账带入日期",
    "organ.name": "机关全称", "organ.short_name": "机关简称", "organ.superior": "上级机关", "organ.level": "层级",
    "organ.contact.office": "联系科室", "organ.contact.address": "地址", "organ.contact.phone": "联系电话",
    "organ.published_at": "公开网站", "organ.published_on": "公开日期",
    "processing_fee.notices": "收费通知件数", "processing_fee.amount_yuan": "收取金额",
}  # fmt: skip
_LISTS = {
    "channels": ("个渠道", {"name": "名称", "count": "条数", "approximate": "约数"}),
    "confirmed": ("处确认", {"code": "规则", "where": "位置", "reason": "原因"}),
    "links": ("处随表的数字", {}),
}  # fmt: skip


def place_name(form: Form, path: str) -> str:
    """A path of the params file in a clerk's words."""
    if path in _PLACES:
        return _PLACES[path]
    group, _, rest = path.partition(".")
    if group == "figures":
        return _figure(form, rest)
    if group == "narrative":
        return next((part.heading for part in form.parts if part.key == rest), "文字")
    number, _, key = rest.partition(".")
    if group in _LISTS and number.isdigit():
        name, keys = _LISTS[group]
        return f"第 {int(number) + 1} {name}" + (f"的{keys[key]}" if key in keys else "")
    return _PLACES.get(group, "填报数据")


def path_in_words(path: str) -> str:
    """As ``place_name``, of a file whose edition is not known: the first edition that has the place names it."""
    names = [place_name(form, path) for form in reversed(all_forms())]
    return next((name for name in names if name not in ("表格数字", "填报数据")), names[0])


def _figure(form: Form, place: str) -> str:
    keys = place.split(".")
    if len(keys) == 3 and (address := Address(*keys)) in form.cells:
        return form.label(address)
    table = form.table_by_key.get(keys[0])
    if table is None:
        return "表格数字"
    rows = {row.key: row.label for row in table.rows}
    return f"{table.name} {rows[keys[1]]}" if len(keys) > 1 and keys[1] in rows else table.caption or table.name


def brief(value: Any) -> str:
    """A value of the params file in a few words."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, list | tuple):
        return "、".join(_item(item) for item in value) or "（空）"
    text = "是" if value is True else "否" if value is False else str(value)
    return text if len(text) <= 60 else f"{text[:58]}……（{len(text)} 字）"


def _item(item: Any) -> str:
    """One row of a list: 微信公众号 350, or the reason a warning was confirmed with."""
    if not isinstance(item, Mapping):
        return str(item)
    if "reason" in item:
        return str(item["reason"])
    named = str(item.get("name", item.get("text", "")))
    return f"{named} {item['count']}{'余' if item.get('approximate') else ''}" if "count" in item else named
