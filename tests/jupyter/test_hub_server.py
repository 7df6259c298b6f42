"""What a person of the JupyterHub finds: the folder, the lists, the report of their organ. The Hub itself: tests/deploy."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from toolkit.jupyter.lab import NOTEBOOK

if os.name == "posix":
    from toolkit.jupyter import hub_server

pytestmark = pytest.mark.posix_only
LIST = """\
name: {county}人民政府
members:
  - {{name: {county}{organ}人民政府, file: {organ}, level: township, account: {account}}}
"""
LISTS = ((2024, "云溪县", "望江镇", "wj"), (2025, "云溪县", "望江镇", "wj"), (2025, "松岭县", "青禾镇", "qh"))
DAY = date(2026, 1, 10)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    for year, county, organ, account in LISTS:
        place = tmp_path / "shared" / "params" / str(year) / county
        place.mkdir(parents=True)
        (place / "_jurisdiction.yaml").write_text(LIST.format(county=county, organ=organ, account=account), encoding="utf-8")
    return tmp_path / "shared"


def seat_of(account: str, home: Path, shared: Path, day: date = DAY):
    home.mkdir(exist_ok=True)
    return hub_server.prepare(account, home, {hub_server.SHARED_VARIABLE: str(shared)}, day)


def test_the_first_sign_in_begins_the_report_and_later_ones_leave_it_alone(shared: Path, tmp_path: Path) -> None:
    seat = seat_of("wj", tmp_path / "home", shared)
    own = tmp_path / "home" / "年报"
    assert (seat.folder, seat.notebook, seat.officer) == (own, NOTEBOOK, False)
    assert seat.opened == own / "params" / "2025" / "云溪县" / "望江镇.yaml"
    assert own.stat().st_mode & 0o777 == 0o700
    seat.opened.write_text("自己的\n", encoding="utf-8")
    assert seat_of("wj", tmp_path / "home", shared).opened.read_text(encoding="utf-8") == "自己的\n"


def test_only_the_lists_of_the_own_county_are_copied_and_kept_up_to_date(shared: Path, tmp_path: Path) -> None:
    own = seat_of("wj", tmp_path / "home", shared).folder / "params"
    assert sorted(path.relative_to(own).as_posix() for path in own.rglob("_jurisdiction.yaml")) == [
        "2024/云溪县/_jurisdiction.yaml", "2025/云溪县/_jurisdiction.yaml",
    ]  # fmt: skip
    changed = shared / "params" / "2025" / "云溪县" / "_jurisdiction.yaml"
    changed.write_text(changed.read_text(encoding="utf-8") + "dates: {organs_submit_by: 2026-01-20}\n", encoding="utf-8")
    seat_of("wj", tmp_path / "home", shared)
    assert (own / "2025" / "云溪县" / "_jurisdiction.yaml").read_bytes() == changed.read_bytes()


def test_a_person_on_no_list_comes_to_the_start_screen(shared: Path, tmp_path: Path) -> None:
    assert seat_of("gast", tmp_path / "home", shared).opened is None
    assert seat_of("wj", tmp_path / "home2", tmp_path / "nothing").opened is None


def test_a_list_that_cannot_be_read_does_not_keep_anybody_out(shared: Path, tmp_path: Path) -> None:
    (shared / "params" / "2025" / "云溪县" / "_jurisdiction.yaml").write_text("name: [", encoding="utf-8")
    assert seat_of("wj", tmp_path / "home", shared).opened is not None, "the list of the year before names the account, too"
    assert seat_of("qh", tmp_path / "home3", shared).opened is not None


def test_in_december_the_report_of_the_year_that_ends_is_begun(shared: Path, tmp_path: Path) -> None:
    seat = seat_of("wj", tmp_path / "home", shared, date(2026, 12, 1))
    assert seat.opened == seat.folder / "params" / "2026" / "云溪县" / "望江镇.yaml"


def test_an_officer_works_in_the_folder_of_the_county(shared: Path, tmp_path: Path) -> None:
    import grp

    county = tmp_path / "county"
    county.mkdir()
    group = grp.getgrgid(os.getgid()).gr_name
    variables = {
        hub_server.SHARED_VARIABLE: str(shared),
        hub_server.COUNTY_VARIABLE: str(county),
        hub_server.OFFICERS_VARIABLE: group,
    }
    seat = hub_server.prepare("amt", tmp_path, variables, DAY)
    assert (seat.folder, seat.officer) == (county, True)
    assert "--ServerApp.terminals_enabled=True" in hub_server.server_command(seat)


def test_a_server_keeps_notebooks_clean_and_gives_clerks_no_terminal(shared: Path, tmp_path: Path) -> None:
    command = hub_server.server_command(seat_of("wj", tmp_path / "home", shared))
    assert "--FileContentsManager.pre_save_hook=toolkit.jupyter.lab.keep_clean" in command
    assert "--ServerApp.terminals_enabled=False" in command
    assert not [option for option in command if option.startswith(("--ServerApp.ip", "--ServerApp.port", "--ServerApp.token"))]
