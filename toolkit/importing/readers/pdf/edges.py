"""Close the tables of a page that are open at a side: at a page break no line is drawn, some tables have no outer frame.

In: the rulings of a page, as pdfplumber gives them. Out: the rulings that are missing where several end in a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pdfplumber.table import merge_edges

Edge = dict[str, Any]
_SHORTEST = 4.0  # points; what is shorter is the end of a ruling drawn as a thin box
_LOWEST_ROW = 11.0  # points; a shorter stroke is a mark or part of a letter and no ruling
_NEAR = 3.0  # points between the end of a ruling and the one that closes it


def closing_edges(edges: Iterable[Edge]) -> tuple[list[Edge], list[Edge]]:
    """Horizontal and vertical rulings to add: through ends in a row, when nothing crosses one of them."""
    long = [edge for edge in edges if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) > _SHORTEST]
    merged = merge_edges(long, _NEAR, _NEAR, _NEAR, _NEAR)  # every cell may draw its own piece of a ruling
    drawn = [edge for edge in merged if max(edge["x1"] - edge["x0"], edge["bottom"] - edge["top"]) > _LOWEST_ROW]
    across = [edge for edge in drawn if edge["orientation"] == "h"]
    down = [edge for edge in drawn if edge["orientation"] == "v"]
    lying = [_edge(x0, x1, at, at) for at, x0, x1 in _open_ends(down, across, ("top", "bottom"), ("x0", "x1"))]
    upright = [_edge(at, at, top, bottom) for at, top, bottom in _open_ends(across, down, ("x0", "x1"), ("top", "bottom"))]
    return lying, upright


def _open_ends(
    rulings: Sequence[Edge], crossing: Sequence[Edge], along: tuple[str, str], over: tuple[str, str]
) -> list[tuple[float, float, float]]:
    """Rows of ends of which one has nothing across it: the place, and where the first and the last of them stand."""
    spots = sorted((edge[end], edge[over[0]]) for edge in rulings for end in along)
    rows: list[list[tuple[float, float]]] = []
    for spot in spots:
        if rows and spot[0] - rows[-1][-1][0] <= _NEAR:
            rows[-1].append(spot)
        else:
            rows.append([spot])
    return [
        (row[0][0], min(at for _, at in row), max(at for _, at in row))
        for row in rows
        if len(row) > 1 and not all(any(_crosses(edge, *spot, along, over) for edge in crossing) for spot in row)
    ]


def _crosses(edge: Edge, end: float, at: float, along: tuple[str, str], over: tuple[str, str]) -> bool:
    return bool(abs(edge[along[0]] - end) <= _NEAR and edge[over[0]] - _NEAR <= at <= edge[over[1]] + _NEAR)


def _edge(x0: float, x1: float, top: float, bottom: float) -> Edge:
    return {"object_type": "line", "x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top}
