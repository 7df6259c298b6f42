"""Recognise short lines of print: pictures of lines in, their text and how certain it is out.

The model for recognition is part of the package ``rapidocr`` (PP-OCR) and is run by ``onnxruntime``; nothing is fetched. Lines go
through it in batches of one width. Both packages come with the extra ``ocr``; without it there is no recogniser.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy
from numpy.typing import NDArray

HEIGHT = 48  # pixels of a line as the model takes it
_BATCH_PIXELS = 48 * 320 * 8
_NARROWEST, _WIDEST = 64, 1_600  # pixels; a lone digit in a narrower picture is at times taken for a letter
_STEP = 16  # pixels: widths are rounded up to these, so that lines share batches


@dataclass(frozen=True, slots=True)
class Recognised:
    """``certainty``: the probability of the least certain letter, 0 to 1, of no letter 0; ``average``: that of all letters."""

    text: str
    certainty: float
    average: float = 0.0


class Recogniser:
    """The model, loaded once in a process; several threads may read with it at a time."""

    def __init__(self, model: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # pages are read side by side
        options.log_severity_level = 4
        self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        letters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._letters = ["", *letters, " "]

    def read(self, lines: Sequence[NDArray[numpy.uint8]]) -> list[Recognised]:
        """The text of each line, given as gray pictures of ``HEIGHT`` pixels, dark on white."""
        texts: list[Recognised] = [Recognised("", 0.0)] * len(lines)
        order = sorted(range(len(lines)), key=lambda at: lines[at].shape[1])
        start = 0
        while start < len(order):
            end = start + 1
            width = self._rounded(lines[order[start]])
            # lines of one width only: in a batch that is much wider a lone digit is at times read twice
            while (
                end < len(order) and self._rounded(lines[order[end]]) == width and width * (end - start) * HEIGHT < _BATCH_PIXELS
            ):
                end += 1
            batch = order[start:end]
            for at, reading in zip(batch, self._read_batch([lines[at] for at in batch]), strict=True):
                texts[at] = reading
            start = end
        return texts

    @staticmethod
    def _rounded(line: NDArray[numpy.uint8]) -> int:
        width = int(line.shape[1])
        step = _STEP if width < 8 * _STEP else 4 * _STEP
        return min(_WIDEST, max(_NARROWEST, -(-width // step) * step))

    def _read_batch(self, lines: Sequence[NDArray[numpy.uint8]]) -> list[Recognised]:
        width = max(map(self._rounded, lines))
        pixels = numpy.zeros((len(lines), 3, HEIGHT, width), numpy.float32)
        for number, line in enumerate(lines):
            pixels[number, :, :, : min(width, line.shape[1])] = line[:, :width].astype(numpy.float32) / 127.5 - 1.0
        (probabilities,) = self._session.run(None, {self._input: pixels})
        return [self._decoded(each) for each in probabilities]

    def _decoded(self, steps: NDArray[numpy.float32]) -> Recognised:
        """The best path: letters that repeat are one, unless a blank is between them."""
        best = steps.argmax(axis=1)
        certainties: list[float] = []
        text: list[str] = []
        last = 0
        for step, letter in enumerate(best):
            if letter and letter != last:
                text.append(self._letters[letter])
                certainties.append(float(steps[step, letter]))
            elif letter:
                certainties[-1] = max(certainties[-1], float(steps[step, letter]))
            last = int(letter)
        return Recognised("".join(text), min(certainties, default=0.0), sum(certainties) / (len(certainties) or 1))


def has_recogniser() -> bool:
    """Whether the packages of the extra are there; they are not imported."""
    return all(find_spec(module) for module in ("rapidocr", "onnxruntime", "cv2"))


@cache
def recogniser() -> Recogniser:
    """The recogniser of this process.

    Raises:
        ImportError: the extra ``ocr`` is not installed, or its package holds no model.
    """
    spec = find_spec("rapidocr")
    folder = Path(spec.origin).parent / "models" if spec and spec.origin else Path()
    models = sorted(folder.glob("*rec*.onnx"))
    if not models:
        raise ImportError("rapidocr without a model")
    return Recogniser(models[-1])


def threads() -> int:
    """How many pages are read at a time: two where there are two processors, unless ``OMP_NUM_THREADS`` is 1."""
    return 1 if os.environ.get("OMP_NUM_THREADS") == "1" else min(2, os.cpu_count() or 1)
