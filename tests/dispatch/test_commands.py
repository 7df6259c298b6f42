"""``nianbao read``, ``sign``, ``send`` and ``collect`` as a clerk types them: what they say and how they end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import Result
from rich.console import Console
from typer.testing import CliRunner

from tests.dispatch.authority import save_pkcs12
from tests.dispatch.conftest import Certificates
from tests.dispatch.forgeries import with_attachment_of
from tests.dispatch.odd_imap import Behaviour, Box, odd_imap
from tests.dispatch.offices import (
    COUNTY,
    FOLDER,
    OTHER_TOWN,
    TOWN,
    YEAR,
    Desk,
    corrected,
    draft_of,
    mail_of,
    pdf_of,
    sample,
    without_text,
    wrong,
)
from tests.dispatch.smtp_server import PASSWORD, USER, smtp_server
from tests.dispatch.unconfined import examine_here
from toolkit.cli import app
from toolkit.core.errors import UsageError
from toolkit.dispatch.intake import sources
from toolkit.dispatch.settings import SIGNATURE_PASSWORD, SMTP_PASSWORD
from toolkit.report import read_report
from toolkit.report.reading import report_from_yaml

FILE = f"params/{YEAR}/{COUNTY}/{TOWN}.yaml"


@pytest.fixture
def run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> object:
    """Type a command on the desk."""
    desk.root.mkdir()
    monkeypatch.chdir(desk.root)
    monkeypatch.setenv("COLUMNS", "200")

    def typed(*words: str) -> Result:
        result = CliRunner().invoke(app, list(words))
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return typed


@pytest.fixture(autouse=True)
def _one_child_a_command(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first test of ``read`` and of ``collect`` starts a child, as every clerk's command does."""
    if request.function not in (test_read_gives_the_params_back, test_collect_from_a_folder):
        examine_here(monkeypatch)


def settings(desk: Desk, text: str) -> None:
    (desk.root / "nianbao.toml").write_text(text, encoding="utf-8")


def test_read_gives_the_params_back(desk: Desk, run) -> None:  # type: ignore[no-untyped-def]
    (desk.root / "年报.pdf").write_bytes(pdf_of(sample()))
    done = run("read", "年报.pdf", "-o", "回读.yaml")
    assert done.exit_code == 0
    assert read_report(desk.root / "回读.yaml") == sample()
    for words in (sample().title, "规则版本", "签名：没有签名", "页面上的表格与随附数据一致"):
        assert words in done.stderr
    assert report_from_yaml(run("read", "年报.pdf").stdout_bytes) == sample()


def test_read_does_not_write_over_what_a_clerk_has(desk: Desk, run) -> None:  # type: ignore[no-untyped-def]
    (desk.root / "年报.pdf").write_bytes(pdf_of(sample()))
    own = desk.root / "松石镇.yaml"
    own.write_text("# 填了一半\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"松石镇\.yaml 已经存在，没有覆盖；要替换请加 --force"):
        run("read", "年报.pdf", "-o", own.name)
    assert own.read_text(encoding="utf-8") == "# 填了一半\n"
    assert run("read", "年报.pdf", "-o", own.name, "--force").exit_code == 0
    assert run("read", "年报.pdf", "-o", own.name).exit_code == 0  # the same once more


def test_read_reports_a_difference(desk: Desk, run) -> None:  # type: ignore[no-untyped-def]
    (desk.root / "年报.pdf").write_bytes(with_attachment_of(pdf_of(sample()), corrected(sample())))
    done = run("read", "年报.pdf")
    assert done.exit_code == 1
    assert "［output-differs］".replace("［", "[").replace("］", "]") in done.stderr
    assert "页面上是" in done.stderr


def test_read_says_that_a_draft_is_one(desk: Desk, run) -> None:  # type: ignore[no-untyped-def]
    pdf = desk.root / "草稿.pdf"
    pdf.write_bytes(draft_of(without_text(sample())))
    result = run("read", str(pdf), "-o", "读回.yaml")
    assert result.exit_code == 0, result.output
    assert "年度报告》（草稿）" in result.output
    assert "这是草稿" in result.output
    assert "不符" not in result.output


def test_sign_and_send(desk: Desk, run, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    desk.finish(sample())
    save_pkcs12(desk.root / "organ.p12", certificates.authority.for_organ(sample().organ.name), "pw")
    monkeypatch.setenv(SIGNATURE_PASSWORD, "pw")
    monkeypatch.setenv(SMTP_PASSWORD, PASSWORD)
    with smtp_server(certificates.server, implicit_tls=False, auth=True) as server:
        settings(desk, f"""
[mail]
sender = "songshi@yunxi.gov.example"
to = ["云溪县人民政府办公室 <zwgk@yunxi.gov.example>"]
[smtp]
host = "127.0.0.1"
port = {server.port}
security = "starttls"
user = "{USER}"
ca_file = "{certificates.root.as_posix()}"
[signature]
pkcs12 = "organ.p12"
[[trusted]]
authority = "{certificates.root.as_posix()}"
""")  # fmt: skip
        assert "已签名" in run("sign", FILE).stdout
        twice = run("sign", FILE)
        assert (twice.exit_code, "已经签过名" in twice.stdout) == (1, True)
        dry = run("send", FILE, "--dry-run")
        assert (dry.exit_code, "没有发送" in dry.stdout, server.handler.taken) == (0, True, [])
        assert "已送达对方服务器（250" in run("send", "params").stdout
        assert "已于" in run("send", "params").stdout
        assert len(server.handler.taken) == 1
    pdf = next((desk.outputs / str(YEAR) / COUNTY / TOWN).glob("*.pdf"))
    assert "核对无误" in run("read", str(pdf)).stderr


@pytest.mark.parametrize("words", [("collect", "."), ("send", "."), ("status", "."), ("read", "年报.pdf")])
def test_settings_that_are_named_must_be_there(desk: Desk, run, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    (desk.root / "年报.pdf").write_bytes(pdf_of(sample()))
    done = run(*words, "--settings", "nianbo.toml")
    assert (done.exit_code, "找不到 nianbo.toml" in done.stderr) == (2, True)


def test_send_reports_what_is_not_ready(desk: Desk, run) -> None:  # type: ignore[no-untyped-def]
    desk.finish(wrong(sample()))
    settings(desk, '[mail]\nsender = "a@b.example"\nto = ["c@d.example"]\n[smtp]\nhost = "127.0.0.1"\n')
    done = run("send", FILE)
    assert (done.exit_code, "处错误，不能报送" in done.stdout) == (1, True)


def test_collect_from_a_folder(county: Desk, run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    inbox = county.root / "收到的邮件"
    inbox.mkdir()
    (inbox / "a.eml").write_bytes(mail_of(sample()))
    (inbox / "b.eml").write_bytes(mail_of(sample(), sender="x@elsewhere.example"))
    monkeypatch.chdir(county.root)
    done = run("collect", "收到的邮件")
    assert done.exit_code == 1
    for words in (f"收到：{sample().organ.name}", "隔离：x@elsewhere.example", "收到 1，隔离 1", "每件附有原因"):
        assert words in done.stdout
    assert read_report(county.root / FILE) == sample()
    again = run("collect", "收到的邮件")
    assert (again.exit_code, "没有新的来件" in again.stdout) == (0, True)


def test_collect_in_another_folder_puts_nothing_aside(desk: Desk, run) -> None:  # type: ignore[no-untyped-def]
    inbox = desk.root / "收到的邮件"
    inbox.mkdir()
    (inbox / "a.eml").write_bytes(mail_of(sample()))
    with pytest.raises(UsageError, match=r"params 里没有成员名单.*--params"):
        run("collect", "收到的邮件")
    assert not (desk.post / "quarantine").exists()


def test_collect_names_what_it_passes_over(county: Desk, run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    inbox = county.root / "收到的邮件"
    inbox.mkdir()
    (inbox / "松石镇.pdf").write_bytes(pdf_of(sample()))
    (inbox / "松石镇 副本.pdf").write_bytes(pdf_of(sample()))
    for name in ("各乡镇.zip", "望江镇.docx", "教育局.msg", ".DS_Store", "~$望江镇.docx", "._松石镇.pdf"):
        (inbox / name).write_bytes(b"PK")
    monkeypatch.chdir(county.root)
    done = run("collect", "收到的邮件")
    assert "隔离" not in done.stdout
    assert "没有处理：各乡镇.zip、教育局.msg、望江镇.docx。" in done.stdout
    assert "重复：松石镇" in done.stdout


def test_a_mail_that_cannot_be_read_is_named_and_the_others_come_in(county: Desk, run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    box = Box({1: mail_of(sample()), 2: b"From: x@y.example\r\n\r\npoison", 3: mail_of(sample(OTHER_TOWN))})
    monkeypatch.chdir(county.root)
    monkeypatch.setenv("NIANBAO_IMAP_PASSWORD", "x")
    with odd_imap({"INBOX": box}, Behaviour(poison=2, read_only="select")) as (port, _):
        Path("nianbao.toml").write_text(
            f'[imap]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "plain"\nplain_allowed = ["127.0.0.1"]\nuser = "zwgk"\n',
            encoding="utf-8",
        )
        first, again = run("collect"), run("collect")
    assert [done.exit_code for done in (first, again)] == [1, 1]
    assert "收到 2" in first.stdout
    assert "没有收到：编号（UID）2，发件人：songshi@yunxi.gov.example、主题：nianbao；请在邮箱网页" in first.stdout
    assert first.stdout.count("不让做标记") == again.stdout.count("不让做标记") == 1
    assert "没有新的来件" not in again.stdout


def test_a_file_that_cannot_be_opened_keeps_no_other_from_coming_in(county: Desk, run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    inbox = county.root / "收到的邮件"
    inbox.mkdir()
    for name in ("a.pdf", "b.pdf"):
        (inbox / name).write_bytes(pdf_of(sample()))
    whole = sources._open_plain_file

    def opened(path: str, flags: int) -> int:
        if Path(path).name == "a.pdf":
            raise PermissionError(13, "Permission denied")  # the tests may run as root, to whom every file is open
        return whole(path, flags)

    monkeypatch.chdir(county.root)
    with monkeypatch.context() as closed:
        closed.setattr(sources, "_open_plain_file", opened)
        done = run("collect", "收到的邮件")
    assert f"收到：{sample().organ.name}" in done.stdout
    assert (done.exit_code, "没有处理：a.pdf（打不开）" in done.stdout) == (1, True)
    assert "重复：a.pdf" in run("collect", "收到的邮件").stdout


@pytest.mark.parametrize(("place", "words"), [("松石镇.pdf", "是文件，应为放有"), ("没有这里", "不存在"), ("", r"\[imap\]")])
def test_collect_that_could_not_look_does_not_say_that_nothing_came(  # type: ignore[no-untyped-def]
    county: Desk, run, monkeypatch: pytest.MonkeyPatch, place: str, words: str
) -> None:
    monkeypatch.chdir(county.root)
    (county.root / "松石镇.pdf").write_bytes(b"%PDF-")
    monkeypatch.setattr("toolkit.commands.dispatching.console", (seen := Console(record=True)))
    with pytest.raises(UsageError, match=words):
        run("collect", *([place] if place else []))
    assert "没有新的来件" not in seen.export_text()


def test_collect_from_quarantine_after_the_list_was_mended(county: Desk, run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(county.root)
    (county.root / "收到的邮件").mkdir()
    (county.root / "收到的邮件" / "a.eml").write_bytes(mail_of(sample()))
    listed = county.root / "params" / str(YEAR) / COUNTY / "_jurisdiction.yaml"
    right = listed.read_text(encoding="utf-8")
    listed.write_text(right.replace("songshi@", "old@"), encoding="utf-8")
    assert "每件附有原因和下一步怎么办" in run("collect", "收到的邮件").stdout
    assert "1月10日来件被隔离" in run("status", f"params/{YEAR}/{COUNTY}", "--today", "2025-01-25").stdout
    listed.write_text(right, encoding="utf-8")
    # an ordinary run knows the mail and leaves it; quarantine, or one of its folders, is looked at again
    assert "没有新的来件" in run("collect", "收到的邮件").stdout
    (one,) = (county.root / "post" / "quarantine").iterdir()
    done = run("collect", str(one))
    assert (done.exit_code, f"收到：{sample().organ.name}" in done.stdout) == (0, True)
    assert read_report(county.root / FILE) == sample()


def test_a_trust_list_with_a_wrong_name_invalidates_no_signature(county: Desk, run, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(county.root)
    (county.root / "收到的邮件").mkdir()
    (county.root / "收到的邮件" / "a.eml").write_bytes(mail_of(sample()))
    settings(county, '[[trusted]]\nauthority = "没有.pem"\n')
    with pytest.raises(UsageError, match="读不出信任名单中的证书"):
        run("collect", "收到的邮件")
    assert not (county.root / "post").exists()


@pytest.mark.parametrize("words", [("collect",), ("send", FILE), ("sign", FILE), ("collect", "没有这个文件夹")])
def test_what_is_missing_from_the_settings_is_reported(desk: Desk, run, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    from toolkit.core.errors import NianbaoError

    shutil.copy(FOLDER / "_jurisdiction.yaml", desk.file(sample()).parent)
    with pytest.raises(NianbaoError, match=r"nianbao\.toml|不存在"):
        run(*words)
    assert not list(Path.cwd().glob("post/*.jsonl"))
