"""Open a mail, saved as .eml or by Outlook as .msg, and find the report among its attachments and its body.

In: the bytes. Out: a ``Mail``, and the reports in it, that to be read first. Forwarded mails are looked into as well; nothing is
fetched or run.

Source: RFC 5322, 2045 to 2047, 2231; [MS-OXMSG] 2.2 (storages), [MS-OXPROPS] for the numbers of the properties.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from email import message_from_bytes
from itertools import count

import olefile

from toolkit.core.sniffing import decode_chinese
from toolkit.forms import fullest_form
from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge
from toolkit.importing.narrative.headings import find_headings, is_heading
from toolkit.importing.narrative.narrative import read_words, years_of
from toolkit.importing.narrative.sorting import count_tables, rows_with_captions
from toolkit.importing.readers.mail_parts import decode_part, file_name, without_mark
from toolkit.importing.readers.rich_text import page_in, unpacked
from toolkit.importing.recognition.labels import match_text
from toolkit.importing.recognition.tables import find_tables, is_figure, last_label
from toolkit.importing.source import Grid, Line, Source, numbered

Document = tuple[str, Source]  # with its name
_MOST_PARTS = 200
_ATTACHMENT, _EMBEDDED = "__attach_version1.0_", "__substg1.0_3701000D"
_BODY, _HTML, _RICH, _DATA = "1000", "1013", "1009", "3701"
_NAMES = ("3707", "3704", "3001")  # long name, short name, display name
_QUOTED = re.compile(r"^>(?:[ >]*>)? ?", re.MULTILINE)  # how a reply marks the lines of the mail it answers
_MOST_ATTACHMENTS = 30  # that are opened
_WHOLE = 3  # tables of a report at least: one in each of three parts; the forms of some years have more of them than others
_BEST = ("docx", "html", "xlsx", "csv", "pdf", "text", "scan")  # of the same report in two formats the first is read
_SIGNED_WHOLE = ("application/pkcs7-mime", "application/x-pkcs7-mime")


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail."""

    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its files, and its body as a page and as text (blank when it has none).

    ``rich`` is the body as rich text of Outlook, where the mail has no page.
    """

    attachments: tuple[Attachment, ...] = ()
    html: bytes = b""
    text: str = ""
    rich: bytes = b""


def open_eml(raw: bytes, name: str, limits: Limits = LIMITS) -> Mail:
    """A mail as it is sent.

    Raises:
        CannotImport: no mail, encrypted, or over a limit.
    """
    try:
        # the older parser is the forgiving one: it raises on nothing and keeps heads as they came
        parts = [part for part in message_from_bytes(without_mark(raw)).walk() if not part.is_multipart()]
    except RecursionError as error:
        raise CannotImport(name, "邮件已损坏，打不开；请在邮箱中重新下载") from error
    if len(parts) > _MOST_PARTS:
        raise TooLarge(name, f"邮件超过 {_MOST_PARTS} 个部分，没有读入")
    if any(part.get_content_type() in _SIGNED_WHOLE for part in parts):
        raise CannotImport(name, "邮件整体经过签名或加密（smime.p7m），读不出附件；请把附件另存后再读入")
    attachments, html, text = [], b"", ""
    for number, part in enumerate(parts, 1):
        content, kind = decode_part(part), part.get_content_type()
        name_of_part = file_name(part).replace("\\", "/").rpartition("/")[2]
        if name_of_part or not kind.startswith(("text/", "image/", "message/")):
            attachments.append(Attachment(name_of_part or f"附件{number}", content))
        elif kind == "text/html":
            html = html or content
        elif kind.startswith("text/"):
            text = text or _QUOTED.sub("", decode_chinese(content, part.get_content_charset()))
    return Mail(tuple(attachments), html, text)


def open_msg(raw: bytes, name: str, limits: Limits = LIMITS) -> Mail:
    """A mail as Outlook saves it.

    Raises:
        CannotImport: damaged, or over a limit.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as container:
            return _mail_in(container, [], limits)
    except TooLarge:
        raise
    except Exception as error:  # olefile raises what its parsing happens to meet
        raise CannotImport(name, "Outlook 邮件（.msg）已损坏，打不开；请把附件另存后再读入") from error


def _mail_in(container: olefile.OleFileIO, folder: list[str], limits: Limits) -> Mail:
    attachments = list(_attachments(container, folder, limits))
    html = _stream(container, [*folder, f"__substg1.0_{_HTML}0102"], limits)
    if not html:
        html = _text_of(container, folder, _HTML, limits).encode("utf-8")
    packed = b"" if html else _stream(container, [*folder, f"__substg1.0_{_RICH}0102"], limits)
    rich = unpacked(packed, limits) or packed
    html = html or page_in(rich).encode("utf-8")
    return Mail(tuple(attachments), html, _text_of(container, folder, _BODY, limits), rich)


def _attachments(container: olefile.OleFileIO, folder: list[str], limits: Limits) -> Iterator[Attachment]:
    depth = len(folder)
    inside = sorted(
        {
            entry[depth]
            for entry in container.listdir(streams=True, storages=True)
            if entry[:depth] == folder and len(entry) > depth
        }
    )
    for number, storage in enumerate((entry for entry in inside if entry.startswith(_ATTACHMENT)), 1):
        path = [*folder, storage]
        if container.exists([*path, _EMBEDDED]) and depth < 4 * 2:  # a mail inside the mail
            yield from _mail_in(container, [*path, _EMBEDDED], limits).attachments
            continue
        names = (_text_of(container, path, kind, limits) for kind in _NAMES)
        yield Attachment(
            next((name for name in names if name), f"附件{number}"),
            _stream(container, [*path, f"__substg1.0_{_DATA}0102"], limits),
        )


def _text_of(container: olefile.OleFileIO, folder: list[str], kind: str, limits: Limits) -> str:
    """A property as text: Unicode, or the bytes of an older Outlook."""
    wide = _stream(container, [*folder, f"__substg1.0_{kind}001F"], limits)
    narrow = b"" if wide else _stream(container, [*folder, f"__substg1.0_{kind}001E"], limits)
    text = wide.decode("utf-16-le", "replace") if wide else narrow.decode("gb18030", "replace")
    return text.rstrip("\0")


def _stream(container: olefile.OleFileIO, path: list[str], limits: Limits) -> bytes:
    if not container.exists(path):
        return b""
    if container.get_size(path) > limits.file_bytes:
        raise TooLarge(path[-1], f"附件超过 {limits.file_bytes // 1_000_000} MB，没有读入")
    return bytes(container.openstream(path).read())


def reports_in(mail: Mail, name: str, read: Callable[[Attachment], list[Document]]) -> list[Document]:
    """The reports of a mail: attachments with the form's tables, the body where it has others, else the first one that opens.

    Of several whole ones that of the newest year is the first.

    Raises:
        CannotImport: nothing in it opens.
    """
    opened: list[Document] = []
    left = [f"{item.name}（附件太多，没有打开）" for item in mail.attachments[_MOST_ATTACHMENTS:]]
    for attachment in mail.attachments[:_MOST_ATTACHMENTS]:
        try:
            opened += read(attachment)
        except CannotImport as error:
            left.append(f"{attachment.name}（{error.reason}）")
    body = _body(mail, read)
    texts = [item for item in (*opened, *body) if not _tables(item) and _has_text(item)]
    texts.sort(key=lambda item: (-max(_years(item), default=0), _rank(item)))
    apart = [item for item in (*opened, *body) if _tables(item) and not _has_text(item)]
    whole = _put_together(texts[0], apart) if texts else None
    reports = [whole] if whole else []
    reports += [item for item in opened if _tables(item) and not (whole and item in apart)]
    reports += [item for item in body if _tables(item) and not any(_repeats(item, of) for of in reports)]
    if reports:
        left += [f"{label}（只有文字，没有表格）" for label, _ in texts[bool(whole) :]]
    reports = reports or opened[:1]
    if not reports:
        text = "正文是 RTF 格式，读不出表格；请在 Outlook 中把邮件另存为 HTML，再读入" if mail.rich else "正文里也没有表格"
        names = f"附件是{'、'.join(left)}" if left else f"没有附件，{text}"
        raise CannotImport(name, f"邮件里没有可以读入的年报：{names}")
    newest = max((year for item in reports for year in _years(item)), default=0)
    reports.sort(key=lambda item: (_tables(item) < _WHOLE, newest not in _years(item), -_tables(item), _rank(item)))
    note = (f"邮件里没有读入的附件：{'、'.join(left)}",) if left else ()
    return [(f"{name} 的 {label}", replace(source, notes=(*source.notes, *note))) for label, source in reports]


def _put_together(text: Document, tables: Sequence[Document]) -> Document | None:
    """A report whose text is in one document and whose tables are in others; ``None`` where these are of another year."""
    if not tables or {year for item in tables for year in _years(item)} - {*_years(text)}:
        return None
    parts, grids = [text, *tables], count(1)
    own = [numbered(piece, next(grids)) if isinstance(piece, Grid) else piece for piece in text[1].pieces]
    beside = [
        numbered(piece, next(grids), f"{label} ") if isinstance(piece, Grid) else piece
        for label, source in tables
        for piece in source.pieces
        if not (isinstance(piece, Line) and is_heading(piece.text))
    ]
    headings = find_headings([piece.text if isinstance(piece, Line) else "" for piece in own])
    last = max(
        (headings[part.key].line for part in fullest_form().parts if part.tables and part.key in headings), default=len(own)
    )
    pieces = [*own[: last + 1], *beside, *own[last + 1 :]]
    notes, observations = (tuple(item for _, of in parts for item in getattr(of, name)) for name in ("notes", "observations"))
    return "、".join(label for label, _ in parts), replace(text[1], pieces=tuple(pieces), notes=notes, observations=observations)


def _body(mail: Mail, read: Callable[[Attachment], list[Document]]) -> list[Document]:
    """The body of a mail, as a page before as rich text before as text; one with tables before one without."""
    bodies: list[Document] = []
    parts = ("正文.html", mail.html), ("正文.rtf", b"" if mail.html else mail.rich), ("正文.txt", mail.text.encode("utf-8"))
    for part in (Attachment(*part) for part in parts):
        try:
            bodies += [("正文", read(part)[0][1])] if part.raw.strip() else []
        except CannotImport:
            continue
    return [*filter(_tables, bodies), *bodies][:1]


def _repeats(item: Document, of: Document) -> bool:
    """Whether a document has no year and no row of figures that another one does not have."""
    return {*_years(item)} <= {*_years(of)} and _figures(item) <= _figures(of)


def _figures(item: Document) -> Counter[tuple[str, ...]]:
    """The rows of the form's tables in a document, each with its label and its figures."""
    sections = find_tables(rows_with_captions(item[1].pieces)).sections
    rows = [(last_label(row, section.key), [*map(match_text, row.texts)]) for section in sections for row in section.rows]
    return Counter((texts[at] if at >= 0 else "", *filter(is_figure, texts)) for at, texts in rows)


def _has_text(item: Document) -> bool:
    return bool(read_words(item[1].pieces, item[1].title).parts.get("overview"))


def _years(item: Document) -> Sequence[int]:
    return years_of(item[1].pieces, item[1].title)


def _tables(item: Document) -> int:
    return count_tables(item[1].pieces)


def _rank(item: Document) -> int:
    """The place of a document's format among those of the same report."""
    return _BEST.index(item[1].format) if item[1].format in _BEST else len(_BEST)
