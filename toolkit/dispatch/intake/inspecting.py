"""Inspect a PDF from outside before it is used: allowed content, size limits, attachments.

In: the bytes of a PDF and limits. Out: the bytes of its ``params.yaml``, or ``RefusedPdf`` with the reason in a clerk's
words. Nothing is rendered or run here; a stream is inflated only up to its limit.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf

from toolkit.core.errors import NianbaoError
from toolkit.core.sniffing import PDF
from toolkit.dispatch.settings import LIMITS as LIMITS
from toolkit.dispatch.settings import IntakeLimits as IntakeLimits
from toolkit.report.embedded import PARAMS_NAME

_ACTIONS = {
    "/JavaScript": "脚本", "/Launch": "启动程序的动作", "/SubmitForm": "提交表单的动作", "/ImportData": "导入数据的动作",
    "/GoToE": "打开内嵌文件的动作", "/GoToR": "打开其他文件的动作", "/Rendition": "多媒体", "/Movie": "多媒体",
    "/Sound": "多媒体", "/RichMediaExecute": "多媒体",
}  # fmt: skip
_KEYS = {"/JS": "脚本", "/JavaScript": "脚本", "/AA": "自动执行的动作", "/XFA": "XFA 表单", "/RichMediaContent": "多媒体"}
_SUSPICIOUS = re.compile(b"|".join(name.encode() for name in (*_ACTIONS, *_KEYS, "/Rect")))
_ANNOTATIONS = {"/Link", "/Widget"}  # what our own PDFs hold: links of added text, the field of a signature
_DEEPEST = 60


class RefusedPdf(NianbaoError):
    """A file from outside is refused; the sentence says why, ``next_step`` what the county can do."""

    def __init__(self, reason: str, next_step: str = "") -> None:
        self.next_step = next_step
        super().__init__(reason)


class NoParams(RefusedPdf):
    """A PDF without params inside: printed again, saved by another program, or scanned."""


def carried_bytes(data: bytes, limits: IntakeLimits) -> bytes:
    """The attached params of one of our PDFs.

    Raises:
        RefusedPdf: too large, damaged, encrypted, active content, other files attached, no params inside.
    """
    if len(data) > limits.pdf_bytes:
        raise RefusedPdf(f"PDF 有 {megabytes(len(data))}，超过上限 {megabytes(limits.pdf_bytes)}")
    if not data[:1024].lstrip().startswith(PDF):
        raise RefusedPdf("附件名为 PDF，内容却不是 PDF")
    with _opened(data) as pdf:
        objects = pdf.objects
        _refuse_large(pdf, len(objects), limits)
        for item in objects:
            _refuse_active(item)
        return _attached(pdf, limits)


def _opened(data: bytes) -> pikepdf.Pdf:
    try:
        # a file that qpdf has to repair is not one of ours
        pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False)
    except pikepdf.PasswordError as error:
        raise RefusedPdf("PDF 加了密码，打不开；请发送不加密的文件") from error
    except pikepdf.PdfError as error:
        raise RefusedPdf("PDF 已损坏或不完整；请重新生成后再发") from error
    if pdf.is_encrypted:
        raise RefusedPdf("PDF 加了密；请发送不加密的文件")
    return pdf


def _refuse_large(pdf: pikepdf.Pdf, objects: int, limits: IntakeLimits) -> None:
    if objects > limits.objects:
        raise RefusedPdf(f"PDF 内有 {objects} 个对象，超过上限 {limits.objects}")
    try:
        pages = len(pdf.pages)
    except pikepdf.PdfError as error:
        raise RefusedPdf("PDF 的页面目录已损坏") from error
    if not 0 < pages <= limits.pages:
        raise RefusedPdf(f"PDF 有 {pages} 页，应为 1 至 {limits.pages} 页")


def _refuse_active(item: Any) -> None:
    """Refuse active content and overlays in one object and the direct objects inside it."""
    if not isinstance(item, pikepdf.Object):
        return  # a number or a truth value: other programs write those as separate objects
    whole = item.stream_dict if isinstance(item, pikepdf.Stream) else item
    # most objects contain none of these names
    if not _SUSPICIOUS.search(whole.unparse(resolved=True)):
        return
    for mapping in _mappings(item, _DEEPEST):
        keys = set(mapping.keys())
        for key in keys & _KEYS.keys():
            raise RefusedPdf(f"PDF 内含{_KEYS[key]}，年报不会有；为安全起见不收")
        action = str(mapping.get("/S")) if "/S" in keys else ""
        if action in _ACTIONS:
            raise RefusedPdf(f"PDF 内含{_ACTIONS[action]}，年报不会有；为安全起见不收")
        if "/Rect" in keys and "/Subtype" in keys and str(mapping.get("/Subtype")) not in _ANNOTATIONS:
            raise RefusedPdf("PDF 页面上另加了批注或附件图标；请发送程序生成的原件")


def _mappings(item: Any, deepest: int) -> Iterator[Any]:
    """The dictionaries of one object with the direct ones inside it; indirect ones are separate objects."""
    if deepest == 0:
        raise RefusedPdf("PDF 的对象层层嵌套，超过上限")
    if isinstance(item, pikepdf.Stream | pikepdf.Dictionary):
        yield item
    children: list[Any] = [value for _, value in item.items()] if isinstance(item, pikepdf.Stream | pikepdf.Dictionary) else []
    for child in list(item) if isinstance(item, pikepdf.Array) else children:
        if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not child.is_indirect:
            yield from _mappings(child, deepest - 1)


def _attached(pdf: pikepdf.Pdf, limits: IntakeLimits) -> bytes:
    try:
        names = list(pdf.attachments.keys())
        others = [name for name in names if name != PARAMS_NAME]
        if others:
            raise RefusedPdf(f"PDF 里附有填报数据以外的文件（{'、'.join(name[:40] for name in others[:3])}），不收")
        if not names:
            raise NoParams(
                "PDF 里没有随附的填报数据：可能是扫描件，或经打印、另存；请发送“nianbao build”生成的原件，"
                "确实没有的，由县里用 nianbao import 读入后核对",
                "请该单位发送原件；确实没有的，用 nianbao import 读入这个文件夹里的 message.eml（或 report.pdf），核对后使用",
            )
        stream = pdf.attachments[PARAMS_NAME].obj["/EF"]["/F"]
        filters = stream.get("/Filter")
        raw = stream.read_raw_bytes()
    except (pikepdf.PdfError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RefusedPdf("PDF 里随附的填报数据已损坏") from error
    return _inflated(raw, filters, limits.attachment_bytes)


def _inflated(raw: bytes, filters: Any, limit: int) -> bytes:
    """A decompressed stream; one Flate filter or none, and never more than ``limit`` bytes."""
    if filters is None:
        data, more = raw[: limit + 1], len(raw) > limit
    elif str(filters) == "/FlateDecode" or (isinstance(filters, pikepdf.Array) and [str(f) for f in filters] == ["/FlateDecode"]):
        inflate = zlib.decompressobj()
        try:
            data = inflate.decompress(raw, limit + 1)
        except zlib.error as error:
            raise RefusedPdf("PDF 里随附的填报数据已损坏") from error
        more = len(data) > limit
    else:
        raise RefusedPdf("PDF 里随附的填报数据用了不认识的压缩方式")
    if more:
        raise RefusedPdf(f"PDF 里随附的填报数据超过上限 {megabytes(limit)}")
    return data


def megabytes(size: int) -> str:
    """A size for people."""
    return f"{size / 1_000_000:.1f} MB"
