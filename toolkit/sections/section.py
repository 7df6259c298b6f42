"""A piece of the paper as a notebook cell shows it: blocks for the exporters, HTML and text for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from toolkit.sections.blocks import BLOCKS_MIME, Block, blocks_to_json, iter_text
from toolkit.sections.html import render_preview


@dataclass(frozen=True)
class Section:
    """The blocks one cell puts on paper; an empty section shows nothing."""

    blocks: tuple[Block, ...] = ()

    def _repr_mimebundle_(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> dict[str, Any]:
        return {
            "text/plain": "\n".join(text for text in iter_text(self.blocks) if text),
            "text/html": render_preview(self.blocks),
            BLOCKS_MIME: blocks_to_json(self.blocks),
        }
