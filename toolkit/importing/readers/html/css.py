"""Apply the style sheets inside a web page: which declarations concern an element and decide what is seen of it.

In: the parsed page. Out: a ``StyleSheets`` that gives the declarations of an element, weakest first already resolved.
Only properties that hide, move, strike out or colour text are kept, or may. Sheets on other servers are not fetched.

Source: CSS Cascading and Inheritance Level 4, 6 (cascade); Selectors Level 4, 17 (specificity).
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any
from urllib.parse import unquote

import soupsieve
import tinycss2
from soupsieve import SelectorSyntaxError

from toolkit.importing.readers.html.properties import declarations
from toolkit.importing.readers.html.values import applies_on_screen

# what an element is only while somebody uses the page, and names of other browsers
_STATES = re.compile(
    r":(?:hover|focus-within|focus-visible|focus|active|visited|target-within|target|fullscreen|popover-open|modal|picture-in-picture"
    r"|(?:-webkit-)?autofill|user-valid|user-invalid|playing|buffering|stalled|seeking|past|current|future)\b(?!-)",
    re.IGNORECASE,
)
_NEVER = ":not(*)"
_OTHER_NAMES = {":-webkit-any(": ":is(", ":matches(": ":is(", ":open": "[open]"}
_GENERATED = re.compile(r"::?(before|after|marker)\s*$", re.IGNORECASE)
_OF_BROWSER = re.compile(r"::(-webkit-[-\w]+|selection|placeholder|backdrop|file-selector-button|cue|marker)\s*$", re.IGNORECASE)
_FUNCTIONS = re.compile(r"::?[-\w]+(?:\([^()]*\))?")
_IN_PART = re.compile(r"::?(first-letter|first-line)\s*$", re.IGNORECASE)
_PSEUDO = re.compile(r"::?[-\w]+\s*$")
_NEEDS = re.compile(r"([.#])((?:[-\w]|[^\x00-\x7f])+)")
_PLAIN = re.compile(r"(?:[-\w.#\s>+~]*[\s>+~])?(?P<name>[a-zA-Z][a-zA-Z0-9]*(?![-\w])|(?=[.#]))(?P<words>(?:[.#][-\w]+)*)")
_WORDS = re.compile(r"[.#][-\w]+")
_NEGATED = re.compile(r":(not|is|where|has|matches)\(", re.IGNORECASE)
_NO_WEIGHT = re.compile(r":where\([^()]*\)", re.IGNORECASE)
_BOXED = ("absolute", "fixed", "relative", "inline-block", "inline-flex")
TEXT, GAP = "text", "gap"  # what a pseudo-element puts beside a figure
_BESIDE = ("Pd", "Po", "Sm", "Ps", "Pe", "Pi", "Pf", "Pc", "Sc")  # categories of the signs that change a figure: -5, 2.5, 2/5
_GAPS = ("padding", "margin", "width", "border", "white-space")
_GRID = re.compile(r"\(\s*display\s*:\s*(?:grid|flex|block|inline-block|contents)\s*\)", re.IGNORECASE)
_MOST_RULES = 20_000  # of all sheets together; those of content systems have a few thousand
_MOST_NESTED = 8
_MOST_MATCHES = 2_000  # selectors that can concern the page at all

Rank = tuple[bool, float, tuple[int, int, int], int]  # importance, layer, specificity, order
Declared = list[tuple[str, str, bool]]
Words = Mapping[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One selector with its declarations. ``certain``: whether it applies on a wide screen is known."""

    selector: str
    declared: Declared
    certain: bool = True
    layer: str | None = None


@dataclass
class StyleSheets:
    """Declarations by element, and the elements that get text or a gap from a sheet (``::before``): ``TEXT`` or ``GAP``.

    ``uncertain`` are elements with declarations of which it is not known whether, or to which of their letters, they apply.
    ``fonts`` are the families whose files the page brings along.
    """

    declared: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    generated: Mapping[int, str] = field(default_factory=dict)
    linked: bool = False  # whether there are sheets that were not read
    uncertain: Set[int] = frozenset()
    fonts: Set[str] = frozenset()
    settled: dict[int, Sequence[str]] = field(default_factory=dict)  # declarations that the markup says now, by element

    def settle(self, element: Any, names: Sequence[str]) -> None:
        """Leave out declarations of an element: it was put where they would show it."""
        self.settled[id(element)] = names

    def of(self, element: Any) -> dict[str, str]:
        """The declarations of one element, its own ``style`` among them."""
        values = dict(self.declared.get(id(element), {}))
        own = str(element.get("style") or "")
        for name, value, important in declarations(tinycss2.parse_blocks_contents(own)) if own else ():
            if important or not values.get(name, "").endswith("!"):
                values[name] = value
        settled = self.settled.get(id(element), ())
        return {
            name: value.removesuffix("!") for name, value in values.items() if value.removesuffix("!") and name not in settled
        }


def tags(part: Any, *names: str) -> list[Any]:
    """The elements of a part with one of these names, in order; ``find_all`` takes several times as long."""
    return [item for item in part.descendants if item.name in names]


def around(node: Any, *names: str) -> Any:
    """The nearest element around a node with one of these names, ``None`` for none."""
    return next((item for item in node.parents if item.name in names), None)


def read_style_sheets(soup: Any, beside: Mapping[str, str] | None) -> StyleSheets:
    """The sheets of ``<style>`` elements, and of links that carry theirs, applied to the elements of the page.

    ``beside`` are the texts of sheets that were saved with the page, by the addresses in its links.
    """
    sheets = [_sheet_of(node, beside or {}) for node in tags(soup, "style", "link")]
    text = "\n".join(sheet for sheet in sheets if sheet)
    linked = None in sheets or "@import" in text
    if not text.strip():
        return StyleSheets(linked=linked)
    words = _elements_by_word(soup)
    cascade = _Cascade()
    nodes = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    rules = _rules(nodes, Rule("", []))
    concerned = (rule for rule in islice(rules, _MOST_RULES) if _may_match(rule.selector, words))
    for order, rule in enumerate(islice(concerned, _MOST_MATCHES)):
        cascade.apply(soup, words, rule, order)
    unread = next(rules, None) is not None or next(concerned, None) is not None
    return StyleSheets(
        cascade.declared(), cascade.generated, linked or unread, frozenset(cascade.uncertain), frozenset(_fonts(nodes))
    )


def _sheet_of(node: Any, beside: Mapping[str, str]) -> str | None:
    """The text of a sheet that applies on the screen, "" for none, ``None`` for a sheet that is elsewhere."""
    if applies_on_screen(str(node.get("media") or "all")) is False:
        return ""
    if node.name == "style":
        is_css = str(node.get("type") or "text/css").partition(";")[0].strip().lower() == "text/css"
        return "".join(map(str, node.contents)) if is_css else ""
    kinds = node.get("rel") or []
    kinds = kinds.lower().split() if isinstance(kinds, str) else [str(kind).lower() for kind in kinds]
    if "stylesheet" not in kinds or "alternate" in kinds or node.has_attr("disabled"):
        return ""
    if str(node.get("href") or "") in beside:
        return beside[str(node["href"])]
    head, comma, data = str(node.get("href") or "").partition(",")
    if not comma or not head.lower().startswith("data:text/css"):
        return None
    try:
        return base64.b64decode(data).decode("utf-8") if head.endswith("base64") else unquote(data)
    except ValueError:
        return None


def _fonts(nodes: Any) -> Iterator[str]:
    """The names of fonts that the sheet takes from a file."""
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "font-face" and node.content is not None:
            descriptors = {item.lower_name: tinycss2.serialize(item.value)
                     for item in tinycss2.parse_blocks_contents(node.content) if item.type == "declaration"}  # fmt: skip
            if "url(" in descriptors.get("src", ""):
                yield descriptors.get("font-family", "").strip(" \"'").lower()


@dataclass
class _Cascade:
    """The strongest declaration of every property so far, by element."""

    best: dict[int, dict[str, tuple[Rank, str]]] = field(default_factory=lambda: defaultdict(dict))
    generated: dict[int, str] = field(default_factory=dict)
    uncertain: set[int] = field(default_factory=set)
    layers: dict[str, int] = field(default_factory=dict)

    def apply(self, soup: Any, words: Words, rule: Rule, order: int) -> None:
        """Apply one rule to the elements that it selects; text that it adds to them is kept apart."""
        for name in (rule.layer or "").split(","):  # layers may be put in order before they have rules
            self.layers.setdefault(name, len(self.layers))
        if not rule.selector:
            return
        added, in_part = _GENERATED.search(rule.selector), _IN_PART.search(rule.selector)
        if _OF_BROWSER.search(rule.selector) and not added:
            return
        elements, sure = _select(soup, words, _PSEUDO.sub("", rule.selector) if added or in_part else rule.selector)
        if in_part or not rule.certain or not sure:
            self.uncertain |= set(map(id, elements))
        elif added:
            kind = _generated(rule.declared)
            self.generated |= {id(element): kind for element in elements if kind and self.generated.get(id(element)) != TEXT}
        else:
            self._set(elements, rule, order)

    def _set(self, elements: Sequence[Any], rule: Rule, order: int) -> None:
        weight = _specificity(rule.selector)
        layer = float("inf") if rule.layer is None else float(self.layers[rule.layer])
        for element in elements:
            own = self.best[id(element)]
            for name, value, important in rule.declared:
                # of important declarations those of earlier layers are stronger, and without a layer they are the weakest
                rank = (important, -layer if important else layer, weight, order)
                if name not in own or rank >= own[name][0]:
                    own[name] = (rank, value + "!" * important)

    def declared(self) -> dict[int, dict[str, str]]:
        return {key: {name: value for name, (_, value) in items.items()} for key, items in self.best.items()}


def _rules(nodes: Any, around: Rule) -> Iterator[Rule]:
    """Every rule of a sheet; those that hold on other media than the screen are left out."""
    for node in nodes:
        if node.type == "qualified-rule":
            yield from _rules_of(node, around)
        elif node.type == "at-rule":
            yield from _rules_inside(node, around)


def _rules_inside(node: Any, around: Rule) -> Iterator[Rule]:
    """The rules of a block (``@media``, ``@supports``, ``@layer``); where nobody can tell whether it applies, uncertain ones."""
    keyword, prelude = node.lower_at_keyword, tinycss2.serialize(node.prelude).strip()
    if node.content is None:
        if keyword == "layer":
            yield replace(around, layer=",".join(name.strip() for name in prelude.split(",")))
        return
    applies = _BLOCKS[keyword](prelude) if keyword in _BLOCKS else False
    if applies is not False:
        inner = replace(around, certain=around.certain and applies is True)
        inner = replace(inner, layer=prelude or f"layer {id(node)}") if keyword == "layer" else inner
        if around.selector:  # inside a rule such a block holds declarations as well
            yield from _block_of(node.content, [around.selector], inner)
        else:
            yield from _rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True), inner)


_BLOCKS: Mapping[str, Callable[[str], bool | None]] = {
    "media": applies_on_screen,
    "supports": lambda prelude: True if _GRID.fullmatch(prelude) else None,
    "layer": lambda prelude: True,
    "container": lambda prelude: None,
    "scope": lambda prelude: None,
    "starting-style": lambda prelude: False,
}


def _rules_of(node: Any, around: Rule) -> Iterator[Rule]:
    """The selectors of one rule with its declarations, then those of the rules nested in it."""
    parts = [_without_states(_nested(selector, around.selector)) for selector in _split(node.prelude)]
    selectors = [selector for selector in parts if selector]
    # one selector that a browser cannot read drops the whole list
    whole = len(selectors) == len(parts) and (len(parts) < 2 or all(map(_is_readable, selectors)))
    yield from _block_of(node.content, selectors, around if whole else replace(around, certain=False))


def _block_of(tokens: Any, selectors: Sequence[str], around: Rule) -> Iterator[Rule]:
    """The declarations of a block for each selector, and the rules nested in it."""
    content = tinycss2.parse_blocks_contents(tokens, skip_comments=True, skip_whitespace=True)
    declared = list(declarations(content))
    if declared:
        yield from (replace(around, selector=selector, declared=declared) for selector in selectors)
    inside = [item for item in content if item.type in ("qualified-rule", "at-rule")]
    for selector in selectors[:_MOST_NESTED] if around.selector.count(" ") < _MOST_NESTED else []:
        yield from _rules(inside, replace(around, selector=selector))


def _without_states(selector: str) -> str:
    """A selector for a page that nobody touches: what is only so while it is used matches nothing."""
    for name, other in _OTHER_NAMES.items():
        selector = selector.replace(name, other) if name in selector and f"{name}-" not in selector else selector
    return _STATES.sub(_NEVER, selector)


def _nested(selector: str, around: str) -> str:
    """A selector inside the rule of another (CSS Nesting)."""
    if not around:
        return selector
    return selector.replace("&", around) if "&" in selector else f"{around} {selector}"


def _split(prelude: Any) -> Iterator[str]:
    """The selectors between the commas; "" where there is none."""
    part: list[Any] = []
    for token in [*prelude, None]:
        if token is None or (token.type == "literal" and token.value == ","):
            yield tinycss2.serialize(part).strip()
            part = []
        else:
            part.append(token)


def _elements_by_word(soup: Any) -> Words:
    """The elements of the page by name, class (.x) and id (#x)."""
    words: dict[str, list[Any]] = defaultdict(list)
    for element in soup.find_all(True):
        classes = element.get("class") or []
        named = {f".{name}" for name in (classes if isinstance(classes, list) else str(classes).split())}
        named |= {f"#{element['id']}"} if element.get("id") else set()
        for word in named | {element.name.lower()}:
            words[word].append(element)
    return dict(words)


def _may_match(selector: str, words: Words) -> bool:
    """Whether all classes and ids of a selector are in the page: most rules of a site's sheets concern other pages."""
    if _NEGATED.search(selector) or "\\" in selector:
        return True
    return all(mark + name in words for mark, name in _NEEDS.findall(_bare(selector)))


def _bare(selector: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", selector)


def _select(soup: Any, words: Words, selector: str) -> tuple[list[Any], bool]:
    """The elements of a selector, and whether it is known that these are they: of names that are not known, all it may be."""
    try:
        if plain := _PLAIN.fullmatch(selector):  # to try each element of the page takes several times as long
            own = [word for word in (plain["name"].lower(), *_WORDS.findall(plain["words"])) if word]
            candidates: list[Any] = min((words.get(word, []) for word in own), key=len)
            return soupsieve.filter(selector, candidates), True
        return list(soupsieve.select(selector or "*", soup)), True
    except (SelectorSyntaxError, ValueError, NotImplementedError, RecursionError):
        last = _FUNCTIONS.sub("", _FUNCTIONS.sub("", selector)).replace("|", " ").split()
    try:
        return list(soupsieve.select(last[-1] if last else "td, td *", soup)), False
    except (SelectorSyntaxError, ValueError, NotImplementedError, RecursionError):
        return list(soup.select("td, td *")), False


def _is_readable(selector: str) -> bool:
    """Whether browsers know all names of a selector; those of vendors are known in lists as well."""
    try:
        soupsieve.compile(_OF_BROWSER.sub("", _PSEUDO.sub("", selector) if _GENERATED.search(selector) else selector) or "*")
    except (SelectorSyntaxError, ValueError, NotImplementedError, RecursionError):
        return _IN_PART.search(selector) is not None
    return True


def _specificity(selector: str) -> tuple[int, int, int]:
    bare = _NEGATED.sub("(", _bare(_NO_WEIGHT.sub("", selector)))
    classes = len(re.findall(r"\.[-\w]|(?<!:):(?!:)[-\w]", bare)) + selector.count("[")
    return len(re.findall(r"#[-\w]", bare)), classes, len(re.findall(r"(?:^|[\s>+~(])[a-zA-Z]", bare))


def _generated(declared: Declared) -> str:
    """What a pseudo-element puts beside or over a figure: text or a box that may lie over it, a gap, "" for nothing."""
    values = {name: value for name, value, _ in declared}
    content = values.get("content", "none")
    if content in ("none", "normal") or values.get("display") == "none":
        return ""
    boxed = {values.get("position"), values.get("display")} & set(_BOXED)
    if _adds_text(content) or boxed:
        return TEXT
    gap = any(name.startswith(_GAPS) for name in values) or values.get("display", "inline") != "inline"
    return GAP if gap or re.search(r"\s|\\(?:a|3000)\b", content.strip("\"'")) else ""


def _adds_text(content: str) -> bool:
    """Whether generated content shows something beside blanks and ornaments."""
    if re.search(r"attr\(|counters?\(|url\(|var\(|quote", content):
        return True
    strings = "".join(first or second for first, second in re.findall(r"\"([^\"]*)\"|'([^']*)'", content))
    escaped = [int(code, 16) for code in re.findall(r"\\([0-9a-f]{1,6})", strings)]
    text = re.sub(r"\\[0-9a-f]{1,6} ?", "", strings) + "".join(chr(code) for code in escaped if code < 0xE000)
    return any(sign.isalnum() or unicodedata.category(sign) in _BESIDE for sign in text)
