"""What the pages of the Hub say to a clerk, rendered as JupyterHub renders them, without a Hub."""

from __future__ import annotations

import re

import pytest
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from jupyterhub._data import DATA_FILES_PATH

from toolkit.core.settings import PROJECT

pytestmark = pytest.mark.posix_only  # the Hub

OURS = FileSystemLoader(PROJECT / "deploy" / "jupyterhub" / "templates")
THEIRS = FileSystemLoader(f"{DATA_FILES_PATH}/templates")


def error_page(status: int) -> str:
    pages = Environment(loader=ChoiceLoader([OURS, PrefixLoader({"templates": THEIRS}), THEIRS]), autoescape=True)
    return pages.get_template("error.html").render(
        status_code=status, status_message="Too Many Requests", message="Too many users trying to log in right now.",
        base_url="/hub/", static_url=lambda path, **_: path, version_hash="", announcement="", xsrf="",
    )  # fmt: skip


def text_of(page: str) -> str:
    """What stands on the page; frame, scripts and the hidden dialog are left out."""
    (shown,) = re.findall(r'<div class="error">(.*?)</div>', page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", shown).split())


def test_who_comes_while_many_sign_in_queues_without_doing_anything() -> None:
    waits = set()
    for _ in range(60):
        page = error_page(429)
        (again,) = re.findall(r'<meta http-equiv="refresh" content="(\d+);url=/hub/">', page)
        waits.add(int(again))
    assert text_of(page) == "同时登录的人多，正在排队 请不要关闭，轮到了会自动打开填报表，一般不超过几分钟。"
    assert waits <= set(range(5, 12))
    assert len(waits) > 2  # not all at the same moment


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(403, "没有权限打开 这里不是您自己的填报表"), (404, "没有这个页面 地址可能写错了"), (500, "打不开（500） 请过一会儿")],
)
def test_other_errors_stay_on_the_screen(status: int, sentence: str) -> None:
    page = error_page(status)
    assert "refresh" not in page
    assert text_of(page).startswith(sentence)
    assert text_of(page).endswith("打开我的填报表")
    assert not re.search(r"[A-Za-z]{4}", text_of(page)), "English in front of a clerk"
