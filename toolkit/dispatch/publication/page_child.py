"""The child of ``confined_pages``: limits itself, then reads one page after the other until its parent is gone."""

from __future__ import annotations

import os
import sys

from toolkit.core.memory_limit import limit_memory
from toolkit.dispatch.intake.confined import read_frame, write_frame
from toolkit.dispatch.publication.page import PublishedPage, page_to_json, read_page


def main() -> None:
    """Serve until standard input ends, or memory runs out."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # no library may print between the frames
    settings, _ = read_frame(questions)
    limit_memory(settings["memory_bytes"])
    write_frame(answers, {}, b"")
    while True:
        try:
            question, raw = read_frame(questions)
        except EOFError:
            return
        try:
            page = read_page(raw, question["name"], question["year"], address=question["address"])
        except MemoryError:
            write_frame(answers, page_to_json(PublishedPage(problem="打开这个页面占用的内存超过上限，可能含有恶意内容")), b"")
            return  # an interpreter that ran out of memory is not used again
        except Exception:  # parsers fail in many ways on what was made to break them
            page = PublishedPage(problem="内容不合规范，程序读不了")
        write_frame(answers, page_to_json(page), b"")


if __name__ == "__main__":
    main()
