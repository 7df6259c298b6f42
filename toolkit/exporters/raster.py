"""Turn a drawing into a picture for programs that draw no SVG: SVG bytes in, PNG bytes out, by Typst in process."""

from __future__ import annotations

from functools import cache

import typst

from toolkit.core.fonts import find_fonts

_PAGE = b"""#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.drawing), format: "svg")
"""


def svg_to_png(drawing: bytes, pixels_per_inch: int) -> bytes:
    """The drawing at its natural size, on white.

    Raises:
        ValueError: the bytes are no drawing.
    """
    try:
        page = _compiler().compile(
            _PAGE, format="png", ppi=pixels_per_inch, sys_inputs={"drawing": drawing.decode("utf-8", "replace")}
        )
    except typst.TypstError as problem:
        raise ValueError(f"cannot draw: {problem}") from problem
    if not isinstance(page, bytes):
        raise ValueError("cannot draw: more than one page")
    return page


@cache
def _compiler() -> typst.Compiler:
    """Typst with the fonts of charts only: those of the whole machine take it a second to look through."""
    folders = sorted({str(face.path.parent) for face in find_fonts().chain("sans")})
    # the embedded fonts bring the fallback along, without which text in a family not at hand is left out silently
    book = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
    return typst.Compiler(font_paths=book)
