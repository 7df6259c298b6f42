"""A web site on loopback that answers as the test says, and saved pages as government sites write them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.dispatch.offices import sample
from tests.local_server import running
from toolkit.exporters.cms import set_cms
from toolkit.exporters.document import Document, make_document
from toolkit.report import Report
from toolkit.sections.paper import Paper

ADDRESS = "https://www.yunxi.gov.example/zwgk/1.html"


@dataclass(frozen=True)
class Answer:
    """What the site sends for one path; ``pause`` seconds before each byte of a body sent slowly."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/html; charset=utf-8"})
    pause: float = 0.0


@contextmanager
def site(answers: Mapping[str, Answer], asked: list[str] | None = None) -> Iterator[str]:
    """The address of a site while it runs; the paths that were asked for go to ``asked``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if asked is not None:
                asked.append(self.path)
            answer = answers.get(self.path, Answer(b"", 404))
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for at in range(0, len(answer.body), 1 if answer.pause else 65_536):
                    time.sleep(answer.pause)
                    self.wfile.write(answer.body[at : at + (1 if answer.pause else 65_536)])
                    self.wfile.flush()
            except OSError:
                pass  # the other side had enough

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    with running(server) as port:
        yield f"http://127.0.0.1:{port}"


def document_of(report: Report) -> Document:
    """The publication copy of a report."""
    paper = Paper(report)
    sections = [paper.front(), *(paper.part(part.key) for part in report.form.parts), paper.closing()]
    return make_document([block for section in sections for block in section.blocks]).publication_copy()


def article(report: Report | None = None, *, day: str = "2025-01-24 09:30", change: Callable[[str], str] = str) -> bytes:
    """A report as an article of a content system, with its navigation and tags; ``change`` what a typist did to it."""
    of = report or sample()
    text = change(set_cms(document_of(of)).fragment.decode("utf-8-sig"))
    head = f'<title>{of.title}</title><meta name="SiteName" content="云溪县人民政府"><meta name="PubDate" content="{day}">'
    page = (
        f'<!DOCTYPE html><!-- saved from url=(0042){ADDRESS} --><html><head><meta charset="utf-8">{head}</head><body>'
        f"<div>首页 &gt; 政务公开</div><h1>{of.title}</h1><div>字号：大 中 小　打印本页</div>{text}"
        "<p>扫一扫在手机打开当前页</p></body></html>"
    )
    return page.encode("utf-8")


def without_date(page: bytes) -> bytes:
    """The page of a site that tells no day."""
    return page.replace(b'<meta name="PubDate"', b'<meta name="x"')
