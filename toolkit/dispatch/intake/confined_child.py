"""The child of ``confined``: examines one mail or PDF after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from toolkit.dispatch.confinement import Frame, serve
from toolkit.dispatch.intake.confined import WHAT, encoded_answer
from toolkit.dispatch.intake.examining import Examined, examine
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.intake.reading_back import Trust
from toolkit.dispatch.settings import Trusted


def examiner(settings: dict[str, Any]) -> Callable[[dict[str, Any], bytes], Frame]:
    """The function that examines within the limits and by the trust list of the settings."""
    limits = IntakeLimits(**settings["limits"])
    trusted = tuple(Trusted.model_validate(item) for item in settings["trusted"])

    def answer(question: dict[str, Any], raw: bytes) -> Frame:
        moment = datetime.fromisoformat(question["moment"]) if question["moment"] else None
        return encoded_answer(*examine(raw, question["kind"], limits, Trust(trusted, moment)))

    return answer


if __name__ == "__main__":
    serve(examiner, lambda sentence: encoded_answer(Examined(refusal=sentence), b""), WHAT)
