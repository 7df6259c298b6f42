"""Set a report as one web page: a Document in, the bytes of a self-contained UTF-8 file out.

The page runs nothing and fetches nothing: no script, style sheet and drawings inline, a content security policy that
says so. It is meant for a government site: read on a phone, printed on A4, read aloud.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from toolkit.core.text import printable
from toolkit.exporters.document import Document
from toolkit.sections.blocks import Attachment, Block, Heading, Title
from toolkit.sections.html import render_blocks

_DRAFT_BANNER = (
    '<header><p><strong>草稿</strong>本页尚未定稿，不得公布。</p></header>\n<div class="nb-mark" aria-hidden="true">草稿</div>'
)


def set_html(document: Document) -> bytes:
    """One report as a self-contained web page.

    Returns:
        UTF-8 bytes; the same document gives the same bytes.
    """
    front = document.front
    titled = any(isinstance(block, Title) for block in document.blocks)
    blocks = document.blocks if titled else (Title((front.title,)), *document.blocks)  # a page has one h1
    page = Template(_template("report.html")).substitute(
        language=_attribute(front.language),
        title=_attribute(front.title),
        author=_attribute(front.author),
        description=_attribute(f"{front.title}，{front.author}编制，统计年度：{front.year}年"),
        css=_template("report.css").strip(),
        state=' class="nb-draft"' if front.draft else "",
        banner=_DRAFT_BANNER if front.draft else "",
        body=_body(blocks),
        footer=_downloads(document.attachments),
    )
    return page.encode("utf-8")


def _body(blocks: tuple[Block, ...]) -> str:
    body = render_blocks(blocks, anchors=True)
    parts = [block.text for block in blocks if isinstance(block, Heading) and block.level == 1]
    if len(parts) < 2:
        return body
    links = "".join(f'<li><a href="#part-{number}">{_attribute(text)}</a></li>' for number, text in enumerate(parts, 1))
    head, title_end, rest = body.partition("</h1>")
    return f'{head}{title_end}\n<nav aria-label="目录"><ul>{links}</ul></nav>{rest}'


def _downloads(attachments: Iterable[Attachment]) -> str:
    links = " ".join(
        f'<a download="{_attribute(item.name)}" title="{_attribute(item.description)}" '
        f'href="data:{_attribute(item.mime)};charset=utf-8;base64,{data}">下载填报数据（{_attribute(item.name)}）</a>'
        for item in attachments
        for data in (base64.b64encode(item.text.encode("utf-8", "replace")).decode("ascii"),)
    )
    return f"<footer><p>{links}</p></footer>" if links else ""


def _attribute(text: str) -> str:
    return escape(printable(text))


@cache
def _template(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
