"""Optional parts of the package: which library each needs, and the command that installs it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from toolkit.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Extra:
    """One extra of ``pyproject.toml``: its purpose, and a module that shows whether it is installed."""

    name: str
    purpose: str
    module: str

    @property
    def command(self) -> str:
        """How to install it."""
        return f'pip install "nianbao[{self.name}]"'

    def is_installed(self) -> bool:
        """Whether its library can be imported; it is not imported."""
        return find_spec(self.module) is not None


EXTRAS = {
    extra.name: extra
    for extra in (
        Extra("lab", "在 JupyterLab 中填报", "jupyterlab"),
        Extra("county", "省市按地区汇总（--areas）", "duckdb"),
        Extra("ocr", "识别扫描件", "rapidocr"),
        Extra("sign", "电子签名和核对签名", "pyhanko"),
        Extra("cluster", "用许多台机器生成（--cluster）", "distributed"),
        Extra("s3", "读写 s3:// 地址", "s3fs"),
    )
}


def need_extra(name: str) -> None:
    """Refuse to go on without an extra.

    Raises:
        UsageError: it is not installed; the sentence has the command that installs it.
    """
    extra = EXTRAS[name]
    if not extra.is_installed():
        raise UsageError(f"没有安装“{extra.purpose}”要用的软件包。请运行：{extra.command}")
