"""Apply the style sheets inside a web page: which declarations concern an element and decide what is seen of it.

In: the parsed page. Out: a ``StyleSheets`` that gives the declarations of an element, weakest first already resolved.
Only properties that hide, move, strike out or colour text are kept. Sheets on other servers are not fetched.

Source: CSS Cascading and Inheritance Level 4, 6 (cascade); Selectors Level 4, 17 (specificity).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import soupsieve
import tinycss2
from soupsieve import SelectorSyntaxError

PROPERTIES = frozenset({
    "display", "visibility", "opacity", "font-size", "font", "color", "-webkit-text-fill-color", "background", "background-color",
    "background-image", "text-decoration", "text-decoration-line", "vertical-align", "position", "top", "bottom", "left", "right",
    "transform", "scale", "clip", "clip-path", "overflow", "overflow-x", "overflow-y", "width", "height", "max-width",
    "max-height", "text-indent", "mso-hide", "content", "content-visibility", "unicode-bidi", "direction", "float",
    "margin", "margin-left", "margin-right", "padding", "padding-left", "padding-right", "filter", "white-space",
    "font-variant-position", "-webkit-text-security", "mso-text-raise", "flex-direction", "list-style", "list-style-type",
})  # fmt: skip
_SCREEN_WIDTH = 1280.0  # pixels; the page is read as on a desk, not as on a telephone
_MEDIA = re.compile(r"(?:only\s+)?(all|screen)?\s*(?:and\s*)?((?:\([^()]*\)\s*(?:and\s*)?)*)")
_WIDTH = re.compile(r"\(\s*(min|max)-(?:device-)?width\s*:\s*([0-9.]+)(px|em|rem)\s*\)")
_NESTED = ("supports", "layer")
_STATES = re.compile(r":(hover|focus|active|visited|target|checked|disabled|enabled|focus-within|focus-visible)\b", re.IGNORECASE)
_GENERATED = re.compile(r"::?(before|after|marker)\s*$", re.IGNORECASE)
_PSEUDO = re.compile(r"::?[-\w]+\s*$")
_NEEDS = re.compile(r"([.#])((?:[-\w]|[^\x00-\x7f])+)")
_NEGATED = re.compile(r":(not|is|where|has|matches)\(", re.IGNORECASE)
_MOST_RULES = 20_000  # of all sheets together; those of content systems have a few thousand
_MOST_NESTED = 8
_MOST_MATCHES = 2_000  # selectors that can concern the page at all

Rank = tuple[bool, tuple[int, int, int], int]  # importance, specificity, order


@dataclass
class StyleSheets:
    """Declarations by element, and the elements that get text from a sheet (``::before`` with a digit)."""

    declared: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    generated: Mapping[int, str] = field(default_factory=dict)
    linked: bool = False  # whether there are sheets that were not read

    def of(self, element: Any) -> dict[str, str]:
        """The declarations of one element, its own ``style`` among them."""
        found = dict(self.declared.get(id(element), {}))
        own = str(element.get("style") or "")
        for name, value, important in declarations(tinycss2.parse_blocks_contents(own)) if own else ():
            if important or not found.get(name, "").endswith("!"):
                found[name] = value
        return {name: value.removesuffix("!") for name, value in found.items()}


def read_style_sheets(soup: Any) -> StyleSheets:
    """The sheets of ``<style>`` elements applied to the elements of the page."""
    text = "\n".join("".join(map(str, style.contents)) for style in soup.find_all("style"))
    linked = any("stylesheet" in str(link.get("rel") or "").lower() for link in soup.find_all("link")) or "@import" in text
    if not text.strip():
        return StyleSheets(linked=linked)
    words = _words_of(soup)
    cascade = _Cascade()
    rules = _rules(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))
    concerned = ((selector, found) for selector, found in islice(rules, _MOST_RULES) if _may_match(selector, words))
    for order, (selector, found) in enumerate(islice(concerned, _MOST_MATCHES)):
        cascade.apply(soup, selector, found, order)
    unread = next(rules, None) is not None or next(concerned, None) is not None
    return StyleSheets(cascade.declared(), cascade.generated, linked or unread)


@dataclass
class _Cascade:
    """The strongest declaration of every property so far, by element."""

    best: dict[int, dict[str, tuple[Rank, str]]] = field(default_factory=lambda: defaultdict(dict))
    generated: dict[int, str] = field(default_factory=dict)

    def apply(self, soup: Any, selector: str, found: Sequence[tuple[str, str, bool]], order: int) -> None:
        """Apply one rule to the elements that it selects; text that it adds to them is kept apart."""
        added = _GENERATED.search(selector)
        weight = _specificity(selector)
        for element in _select(soup, _PSEUDO.sub("", selector) if added else selector):
            if added:
                self.generated |= {id(element): value for name, value, _ in found if name == "content" and _adds_text(value)}
                continue
            own = self.best[id(element)]
            for name, value, important in found:
                rank = (important, weight, order)
                if name not in own or rank >= own[name][0]:
                    own[name] = (rank, value + "!" * important)

    def declared(self) -> dict[int, dict[str, str]]:
        return {key: {name: value for name, (_, value) in items.items()} for key, items in self.best.items()}


def declarations(nodes: Any) -> Iterator[tuple[str, str, bool]]:
    """Name, value and importance of every declaration that decides what is seen."""
    for node in nodes:
        if node.type == "declaration" and node.lower_name in PROPERTIES:
            yield node.lower_name, tinycss2.serialize(node.value).strip().lower(), bool(node.important)


def _rules(nodes: Any) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    """Every selector of a sheet with its declarations; rules for other media than the screen are left out."""
    for node in nodes:
        if node.type == "qualified-rule":
            yield from _rules_of(node, "")
        elif node.type == "at-rule" and node.content is not None:
            keyword = node.lower_at_keyword
            if keyword in _NESTED or (keyword == "media" and applies_on_screen(tinycss2.serialize(node.prelude))):
                yield from _rules(tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True))


def _rules_of(node: Any, around: str) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    """The selectors of one rule with its declarations, then those of the rules nested in it."""
    content = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    found = list(declarations(content))
    selectors = [_nested(selector, around) for selector in _split(node.prelude)]
    if found:
        yield from ((selector, found) for selector in selectors if not _STATES.search(selector))
    inside = [item for item in content if item.type == "qualified-rule"]
    for selector in selectors[:_MOST_NESTED] if around.count(" ") < _MOST_NESTED else []:
        for item in inside:
            yield from _rules_of(item, selector)


def _nested(selector: str, around: str) -> str:
    """A selector inside the rule of another (CSS Nesting)."""
    if not around:
        return selector
    return selector.replace("&", around) if "&" in selector else f"{around} {selector}"


def applies_on_screen(media: str) -> bool:
    """Whether a list of media queries holds on a wide screen; a condition that is not about width does not."""
    return any(_holds(query.strip()) for query in media.lower().split(","))


def _holds(query: str) -> bool:
    match = _MEDIA.fullmatch(query)
    if match is None:
        return False
    conditions = re.findall(r"\([^()]*\)", match[2])
    widths = [_WIDTH.fullmatch(condition) for condition in conditions]
    for width in widths:
        if width is None:
            return False
        pixels = float(width[2]) * (1 if width[3] == "px" else 16)
        if (width[1] == "min" and pixels > _SCREEN_WIDTH) or (width[1] == "max" and pixels < _SCREEN_WIDTH):
            return False
    return True


def _split(prelude: Any) -> Iterator[str]:
    """The selectors between the commas."""
    part: list[Any] = []
    for token in [*prelude, None]:
        if token is None or (token.type == "literal" and token.value == ","):
            text = tinycss2.serialize(part).strip()
            if text:
                yield text
            part = []
        else:
            part.append(token)


def _words_of(soup: Any) -> frozenset[str]:
    """Classes (.x) and ids (#x) of the page."""
    words: set[str] = set()
    for element in soup.find_all(True):
        classes = element.get("class") or []
        words |= {f".{name}" for name in (classes if isinstance(classes, list) else str(classes).split())}
        if element.get("id"):
            words.add(f"#{element['id']}")
    return frozenset(words)


def _may_match(selector: str, words: frozenset[str]) -> bool:
    """Whether all classes and ids of a selector are in the page: most rules of a site's sheets concern other pages."""
    if _NEGATED.search(selector) or "\\" in selector:
        return True
    return all(mark + name in words for mark, name in _NEEDS.findall(_bare(selector)))


def _bare(selector: str) -> str:
    return re.sub(r"\[[^\]]*\]", "", selector)


def _select(soup: Any, selector: str) -> list[Any]:
    try:
        return list(soupsieve.select(selector or "*", soup))
    except (SelectorSyntaxError, ValueError, NotImplementedError, RecursionError):
        return []  # markup for one browser only


def _specificity(selector: str) -> tuple[int, int, int]:
    bare = _bare(selector)
    classes = len(re.findall(r"\.[-\w]|(?<!:):(?!:)[-\w]", bare)) + selector.count("[")
    return len(re.findall(r"#[-\w]", bare)), classes, len(re.findall(r"(?:^|[\s>+~(])[a-zA-Z]", bare))


def _adds_text(content: str) -> bool:
    """Whether generated content shows something beside blanks and ornaments."""
    if re.search(r"attr\(|counters?\(|url\(", content):
        return True
    strings = "".join(first or second for first, second in re.findall(r"\"([^\"]*)\"|'([^']*)'", content))
    escaped = re.findall(r"\\([0-9a-f]{1,6})", strings)
    bare = re.sub(r"\\[0-9a-f]{1,6} ?", "", strings)
    return any(chr(int(code, 16)).isalnum() for code in escaped if int(code, 16) < 0xE000) or any(map(str.isalnum, bare))
