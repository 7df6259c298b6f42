"""Lay out a folder to work in: params, notebooks, settings and a sample. Existing files are left unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.core.files import save_bytes
from toolkit.core.shipped import (
    OVERVIEW_NOTEBOOK,
    REGISTER_NOTEBOOK,
    REPORT_NOTEBOOK,
    SAMPLE_REGISTER,
    SAMPLE_YEARS,
    SCHEMA,
    shipped,
)
from toolkit.core.tree import NOTEBOOKS, SETTINGS_NAME

GUIDE_NAME = "填报说明.md"
SETTINGS = """\
# 年报的设置。以 # 开头的行是说明，不起作用；要用哪一项，去掉它前面的“# ”再改。
# 密码（授权码）不写在这里，放在环境变量 NIANBAO_SMTP_PASSWORD、NIANBAO_IMAP_PASSWORD 中。

# ---- 报送：乡镇、部门写这两段 ----
# [mail]
# sender = "云溪县松石镇人民政府 <songshi@yunxi.gov.example>"
# to = ["云溪县人民政府办公室 <zwgk@yunxi.gov.example>"]
# attach = ["pdf"]                      # 还要附 Word、Excel 的：["pdf", "docx", "xlsx"]

# [smtp]
# host = "mail.yunxi.gov.example"
# port = 465
# security = "tls"                      # 或 "starttls"
# user = "songshi"

# ---- 收取：县里再写这一段 ----
# [imap]
# host = "mail.yunxi.gov.example"
# user = "zwgk"

# ---- PDF：最后一页印“数据码”，打印、盖章、扫描后仍能准确读回；不要的去掉下面两行前面的“# ” ----
# [pdf]
# data_code = false
# copies = ["报送稿", "发布稿"]           # 发布稿没有校验说明和数据码，放在网站上；默认只做报送稿

# ---- 电子签名：要求签名时才写 ----
# [signature]
# pkcs12 = "松石镇.p12"
"""


@dataclass(frozen=True)
class Workspace:
    """The result: new files, and files that existed before."""

    folder: Path
    made: tuple[Path, ...]
    kept: tuple[Path, ...]


def lay_out(folder: Path, *, sample: bool = True) -> Workspace:
    """Make a folder ready to work in.

    Args:
        folder: the folder; made when it is not there.
        sample: whether the invented county is laid out too.

    Raises:
        CannotWrite: no permission, disk full.
    """
    made, kept = [], []
    for name, data in _files(sample=sample):
        target = folder / name
        if target.exists():
            kept.append(target)
            continue
        save_bytes(target, data)
        made.append(target)
    return Workspace(folder, tuple(made), tuple(kept))


def _files(*, sample: bool) -> Iterator[tuple[str, bytes]]:
    yield SETTINGS_NAME, SETTINGS.encode("utf-8")
    yield GUIDE_NAME, shipped("README.zh-CN.md").read_bytes()
    yield SCHEMA, shipped(SCHEMA).read_bytes()
    for name in (REPORT_NOTEBOOK, OVERVIEW_NOTEBOOK, REGISTER_NOTEBOOK):
        yield f"{NOTEBOOKS}/{name}", shipped(f"{NOTEBOOKS}/{name}").read_bytes()
    for year in SAMPLE_YEARS if sample else ():
        for path in sorted(shipped(year).glob("*.yaml")):
            yield f"{year}/{path.name}", path.read_bytes()
        own = shipped(year).with_suffix(".yaml")
        if own.is_file():
            yield f"{year}.yaml", own.read_bytes()
    for name, target in SAMPLE_REGISTER.items() if sample else ():
        yield target, shipped(name).read_bytes()
