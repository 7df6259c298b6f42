"""The catalogue of rules as a page (规则目录), made from the rules and their examples.

Out: Markdown, the file ``docs/规则目录.md``; a test holds the file to the rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.checks.catalogue import GROUPS, RULES_VERSION, Rule, all_rules
from toolkit.checks.examples import Example, RuleExamples, rule_examples
from toolkit.checks.finding import SEVERITY_NAMES, Finding

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
    return min((finding for finding in findings if finding.code == item.code), key=_gravity, default=None)


def _gravity(finding: Finding) -> int:
    return list(SEVERITY_NAMES).index(finding.severity)
