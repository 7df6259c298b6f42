"""Reports for tests: any report that can be written down (hypothesis), and a few small stories.

The places in them are invented.
"""

from __future__ import annotations

from hypothesis import strategies as st

from toolkit.forms import Address, Form, all_forms
from toolkit.report import Channel, Confirmation, Contact, Figures, Narrative, Organ, ProcessingFee, Report, Value
from toolkit.report.model import LARGEST, LEVEL_NAMES, empty_report

ORGAN = Organ(name="云水县清河镇人民政府")


def all_zero(year: int, organ: Organ = ORGAN) -> Report:
    """零填报: every cell 0."""
    report = empty_report(year, organ)
    given: dict[Address, Value] = dict.fromkeys(report.form.cells, 0)
    return Report(year=year, organ=organ, figures=Figures(report.form, given))


def busy(year: int = 2024) -> Report:
    """A township with applications, disputes and money; it balances."""
    figures: dict[str, Value] = {
        "applications.new.natural_person": 10,
        "applications.new.business": 2,
        "applications.carried_in.natural_person": 1,
        "applications.granted.natural_person": 7,
        "applications.granted.business": 2,
        "applications.refused_third_party.natural_person": 2,
        "applications.unprocessed_repeat.natural_person": 1,
        "applications.carried_out.natural_person": 1,
        "disputes.review.upheld": 2,
        "disputes.direct_lawsuit.pending": 1,
    }
    blank = all_zero(year)
    sums = blank.form.sums
    given = {address: value for address, value in blank.figures.given.items() if address not in sums}
    given |= {Address.parse(path): value for path, value in figures.items()}
    return Report(year=year, organ=blank.organ, figures=Figures(blank.form, given))


# What people paste: odd lines, leading blanks, colons, quotes, marks of YAML, characters beyond the first plane.
_WORDS = [
    "一", "（一）", "1.", "全年公开信息", "500余条", "null", "yes", "on", "0537", "1e9", "1:30", "0x1F", "12_000", "2024-01-01",
    "<<", "---", "...", "\\n", "<b>", "{{7*7}}", "$x$", "𠮷", "㙍", "😀", "é",
]  # fmt: skip
_MARKS = list("：'\"%@`|>{}[],&*!?~=\\")
_BLANKS = [" ", "  ", "　", "\n", "\n\n", ": ", " # ", "- ", "\u00a0", "\u200b", "\ufeff", "\u2028", "\t", "\r\n"]
_PIECES = st.sampled_from([*_WORDS, *_MARKS, *_BLANKS])
_TEXT = st.lists(_PIECES, max_size=12).map("".join)
_LINE = st.lists(_PIECES, max_size=5).map("".join)
_NAMED = _LINE.filter(str.strip)
_COUNT = st.integers(0, LARGEST - 1)
_DIRTY = st.one_of(
    st.sampled_from(
        ["251000元", "-", "—", "减4", "1,200", "１２", "0537", "1e9", "1:30", "yes", ".nan", "12_000", "=1+1", "0o17", "3件"]
    ),
    _NAMED,
)
_MONEY = st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False)


def _value(kind: str) -> st.SearchStrategy[Value]:
    number: st.SearchStrategy[Value] = _MONEY if kind == "money" else st.integers(-99, 9999) if kind == "change" else _COUNT
    return st.one_of(st.none(), number, number, number, _DIRTY)


@st.composite
def _figures(draw: st.DrawFn, form: Form) -> dict[Address, Value]:
    chosen = draw(st.lists(st.sampled_from(list(form.cells)), max_size=12, unique=True))
    return {address: draw(_value(form.cells[address].type)) for address in chosen}


def organs() -> st.SearchStrategy[Organ]:
    contact = st.builds(Contact, office=_LINE, address=_LINE, phone=_LINE)
    name = st.text("云水县清河镇人民政府𠮷㙍", min_size=1, max_size=20)
    return st.builds(
        Organ, name=name, short_name=_LINE, superior=_LINE, level=st.sampled_from(list(LEVEL_NAMES)), contact=contact,
        published_at=_LINE, published_on=st.sampled_from(["", "2025-01-20"]),
    )  # fmt: skip


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Any report that the reader would give: both editions, blanks, dirty cells, money, odd text."""
    form = draw(st.sampled_from(all_forms()))
    # the reader strips a dirty cell and knows digits in quotes as a number: such a report is what we write
    given = {address: _read_again(value) for address, value in draw(_figures(form)).items()}
    channels = st.builds(Channel, name=_NAMED, count=_COUNT, approximate=st.booleans())
    fee = st.builds(ProcessingFee, notices=_COUNT, amount_yuan=_MONEY)
    confirmation = st.builds(Confirmation, code=st.just("documents-valid"), where=_LINE, reason=_NAMED)
    return Report(
        year=draw(st.integers(form.first_year, form.last_year or 2030)),
        organ=draw(organs()),
        figures=Figures(form, given),
        channels=tuple(draw(st.lists(channels, max_size=3))),
        narrative=draw(st.builds(Narrative, preamble=_TEXT, overview=_TEXT, problems=_TEXT, other=_TEXT)),
        processing_fee=draw(st.none() | fee),
        confirmed=tuple(draw(st.lists(confirmation, max_size=2))),
    )


def _read_again(value: Value) -> Value:
    return (value.strip() or None) if isinstance(value, str) else value
