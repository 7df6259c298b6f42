"""``nianbao register``: the register of requests (依申请公开台账) on the command line.

What is printed may go into a mail or a log: numbers (编号), days and counts, never names, contacts or what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.commands.screen import TodayOption, complaints, console
from toolkit.commands.usage import ChineseCommand, ChineseGroup
from toolkit.commands.working_folder import in_working_folder
from toolkit.core.dates import now
from toolkit.core.errors import UsageError
from toolkit.core.files import save_bytes
from toolkit.core.machine import account
from toolkit.core.tree import full_path

if TYPE_CHECKING:
    from toolkit.register.statistics import Statistics
    from toolkit.register.store import Register

FOLDER = Path("registers")
DayOption = Annotated[
    datetime | None, typer.Option("--day", help="用哪一天的副本，默认最近的", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"])
]
PlaceArgument = Annotated[str, typer.Argument(help="哪个单位的台账，如 云溪县/竹溪镇；只有一个台账时可以不写", metavar="PLACE")]
_COLORS = {"late": "red", "today": "red", "soon": "yellow"}
MOST_UNCLEAR = 50

register = typer.Typer(
    cls=ChineseGroup, help="依申请公开台账：期限、导入、导出、统计、文书。", no_args_is_help=True, rich_markup_mode=None
)


def due(
    place: PlaceArgument = "",
    within: Annotated[int, typer.Option(help="只列几个工作日内到期的；0 表示全部在办的", metavar="N", min=0)] = 0,
    ics: Annotated[Path | None, typer.Option(help="另存为日历文件（.ics），导入日历程序即可提醒", metavar="FILE")] = None,
    today: TodayOption = None,
) -> None:
    """列出在办申请的到期日，已逾期、今天到期的在前；只有编号和日期，可以每天发邮件提醒。"""
    from toolkit.register.deadlines import calendar_file, deadline
    from toolkit.register.places import place_of
    from toolkit.register.problems import RegisterError
    from toolkit.register.working_days import read_calendar

    day = (today or datetime.now()).date()
    calendar = read_calendar(FOLDER)
    events, unread = [], 0
    for path in _chosen(place):
        try:
            with _opened(path) as opened:
                running = [
                    (request.number, deadline(request, calendar, day)) for request in opened.requests() if not request.closed_on
                ]
        except RegisterError as error:
            console.print(str(error), style="red")
            unread += 1
            continue
        listed = [(number, clock) for number, clock in running if not within or (clock.days_left or 0) <= within]
        console.print(f"{place_of(path)}：在办 {len(running)} 件")
        for number, clock in sorted(listed, key=lambda item: (item[1].due_on or date.max, item[0])):
            on = f"　{clock.due_on:%Y-%m-%d}" if clock.due_on else ""
            console.print(f"  {number}　{clock.text}{on}", style=_COLORS.get("late" if clock.overdue else clock.state))
            for note in clock.notes if clock.overdue else ():
                console.print(f"    {note}")
        events += [(number, clock) for number, clock in running if clock.due_on]
    if ics is not None:
        save_bytes(ics, calendar_file(events, day))
        console.print(f"已写成 {ics}：{len(events)} 件")
    raise typer.Exit(int(bool(unread)))


def import_ledger(
    file: Annotated[Path, typer.Argument(help="已有的台账（.xlsx、.xls、.csv）", metavar="FILE")],
    place: PlaceArgument = "",
    head: Annotated[
        list[str] | None, typer.Option("--head", help="本单位的列名，如 来文号=申请编号；记住，以后不用再写", metavar="列=栏目")
    ] = None,
    word: Annotated[
        list[str] | None,
        typer.Option("--word", help="本单位的办理结果、申请人类别写法，如 答复不存在=不掌握、个体户=商业企业", metavar="词=意思"),
    ] = None,
    update: Annotated[bool, typer.Option("--update", help="台账里已有而内容不同的，改成文件里的")] = False,
) -> None:
    """把已有的 Excel 台账读进来：读不准的行逐条列出，不猜；同一个文件再读一次不会重复。"""
    from toolkit.register.ledger.reading import read_ledger
    from toolkit.register.ledger.taking_in import take_in
    from toolkit.register.ledger.words import field_of_label, own_words

    raw = _bytes_of(file)
    path = _named(place)
    with _opened(path) as opened:
        opened.remember_heads(_pairs(head, "列=栏目", field_of_label) | _pairs(word, "词=意思", _meaning))
        ledger = read_ledger(raw, file.name, date.today(), own_words(opened.heads()))
        if not ledger.requests and not ledger.unclear:
            raise UsageError(
                f"{file.name} 中没有认出台账：表头应有 申请编号、收到日期、申请人类别、申请内容、答复日期、办理结果 等"
            )
        intake = take_in(ledger, opened, update=update)
    for note in ledger.notes:
        console.print(f"说明 {note}", style="cyan")
    for item in ledger.unclear[:MOST_UNCLEAR]:
        console.print(f"没有读入 {item}", style="yellow")
    for where, reason in intake.doubtful[:MOST_UNCLEAR]:
        console.print(f"没有读入 {where}：{reason}", style="yellow")
    for number, fields in intake.differing[:MOST_UNCLEAR]:
        console.print(f"已有而不同 {number}：{'、'.join(fields)}（没有改；要改成文件里的，加 --update）", style="yellow")
    console.print(
        f"新增 {len(intake.added)} 件，已有 {len(intake.same)} 件，改动 {len(intake.changed)} 件，"
        f"已有而不同 {len(intake.differing)} 件，没有读入 {len(ledger.unclear) + len(intake.doubtful)} 行"
    )
    raise typer.Exit(int(bool(ledger.unclear or intake.differing or intake.doubtful)))


def export(
    place: PlaceArgument = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="存为哪个文件", metavar="FILE")] = None,
) -> None:
    """把台账写成 Excel（含个人信息，只有本人能读，请妥善保管），可以再读回来。"""
    from toolkit.register.ledger.writing import write_ledger
    from toolkit.register.places import keep_private

    path = _one(place)
    target = output or path.with_suffix(".xlsx")
    with _opened(path) as opened:
        requests = opened.requests(void=True)
        data = write_ledger(requests, opened.history())
    save_bytes(target, data)
    keep_private(target)
    console.print(f"已写成 {target}：{len(requests)} 件。文件含个人信息，不要外发")


def fill(file: Annotated[Path, typer.Argument(help="填报数据文件，如 params/2025/云溪县/竹溪镇.yaml", metavar="FILE")]) -> None:
    """把台账数得的第三、四部分和信息处理费填进年报的填报数据（与填报表里的“从台账带入”相同）。"""
    from toolkit.register.offering import fill_report
    from toolkit.report import read_report, write_report

    if not file.is_file():
        raise typer.BadParameter(f"找不到 {file}", param_hint="FILE")
    report = read_report(file)
    filled = fill_report(report, file, date.today())
    write_report(filled, file)
    number = filled.number("applications", "new", "total")
    console.print(f"已填进 {file}：新收 {number} 件，办结 {filled.number('applications', 'total', 'total')} 件")


def statistics(
    year: Annotated[int, typer.Argument(help="哪一年", metavar="YEAR", min=2000, max=2999)],
    places: Annotated[
        list[str] | None, typer.Argument(help="单位、地区，或各单位报来的统计表（.xlsx）；不写则为全部台账", metavar="PLACE…")
    ] = None,
    by: Annotated[str, typer.Option(help="month 按月，quarter 按季", metavar="month|quarter")] = "month",
    output: Annotated[
        Path, typer.Option("--output", "-o", help="存为哪个文件：.xlsx 可以再加在一起，.pdf 供打印", metavar="FILE")
    ] = Path("统计.xlsx"),
    today: TodayOption = None,
) -> None:
    """按月或按季统计新收、办结、按期、平均工作日、结果和申请人，没有姓名；可以把许多单位加在一起，可以打印。"""
    from toolkit.register.ledger.statistics_book import write_statistics
    from toolkit.register.statistics import HANDLED, IN_TIME, LATE, RECEIVED, sum_statistics

    if by not in ("month", "quarter"):
        raise typer.BadParameter("应为 month 或 quarter", param_hint="--by")
    if output.suffix.lower() not in (".xlsx", ".pdf"):
        raise typer.BadParameter(f"{output.name} 应以 .xlsx 或 .pdf 结尾", param_hint="--output")
    members = _members(year, places or [""])
    whole = sum_statistics(members.values(), year)
    of = next(iter(members)) if len(members) == 1 else f"{whole.organs} 个单位"
    title, quarters = f"{year} 年依申请公开统计（{of}）", by == "quarter"
    if output.suffix.lower() == ".pdf":
        from toolkit.exporters.pdf.statistics_page import set_statistics

        data = set_statistics(whole, title, (today or datetime.now()).date(), by_quarter=quarters, members=members)
    else:
        data = write_statistics(whole, title, by_quarter=quarters, members=members)
    save_bytes(output, data)
    months = tuple(range(1, 13))
    received, handled, in_time, late = (whole.count(key, months) for key in (RECEIVED, HANDLED, IN_TIME, LATE))
    console.print(
        f"{whole.organs} 个单位：新收 {received} 件，办结 {handled} 件，按期 {in_time} 件，逾期 {late} 件；已写成 {output}"
    )


def _members(year: int, places: list[str]) -> dict[str, Statistics]:
    """The statistics of each organ: of its register, or of the workbook that it sent.

    Raises:
        UsageError: a place has no register, a workbook is no such table, or one comes twice.
    """
    from toolkit.register.ledger.statistics_book import read_statistics
    from toolkit.register.places import place_of
    from toolkit.register.statistics import statistics_of
    from toolkit.register.working_days import read_calendar

    calendar, members, taken = read_calendar(FOLDER), {}, set[str]()
    for place in places:
        named = (
            [(Path(place).stem, Path(place))] if place.endswith(".xlsx") else [(place_of(path), path) for path in _chosen(place)]
        )
        for name, path in named:
            if str(full_path(path)) in taken:
                raise UsageError(f"“{name}”写了两次；每个单位只加一次")
            taken.add(str(full_path(path)))
            name = name if name not in members else str(path)  # noqa: PLW2901
            if path.suffix == ".xlsx":
                members[name] = read_statistics(path, year)
                continue
            with _opened(path) as opened:
                members[name] = statistics_of(opened.requests(), year, calendar)
    return members


def letter(
    number: Annotated[str, typer.Argument(help="申请编号；只看栏目名和模板时不写", metavar="NUMBER")] = "",
    template: Annotated[str, typer.Argument(help="文书名称，如 延期告知书，或自己的模板（.docx）", metavar="TEMPLATE")] = "",
    place: PlaceArgument = "",
    fields: Annotated[bool, typer.Option("--fields", help="列出模板里能用的栏目名，和现有的模板")] = False,
) -> None:
    """用 Word 模板为一件申请做文书，放在台账旁的“_文书”里；模板在 registers/_模板，没有时先放样例，可以照本单位的格式改。"""
    from toolkit.register.letters.making import make_letter, provide_templates, template_of
    from toolkit.register.working_days import read_calendar

    if fields:
        _print_fields()
        return
    if not number or not template:
        raise UsageError("请写申请编号和文书名称，如 nianbao register letter 2022-001 延期告知书；栏目名和模板用 --fields 列出")
    path = _one(place)
    file = template_of(provide_templates(FOLDER), template)
    with _opened(path) as opened:
        request = opened.request(number)
    letter_file = make_letter(path, request, file, read_calendar(FOLDER), date.today())
    console.print(letter_file.sentence)


def _print_fields() -> None:
    """Every name that a template may use, with an example, and the templates there are."""
    from toolkit.register.letters.filling import OWN_FIELDS, field_names
    from toolkit.register.letters.making import provide_templates

    console.print("模板里能用的栏目名（两层花括号里写）：")
    for name in field_names():
        console.print(f"  {{{{{name}}}}}" + (f"　{OWN_FIELDS[name]}" if name in OWN_FIELDS else ""), markup=False)
    names = [file.stem for file in provide_templates(FOLDER)]
    console.print(f"现有的模板（{FOLDER / '_模板'}）：{'、'.join(names)}")


def restore(place: PlaceArgument = "", day: DayOption = None) -> None:
    """用每日副本恢复损坏的台账；坏了的文件留在“_备份”里，不删除。"""
    from toolkit.register.opening import copies, put_copy_back

    path = _named(place)
    choices = [copy for copy in copies(path) if day is None or copy.stem == f"{day:%Y-%m-%d}"]
    if not choices:
        days = "、".join(copy.stem for copy in copies(path)) or "没有"
        raise UsageError(f"{path.name} 没有这一天的副本；现有的副本：{days}")
    aside = put_copy_back(path, choices[0], date.today())
    console.print(f"已恢复到 {choices[0].stem} 的副本" + (f"；原来的文件在 {aside}" if aside else ""))


def anonymise(
    place: PlaceArgument = "", years: Annotated[int, typer.Option(help="办结满几年的", metavar="N", min=1)] = 5
) -> None:
    """把办结、作废多年的申请人、联系方式、申请内容、附件、备注清除（修改记录里的也清除）；计数不受影响，不能恢复。"""
    before = date(date.today().year - years, 1, 1)
    with _opened(_one(place)) as opened:
        count = opened.anonymise(before)
    console.print(
        f"{before:%Y-%m-%d} 以前办结、作废的，匿名 {count} 件。每日副本 30 天后才全部换掉；"
        "“_文书”里的文书、“_备份”里坏了的文件、附件和导出的 Excel 请另行清理"
    )


def _chosen(place: str) -> list[Path]:
    """The registers meant: the one that is named, else all there are."""
    from toolkit.register.places import registers_below

    paths = [_named(place)] if place and not (FOLDER / place).is_dir() else registers_below(FOLDER / place)
    if not paths:
        raise UsageError(
            f"{FOLDER / place} 里没有台账；用 nianbao register import 读入已有的，或在 nianbao lab --register 里新建"
        )
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise UsageError(f"找不到台账 {missing[0]}")
    return paths


def _one(place: str) -> Path:
    """The one register meant.

    Raises:
        UsageError: there is none, or there are several and none is named.
    """
    paths = _chosen(place)
    if len(paths) > 1:
        from toolkit.register.places import place_of

        raise UsageError(f"有 {len(paths)} 个台账，请写明哪一个，如 {place_of(paths[0])}")
    return paths[0]


def _named(place: str) -> Path:
    """The register of a place, which need not exist; without a place the only one there is."""
    from toolkit.register.places import register_path

    return register_path(FOLDER, place) if place else _one(place)


@contextmanager
def _opened(path: Path) -> Iterator[Register]:
    from toolkit.register.store import Register

    with Register(path, who=account(), now=now) as opened:
        for note in opened.notes:
            complaints.print(note, style="yellow")
        yield opened


def _bytes_of(file: Path) -> bytes:
    from toolkit.register.ledger.sheets import READ

    if not file.is_file():
        raise typer.BadParameter(f"找不到 {file}", param_hint="FILE")
    if file.suffix.lower() not in READ:
        raise UsageError(f"{file.name} 不是 .xlsx、.xls 或 .csv：请在 Excel 或 WPS 中打开，另存为“Excel 工作簿（*.xlsx）”再导入")
    return file.read_bytes()


def _pairs(typed: list[str] | None, shape: str, meaning: Callable[[str], str | None]) -> dict[str, str]:
    """``来文号=申请编号`` as what the office writes and the key it means."""
    from toolkit.register.ledger.words import plain

    pairs = {}
    for text in typed or ():
        own, _, word = text.partition("=")
        key = meaning(word)
        if not own.strip() or key is None:
            raise UsageError(f"“{text}”应写成 {shape}，等号后面是台账的栏目名，或格式里的办理结果、申请人类别")
        pairs[plain(own)] = key
    return pairs


def _meaning(label: str) -> str | None:
    from toolkit.register.ledger.words import OWN_KIND, OWN_OUTCOME, kind_of, outcome_of

    row = outcome_of(label, date.today().year)
    kind = None if row else kind_of(label)
    return f"{OWN_OUTCOME}{row}" if row else f"{OWN_KIND}{kind}" if kind else None


COMMANDS: dict[str, Callable[..., None]] = {
    "due": due, "import": import_ledger, "export": export, "fill": fill, "statistics": statistics, "letter": letter,
    "restore": restore, "anonymise": anonymise,
}  # fmt: skip
for _name, _command in COMMANDS.items():
    register.command(_name, cls=ChineseCommand)(in_working_folder(_command))
