"""Draw the package's folders in their order, with the imports between them, as SVG: ``python docs/house.py``.

In: the sources under ``toolkit/``. Out: ``docs/house.svg``; the same sources give the same bytes.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "toolkit"
ORDER = (
    "core", "forms", "report", "importing", "register", "checks", "sections", "entry", "engine", "exporters",
    "building", "jupyter", "dispatch", "rollup", "commands",
)  # fmt: skip
WIDTH, HEIGHT, GAP, LEFT, BASE = 104, 56, 16, 16, 330  # pixels; BASE is the upper edge of the boxes


def imports() -> Counter[tuple[str, str]]:
    """Pairs of folders (importing, imported) with the number of modules in which the import occurs."""
    pairs: Counter[tuple[str, str]] = Counter()
    for path in sorted(PACKAGE.rglob("*.py")):
        own = path.relative_to(PACKAGE).parts[0]
        pairs.update({(own, other) for other in _imported(path) if other != own and {own, other} <= set(ORDER)})
    return pairs


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("toolkit."):
            yield node.module.split(".")[1]


def draw() -> str:
    """The picture: a row of boxes, and an arc from each folder back to every folder that it imports."""
    folders = [name for name in ORDER if (PACKAGE / name).is_dir()]
    middle = {name: LEFT + number * (WIDTH + GAP) + WIDTH / 2 for number, name in enumerate(folders)}
    arcs = [_arc(middle[own], middle[other], count) for (own, other), count in sorted(imports().items())]
    boxes = [_box(name, middle[name]) for name in folders]
    width = LEFT * 2 + len(folders) * (WIDTH + GAP) - GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {BASE + HEIGHT + 16}" font-family="sans-serif">'
    return "\n".join([head, f"<title>{' '.join(folders)}</title>", *arcs, *boxes, "</svg>"]) + "\n"


def _arc(start: float, end: float, count: int) -> str:
    height = min(BASE - 12, abs(start - end) * 0.36)
    stroke = min(6.0, 0.6 + count / 6)
    path = f"M{start:.0f} {BASE} Q{(start + end) / 2:.0f} {BASE - 2 * height:.0f} {end:.0f} {BASE}"
    return f'<path d="{path}" fill="none" stroke="#35689c" stroke-opacity="0.45" stroke-width="{stroke:.1f}"/>'


def _box(name: str, middle: float) -> str:
    modules = sum(path.name != "__init__.py" for path in (PACKAGE / name).rglob("*.py"))
    left = middle - WIDTH / 2
    return (
        f'<rect x="{left:.0f}" y="{BASE}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#f4f7fa" stroke="#35689c"/>'
        f'<text x="{middle:.0f}" y="{BASE + 25}" text-anchor="middle" font-size="16">{name}</text>'
        f'<text x="{middle:.0f}" y="{BASE + 44}" text-anchor="middle" font-size="12" fill="#555">{modules} modules</text>'
    )


if __name__ == "__main__":
    (PROJECT / "docs" / "house.svg").write_text(draw(), encoding="utf-8", newline="\n")
