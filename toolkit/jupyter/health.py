"""Look at the machine: Python, fonts, packages, disk, permissions, settings and clock, one result each.

In: the working folder. Out: results in the order in which a person on the telephone would ask.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path

from toolkit.core import dates
from toolkit.core.errors import NianbaoError
from toolkit.core.fonts import ROLES, NoFonts, find_fonts
from toolkit.core.machine import FIRST_YEAR, LAST_YEAR, is_older_than_program, writable
from toolkit.core.shipped import EXTRAS, notebook_path
from toolkit.core.tree import SETTINGS_NAME
from toolkit.core.write_failures import NO_TEMPORARY_FOLDER, reason

LEAST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 500 << 20


@dataclass(frozen=True, slots=True)
class Result:
    """One line: ``bad`` stops work, ``note`` may."""

    state: Literal["ok", "note", "bad"]
    name: str
    text: str


def examine(folder: Path, read_settings: Callable[[Path], Any]) -> Iterator[Result]:
    """Every result.

    Args:
        folder: the working folder.
        read_settings: reads ``nianbao.toml``, as sending and collecting do.
    """
    yield _program()
    yield _python()
    yield _fonts()
    yield from _extras()
    yield _asked("笔记本", folder, lambda: _notebook(folder))
    yield _asked("磁盘", folder, lambda: _disk(folder))
    yield _writable("当前文件夹", folder)
    yield _temporary_folder()
    yield _personal_folder()
    yield _asked("邮件设置", folder, lambda: _settings(read_settings))
    yield _clock()


def _asked(name: str, folder: Path, examination: Callable[[], Result]) -> Result:
    """The result of an examination, or that the folder may not be read: another account's home on a share refuses root."""
    try:
        return examination()
    except OSError as error:
        return Result("bad", name, f"{folder} 里查不到：{reason(error)}")


def _program() -> Result:
    try:
        return Result("ok", "程序", f"nianbao {version('nianbao')}，装在 {Path(__file__).resolve().parents[1]}")
    except PackageNotFoundError:
        return Result("note", "程序", "没有按软件包安装；请用 pip 安装")


def _python() -> Result:
    text = f"{sys.version.split()[0]}（{sys.executable}）"
    if sys.version_info[:2] < LEAST_PYTHON:
        return Result("bad", "Python", f"{text}，需要 {'.'.join(map(str, LEAST_PYTHON))} 或更高版本")
    return Result("ok", "Python", text)


def _fonts() -> Result:
    try:
        fonts = find_fonts()
    except NoFonts as error:
        return Result("bad", "字体", str(error))
    names = sorted({chain[0].family for chain in map(fonts.chain, ROLES) if chain})
    return Result("ok", "字体", "、".join(names))


def _extras() -> Iterator[Result]:
    for extra in EXTRAS.values():
        if extra.is_installed():
            yield Result("ok", "软件包", f"{extra.purpose}：已装")
        else:
            yield Result("note", "软件包", f"{extra.purpose}：没有装；要用时运行 {extra.command}")


def _notebook(folder: Path) -> Result:
    path = notebook_path(start=folder)
    if not path.is_file():
        return Result("bad", "笔记本", f"找不到 {path}，请重新安装")
    return Result("ok", "笔记本", str(path))


def _disk(folder: Path) -> Result:
    free = shutil.disk_usage(folder).free
    text = f"剩余 {free / (1 << 30):.1f} GB"
    return Result("ok", "磁盘", text) if free >= LEAST_FREE_BYTES else Result("bad", "磁盘", f"{text}，请先腾出空间")


def _writable(name: str, folder: Path) -> Result:
    try:
        descriptor, path = tempfile.mkstemp(prefix=".nianbao-", dir=folder)
        os.close(descriptor)
        Path(path).unlink()
    except OSError as error:
        return Result("bad", name, f"{folder} 不能写入：{reason(error)}")
    return Result("ok", name, f"{folder} 可以写入")


def _temporary_folder() -> Result:
    try:
        return _writable("临时文件夹", Path(tempfile.gettempdir()))
    except OSError:
        return Result("bad", "临时文件夹", NO_TEMPORARY_FOLDER)


def _personal_folder() -> Result:
    folder = user_data_path("nianbao", appauthor=False)
    if writable(folder):
        return Result("ok", "个人文件夹", f"{folder} 可以写入")
    return Result("note", "个人文件夹", f"{folder} 不能写入，填报表的设置和日志改放临时文件夹；不影响填报和生成")


def _settings(read: Callable[[Path], Any]) -> Result:
    if not Path(SETTINGS_NAME).is_file():
        return Result("note", "邮件设置", f"当前文件夹没有 {SETTINGS_NAME}，不能用邮件报送和收取；不用邮件的不必理会")
    try:
        settings = read(Path(SETTINGS_NAME))
    except NianbaoError as error:
        return Result("bad", "邮件设置", f"{SETTINGS_NAME} 读不出：{'；'.join(str(error).splitlines())}")
    missing = [name for server, name in ((settings.smtp, "NIANBAO_SMTP_PASSWORD"), (settings.imap, "NIANBAO_IMAP_PASSWORD"))
               if server and server.user
               and not any(os.environ.get(each) for each in (name, f"{name}_FILE", "CREDENTIALS_DIRECTORY"))]  # fmt: skip
    if missing:
        return Result(
            "note", "邮件设置", f"没有设环境变量 {'、'.join(missing)}（邮箱的授权码，或另加 _FILE 写明密码文件），收发时会要"
        )
    return Result("ok", "邮件设置", SETTINGS_NAME)


def _clock() -> Result:
    now = dates.now()
    text = f"{now:%Y-%m-%d %H:%M}（{now:%z}）"
    if not FIRST_YEAR <= now.year <= LAST_YEAR:
        return Result("bad", "时间", f"{text}，时钟不对：证书会核对不上，期限会算错，请校准")
    if is_older_than_program():
        return Result("note", "时间", f"{text}，比程序装好的时间还早：时钟多半慢了，请核对")
    return Result("ok", "时间", text)
