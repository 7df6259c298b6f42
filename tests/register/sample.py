"""Make the sample ledger: the invented town 云溪县竹溪镇, 60 requests of 2020 to 2022, both editions, disputes, carry-overs.

Run ``python -m tests.register.sample`` to write ``params/registers/云溪县/竹溪镇.xlsx``, the register made from it beside it, and
the report of 2022 that is counted from the register; tests hold the files to this module.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from toolkit.register.counting import count_year
from toolkit.register.ledger.writing import write_ledger
from toolkit.register.offering import fill_report, sentences_for
from toolkit.register.places import copies_folder
from toolkit.register.requests import CHANNELS, Dispute, PartAnswer, Request, applicant_kinds, outcomes_of
from toolkit.register.store import Register
from toolkit.report import Contact, Figures, Organ, Report, write_report
from toolkit.report.model import Channel, empty_report

PARAMS = Path(__file__).parents[2] / "params"
SAMPLE = PARAMS / "registers" / "云溪县" / "竹溪镇.xlsx"
SAMPLE_REGISTER = SAMPLE.with_suffix(".sqlite")
SAMPLE_REPORT = PARAMS / "2022" / "云溪县" / "竹溪镇.yaml"
INVENTED = "# 虚构样例：江澜市云溪县及其各单位、数字、文字均为虚构，如有雷同纯属巧合。第三、四部分由样例台账数得。\n"
MADE_ON = date(2023, 1, 10)
_BEIJING = timezone(timedelta(hours=8))
YEARS, A_YEAR = (2020, 2021, 2022), 20
_NAMES = "甲乙丙丁戊己庚辛壬癸"
_ENDS = {"natural_person": "", "business": "公司", "research": "研究所", "public_welfare": "协会", "legal_service": "律师事务所",
         "other_organization": "合作社"}  # fmt: skip
_SUBJECTS = (
    "道路养护经费的使用情况",
    "征地补偿方案",
    "水库除险加固的招标文件",
    "危房改造名单的评议记录",
    "村级公共服务经费的拨付文件",
)


def sample_requests() -> list[Request]:
    """The sixty requests."""
    return [_request(year, at) for year in YEARS for at in range(1, A_YEAR + 1)]


def _request(year: int, at: int) -> Request:
    """The ``at``-th request of a year; the last two are answered in the next one, the very last of all not yet."""
    kind = ("natural_person", "business", "natural_person", "legal_service", "natural_person", *applicant_kinds())[at % 11]
    received = date(year, 1, 6) + timedelta(days=at * 18 - 10)
    one = Request(
        f"竹溪{year}-{at:03}", received, list(CHANNELS)[at % 5], kind, f"申请人{_NAMES[at % 10]}{_ENDS[kind]}",
        f"000-00{year % 100:02}{at:03}", _SUBJECTS[at % 5], "经办人甲",
    )  # fmt: skip
    closed = received + timedelta(days=12 + at % 9)
    rows = list(outcomes_of(closed.year))
    outcome = "granted" if at % 2 else rows[(at * 3 + year) % len(rows)]
    values: dict[str, object] = {"answered_on": closed, "outcome": outcome, "answer_number": f"竹公开〔{closed.year}〕{at}号"}
    if (year, at) == (2022, 20):
        values = {}
    elif at == 7:
        values = {"withdrawn_on": closed}
    elif at == 9:
        values |= {"outcome": "refused_third_party", "parts": (PartAnswer(received + timedelta(days=5), "granted"),)}
    elif at == 11:
        values |= {
            "fee_notice_on": received + timedelta(days=2),
            "fee_yuan": Decimal(200),
            "fee_paid_on": received + timedelta(days=4),
        }
    elif at == 13:
        values |= {"disputes": _disputes(closed, year)}
    return Request(**{field: getattr(one, field) for field in one.__dataclass_fields__} | values)  # type: ignore[arg-type]


def _disputes(closed: date, year: int) -> tuple[Dispute, ...]:
    """A review every year; the one of 2021 goes on to a court, which has not decided."""
    review = Dispute("review", closed + timedelta(days=20), "云溪县人民政府", "", closed + timedelta(days=70), "upheld")
    return (review, Dispute("lawsuit_after_review", closed + timedelta(days=80), "云溪县人民法院")) if year == 2021 else (review,)


def sample_clock() -> datetime:
    return datetime(MADE_ON.year, MADE_ON.month, MADE_ON.day, 9, tzinfo=_BEIJING)


def make_register(path: Path, now: Callable[[], datetime] = sample_clock) -> None:
    """The register of the sixty requests, without a log beside it."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.rmtree(copies_folder(path), ignore_errors=True)
    with Register(path, who="经办人甲", now=now) as register:
        register.add_all(sample_requests(), "导入")
        register._connection.execute("PRAGMA journal_mode = DELETE")
        register._connection.execute("VACUUM")


def sample_report(file: Path) -> Report:
    """The report of 2022, counted from the register that belongs to ``file``."""
    contact = Contact(office="云溪县竹溪镇党政综合办公室", address="云溪县竹溪镇竹林路2号", phone="0601-5550117")
    organ = Organ(name="云溪县竹溪镇人民政府", level="township", contact=contact, published_at="云溪县人民政府网站")
    blank = empty_report(2022, organ)
    others = {address: 0 for address in blank.form.cells if address.table in _OTHERS and address not in blank.form.sums}
    filled = fill_report(replace(blank, figures=Figures(blank.form, others)), file, MADE_ON)
    with Register(file.parents[3] / "registers" / "云溪县" / "竹溪镇.sqlite", who="", now=sample_clock, read_only=True) as kept:
        counts = count_year(kept.tallies(), 2022)
    text, links = sentences_for(counts, len(_BEFORE))
    narrative = filled.narrative.model_copy(
        update={"overview": f"{_BEFORE}{text}{_AFTER}", "problems": _PROBLEMS, "other": _OTHER}
    )
    return replace(filled, narrative=narrative, links=links, channels=(Channel(name="云溪县人民政府网站", count=86),))


_OTHERS = ("documents", "permits", "enforcement", "fees")
_BEFORE = (
    "（一）主动公开。2022年，竹溪镇围绕竹木加工、毛竹林流转和山塘整治公开信息，在县政府网站发布86条，修订了镇级目录。\n"
    "（二）依申请公开。"
)
_AFTER = (
    "\n（三）政府信息管理。每件申请从登记到归档走台账，发布前由镇保密员和分管领导两道审核。\n"
    "（四）平台建设。镇里不另办网站，栏目都在县政府网站，便民服务中心设查阅角和申请箱。\n"
    "（五）监督保障。镇纪委每半年抽查一次台账和栏目，年内对各村办事员培训两场。"
)
_PROBLEMS = (
    "一是征地补偿类申请占了四成，同一地块几户先后来问，说明相关方案公开得不够细；二是跨年的申请要等下一年答复，经办人休假时衔接不紧。"
    "下一步，把补偿方案和评议记录主动公开到村，并在台账里给每件申请定第二经办人，到期前三个工作日提醒。\n"
)
_OTHER = "本机关收取政府信息公开信息处理费的情况：2022年发出收费通知1件，收取200元，未缴0元。\n"


def write_samples() -> None:
    """Write ledger, register and report."""
    SAMPLE.parent.mkdir(parents=True, exist_ok=True)
    SAMPLE.write_bytes(write_ledger(sample_requests()))
    make_register(SAMPLE_REGISTER)
    work = SAMPLE_REGISTER.parents[3] / "build" / "sample"
    file = work / "params" / "2022" / "云溪县" / "竹溪镇.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    (work / "registers" / "云溪县").mkdir(parents=True, exist_ok=True)
    shutil.copy(SAMPLE_REGISTER, work / "registers" / "云溪县")
    write_report(sample_report(file), file)
    SAMPLE_REPORT.parent.mkdir(parents=True, exist_ok=True)
    SAMPLE_REPORT.write_text(INVENTED + file.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
    shutil.rmtree(work)


if __name__ == "__main__":
    write_samples()
