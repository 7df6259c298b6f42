"""Detect the encoding of a page or text file by its bytes, whatever encoding it declares.

In: bytes. Out: the text, and notes on its encoding. UTF-8, GB18030, Big5 and UTF-16 are what Chinese
offices write.
"""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([-\w]+)", re.IGNORECASE)
_MOSTLY = 0.98  # of the characters of a text can be printed
_CHINESE = re.compile("[的年一人公]")  # words without which no Chinese page does


def decode_page(raw: bytes) -> tuple[str, list[str]]:
    """The text of a page or text file, and notes on its encoding.

    UTF-8 that decodes without a fault is UTF-8 whatever the page says; else GB18030 (GBK and GB2312 are its parts),
    else Big5, else the best guess, with unreadable characters as U+FFFD.
    """
    declared = _META.search(raw[:4096])
    declaration = declared[1].decode("ascii", "replace").lower() if declared else ""
    for mark, encoding in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(encoding, "replace"), []
    wide = _without_mark(raw)
    if wide:
        return raw.decode(wide, "replace"), []
    seven_bits = _seven_bits(raw)
    if seven_bits:
        return seven_bits
    order = ["utf-8", *(["big5hkscs"] if "big5" in declaration else []), "gb18030", "big5hkscs"]
    for encoding in order:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and _is_big5(raw):
            continue
        wrong = declaration and not _same_encoding(declaration, encoding)
        return text, [f"网页声明的编码是 {declaration}，实际是 {encoding.upper()}，已按实际编码读入"] if wrong else []
    return _best_guess(raw)


def _seven_bits(raw: bytes) -> tuple[str, list[str]] | None:
    """A text whose Chinese is written in ASCII (UTF-7, HZ), with a note; ``None`` for any other."""
    for encoding in ("utf-7", "hz") if raw.isascii() else ():
        text = raw.decode(encoding, "replace")
        if "政府" in text:
            return text, [f"文件的编码是 {encoding.upper()}，已按它读入"]
    return None


def is_wide_text(raw: bytes) -> bool:
    """Whether bytes with zeros among them are text, in UTF-16 or UTF-32."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw[:4] == b"\0\0\xfe\xff":
        return True
    encoding = _without_mark(raw)
    return bool(encoding) and _is_chinese(raw, encoding)


def _is_chinese(raw: bytes, encoding: str) -> bool:
    text = raw[:4096].decode(encoding, "replace")
    readable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    return readable > _MOSTLY * len(text) and "\ufffd" not in text[:-1] and _CHINESE.search(text) is not None


def _without_mark(raw: bytes) -> str:
    """UTF-16 without a byte order mark, by the zeros beside every ASCII character; "" for another encoding.

    A text that begins with pages of Chinese has few of them: it must read as Chinese as well.
    """
    head = raw[:2048]
    zeros = head[0::2].count(0), head[1::2].count(0)
    if max(zeros) >= len(head) / 8:
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    zeros = raw[0::2].count(0), raw[1::2].count(0)
    encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    return encoding if any(zeros) and _is_chinese(raw, encoding) else ""


def _is_big5(raw: bytes) -> bool:
    """GB18030 decodes nearly any bytes: words of a report in Big5 tell a mirror in traditional characters."""
    try:
        return "政府" in raw.decode("big5hkscs")
    except UnicodeDecodeError:
        return False


def _best_guess(raw: bytes) -> tuple[str, list[str]]:
    cut = raw.decode("utf-8", "replace")
    faults = cut.count("\ufffd")
    if faults * 50 < len(cut):
        return cut, [f"有 {faults} 处字节损坏，读作“\ufffd”，请对照原文"]
    chinese = raw.decode("gb18030", "replace")
    if chinese.count("\ufffd") * 50 < len(chinese):
        return chinese, [f"有 {chinese.count(chr(0xFFFD))} 处字节损坏，读作“\ufffd”，请对照原文"]
    best = from_bytes(raw).best()
    return (
        (str(best), [f"编码不明，按 {best.encoding} 读入，请核对"]) if best else (chinese, ["编码不明，按 GB18030 读入，请核对"])
    )


def _same_encoding(declaration: str, real: str) -> bool:
    if real == "gb18030":
        return declaration in ("gb2312", "gbk", "gb18030", "gb_2312-80", "cp936")
    return declaration.replace("-", "").startswith(real.replace("-", "")[:4])
