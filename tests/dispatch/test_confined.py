"""Processes that open what came from outside: ended when they take too long, started again, without secrets."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.dispatch.offices import OTHER_TOWN, mail_of, pdf_of, sample
from toolkit.dispatch.confinement import read_frame, write_frame
from toolkit.dispatch.intake import confined as confined_module
from toolkit.dispatch.intake.confined import Confined, encoded_answer
from toolkit.dispatch.intake.examining import Examined
from toolkit.dispatch.intake.inspecting import IntakeLimits, RefusedPdf


def children() -> list[Path]:
    """The children of this process that open PDFs."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            own = f"PPid:\t{os.getpid()}\n" in (entry.parent / "status").read_text()
            if own and b"dispatch.intake.confined" in entry.read_bytes():
                found.append(entry.parent)
        except OSError:  # ended while we looked
            continue
    return found


def test_answers_come_in_the_order_of_the_questions() -> None:
    raws = [mail_of(sample()), pdf_of(sample(OTHER_TOWN)), b"", mail_of(sample(OTHER_TOWN)), b"%PDF-"] * 3
    kinds = ["mail", "pdf", "mail", "mail", "pdf"] * 3
    with Confined(workers=2) as confined:
        items = [(number, raw, kind, None) for number, (raw, kind) in enumerate(zip(raws, kinds, strict=True))]
        found = list(confined.examine_all(items))  # type: ignore[arg-type]
    assert [number for number, *_ in found] == list(range(15))
    organs = [examined.back.organ if examined.back else examined.refusal[:4] for _, examined, _ in found]
    assert organs[:5] == [sample().organ.name, sample(OTHER_TOWN).organ.name, "邮件里没", sample(OTHER_TOWN).organ.name, "PDF "]


@pytest.mark.posix_only
def test_the_child_knows_no_password_and_may_write_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_IMAP_PASSWORD", "geheim")
    with Confined(workers=1) as confined:
        confined.read_pdf(pdf_of(sample()))
        (child,) = children()
        assert b"geheim" not in (child / "environ").read_bytes()
        limits = (child / "limits").read_text()
        assert [line.split()[3:5] for line in limits.splitlines() if line.startswith("Max file size")] == [["0", "0"]]
        assert str(IntakeLimits().memory_bytes) in limits
    assert children() == []


def test_one_that_is_ended_is_started_again() -> None:
    with Confined(IntakeLimits(seconds=5), workers=1) as confined:
        confined.read_pdf(pdf_of(sample()))
        child = confined._free.queue[0]._process
        assert child
        child.kill()
        child.wait(10)
        assert confined.read_pdf(pdf_of(sample())).organ == sample().organ.name


def test_one_that_is_too_slow_is_ended() -> None:
    with Confined(IntakeLimits(seconds=0.001), workers=1) as confined, pytest.raises(RefusedPdf, match="超出时间、内存上限"):
        confined.read_pdf(pdf_of(sample()))


def test_one_that_wants_too_much_memory_is_refused() -> None:
    with Confined(IntakeLimits(memory_bytes=230_000_000), workers=1) as confined, pytest.raises(RefusedPdf, match="上限"):
        confined.read_pdf(pdf_of(sample()) + b"\x00" * 200_000_000)


def test_a_frame_that_says_too_much_is_not_read() -> None:
    pipe = io.BytesIO()
    write_frame(pipe, {"a": "中"}, b"data")
    pipe.seek(0)
    assert read_frame(pipe) == ({"a": "中"}, b"data")
    for raw, error in (
        (b"\xff" * 16, ValueError),
        (b"\x00" * 7, EOFError),
        (b"\x00" * 7 + b"\x02" + b"\x00" * 8 + b"[]", ValueError),
    ):
        with pytest.raises(error):
            read_frame(io.BytesIO(raw))
    with pytest.raises(ValueError, match="too large"):
        read_frame(io.BytesIO(pipe.getvalue()), len(pipe.getvalue()) - 17)
    nested = b"[" * 200_000
    with pytest.raises(ValueError, match="nested"):
        read_frame(io.BytesIO(len(nested).to_bytes(8, "big") + b"\x00" * 8 + nested))


@pytest.mark.parametrize(
    "lie",
    [
        {"others": None}, {"others": [1], "sizes": [1, 2]}, {"others": [{}]}, {"sizes": None}, {"sizes": []}, {"sizes": [-1, 4]},
        {"sizes": ["x"]}, {"refusal": 1}, {"may_be_scan": [1]}, {"back": {"year": 2024}}, {"scan": {"format": "ofd"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_child_that_answers_something_else_is_ended_and_the_file_refused(
    lie: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    value, data = encoded_answer(Examined(refusal="不是年报"), b"pdf")
    ended = []

    class Liar:
        def __init__(self, *_: object) -> None:
            """Nothing to start."""

        def ask(self, *_: object) -> tuple[dict[str, Any], bytes]:
            return json.loads(json.dumps(value)) | lie, data

        def close(self) -> None:
            ended.append(self)

    monkeypatch.setattr(confined_module, "ConfinedProcess", Liar)
    with Confined(workers=1) as confined:
        examined, pdf = confined.examine(b"", "pdf")
        assert len(ended) == 1
    assert (examined.refusal[:6], pdf) == ("打开这份文件", b"")
