"""Read .doc, .wps, .rtf, .odt and .xls through LibreOffice, where it is installed.

In: the file. Out: the ``Source`` of its .docx or .xlsx twin. LibreOffice runs without a screen, with a separate profile
that forbids macros, in a folder that is thrown away.
"""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path, PurePath

import olefile

from toolkit.importing.limits import LIMITS, CannotImport, Limits
from toolkit.importing.source import Source

TIMEOUT_SECONDS = 120
_FILE_PASS = 0x2F
_SHEETS = (".xls", ".xlsb", ".et", ".ods", ".fods", ".uos")
_BOOKS = ("workbook", "book")
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}  # to be named for what was made of a web page
_WINDOWS = (r"C:\Program Files\LibreOffice\program\soffice.exe", r"C:\Program Files (x86)\LibreOffice\program\soffice.exe")
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_SETTINGS = "".join(
    f'<item oor:path="{_SECURITY}"><prop oor:name="{name}"><value>true</value></prop></item>'
    for name in ("DisableMacrosExecution", "BlockUntrustedRefererLinks")
)
_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + _SETTINGS
    + "</oor:items>"
)


def read_office(raw: bytes, name: str, limits: Limits = LIMITS) -> Source:
    """The pieces of a file that only an office suite can open.

    Raises:
        CannotImport: LibreOffice is not installed, could not open it, or took too long.
    """
    suffix = PurePath(name).suffix.lower() or ".doc"
    sheet = is_sheet(raw, suffix)
    converted = convert(raw, suffix if suffix != ".docx" else ".doc", "xlsx" if sheet else "docx", name)
    if sheet:
        from toolkit.importing.readers.xlsx import read_xlsx

        return read_xlsx(converted, name, limits)
    from toolkit.importing.readers.docx import read_docx

    return read_docx(converted, name, limits)


def is_sheet(raw: bytes, suffix: str) -> bool:
    """Whether a file is a workbook: by what it says of itself, else by its name."""
    head = raw[:4096]
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head or b"opendocument.spreadsheet" in head:
        return True
    streams = streams_of(raw)
    is_document = head.startswith(b"{\\rtf") or "worddocument" in streams
    return not streams.isdisjoint(_BOOKS) or (suffix in _SHEETS and not is_document)


def streams_of(raw: bytes) -> frozenset[str]:
    """The names on the first level of a compound file in small letters, for case means nothing there; none of any other file."""
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as container:
            return frozenset(entry[0].lower() for entry in container.listdir(streams=True, storages=True))
    except Exception:  # olefile raises what its parsing happens to meet
        return frozenset()


def locked(raw: bytes) -> bool:
    """Whether a compound file is a document with a password: of today's formats, or an old .doc or .xls.

    Source: [MS-OFFCRYPTO] 2.3; [MS-DOC] 2.5.2 (fEncrypted); [MS-XLS] 2.4.117 (FilePass).
    """
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as container:
            if container.exists("EncryptedPackage"):
                return True
            if container.exists("WordDocument"):
                head = container.openstream("WordDocument").read(12)
                return len(head) == 12 and bool(head[11] & 1)
            book = next((name for name in _BOOKS if container.exists(name)), "")
            return bool(book) and _has_file_pass(container.openstream(book).read(4096))
    except Exception:  # as above; LibreOffice will say what is wrong
        return False


def _has_file_pass(records: bytes) -> bool:
    at = 0
    while at + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, at)
        if kind == _FILE_PASS:
            return True
        at += 4 + length
    return False


def convert(raw: bytes, suffix: str, to: str, name: str) -> bytes:
    """The bytes of a document in another format, made by LibreOffice.

    Raises:
        CannotImport: as ``read_office``.
    """
    program, instead = find_soffice(), "Excel 或 WPS 中另存为 .xlsx" if to == "xlsx" else "Word 或 WPS 中另存为 .docx"
    if not program:
        raise CannotImport(name, f"{suffix} 是旧格式，需要 LibreOffice 才能读入，本机没有安装；请在 {instead} 再导入")
    with tempfile.TemporaryDirectory(prefix="nianbao-office-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        source = work / f"source{suffix}"
        source.write_bytes(raw)
        profile = work / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo",
                   "--convert-to", _FILTERS.get(to, to), "--outdir", str(work / "out"), str(source)]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired as error:
            raise CannotImport(name, f"LibreOffice {TIMEOUT_SECONDS} 秒内没有打开这个文件") from error
        except OSError as error:
            raise CannotImport(name, f"LibreOffice 启动失败（{error.strerror}）") from error
        target = work / "out" / f"source.{to}"
        if not target.is_file():
            raise CannotImport(name, f"LibreOffice 打不开这个文件，可能已损坏或加了密码；请在 {instead}")
        return target.read_bytes()


def find_soffice() -> str:
    """LibreOffice's program, "" when it is not installed."""
    program_path = shutil.which("soffice") or shutil.which("libreoffice")
    if not program_path and sys.platform == "win32":
        program_path = next((program for program in _WINDOWS if Path(program).is_file()), None)
    return program_path or ""
