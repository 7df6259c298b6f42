"""What a report is made from, told by content: a change that shows in it is seen, and no other."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.building.params import SAMPLES
from toolkit.building.fingerprint import fingerprint
from toolkit.core.settings import RunSettings

COUNTY = "云溪县"


def mark(params: Path) -> str:
    return fingerprint(params, params.read_bytes(), RunSettings().notebook)


def append(path: Path) -> None:
    path.write_text(path.read_text("utf-8") + "# 补充\n", "utf-8")


def test_a_jurisdictions_own_report_is_made_from_its_members_too(tmp_path: Path) -> None:
    """Its sums are compared with theirs, and what was found is printed."""
    folder = tmp_path / "params/2024" / COUNTY
    shutil.copytree(SAMPLES / "2024" / COUNTY, folder)
    own, member, other = folder.with_suffix(".yaml"), folder / "白鹭乡.yaml", folder / "别处.yaml"
    shutil.copy(member, own)
    shutil.copy(member, other)
    before = mark(own), mark(member)
    append(other)
    assert (mark(own), mark(member)) == before
    append(folder / "松石镇.yaml")
    assert mark(own) != before[0]
    assert mark(member) == before[1]
    after = mark(own)
    append(folder / "_jurisdiction.yaml")
    assert mark(own) != after
    assert mark(member) != before[1]
