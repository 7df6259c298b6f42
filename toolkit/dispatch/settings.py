"""Read ``nianbao.toml``: from where mail is sent, where it is fetched, what signs it, who may sign for whom.

In: the file, and passwords from the environment or from files that hold nothing else. Out: frozen settings, or every problem
at once.
A section that is not known is one of the problems: [signatrue] would ask for no signature at all.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from toolkit.core.errors import ParamsUnreadable, Problem, UsageError
from toolkit.core.tree import SETTINGS_NAME
from toolkit.core.write_failures import reason
from toolkit.report.complaints import NO_TRUTH_VALUE, model_problems
from toolkit.report.jurisdiction import MailAddress, Name
from toolkit.report.model import Line
from toolkit.report.yaml_reading import decode, read_yaml_bytes

CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"  # systemd.exec(5)
_TOML = 'TOML 写法：[节名]，或 键 = "文字"（英文引号，写在一行里）、键 = 数字、键 = ["清单"]'
_BACKSLASH = (
    r"不带 \ 的写法：路径写成 D:/证书/本机关.p12；一定要写 \ 的，用英文单引号括起，如 'D:\证书\本机关.p12'、'YUNXI\songshi'"
)
Security = Literal["tls", "starttls", "plain"]
SMTP_PASSWORD, IMAP_PASSWORD, SIGNATURE_PASSWORD = (
    "NIANBAO_SMTP_PASSWORD", "NIANBAO_IMAP_PASSWORD", "NIANBAO_SIGNATURE_PASSWORD",
)  # fmt: skip


def _host(value: object) -> object:
    """The name of a server alone: no scheme, account, port or path."""
    value = value.strip() if isinstance(value, str) else value
    if isinstance(value, str) and not _is_address(value) and re.search(r"[\s/:@,;]", value):
        raise ValueError("服务器的名字，如 mail.yunxi.gov.example（端口写在 port，账号写在 user）")
    return value


def _is_address(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


def _fingerprint(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Fa-f: ]*", value):
        raise ValueError("证书的 SHA-256 指纹（十六进制，可以有冒号）")
    return value


def _place(value: object) -> object:
    """A path as typed; ``~`` is the home folder. Nothing would be the folder of the settings."""
    if isinstance(value, str) and not value.strip():
        raise ValueError("文件或文件夹的路径（不用的，整行删去）")
    return Path(value.strip()).expanduser() if isinstance(value, str) else value


def one_or_more(value: object) -> object:
    """A single text where a list of texts belongs."""
    return [value] if isinstance(value, str) else value


Host = Annotated[Name, BeforeValidator(_host)]
Place = Annotated[Path, BeforeValidator(_place)]
Fingerprint = Annotated[Line, AfterValidator(_fingerprint)]
Port = Annotated[int, Field(ge=1, le=65535), NO_TRUTH_VALUE]
Pause = Annotated[float, Field(ge=0, le=86_400)]


_Count = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]  # sockets refuse more than some years; no wait takes a day
_Memory = Annotated[int, Field(ge=200_000_000)]  # the process that opens a file needs 150 MB before it has opened any


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Limits of one message. One of our reports has some 10 pages, 600 objects and 600 kB."""

    message_bytes: _Count = 40_000_000
    pdf_bytes: _Count = 25_000_000
    pages: _Count = 300
    objects: _Count = 50_000
    attachment_bytes: _Count = 2_000_000
    mail_parts: _Count = 100
    seconds: Seconds = 30.0
    scan_seconds: Seconds = 180.0  # recognising the pages of a scan takes some seconds each
    memory_bytes: _Memory = 1_500_000_000
    scan_memory_bytes: _Memory = 4_000_000_000  # of addresses; a third of it is used


LIMITS = IntakeLimits()


class Secret:
    """A password: ``reveal`` returns it, ``repr`` masks it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret('***')" if self._value else "Secret('')"

    def __reduce__(self) -> Any:
        raise TypeError("a secret is not written anywhere")


def secret_from(variable: str, environment: Mapping[str, str] = os.environ) -> Secret:
    """A password: from the environment, from the file that ``<variable>_FILE`` names, or a credential of systemd.

    The credential of ``NIANBAO_SMTP_PASSWORD`` is called ``smtp-password`` (``LoadCredential=``); empty when nothing is set.

    Raises:
        UsageError: the file cannot be read, or others can read it, too.
    """
    if environment.get(variable):
        return Secret(environment[variable])
    if named := environment.get(f"{variable}_FILE"):
        return Secret(_password_in(Path(named), f"{variable}_FILE", private=True))
    credential = Path(environment.get(CREDENTIALS_VARIABLE, ""), variable.removeprefix("NIANBAO_").lower().replace("_", "-"))
    if environment.get(CREDENTIALS_VARIABLE) and credential.is_file():
        return Secret(_password_in(credential, str(credential), private=False))
    return Secret("")


def _password_in(file: Path, name: str, *, private: bool) -> str:
    """The first line of a password file; ``private`` when no other account may read it.

    Raises:
        UsageError: it cannot be read, or others can read it.
    """
    try:
        if private and os.name == "posix" and file.stat().st_mode & 0o077:
            raise UsageError(f"密码文件 {file} 别的账号也能读，没有使用。请运行 chmod 600 {file}")
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        sentences = reason(error) if isinstance(error, OSError) else "不是 UTF-8 文本"
        raise UsageError(f"读不出 {name} 写明的密码文件 {file}：{sentences}") from error
    return lines[0].strip() if lines else ""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Server(_Section):
    """A mail server. Without encryption only to a host that ``plain_allowed`` names."""

    host: Host = Field(min_length=1)
    port: Port
    security: Security = "tls"
    plain_allowed: tuple[str, ...] = ()
    user: Name = ""
    ca_file: Place | None = None  # 单位自建的根证书; the system's list when left out
    timeout_seconds: Seconds = 60.0

    def refuse_plain(self) -> None:
        """Refuse an unencrypted connection to a server that is not allowed by name.

        Raises:
            UsageError: plain text is configured, and the host is not in ``plain_allowed``.
        """
        if self.security == "plain" and self.host not in self.plain_allowed:
            raise UsageError(
                f"与 {self.host} 之间没有加密，不连接。请把 security 改为 tls 或 starttls；"
                f'确需明文的，在 {SETTINGS_NAME} 中写明 plain_allowed = ["{self.host}"]'
            )

    def need_password(self, password: Secret, variable: str) -> None:
        """Stop before a server is asked in vain: some lock the account after a few wrong passwords.

        Raises:
            UsageError: a user is named, and the environment holds no password.
        """
        if self.user and not password:
            raise UsageError(f"没有 {self.user} 在 {self.host} 的密码（授权码），不连接。请放在环境变量 {variable} 中")


class Smtp(Server):
    """发信服务器; a server that is busy (4xx) or gone is asked again after each of ``retry_seconds``."""

    port: Port = 465
    retry_seconds: tuple[Pause, ...] = (10.0, 60.0, 300.0)


class Imap(Server):
    """收信服务器."""

    port: Port = 993
    mailbox: Name = Field("INBOX", min_length=1)


class Mail(_Section):
    """寄件人、收件人, and which of the finished formats go with the letter; PDF always does, ``letter`` is the 报送函 as DOCX."""

    sender: MailAddress = ""
    to: tuple[MailAddress, ...] = ()
    attach: tuple[Literal["pdf", "docx", "html", "xlsx", "letter"], ...] = ("pdf",)

    @property
    def formats(self) -> tuple[str, ...]:
        """The finished files that are enclosed, the PDF first."""
        return tuple(name for name in self.attach if name != "letter")

    def need_sender(self) -> str:
        if not self.sender:
            raise UsageError(f'没有写明寄件人，请在 {SETTINGS_NAME} 写明：[mail] sender = "name@example.gov.cn"')
        return self.sender

    @field_validator("attach")
    @classmethod
    def _with_pdf(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(("pdf", *value)))


class Signature(_Section):
    """签名: a PKCS#12 file, or a token with its driver (PKCS#11)."""

    pkcs12: Place | None = None
    pkcs11_driver: Place | None = None
    token_label: Line = ""
    certificate_label: Line = ""
    required: bool = False  # 收件时必须有签名


Copy = Literal["报送稿", "发布稿", "submission", "publication"]


class Pdf(_Section):
    """成品 PDF; building reads this section on its own (``toolkit.core.settings``)."""

    data_code: bool = True  # 最后一页印数据码
    copies: Annotated[tuple[Copy, ...], BeforeValidator(one_or_more)] = ("报送稿",)  # 生成哪几种 PDF


class Trusted(_Section):
    """Who may sign for whom: one certificate by fingerprint, or an authority (CA) by file.

    Without ``organs`` the authority vouches for the name in the certificate: its O (organization) is the organ.
    """

    fingerprint: Fingerprint = ""  # SHA-256 of the certificate, hexadecimal, colons allowed
    authority: Place | None = None
    revoked: Place | None = None  # 吊销列表（CRL）: what the authority has taken back
    organs: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _trusts_somebody(self) -> Trusted:
        if not self.fingerprint and self.authority is None:
            raise ValueError("写明 authority（颁发机构的证书文件）或 fingerprint（证书指纹）的一节")
        return self


class DispatchSettings(_Section):
    """Everything of ``nianbao.toml`` that sending, collecting and signing need."""

    mail: Mail = Field(default_factory=Mail)
    smtp: Smtp | None = None
    imap: Imap | None = None
    signature: Signature = Field(default_factory=Signature)
    pdf: Pdf = Field(default_factory=Pdf)
    trusted: tuple[Trusted, ...] = ()
    limits: IntakeLimits = Field(default_factory=IntakeLimits)
    post: Place = Path("post")  # 收发文件夹: ledgers, letters, versions, quarantine

    def need_smtp(self) -> Smtp:
        if self.smtp is None:
            raise UsageError(f"{SETTINGS_NAME} 里没有写发信服务器，请加上 [smtp] 一节（host、port、security、user）")
        return self.smtp

    def need_imap(self) -> Imap:
        if self.imap is None:
            raise UsageError(f"{SETTINGS_NAME} 里没有写收信服务器，请加上 [imap] 一节（host、port、user），或写明收件文件夹")
        return self.imap


def read_settings(path: Path) -> DispatchSettings:
    """The settings of a ``nianbao.toml``; the defaults when it is missing. Its paths are relative to it.

    Raises:
        ParamsUnreadable: the file cannot be read as settings; every problem.
    """
    if not path.exists():
        return DispatchSettings()
    text = decode(read_yaml_bytes(path), str(path))
    try:
        values = tomllib.loads(text)
        problems = [*_passwords(values), *_escapes(values)]
    except tomllib.TOMLDecodeError as error:
        raise ParamsUnreadable([_toml_problem(error, text, str(path))]) from error
    except RecursionError as error:  # thousands of brackets or dots
        raise ParamsUnreadable([Problem("", _TOML, "括号或点套了太多层", str(path))]) from error
    if any(item.expected == _BACKSLASH for item in problems):
        raise ParamsUnreadable([replace(item, file=str(path)) for item in problems])
    try:
        settings = DispatchSettings.model_validate(values)
    except ValidationError as error:
        problems += _complaints(error)
    if problems:
        raise ParamsUnreadable([replace(item, file=str(path)) for item in problems])
    return _beside(settings, path.resolve().parent)


def _toml_problem(error: tomllib.TOMLDecodeError, text: str, file: str) -> Problem:
    """The place of a TOML error; only the key of the line is shown, since a password may follow it."""
    at = re.search(r"at line (\d+)", str(error))
    line = int(at[1]) if at else len(text.splitlines())
    key, _, value = "".join(text.splitlines()[line - 1 : line]).partition("=")
    expected = _BACKSLASH if re.search(r'"[^"]*\\', value) else _TOML
    return Problem("", expected, f"“{key.strip()} …”" if key.strip() else "没有写完", file, line)


def _escapes(values: Any, path: str = "") -> Iterator[Problem]:
    """Texts in which a backslash of Windows made a control character: "C:\\new" holds a line break."""
    inside = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, value in inside:
        yield from _escapes(value, f"{path}.{key}".lstrip("."))
    if isinstance(values, str) and not values.isprintable() and re.search("[\b\t\n\f\r\x1b]", values):
        yield Problem(path, _BACKSLASH, "看不见的控制字符（英文双引号里的 \\n、\\t 等会变成换行、制表符）")


def _passwords(values: dict[str, Any]) -> Iterator[Problem]:
    """Passwords someone wrote into the file; they are taken out so that no other complaint shows them."""
    for section, variable in (("smtp", SMTP_PASSWORD), ("imap", IMAP_PASSWORD), ("signature", SIGNATURE_PASSWORD)):
        if isinstance(values.get(section), dict) and values[section].pop("password", None) is not None:
            yield Problem(f"{section}.password", f"环境变量 {variable}（密码不写在文件里，文件会被复制和备份）", "写在了文件里")


def _complaints(error: ValidationError) -> list[Problem]:
    """Validation errors in words; the wording differs from that of params files."""
    sentences = {".".join(map(str, item["loc"])): _expected(item) for item in error.errors()}
    return [replace(item, expected=sentences[item.path] or item.expected) for item in model_problems(DispatchSettings, error)]


def _expected(complaint: Any) -> str:
    match complaint["type"]:
        case "literal_error":
            return "、".join(re.findall("'(.*?)'", complaint["ctx"]["expected"])) + " 之一"
        case "tuple_type":
            return '方括号里的清单，如 ["…", "…"]'
        case "model_type" | "model_attributes_type":
            return f"单独的一节，节名 [{complaint['loc'][0]}] 写一行，下面每行一项"
        case kind if kind.startswith(("int_", "float_", "greater_", "less_")):
            return _number_expected(complaint)
    return ""


def _number_expected(complaint: Any) -> str:
    limits = complaint.get("ctx", {})
    if complaint["loc"][-1] == "port":
        return "1 到 65535 的整数"
    if "le" in limits:
        return f"不大于 {limits['le']:g} 的数"
    return f"不小于 {limits['ge']:g} 的数" if "ge" in limits else "大于 0 的数"


def _beside(settings: DispatchSettings, folder: Path) -> DispatchSettings:
    """Make paths relative to the file's folder."""

    def placed(section: Any) -> Any:
        if not isinstance(section, BaseModel):
            return section
        paths = {name: folder / value for name in type(section).model_fields if isinstance(value := getattr(section, name), Path)}
        return section.model_copy(update=paths)

    changed = {name: placed(getattr(settings, name)) for name in ("smtp", "imap", "signature")}
    changed["trusted"] = tuple(placed(item) for item in settings.trusted)
    return settings.model_copy(update=changed | {"post": folder / settings.post})
