"""Say in a clerk's words what a path of the params file is and what stands there: for the history and for conflicts."""

from __future__ import annotations

from typing import Any

from toolkit.forms import Address, Form

_PLACES = {
    "narrative.preamble": "导语", "channels": "主动公开渠道", "confirmed": "警告的确认", "links": "文中数字随表",
    "organ.name": "机关全称", "organ.short_name": "机关简称", "organ.superior": "上级机关", "organ.level": "层级",
    "organ.contact.office": "联系科室", "organ.contact.address": "地址", "organ.contact.phone": "联系电话",
    "organ.published_at": "公开网站", "organ.published_on": "公开日期",
    "processing_fee.notices": "收费通知件数", "processing_fee.amount_yuan": "收取金额",
}  # fmt: skip


def place_name(form: Form, path: str) -> str:
    """A path of the params file in a clerk's words."""
    if path.startswith("figures."):
        address = Address.parse(path.removeprefix("figures."))
        return form.label(address) if address in form.cells else path
    if path.startswith("narrative.") and path not in _PLACES:
        return form.part(path.removeprefix("narrative.")).heading
    return _PLACES.get(path, path)


def brief(value: Any) -> str:
    """A value of the params file in a few words."""
    if value is None or value == "":
        return "（空）"
    text = "、".join(str(item.get("name", item.get("code", ""))) for item in value) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else f"{text[:58]}……（{len(text)} 字）"
