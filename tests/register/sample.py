"""Make the sample ledger: the invented town 云溪县竹溪镇, 60 requests of 2020 to 2022, both editions, disputes, carry-overs.

Run ``python -m tests.register.sample`` to write ``params/registers/云溪县/竹溪镇.xlsx``; a test holds the file to this module.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from toolkit.register.ledger.writing import write_ledger
from toolkit.register.requests import CHANNELS, Dispute, PartAnswer, Request, applicant_kinds, outcomes_of

SAMPLE = Path(__file__).parents[2] / "params" / "registers" / "云溪县" / "竹溪镇.xlsx"
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


if __name__ == "__main__":
    SAMPLE.parent.mkdir(parents=True, exist_ok=True)
    SAMPLE.write_bytes(write_ledger(sample_requests()))
