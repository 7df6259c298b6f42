"""Gather what belongs into the archive of a year, of a jurisdiction with its members or of one organ, and pack it.

In: the params tree, the folder of mail, finished files. Out: the files by their names in the archive, and a line for each organ;
a bag as a ZIP file with a page that lists the contents (说明.pdf), of the same files the same bytes. Of each report the accepted
version is filed under 年报, all that came in under 来件. The register of requests is never in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.building.batch import output_folder
from toolkit.core.errors import ParamsUnreadable
from toolkit.core.output import csv_bytes
from toolkit.dispatch.intake.store import RECEIVED_NAME
from toolkit.dispatch.ledger import SENT_NAME, LedgerRecord, read_ledger
from toolkit.dispatch.states import DECISIONS, STAGE_NAMES, Status, Step, status_of, steps_by_file
from toolkit.exporters.document import make_document
from toolkit.exporters.finished import file_stem
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.report import Report, read_report
from toolkit.report.embedded import report_digest
from toolkit.report.jurisdiction import JURISDICTION_FILE, Member
from toolkit.rollup.archive.bag import write_bag
from toolkit.rollup.completeness import place_of, year_of
from toolkit.rollup.members import Members, own_file
from toolkit.sections.blocks import Block, Front, Heading, Title, paragraph, plain_table

PARAMS_NAME, REPORT_NAME = "填报数据.yaml", "年报"
_FINISHED = ("pdf", "html", "docx", "xlsx")
_SIGNED = {
    "unsigned": "没有签名", "unverified": "有签名，收件时没有核对（没有安装核对签名的软件包）",
    "not_checked": "有签名，收件时没有信任名单可核对", "valid": "有签名，核对无误",
}  # fmt: skip
PAGE_NAME = "说明.pdf"
_REPORT = (
    "通过的那一版（没有通过的，最后收到的一版）：年报（PDF/A，内附填报数据）或 Word、扫描件；填报数据.yaml 是全部数字和文字，"
    "用记事本就能打开；本机关另有网页、Word、Excel"
)
_FOLDERS = (
    ("说明.pdf", "本页（PDF/A）"),
    ("年报/单位/", _REPORT),
    ("来件/单位/", "收到的每一版和它的填报数据，文件名开头是收到的时间（世界时）；盖章扫描件在旁边"),
    ("审核意见/", "退回时的审核意见单（Word）"),
    ("公开/单位/", "公开的页面，取下来时的样子"),
    ("名单/", "成员单位、期限和要求"),
    ("台账/", "办理过程.csv：每一步的时间、经手人和填报数据的校验值；两个 .jsonl 是程序的原始台账，一行一条"),
)  # fmt: skip
_HOW = (
    "manifest-sha256.txt 列出每个文件的 SHA-256，tagmanifest-sha256.txt 再列出它和其他说明文件的；这是国际通用的 BagIt 格式"
    "（RFC 8493）。核对：nianbao archive 本文件 --verify；没有本程序的，解压后用任何能算 SHA-256 的工具（如 sha256sum -c "
    "manifest-sha256.txt）。移交时另行记下程序给出的“档案校验值”，以后核对时它不变，整个档案就没有动过。"
)


@dataclass(frozen=True, slots=True)
class FiledOrgan:
    """One organ on the page that lists the contents."""

    name: str
    folder: str
    state: str
    received: str = ""
    accepted: str = ""
    published: str = ""
    versions: int = 0
    report: str = ""  # the file that holds the report; "" when there is none
    signature: str = ""
    remark: str = ""


@dataclass(frozen=True)
class ArchiveContents:
    """The archive of a year before it is packed."""

    title: str  # also the name of the file
    office: str
    year: int
    files: Mapping[str, bytes | Path]
    organs: tuple[FiledOrgan, ...]
    until: str = ""  # the day of the last record
    steps: tuple[tuple[str, Step], ...] = ()


def gather_area(members: Members, post: Path, outputs: Path) -> ArchiveContents:
    """The archive of a jurisdiction: its list, its own report, its members' reports, what came in and what was decided."""
    year, place = year_of(members), place_of(members.folder, year_of(members))
    records = [item for item in read_ledger(post / RECEIVED_NAME) if item.get("year") == year and item.get("place") == place]
    steps = steps_by_file(records, year, place)
    files: dict[str, bytes | Path] = {f"名单/{JURISDICTION_FILE}": members.folder / JURISDICTION_FILE}
    organs = []
    for member in members.jurisdiction.members:
        of_member = [item for item in records if item.get("file") == member.file]
        report = members.reports.get(member.file)
        filed = _Filing(member, members.folder / f"{member.file}.yaml", report, of_member, steps.get(member.file, ()))
        organs.append(filed.put(files, post, post / "versions" / str(year) / place / member.file, outputs))
    own = own_file(members.folder)
    if own.is_file():
        organs.append(_put_own(own, outputs, files))
    sent = _sent_about(post, year, {members.jurisdiction.name, *(item.name for item in members.jurisdiction.members)})
    files |= _ledgers(records, sent)
    every = tuple((file, step) for file, of_file in sorted(steps.items()) for step in of_file)
    names = {item.file: item.name for item in members.jurisdiction.members}
    files["台账/办理过程.csv"] = _table_of_steps((names.get(file, file), step) for file, step in every)
    until = max((step.day.isoformat() for _, step in every), default="")
    title = f"{members.folder.resolve().name}{year}年政府信息公开工作年度报告档案"
    return ArchiveContents(title, members.jurisdiction.name, year, files, tuple(organs), until, every)


def gather_organ(params: Path, post: Path, outputs: Path) -> ArchiveContents:
    """The archive of one organ: its params, its finished files, what was sent of it.

    Raises:
        ParamsUnreadable: the params file cannot be read.
    """
    report = read_report(params)
    files: dict[str, bytes | Path] = {}
    organ = _put_own(params, outputs, files)
    sent = _sent_about(post, report.year, {report.organ.name})
    files |= _ledgers((), sent)
    until = max((str(item.get("at", ""))[:10] for item in sent), default="")
    return ArchiveContents(
        f"{params.stem}{report.year}年政府信息公开工作年度报告档案", report.organ.name, report.year, files, (organ,), until
    )


@dataclass(frozen=True)
class _Filing:
    """One member's report with its records."""

    member: Member
    params: Path
    current: Report | None
    records: Sequence[LedgerRecord]
    steps: Sequence[Step]

    @property
    def received(self) -> list[LedgerRecord]:
        return [item for item in self.records if item["event"] == "received"]

    def put(self, files: dict[str, bytes | Path], post: Path, inbox: Path, outputs: Path) -> FiledOrgan:
        """Add the member's files, of which ``inbox`` holds the versions that came; its line of the page."""
        folder = f"年报/{self.member.file}"
        for file in sorted(path for path in inbox.glob("*") if path.is_file() and not path.name.startswith(".")):
            files[f"来件/{self.member.file}/{file.name}"] = file
        for page in self._kept_pages(post):
            files[f"公开/{self.member.file}/{page.name}"] = page
        for sheet in sorted((outputs / output_folder(self.params)).glob("*审核意见单*.docx")):
            files[f"审核意见/{sheet.name}"] = sheet
        record = self._in_force()
        if record is None:
            return self._line(None, self._put_current(folder, outputs, files), folder)
        report_name = self._put_version(record, inbox, folder, files)
        params_file = files.get(f"{folder}/{PARAMS_NAME}")
        changed = self.current is not None and isinstance(params_file, Path) and _digest_in(params_file) != self.digest
        if changed:
            files[f"{folder}/现行{PARAMS_NAME}"] = self.params
        return self._line(record, report_name, folder, changed=changed)

    @property
    def digest(self) -> str | None:
        """SHA-256 of the canonical params as they are now; "" when they cannot be read, ``None`` when there are none."""
        if self.current is not None:
            return report_digest(self.current)
        return "" if self.params.is_file() else None

    def _kept_pages(self, post: Path) -> list[Path]:
        """The published pages that were fetched and kept as evidence."""
        pages = (post / str(item["page"]) for item in self.records if item["event"] == "published" and item.get("page"))
        return [path for path in pages if path.is_file() and post.resolve() in path.resolve().parents]

    def _in_force(self) -> LedgerRecord | None:
        """The version that was accepted, else the last formal one, else the last draft."""
        accepted = next((step.digest for step in reversed(self.steps) if step.event in ("accepted", "published")), "")
        formal = [item for item in self.received if not item.get("draft")] or self.received
        exact = [item for item in formal if accepted and item.get("digest") == accepted]
        return (exact or formal)[-1] if formal else None

    def _put_version(self, record: LedgerRecord, inbox: Path, folder: str, files: dict[str, bytes | Path]) -> str:
        name, version = "", str(record["version"])
        for file in sorted(inbox.glob(f"{version}.*")):
            if file.suffix == ".yaml":
                files[f"{folder}/{PARAMS_NAME}"] = file
            else:
                name = f"{'扫描件' if record.get('scan') else REPORT_NAME}{file.suffix}"
                files[f"{folder}/{name}"] = file
        return name

    def _put_current(self, folder: str, outputs: Path, files: dict[str, bytes | Path]) -> str:
        """A report that did not come by mail: the params that are there, with the PDF that was built of them."""
        if not self.params.is_file():
            return ""
        files[f"{folder}/{PARAMS_NAME}"] = self.params
        finished = _finished(self.params, self.current, outputs) if self.current else {}
        if "pdf" in finished:
            files[f"{folder}/{REPORT_NAME}.pdf"] = finished["pdf"]
        return f"{REPORT_NAME}.pdf" if "pdf" in finished else ""

    def _line(self, record: LedgerRecord | None, report: str, folder: str, *, changed: bool = False) -> FiledOrgan:
        status = status_of(self.steps, self.digest)
        days = {event: [step for step in self.steps if step.event == event] for event in ("received", *DECISIONS)}
        formal = [step for step in days["received"] if not step.draft]
        published = days["published"][-1:]
        return FiledOrgan(
            self.member.name, folder, status.words or STAGE_NAMES[status.stage], received=_day(formal[:1]),
            accepted=_day(days["accepted"][-1:]), published=_publication(published[0]) if published else "",
            versions=len(self.received), report=report, signature=_signature(record),
            remark="；".join(self._remarks(record, status, changed)),
        )  # fmt: skip

    def _remarks(self, record: LedgerRecord | None, status: Status, changed: bool) -> Iterator[str]:
        if self.digest == "":
            yield "填报数据读不出"
        if changed:
            yield "现行填报数据与存档的这一版不同，另附"
        if status.returns:
            yield f"退回{status.returns}次"
        if record and record.get("copied"):
            yield "由 Word、Excel 文件读入"
        if record and record.get("scan"):
            yield "只有扫描件"


def _publication(step: Step) -> str:
    """The day and address of a publication, and whether the page is what was accepted."""
    differing = f"与通过的不一致 {step.differing} 处" if step.differing else ""
    return " ".join(text for text in (step.day.isoformat(), step.note, differing) if text)


def _digest_in(params: Path) -> str:
    """SHA-256 of the canonical params of a file; "" when it cannot be read."""
    try:
        return report_digest(read_report(params))
    except (ParamsUnreadable, OSError):
        return ""


def _put_own(params: Path, outputs: Path, files: dict[str, bytes | Path]) -> FiledOrgan:
    """The report of the office that packs the archive, with its finished files."""
    folder = f"年报/{params.stem}"
    files[f"{folder}/{PARAMS_NAME}"] = params
    try:
        report = read_report(params)
    except ParamsUnreadable:
        return FiledOrgan(params.stem, folder, "", remark="填报数据读不出")
    finished = _finished(params, report, outputs)
    files |= {f"{folder}/{REPORT_NAME}.{suffix}": file for suffix, file in finished.items()}
    report_name = f"{REPORT_NAME}.pdf" if "pdf" in finished else ""
    return FiledOrgan(report.organ.name, folder, "本机关", report=report_name, remark="" if finished else "没有成品")


def _finished(params: Path, report: Report, outputs: Path) -> dict[str, Path]:
    stem = outputs / output_folder(params) / file_stem(report.title)
    paths = {suffix: stem.with_name(f"{stem.name}.{suffix}") for suffix in _FINISHED}
    return {suffix: path for suffix, path in paths.items() if path.is_file()}


def _sent_about(post: Path, year: int, organs: set[str]) -> list[LedgerRecord]:
    """The records of letters about these organs in a year: reports, reminders, returned reports, with every attempt."""
    records = list(read_ledger(post / SENT_NAME))
    keys = ("organ", "reminder", "returned")
    ours = {
        str(item["message_id"]) for item in records if item.get("year") == year and any(item.get(key) in organs for key in keys)
    }
    return [item for item in records if item.get("message_id") in ours]


def _ledgers(received: Iterable[LedgerRecord], sent: Iterable[LedgerRecord]) -> dict[str, bytes | Path]:
    return {f"台账/{name}": _json_lines(items) for name, items in (("收件和审核.jsonl", received), ("发件.jsonl", sent))}


def _json_lines(records: Iterable[LedgerRecord]) -> bytes:
    lines = (json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n" for item in records)
    return "".join(lines).encode("utf-8")


def _table_of_steps(steps: Iterable[tuple[str, Step]]) -> bytes:
    """The steps of every report as a table that any office opens."""
    # a cell that begins like a formula would be run by a spreadsheet
    notes = ((name, step, "'" if step.note.startswith(("=", "+", "-", "@")) else "") for name, step in steps)
    rows = ((name, step.at.isoformat(), step.name, step.hand, step.digest, f"{mark}{step.note}") for name, step, mark in notes)
    return csv_bytes([("单位", "时间", "事项", "经手人", "填报数据校验值（SHA-256）", "说明"), *rows])


def _signature(record: LedgerRecord | None) -> str:
    state = str(record.get("signature", "")) if record else ""
    return _SIGNED.get(state, state)


def _day(steps: Sequence[Step]) -> str:
    return steps[0].day.isoformat() if steps else ""


def pack(gathered: ArchiveContents, folder: Path) -> tuple[Path, str]:
    """Write the archive into a folder; its path and the SHA-256 that stands for the whole.

    Raises:
        CannotWrite: disk full, no permission.
    """
    path = folder / f"{gathered.title}.zip"
    files = {**gathered.files, PAGE_NAME: set_pdf(make_document(_blocks(gathered)))}
    info = {
        "Source-Organization": gathered.office,
        "External-Description": gathered.title,
        "External-Identifier": f"{gathered.office} {gathered.year}",
        "Payload-Files": str(len(files)),
    }
    return path, write_bag(path, files, info)


def _blocks(gathered: ArchiveContents) -> Iterator[Block]:
    yield Front(gathered.title, gathered.office, gathered.year, "")
    name = f"{gathered.year}年政府信息公开工作年度报告"
    yield Title((gathered.office, name, "档案说明"))
    until = f"台账记到 {gathered.until}。" if gathered.until else ""
    yield paragraph(
        f"本档案共 {len(gathered.organs)} 份年报、{len(gathered.files) + 1} 个文件。{until}不含依申请公开台账和申请人的信息。"
    )
    yield Heading(1, "一、内容")
    yield plain_table("folders", "内容", ("位置", "是什么"), _FOLDERS, widths=(24, 76), left=(0, 1))
    yield Heading(1, "二、各单位的年报")
    heads = ("单位", "办理情况", "收到", "通过", "版数", "存档的文件", "签名", "备注")
    rows = [_row(item) for item in gathered.organs]
    yield plain_table("organs", "各单位的年报", heads, rows, widths=(20, 14, 11, 11, 6, 12, 11, 15), left=(0, 5, 6, 7))
    if published := [item for item in gathered.organs if item.published]:
        pages = [(item.name, item.published) for item in published]
        yield Heading(1, "三、公开情况")
        yield plain_table("published", "公开情况", ("单位", "公开日期和地址"), pages, widths=(36, 64), left=(0, 1))
    yield Heading(1, f"{'四' if published else '三'}、怎样核对")
    yield paragraph(_HOW)


def _row(item: FiledOrgan) -> tuple[str, ...]:
    versions = str(item.versions) if item.versions else ""
    report = item.report or "没有成品"
    return item.name, item.state, item.received, item.accepted, versions, report, item.signature, item.remark
