"""What somebody may send to do harm: refused with a reason, nothing outside the intake touched, memory bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.dispatch import forgeries
from tests.dispatch.offices import COUNTY, TOWN, YEAR, Desk, corrected, mail_of, pdf_of, sample, without_text
from toolkit.dispatch.intake.collecting import IntakeResult, Rules, collect
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.inspecting import IntakeLimits, RefusedPdf
from toolkit.dispatch.intake.sources import open_folder
from toolkit.dispatch.intake.store import open_intake
from toolkit.report import read_report

LIMITS = IntakeLimits(seconds=8, memory_bytes=900_000_000)


@pytest.fixture(scope="module")
def confined() -> Iterator[Confined]:
    with Confined(LIMITS, workers=1) as running:
        yield running


def sound() -> bytes:
    return pdf_of(without_text(sample()))


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def take(county: Desk, folder: Path, confined: Confined) -> list[IntakeResult]:
    rules = Rules(now=lambda: datetime(2025, 2, 1, tzinfo=UTC))
    return list(collect(open_folder(folder, LIMITS), open_intake(county.params, county.post), confined, rules))


PDFS: list[tuple[Callable[[], bytes], str]] = [
    (lambda: forgeries.with_javascript(sound()), "内含脚本"),
    (lambda: forgeries.with_hidden_javascript(sound()), "内含脚本"),
    (lambda: forgeries.with_launch(sound()), "启动程序的动作"),
    (lambda: forgeries.with_page_action(sound()), "自动执行的动作"),
    (lambda: forgeries.with_note(sound()), "另加了批注"),
    (lambda: forgeries.with_another_file(sound()), "以外的文件（setup.exe）"),
    (lambda: forgeries.with_nested_report(sound()), "以外的文件（params.pdf）"),
    (lambda: forgeries.with_huge_attachment(sound()), "超过上限 2.0 MB"),
    (lambda: forgeries.with_bomb_in_a_bomb(sound()), "不认识的压缩方式"),
    (forgeries.with_object_bomb, "PDF 已损坏|内存超过上限|异常退出"),
    (lambda: forgeries.encrypted(sound()), "加了密"),
    (lambda: forgeries.encrypted(sound(), user="secret"), "加了密码"),
    (lambda: sound()[: len(sound()) // 2], "已损坏或不完整"),
    (lambda: sound()[:-300], "已损坏或不完整"),
    (lambda: forgeries.with_pages(sound(), 400), "页，应为 1 至 300 页"),
    (lambda: forgeries.with_objects(sound(), 60_000), "对象，超过上限"),
    (lambda: forgeries.deeply_nested(sound()), "层层嵌套"),
    (lambda: forgeries.without_attachment(sound()), "没有随附的填报数据"),
    (lambda: forgeries.with_text(sound(), b"\xff\xfe\x00"), "读不出来"),
    (lambda: forgeries.with_text(sound(), b"year: 2024\norgan: &a [*a, *a]\n"), "读不出来"),
    (lambda: forgeries.with_text(sound(), b"year: 2024\norgan: {name: ../../etc/passwd}\n"), "读不出来"),
    (lambda: forgeries.with_text(sound(), b"!!python/object/apply:os.system ['touch x']"), "读不出来"),
    (lambda: forgeries.with_attachment_of(sound(), corrected(without_text(sample()))), "output-differs"),
    (lambda: b"MZ\x90\x00" * 1000, "内容却不是 PDF"),
    (lambda: b"%PDF-1.7\n" + b"\x00" * 5000, "已损坏或不完整"),
]  # fmt: skip
PDF_NAMES = [
    "javascript", "hidden javascript", "launch", "page action", "note over figures", "another file", "nested", "huge attachment",
    "bomb in a bomb", "object bomb", "encrypted", "password", "half", "cut off", "400 pages", "60,000 objects", "deep",
    "no params", "binary params", "aliases", "a path as name", "a tag that runs", "other figures", "a program", "an empty shell",
]  # fmt: skip


@pytest.mark.parametrize(("make", "reason"), PDFS, ids=PDF_NAMES)
def test_a_pdf_that_means_harm_is_put_aside(
    county: Desk, tmp_path: Path, confined: Confined, make: Callable[[], bytes], reason: str
) -> None:
    raw = make()
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.pdf").write_bytes(raw)
    before = tree(tmp_path)
    (found,) = take(county, inbox, confined)
    assert found.outcome == "quarantined"
    assert any(part in found.message for part in reason.split("|")), found.message
    # nothing outside the folder of mail is new or changed
    after = {name: data for name, data in tree(tmp_path).items() if not name.startswith("county/post/")}
    assert after == before
    # and the next sound one is taken in as ever
    assert confined.read_pdf(sound()).organ == sample().organ.name


@pytest.mark.sweep
def test_a_pdf_of_ten_thousand_pages_is_put_aside(county: Desk, tmp_path: Path, confined: Confined) -> None:
    test_a_pdf_that_means_harm_is_put_aside(county, tmp_path, confined, lambda: forgeries.with_pages(sound(), 10_000), "页，应为")


@pytest.mark.posix_only
def test_memory_is_bounded() -> None:
    # the largest child so far, in kilobytes: among them those that the bombs ran into the limit
    import resource

    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < 1_500_000_000


def test_a_page_that_never_ends_is_stopped() -> None:
    with Confined(IntakeLimits(seconds=1), workers=1) as quick, pytest.raises(RefusedPdf, match="上限"):
        quick.read_pdf(forgeries.with_page_bomb(sound()))


NAMES = [
    "../../../params/2024/云溪县/松石镇.yaml.pdf", "/etc/cron.d/x.pdf", "C:\\Windows\\system32\\x.pdf", "..\\..\\x.pdf",
    "~/.ssh/authorized_keys.pdf", "x\x00.pdf", "con.pdf", "a" * 4000 + ".pdf", "|touch pwned.pdf", "$(touch pwned).pdf",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_no_name_in_a_mail_becomes_a_path(county: Desk, tmp_path: Path, confined: Confined, name: str) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.eml").write_bytes(forgeries.mail_with(sound(), name))
    (found,) = take(county, inbox, confined)
    assert found.outcome == "received"
    written = {path for path in tree(tmp_path) if not path.startswith("inbox/")}
    mine = f"{YEAR}/{COUNTY}/{TOWN}"
    assert {path.split("/post/versions/")[-1].rpartition("/")[0] for path in written if "/versions/" in path} == {mine}
    assert {path for path in written if "/versions/" not in path} == {
        f"county/params/{mine}.yaml", f"county/params/{YEAR}/{COUNTY}/_jurisdiction.yaml", "county/post/received.jsonl",
    }  # fmt: skip
    assert read_report(county.params / f"{mine}.yaml").organ == sample().organ


def from_whom(sender: str) -> bytes:
    return forgeries.mail_with(sound(), "a.pdf", sender=sender)


MAILS: list[tuple[Callable[[], bytes], str, str]] = [
    (lambda: forgeries.mail_with(sound(), "年报.txt", kind="text/plain"), "", "a PDF under a wrong label is still one"),
    (lambda: forgeries.mail_with(b"PK\x03\x04" * 99, "年报.pdf"), "内容却不是 PDF", "an archive under the label of a PDF"),
    (lambda: forgeries.mail_with(b"PK\x03\x04" * 99, "年报.zip", kind="application/zip"), "没有 PDF 附件", "an archive"),
    (lambda: forgeries.nested_mail(3000), "", "boxes in boxes"),
    (lambda: forgeries.mail_of_many_parts(5000), "超过 100 个", "5,000 parts"),
    (lambda: from_whom('"songshi@yunxi.gov.example" <x@evil.example>'), "x@evil", "a name like an address"),
    (lambda: from_whom("songshi@yunxi.gov.example\u202e@evil.example"), "发件人", "turned text"),
    (lambda: mail_of(sample()) + b"\r\n--", "", "something behind the end"),
    (lambda: b"From: =?utf-8?B?////?= <s@yunxi.gov.example>\r\nDate: x\r\nSubject: =?x?q?=\r\n\r\n", "没有 PDF", "broken words"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "reason", "why"), MAILS, ids=[why for *_, why in MAILS])
def test_a_mail_that_means_harm(
    county: Desk, tmp_path: Path, confined: Confined, make: Callable[[], bytes], reason: str, why: str
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.eml").write_bytes(make())
    (found,) = take(county, inbox, confined)
    if reason:
        assert (found.outcome, reason in found.message) == ("quarantined", True), found
    else:
        assert found.outcome in ("received", "quarantined")
    assert [
        path for path in tree(tmp_path) if not path.startswith(("inbox/", "county/post/", "county/params/2024/云溪县/"))
    ] == []
