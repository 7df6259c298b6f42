"""For every rule a case it finds and a case it leaves alone: the catalogue's page and the tests use the same ones.

In: ``examples.yaml``, which says how each case differs from one faultless report. Out: cases and their descriptions,
and the catalogue of rules as a page (规则目录): Markdown, the file ``docs/规则目录.md``; a test holds the file to the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from toolkit.checks.case import Case, OutputDifference
from toolkit.checks.catalogue import GROUPS, RULES_VERSION, Rule, all_rules
from toolkit.checks.finding import SEVERITY_NAMES, Finding, sort_findings
from toolkit.checks.narrative.likeness import TextIndex
from toolkit.checks.rules.printed_form import form_labels
from toolkit.core.shipped import read_table
from toolkit.forms import Address, Form, form_for_year
from toolkit.register.counting import Counts, counted_cells
from toolkit.register.lookup import RegisterCounts
from toolkit.report import Contact, Figures, Narrative, Organ, ProcessingFee, Report, Value
from toolkit.report.jurisdiction import Jurisdiction, Member
from toolkit.report.model import FromRegister
from toolkit.report.opinion import Opinion, OpinionItem
from toolkit.report.read_form import Observation, ReadForm

_CONTACT = Contact(office="云溪县青石镇党政办公室", address="云溪县青石镇青石街1号", phone="0601-5550199")
_ORGAN = Organ(name="云溪县青石镇人民政府", level="township", contact=_CONTACT, published_at="云溪县人民政府网站")
_OVERVIEW = """\
（一）主动公开。{year}年，青石镇围绕稻米加工和乡道养护公开信息，群众来电询问明显减少。{documents}
（二）依申请公开。{applications}因政府信息公开引起行政复议2件，均获维持；行政诉讼1件，尚未审结。
（三）政府信息管理。文件起草时就写明公开属性，上网前由分管镇长逐份审签，年底归档。
（四）平台建设。乡道旁的公示牌换成能扫码的新牌，扫一次就能看到养护单位和电话。
（五）监督保障。镇人大代表每季度抽查一次，抽查结果贴在公开栏上。"""
_DOCUMENTS = {
    "2021": "制发行政规范性文件2件，废止1件，现行有效6件；作出行政许可14件、行政处罚6件。",
    "2019": "制作规范性文件2件，均已公开，对外公开共6件；作出行政许可14件、行政处罚6件。",
}
_APPLICATIONS = (
    "新收申请12件，上年结转1件，办结12件，结转下年度1件；办理结果为予以公开9件、不予公开2件、不予处理1件，"
    "不予公开的均涉及第三方合法权益。"
)
_PROBLEMS = (
    "稻米加工补贴的公示只到村，农户要跑一趟才看得到；乡道养护的招标信息更新偏慢，有两次晚了半个月；经办人兼着三样工作，答复书写得简单。"
    "今后补贴名册发到村民小组，养护信息由镇路政员当天上传，再请县政务公开办来讲一次答复书的写法，每季度对照检查。"
)
_OTHER = {"2021": "本年度收取信息处理费0元。", "2019": "没有其他需要报告的事项。"}
_FIGURES = {
    "applications.new.natural_person": 10, "applications.new.business": 2, "applications.carried_in.natural_person": 1,
    "applications.granted.natural_person": 7, "applications.granted.business": 2,
    "applications.refused_third_party.natural_person": 2, "applications.unprocessed_repeat.natural_person": 1,
    "applications.carried_out.natural_person": 1, "disputes.review.upheld": 2, "disputes.direct_lawsuit.pending": 1,
    "permits.permits.decisions": 14, "enforcement.penalties.decisions": 6,
}  # fmt: skip
_FIGURES_OF = {
    "2021": {"documents.normative.issued": 2, "documents.normative.repealed": 1, "documents.normative.valid": 6},
    "2019": {
        "documents.normative.made": 2, "documents.normative.published": 2, "documents.normative.public_total": 6,
        "permits.permits.previous_items": 5, "enforcement.penalties.previous_items": 9,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One case of a rule: its description on the page, and the case."""

    say: str
    case: Case


@dataclass(frozen=True)
class RuleExamples:
    """What a rule finds, and what it leaves alone."""

    fails: tuple[Example, ...]
    passes: Example


def faultless(year: int = 2024) -> Report:
    """A small township's report in which no rule finds anything; the township is invented."""
    form = form_for_year(year)
    cells = {str(address): 0 for address in form.cells if address not in form.sums} | _FIGURES | _FIGURES_OF[form.id]
    figures: dict[Address, Value] = {Address.parse(path): value for path, value in cells.items()}
    overview = _OVERVIEW.format(year=year, documents=_DOCUMENTS[form.id], applications=_APPLICATIONS)
    narrative = Narrative(overview=overview, problems=_PROBLEMS, other=_OTHER[form.id])
    return Report(year=year, organ=_ORGAN, figures=Figures(form, figures), narrative=narrative)


@cache
def rule_examples() -> Mapping[str, RuleExamples]:
    """The examples of every rule by its code."""
    written: dict[str, Any] = read_table(Path(__file__).parent / "examples.yaml")
    return {code: _both(both["fails"], both["passes"]) for code, both in written.items()}


def _both(fails: list[dict[str, Any]], passes: dict[str, Any]) -> RuleExamples:
    return RuleExamples(tuple(_example(item) for item in fails), _example(passes))


def _example(written: dict[str, Any]) -> Example:
    return Example(written["say"], example_case(written))


def example_case(written: Mapping[str, Any]) -> Case:
    """The case that a piece of ``examples.yaml`` describes."""
    report = _report(written)
    last = written.get("last_year")
    members, asked = written.get("jurisdiction", []), written.get("county_asks", {})
    return Case(
        report=report,
        last_year=None if last is None else _report({"year": report.year - 1, **last}),
        last_year_problem=written.get("last_year_problem", ""),
        siblings=TextIndex(_report(item) for item in written.get("siblings", ())),
        members=tuple(_report(item) for item in written.get("members", ())),
        jurisdiction=Jurisdiction(name="云溪县人民政府", members=_members(members), **asked) if members or asked else None,
        read_form=_read_form(report.form, written["read_form"]) if "read_form" in written else None,
        opinion=_opinion(report, written["opinion"]) if "opinion" in written else None,
        outputs=tuple(OutputDifference(**item) for item in written.get("outputs", ())),
        register=_register(report, written["register"]) if "register" in written else None,
    )


def _register(report: Report, written: Mapping[str, Any]) -> RegisterCounts:
    """A register that counts what the faultless report says, but for what is written."""
    if "problem" in written:
        return RegisterCounts(problem=written["problem"])
    own = {address: report.figures.number(address) or 0 for address in counted_cells(report.form)}
    own |= {Address.parse(path): value for path, value in written.get("cells", {}).items()}
    behind = {address: tuple(f"例{at}" for at in range(int(value))) for address, value in own.items()}
    fee = written.get("fee", {"notices": 0, "amount_yuan": 0})
    return RegisterCounts(Counts(report.year, report.form, behind, fee["notices"], Decimal(fee["amount_yuan"])))


def _report(written: Mapping[str, Any]) -> Report:
    report = faultless(written.get("year", 2024))
    cells = {Address.parse(path): _value(value) for path, value in written.get("cells", {}).items()}
    unchanged = {address: value for address, value in report.figures.given.items() if address.table != written.get("without")}
    texts = report.narrative.model_dump() | written.get("text", {})
    for part, sentence in written.get("add", {}).items():
        texts[part] += sentence
    return replace(
        report,
        organ=_organ(written.get("organ", {})),
        figures=Figures(report.form, {**unchanged, **cells}),
        narrative=Narrative(**texts),
        foreign=written.get("foreign", {}),
        processing_fee=ProcessingFee(**written["fee"]) if "fee" in written else None,
        from_register=FromRegister(**written["from_register"]) if "from_register" in written else None,
    )


def _value(value: Value | float) -> Value:
    return Decimal(str(value)) if isinstance(value, float) else value


def _organ(changes: Mapping[str, str]) -> Organ:
    own = {key: value for key, value in changes.items() if "." not in key}
    contact = {key.removeprefix("contact."): value for key, value in changes.items() if "." in key}
    return _ORGAN.model_copy(update={**own, "contact": _CONTACT.model_copy(update=contact)})


def _opinion(report: Report, items: list[dict[str, Any]]) -> Opinion:
    """The opinion on the report as it was before ``items`` asked for something."""
    listed = tuple(OpinionItem(number=number, **item) for number, item in enumerate(items, 1))
    return Opinion(
        year=report.year, organ=report.organ.name, round=1, digest="0" * 64, returned_on=date(report.year + 1, 1, 22),
        answer_by=date(report.year + 1, 1, 27), office="云溪县人民政府", items=listed,
    )  # fmt: skip


def _members(names: list[str]) -> tuple[Member, ...]:
    return tuple(Member(name=name, file=name.removeprefix("云溪县").removesuffix("人民政府")) for name in names)


def _read_form(form: Form, written: Mapping[str, Any]) -> ReadForm:
    """The form as printed, but for what is written: other words for a label or heading, tables as pictures or left out."""
    headings = tuple(written.get("headings", {}).get(part.heading, part.heading) for part in form.parts)
    pictures, absent = tuple(written.get("pictures", ())), tuple(written.get("absent", ()))
    labels = {
        part.key: tuple(written.get(part.key, {}).get(label, label) for label in form_labels(form, part.key, absent))
        for part in form.parts
        if part.tables and part.key not in pictures
    }
    seen = tuple(Observation(**item) for item in written.get("observations", ()))
    unread = {Address.parse(path): why for path, why in written.get("unread", {}).items()}
    editions = written.get("editions", {})
    return ReadForm(headings, labels, pictures, absent, editions=editions, unread=unread, observations=seen)


_HEAD = f"""# 规则目录

规则版本 {RULES_VERSION}，由 `nianbao rules` 从规则本身生成，请勿手改。

- **错误**：改正以后才能生成正式年报，不能用“确认”代替。
- **警告**：由人判断；确实如此的，在填报数据的 `confirmed:` 里写明原因，原因随数据上报，上级看得到。
- **提示**：只供参考。

示例都从同一份无误的报告（虚构的云溪县青石镇）出发，只写改动的地方。
"""


def catalogue_page() -> str:
    """Every rule with sentence, severity, source, an example that is found and one that is not, in Chinese."""
    return "\n".join((_HEAD, *_contents(), *(line for group in GROUPS for line in _group(group)))).rstrip() + "\n"


def _contents() -> Iterator[str]:
    yield "| 部分 | 规则 |\n|---|---|"
    for number, group in enumerate(GROUPS, start=1):
        codes = "、".join(f"`{item.code}`" for item in all_rules() if item.group == group)
        yield f"| {number}　{group} | {codes} |"
    yield ""


def _group(group: str) -> Iterator[str]:
    yield f"## {GROUPS.index(group) + 1}　{group}\n"
    for item in all_rules():
        if item.group == group:
            yield from _rule(item, rule_examples()[item.code])


def _rule(item: Rule, examples: RuleExamples) -> Iterator[str]:
    failures = [(example, finding) for example in examples.fails if (finding := first_finding(item, example))]
    severities = dict.fromkeys(SEVERITY_NAMES[finding.severity] for _, finding in failures)
    yield f"### `{item.code}`　{'／'.join(severities)}\n"
    yield f"{item.sentence}\n"
    yield f"- 依据：{item.source}"
    for example, finding in failures:
        yield f"- 会指出：{example.say}  \n  → {SEVERITY_NAMES[finding.severity]}：{finding.message}"
    yield f"- 不会指出：{examples.passes.say}\n"


def first_finding(item: Rule, example: Example) -> Finding | None:
    """What a rule finds in an example, the gravest first."""
    findings = item.check(example.case) if item.applies(example.case) else ()
    return next((finding for finding in sort_findings(findings) if finding.code == item.code), None)
