"""``nianbao.toml`` is read whole or refused whole; passwords come from the environment and are shown by nothing."""

from __future__ import annotations

import pickle
import re
from dataclasses import fields
from pathlib import Path

import pytest

from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.core.settings import wants_data_code
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.settings import (
    IMAP_PASSWORD,
    SIGNATURE_PASSWORD,
    SMTP_PASSWORD,
    DispatchSettings,
    Imap,
    Mail,
    Secret,
    Server,
    Signature,
    Smtp,
    Trusted,
    read_settings,
    secret_from,
)

WHOLE = """
post = "收发"

[mail]
sender = "云溪县松石镇人民政府 <songshi@yunxi.gov.example>"
to = ["云溪县人民政府办公室 <zwgk@yunxi.gov.example>"]
attach = ["docx"]

[smtp]
host = "mail.yunxi.gov.example"
port = 587
security = "starttls"
user = "songshi"
ca_file = "certs/root.pem"
retry_seconds = [5, 30]

[imap]
host = "mail.yunxi.gov.example"
user = "zwgk"
mailbox = "年报"

[signature]
pkcs12 = "松石镇.p12"
required = true

[[trusted]]
authority = "certs/root.pem"

[[trusted]]
fingerprint = "AA:BB"
organs = ["云溪县松石镇人民政府"]

[limits]
pages = 50
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "nianbao.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, WHOLE))
    assert settings.mail.attach == ("pdf", "docx")
    assert (settings.need_smtp().port, settings.need_smtp().retry_seconds) == (587, (5.0, 30.0))
    assert settings.need_imap().port == 993
    assert settings.limits.pages == 50
    # files it names lie beside it, wherever the command is started
    assert settings.need_smtp().ca_file == tmp_path / "certs" / "root.pem"
    assert settings.trusted[0].authority == tmp_path / "certs" / "root.pem"
    assert (settings.signature.pkcs12, settings.post) == (tmp_path / "松石镇.p12", tmp_path / "收发")


def test_no_file_is_all_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "nianbao.toml") == DispatchSettings()
    with pytest.raises(UsageError, match=r"\[smtp\]"):
        DispatchSettings().need_smtp()
    with pytest.raises(UsageError, match=r"\[imap\]"):
        DispatchSettings().need_imap()


WRONG = [
    ('[smtp]\nhost = ""', "smtp.host", "非空的文字"),
    ("[smtp]\nport = 25", "smtp.host", "必填项"),
    ('[smtp]\nhost = "a"\nsecurity = "ssl"', "smtp.security", "tls、starttls、plain 之一"),
    ('[smtp]\nhost = "a"\nprot = 25', "smtp.prot", "已知的键之一"),
    ('[imap]\nhost = "a"\npassword = "geheim"', "imap.password", "环境变量 NIANBAO_IMAP_PASSWORD"),
    ('[mail]\nattach = ["doc"]', "mail.attach.0", "docx"),
    ('[mail]\nto = "a@b.example"', "mail.to", '方括号里的清单，如 ["'),
    ('[smtp]\nhost = "a"\nport = "很多"', "smtp.port", "1 到 65535 的整数"),
    ('smtp = "a"', "smtp", "单独的一节"),
    ("[signatrue]\nrequired = true", "signatrue", "已知的键之一（mail、smtp"),
    ("[mail\n", "", "TOML"),
    ("[smtp]\nuser = geheim\n", "", "英文引号"),
    ("[smtp]\nhost = “a”\n", "", "英文引号"),
]


@pytest.mark.parametrize(("text", "path", "message"), WRONG, ids=[path or "no TOML" for _, path, _ in WRONG])
def test_what_is_wrong_is_named(tmp_path: Path, text: str, path: str, message: str) -> None:
    with pytest.raises(ParamsUnreadable) as caught:
        read_settings(written(tmp_path, text))
    (problem,) = caught.value.problems
    assert (problem.path, message in problem.expected) == (path, True), problem
    assert "geheim" not in str(caught.value)
    assert not re.search("[A-Za-z]{2,} [a-z]{2,}", problem.expected), "English in front of a clerk"


BACKSLASHES = [
    (r'[signature]\npkcs12 = "C:\users\王芳\organ.p12"', "现为 “pkcs12 …”"),  # \u: no such character
    (r'[signature]\npkcs12 = "D:\证书\organ.p12"', "现为 “pkcs12 …”"),
    (r'[signature]\npkcs12 = "D:\new\table.p12"', "现为 看不见的控制字符"),  # a line break and a tab
    (r'[smtp]\nhost = "mail.example"\nca_file = "D:\root\new.pem"', "smtp.ca_file"),
    (r'[smtp]\nhost = "mail.example"\nuser = "YUNXI\tsongshi"', "smtp.user"),
    (r'[[trusted]]\nauthority = "D:\boot\file.pem"', "trusted.0.authority"),
    (r'[[trusted]]\nfingerprint = "AA"\norgans = ["甲镇\f"]', "trusted.0.organs.0"),
    (r'post = "E:\收发\2025"', "现为 “post …”"),
]


@pytest.mark.parametrize(("text", "place"), BACKSLASHES, ids=[text.rpartition("\\n")[2] for text, _ in BACKSLASHES])
def test_a_path_as_windows_writes_it_is_answered_with_how_to_write_it(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ParamsUnreadable) as caught:
        read_settings(written(tmp_path, text.replace(r"]\n", "]\n").replace('"\\n', '"\n')))
    assert place in str(caught.value)
    assert "路径写成 D:/证书/本机关.p12" in str(caught.value)


@pytest.mark.parametrize(
    "path", ["'D:\\new\\organ.p12'", '"D:\\\\new\\\\organ.p12"', '"D:/new/organ.p12"', '"\\\\\\\\服务器\\\\年报\\\\证书.p12"']
)
def test_a_path_in_a_way_that_toml_takes_is_taken(tmp_path: Path, path: str) -> None:
    settings = read_settings(written(tmp_path, f"[signature]\npkcs12 = {path}\n"))
    assert settings.signature.pkcs12 is not None
    assert settings.signature.pkcs12.name.endswith(".p12")


def test_invalid_toml_is_reported_with_its_line_in_any_encoding_of_notepad(tmp_path: Path) -> None:
    path = tmp_path / "nianbao.toml"
    path.write_bytes('[mail]\nsender = "云溪县松石镇人民政府 <songshi@yunxi.gov.example>"\n'.encode("gbk"))
    assert read_settings(path).mail.sender.startswith("云溪县松石镇")
    path.write_text("[mail]\nto = [\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable, match=r"nianbao\.toml:2：应为TOML"):
        read_settings(path)
    with pytest.raises(ParamsUnreadable, match="应为可读的文件，现为 文件夹"):
        read_settings(tmp_path)


def test_every_setting_is_documented(project: Path) -> None:
    readme = (project / "README.zh-CN.md").read_text(encoding="utf-8")
    sections = {Mail, Smtp, Imap, Signature, Trusted, DispatchSettings}
    names = {name for section in sections for name in section.model_fields} | {field.name for field in fields(IntakeLimits)}
    missing = [name for name in names if not re.search(rf"(?<!\w){name}(?!\w)", readme)]
    assert missing == []
    for variable in (SMTP_PASSWORD, IMAP_PASSWORD, SIGNATURE_PASSWORD):
        assert variable in readme


def test_a_secret_shows_nothing() -> None:
    secret = secret_from("NIANBAO_SMTP_PASSWORD", {"NIANBAO_SMTP_PASSWORD": "geheim"})
    assert secret.reveal() == "geheim"
    assert "geheim" not in f"{secret} {secret!r} {[secret]} {vars(type(secret))}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert not secret_from("NIANBAO_SMTP_PASSWORD", {})


def test_plain_text_is_allowed_by_name_only() -> None:
    Server(host="a", port=25, security="tls").refuse_plain()
    Server(host="a", port=25, security="plain", plain_allowed=("a",)).refuse_plain()
    with pytest.raises(UsageError, match="没有加密，不连接"):
        Server(host="a", port=25, security="plain", plain_allowed=("b",)).refuse_plain()
    assert isinstance(Secret(""), Secret)


# ---------------------------------------------------------------- passwords


def test_a_password_comes_from_the_environment_a_file_or_a_credential(tmp_path: Path) -> None:
    file = tmp_path / "imap.txt"
    file.write_text("aus der Datei\n", encoding="utf-8")
    file.chmod(0o600)
    (tmp_path / "imap-password").write_text("von systemd\n", encoding="utf-8")
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert secret_from("NIANBAO_IMAP_PASSWORD", environment).reveal() == "von systemd"
    assert not secret_from("NIANBAO_SMTP_PASSWORD", environment), "this service has no such credential"
    environment |= {"NIANBAO_IMAP_PASSWORD_FILE": str(file)}
    assert secret_from("NIANBAO_IMAP_PASSWORD", environment).reveal() == "aus der Datei"
    environment |= {"NIANBAO_IMAP_PASSWORD": "direkt"}
    assert secret_from("NIANBAO_IMAP_PASSWORD", environment).reveal() == "direkt"
    assert not secret_from("NIANBAO_IMAP_PASSWORD", {})


def test_a_password_file_that_is_missing_or_no_text_is_reported_without_its_content(tmp_path: Path) -> None:
    named = {"NIANBAO_IMAP_PASSWORD_FILE": str(tmp_path / "没有.txt")}
    with pytest.raises(UsageError, match=r"NIANBAO_IMAP_PASSWORD_FILE 写明的密码文件 .*没有\.txt"):
        secret_from("NIANBAO_IMAP_PASSWORD", named)
    (tmp_path / "没有.txt").write_bytes(b"\xb0\xff\xfe")
    (tmp_path / "没有.txt").chmod(0o600)
    with pytest.raises(UsageError, match="不是 UTF-8 文本"):
        secret_from("NIANBAO_IMAP_PASSWORD", named)


@pytest.mark.posix_only
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_password_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "smtp.txt"
    file.write_text("geheim", encoding="utf-8")
    file.chmod(mode)
    with pytest.raises(UsageError, match="chmod 600") as raised:
        secret_from("NIANBAO_SMTP_PASSWORD", {"NIANBAO_SMTP_PASSWORD_FILE": str(file)})
    assert "geheim" not in str(raised.value)


ODD = [
    ('[smtp]\nhost = "mail.example:465"', "smtp.host", "端口写在 port", "a port with the host"),
    ('[imap]\nhost = "imaps://mail.example"', "imap.host", "服务器的名字", "an address of the web"),
    ('[smtp]\nhost = "songshi@mail.example"', "smtp.host", "账号写在 user", "a mailbox"),
    ('[smtp]\nhost = "a"\nport = true', "smtp.port", "整数", "true is 1 for Python"),
    ('[smtp]\nhost = "a"\ntimeout_seconds = inf', "smtp.timeout_seconds", "不大于 86400", "no socket waits for ever"),
    ('[imap]\nhost = "a"\ntimeout_seconds = nan', "imap.timeout_seconds", "数", "no number"),
    ('[smtp]\nhost = "a"\nretry_seconds = [10, -1]', "smtp.retry_seconds.1", "不小于 0", "a pause before now"),
    ('[smtp]\nhost = "a"\nca_file = ""', "smtp.ca_file", "路径", "nothing would be the folder"),
    ("[signature]\npkcs12 = 5", "signature.pkcs12", "路径", "a number"),
    ('post = ["a"]', "post", "路径", "a list"),
    ('[imap]\nhost = "a"\nmailbox = ""', "imap.mailbox", "非空", "no folder"),
    ("[limits]\npages = 0", "limits.pages", "大于 0", "would refuse all"),
    ("[limits]\nmemory_bytes = 1", "limits.memory_bytes", "不小于 2e+08", "no process starts"),
    ("[limits]\nseconds = nan", "limits.seconds", "数", "no time"),
    ('[[trusted]]\nfingerprint = "zz"', "trusted.0.fingerprint", "指纹", "no fingerprint"),
    ('[[trusted]]\norgans = ["甲镇"]', "trusted.0", "写明 authority", "trusts nobody"),
    (f"x = {'[' * 3000}", "", "TOML", "brackets without end"),
    (f"{'a.' * 2000}b = 1", "", "TOML", "dots without end"),
]


@pytest.mark.parametrize(("text", "path", "expected", "why"), ODD, ids=[why for *_, why in ODD])
def test_a_value_that_would_fail_later_is_refused(tmp_path: Path, text: str, path: str, expected: str, why: str) -> None:
    with pytest.raises(ParamsUnreadable) as caught:
        read_settings(written(tmp_path, text))
    (problem,) = caught.value.problems
    assert (problem.path, expected in problem.expected) == (path, True), problem
    assert not re.search("[A-Za-z]{3,} [a-z]{2,}", problem.expected), "English in front of a clerk"


def test_values_that_are_meant_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    text = (
        '[smtp]\nhost = " mail.example "\nuser = "song\\u200bshi"\nretry_seconds = []\n[imap]\nhost = "fd00::1"\n'
        '[signature]\npkcs12 = "~/a.p12"\n[pdf]\ncopies = "发布稿"\ndata_code = "false"\n'
    )
    settings = read_settings(written(tmp_path, text))
    assert (settings.need_smtp().host, settings.need_smtp().user) == ("mail.example", "songshi")
    assert settings.need_imap().host == "fd00::1"
    assert settings.signature.pkcs12 == tmp_path / "home" / "a.p12"
    assert (settings.pdf.copies, settings.pdf.data_code) == (("发布稿",), wants_data_code(tmp_path)) == (("发布稿",), False)


def test_addresses_typed_with_wide_characters_are_read_and_names_stay(tmp_path: Path) -> None:
    path = tmp_path / "nianbao.toml"
    written = '[mail]\nsender = "松石镇（高新区） ＜songshi＠yunxi．gov．example＞"\nto = ["办公室 <zwgk＠yunxi.gov.example>"]\n'
    path.write_text(written, encoding="utf-8")
    mail = read_settings(path).mail
    assert mail.sender == "松石镇（高新区） <songshi@yunxi.gov.example>"
    assert mail.to == ("办公室 <zwgk@yunxi.gov.example>",)
