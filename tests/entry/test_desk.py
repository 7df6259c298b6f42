"""A report on a desk: on the disk at once, back after any end, never over somebody else's work."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.entry.desks import NEW, PHONE, SAMPLE, Clock, files_of_at_most, says, second_person, sit_down, town
from toolkit.core.errors import CannotWrite, ParamsUnreadable
from toolkit.core.settings import PROJECT
from toolkit.entry.desk import desk as desk_module
from toolkit.entry.desk.changes import Change, differing_paths
from toolkit.entry.desk.desk import ChangedUnderneath, Desk, NotOurs
from toolkit.entry.desk.journal import Journal, Marks, Step
from toolkit.report import read_report, write_report

TEXT = "narrative.overview"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return town(tmp_path)


def put(desk: Desk, path: str, value: object) -> None:
    desk.change([Change(path, value)])


# ---------------------------------------------------------------- nothing is lost


def test_a_change_is_on_the_disk_when_the_call_returns(path: Path) -> None:
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        steps = [record for record in Journal(path).read().records if isinstance(record, Step)]
        assert steps[-1].entries[0].after == 5
        assert read_report(path).figures == read_report(SAMPLE).figures  # the params file waits for saving


def test_opened_again_the_last_change_is_there_and_reported_and_can_be_undone(path: Path) -> None:
    first = sit_down(path)
    put(first, NEW, 5)
    put(first, PHONE, "0601-1")
    again = sit_down(path, "李强")
    assert again.report == first.report
    assert "已恢复上次没有保存的 2 步改动" in again.notes[0]
    assert "（王芳）" in again.notes[0]
    assert again.undo().organ.contact.phone == read_report(SAMPLE).organ.contact.phone
    assert again.redo().organ.contact.phone == "0601-1"
    again.close()


def test_what_makes_no_report_yet_outlasts_reopening_and_saving(path: Path) -> None:
    desk = sit_down(path)
    put(desk, "channels", [{"name": "公众号"}])
    desk.save()
    assert read_report(path).channels == (), "not the channels that were there before, which the screen does not show"
    assert desk.unsaved == 0, "what no file can hold is named in the list, and not waiting to be written"
    desk.close()
    with sit_down(path) as again:
        assert again.value("channels") == [{"name": "公众号"}]
        assert "必填项" in again.pending["channels"].message
        put(again, "channels", [{"name": "公众号", "count": 3}])
        assert again.pending == {}
        assert again.report.channels[0].count == 3


def test_a_row_that_is_no_channel_yet_takes_no_other_with_it(path: Path) -> None:
    with sit_down(path) as desk:
        rows = [{"name": "网站", "count": 8}, {"name": "公众号", "count": "三百"}, {"name": "公开栏", "count": 2}]
        put(desk, "channels", rows)
        assert [(row.name, row.count) for row in desk.report.channels] == [("网站", 8), ("公开栏", 2)]
        assert desk.value("channels") == rows, "the screen shows all of them"
        put(desk, "processing_fee", {"notices": 2, "amount_yuan": 30})
        put(desk, "processing_fee.amount_yuan", "三十")
        assert desk.report.processing_fee is not None
        assert (desk.report.processing_fee.notices, desk.report.processing_fee.amount_yuan) == (2, None)
        put(desk, "processing_fee.notices", 0)
        assert desk.report.processing_fee.notices == 0, "0 is a figure and no blank"


def test_what_was_written_can_be_undone_after_reopening(path: Path) -> None:
    with sit_down(path) as first:
        put(first, PHONE, "0601-1")
        first.save()
        put(first, NEW, 5)
        first.save()
    before = read_report(SAMPLE)
    with sit_down(path) as again:
        assert again.notes == (), "nothing had to be recovered"
        assert again.undo().figures == before.figures
        assert again.undo() == before
        assert not again.can_undo
        again.redo()
        again.save()
        assert read_report(path).organ.contact.phone == "0601-1"
    path.write_bytes(path.read_bytes().replace(b"0601-1", b"0601-7"))
    with sit_down(path) as other:
        assert not other.can_undo, "the file is another one than these steps led to"


def test_looking_only_leaves_nothing_behind(path: Path) -> None:
    sit_down(path).close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


KILLED = """
import json, os, random, signal, sys, time
from datetime import datetime, UTC
from pathlib import Path
from toolkit.entry.desk.changes import Change
from toolkit.entry.desk.desk import Desk
from toolkit.report import read_report

path, chance = Path(sys.argv[1]), random.Random(20250110)
cell, text = "figures.applications.new.natural_person", "narrative.overview"
open_it = lambda who: Desk(path, who=who, now=lambda: datetime.now(UTC))
reached = 0
for kill in range(int(sys.argv[2])):
    hear, tell = os.pipe()
    child = os.fork()
    if not child:
        desk = open_it("王芳")
        for number in range(reached + 1, reached + 100_000):
            desk.change([Change(cell, number), Change(text, "字" * (number % 500) + str(number))])
            os.write(tell, number.to_bytes(4, "big"))
            if number % 5 == 0:
                desk.save()
    os.close(tell)
    os.read(hear, 4)
    time.sleep(chance.uniform(0, 0.06))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told = os.read(hear, 1 << 20)
    os.close(hear)
    last = int.from_bytes(told[-4:], "big") if told else reached + 1
    read_report(path)  # the params file is whole at any moment
    with open_it("李强") as desk:
        found = desk.value(cell)
        assert last <= found <= last + 1, (last, found)
        assert desk.value(text).endswith(str(found)), desk.value(text)[-20:]
        assert desk.conflict() is None and not desk.read_only
        entries = [entry.after for entry in desk.history() if entry.path == cell]
        assert entries == sorted(set(entries)) and entries[-1] == found, entries[-5:]
    reached = found
print(json.dumps(reached))
"""


@pytest.mark.posix_only
def test_killed_at_any_moment_no_acknowledged_change_is_lost(path: Path) -> None:
    """A writer is killed with SIGKILL 30 times, in typing and in saving; each time the next one goes on where it was."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, str(path), "30"], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 30


def test_ended_between_saving_and_tidying_there_is_nothing_to_choose(path: Path) -> None:
    first = sit_down(path)
    put(first, NEW, 5)
    write_report(first.report, path)  # as save does, and then the light went out
    with sit_down(path) as again:
        assert again.conflict() is None
        assert again.report == first.report
        assert again.unsaved == 0


def test_a_long_evening_of_typing_stays_small_and_right(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_module, "JOURNAL_BYTES", 60_000)
    desk = sit_down(path)
    for length in range(200):
        put(desk, TEXT, "字" * length)
    put(desk, NEW, 5)
    assert Journal(path).path.stat().st_size < 100_000
    again = sit_down(path)
    assert again.report == desk.report
    assert [entry.after for entry in again.history()][-1] == 5
    again.close()


# ---------------------------------------------------------------- saving


def test_saving_writes_the_file_and_keeps_its_comments(path: Path) -> None:
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        desk.save()
        assert desk.unsaved == 0
        saved = path.read_text(encoding="utf-8")
        before = SAMPLE.read_text(encoding="utf-8")
        changed = [line for line in saved.splitlines() if line not in before.splitlines()]
        assert len(changed) == 1
        assert "natural_person: 5" in changed[0]
        assert "# 一、本年新收" in changed[0]
        assert read_report(path) == desk.report


def test_history_is_kept_over_saving_and_reopening(path: Path) -> None:
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        desk.save()
        put(desk, PHONE, "0601-1")
        desk.save()
    with sit_down(path, "李强") as again:
        put(again, NEW, 6)
        shown = [(entry.who, entry.path, entry.before, entry.after) for entry in again.history()]
        assert shown == [
            ("王芳", NEW, 2, 5),
            ("王芳", PHONE, "0601-5550107", "0601-1"),
            ("李强", NEW, 5, 6),
        ]


def test_undo_reaches_over_a_save(path: Path) -> None:
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        desk.save()
        desk.undo()
        assert desk.unsaved == 1
        desk.save()
        assert read_report(path) == read_report(SAMPLE)


def test_carried_over_figures_are_marked_until_looked_at(path: Path) -> None:
    Journal(path).append([Marks("carried", Clock()(), "王芳", (NEW, PHONE, "organ.name"))])
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        assert desk.carried == {PHONE, "organ.name"}
    with sit_down(path) as again:
        assert again.carried == {PHONE, "organ.name"}
        put(again, NEW, 6)
        again.save()
    with sit_down(path) as third:
        assert third.carried == {PHONE, "organ.name"}
        third.accept_carried()
    with sit_down(path) as last:
        assert last.carried == frozenset()


# ---------------------------------------------------------------- the file is changed underneath


def edit(path: Path, old: str = "河街9号", new: str = "河街19号") -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_saving_stops_and_both_versions_are_at_hand(path: Path) -> None:
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        edit(path)
        theirs = path.read_bytes()
        with pytest.raises(ChangedUnderneath) as caught:
            desk.save()
        conflict = caught.value.conflict
        assert path.read_bytes() == theirs
        assert set(conflict.paths) == {NEW, "organ.contact.address"}
        assert conflict.touched == (NEW,)
        assert conflict.theirs is not None
        assert conflict.theirs.organ.contact.address == "云溪县柳湾镇河街19号"
        assert conflict.ours.value("applications", "new", "natural_person") == 5
        assert "2 处与这里不同" in str(caught.value)


@pytest.mark.parametrize(
    ("keep", "figure", "address"),
    [
        pytest.param("ours", 5, "河街9号", id="ours"),
        pytest.param("theirs", 2, "河街19号", id="theirs"),
        pytest.param("both", 5, "河街19号", id="both: what each changed"),
    ],
)
@pytest.mark.parametrize("reopened", [False, True])
def test_a_conflict_is_resolved_as_chosen(path: Path, keep: str, figure: int, address: str, reopened: bool) -> None:
    desk = sit_down(path)
    put(desk, NEW, 5)
    edit(path)
    desk.resolve(keep=keep)  # type: ignore[arg-type]
    if reopened:  # the choice is on the disk as well
        desk.close()
        desk = sit_down(path)
    assert desk.conflict() is None
    desk.save()
    saved = read_report(path)
    assert saved.value("applications", "new", "natural_person") == figure
    assert saved.organ.contact.address.endswith(address)
    assert differing_paths(saved, desk.report) == ()
    assert any(entry.after == 5 for entry in desk.history())
    desk.close()


def test_taking_theirs_can_be_undone(path: Path) -> None:
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        ours = desk.report
        edit(path)
        desk.resolve(keep="theirs")
        assert desk.unsaved == 0
        assert differing_paths(desk.undo(), ours) == ()


def test_a_conflict_is_found_after_a_crash_too(path: Path) -> None:
    put(sit_down(path), NEW, 5)
    edit(path)
    with sit_down(path) as again:
        conflict = again.conflict()
        assert conflict is not None
        assert set(conflict.paths) == {NEW, "organ.contact.address"}
        assert conflict.ours.organ.contact.address.endswith("河街9号")  # as it was when 5 was typed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("# 第四部分", "# 表四", id="a comment"),
        pytest.param("\n\nchannels", "\n\n\nchannels", id="an empty line"),
        pytest.param("natural_person: 2, business: 0", "business: 0, natural_person: 2", id="the order"),
    ],
)
def test_what_changes_no_value_is_no_conflict_and_is_kept(path: Path, old: str, new: str) -> None:
    with sit_down(path) as desk:
        edit(path, old, new)
        assert desk.conflict() is None
        put(desk, PHONE, "0601-1")
        desk.save()
        assert new in path.read_text(encoding="utf-8")


def test_the_time_of_a_file_alone_means_nothing(path: Path) -> None:
    with sit_down(path) as desk:
        os.utime(path, (1, 1))
        assert desk.conflict() is None


@pytest.mark.posix_only
@pytest.mark.parametrize("number", [errno.ESTALE, errno.EIO])
def test_a_share_that_is_away_for_a_moment_is_no_conflict(path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    desk = sit_down(path)
    with monkeypatch.context() as share:
        for name in ("stat", "read_bytes", "open"):
            usual = getattr(Path, name)

            def refuse(place: Path, *words: object, usual: Any = usual, **named: object) -> Any:
                if path.parent in place.parents:
                    raise OSError(number, os.strerror(number), str(place))
                return usual(place, *words, **named)

            share.setattr(Path, name, refuse)
        desk.change([Change(NEW, 7)])
        assert desk.file_changed() is None
        with pytest.raises(CannotWrite, match=r"网络盘|磁盘读写出错"):
            desk.save()
    assert desk.file_changed() is None
    desk.save()
    assert read_report(path).figures == desk.report.figures


@pytest.mark.parametrize("typed", [False, True])
def test_a_deleted_file_is_reported_and_can_be_restored(path: Path, typed: bool) -> None:
    with sit_down(path) as desk:
        if typed:
            put(desk, NEW, 5)
        path.unlink()
        with pytest.raises(ChangedUnderneath, match="不能读取"):
            desk.save()
        desk.resolve(keep="ours")
        desk.save()
        assert read_report(path) == desk.report
        assert "# 一、本年新收" in path.read_text(encoding="utf-8")


def test_a_file_broken_underneath_is_put_aside_and_the_typed_is_safe(path: Path) -> None:
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        path.write_text("year: [", encoding="utf-8")
        conflict = desk.conflict()
        assert conflict is not None
        assert conflict.theirs is None
        assert conflict.message.startswith("柳湾镇的填报数据现在不能读取")
        assert conflict.problem is not None
        assert (conflict.problem.line, conflict.problem.found) == (2, "写法不对：缩进、逗号或括号不对")
        desk.resolve(keep="ours")
        desk.save()
        assert read_report(path) == desk.report
        assert path.with_name(".柳湾镇.yaml.unreadable").read_text(encoding="utf-8") == "year: ["


def test_a_file_broken_before_opening_still_opens_when_the_journal_knows_it(path: Path) -> None:
    put(sit_down(path), NEW, 5)
    path.write_text("year: [", encoding="utf-8")
    with sit_down(path) as again:
        assert again.report.value("applications", "new", "natural_person") == 5
        assert again.conflict() is not None


def test_a_file_that_cannot_be_read_is_reported_with_line_and_leaves_no_lock(path: Path) -> None:
    path.write_text("year: 2024\norgan: {name: 甲, nme: 乙}\n", encoding="utf-8")
    with pytest.raises(ParamsUnreadable) as caught:
        sit_down(path)
    assert caught.value.problems[0].line == 2
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_damaged_journal_is_kept_and_reported_once(path: Path) -> None:
    first = sit_down(path)
    put(first, NEW, 5)
    put(first, PHONE, "0601-1")
    journal = Journal(path).path
    journal.write_bytes(journal.read_bytes().replace(b'"0601-1"', b'"0601-7"'))
    again = sit_down(path)
    assert again.report.value("applications", "new", "natural_person") == 5
    assert any("1 行损坏" in note for note in again.notes)
    assert b'"0601-7"' in journal.with_name(f"{journal.name}.damaged").read_bytes()
    again.close()
    with sit_down(path) as third:
        assert not any("损坏" in note for note in third.notes)


# ---------------------------------------------------------------- two people


def test_the_second_reads_only_is_warned_and_sees_the_typing_of_the_first(path: Path) -> None:
    with second_person(path) as first:
        assert says(first) == "open"
        desk = sit_down(path)
        assert desk.read_only
        held = desk.lock_state()
        assert held is not None
        assert held.who == "李强"
        with pytest.raises(NotOurs, match=r"李强 从 .* 起正在填报这份年报"):
            put(desk, PHONE, "0601-2")
        with pytest.raises(NotOurs):
            desk.save()
        assert says(first, f"{PHONE}=0601-1") == "done"
        written = {file.name: file.read_bytes() for file in path.parent.iterdir()}
        assert desk.refresh().organ.contact.phone == "0601-1"
        assert not desk.can_undo, "it is the other one's step"
        assert desk.notes == ()  # nothing was lost and recovered: the other one is typing it
        assert desk.conflict() is None
        desk.close()
        assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == written


def test_taking_over_brings_along_what_was_typed_and_stops_the_other(path: Path) -> None:
    with second_person(path) as first:
        assert says(first) == "open"
        assert says(first, f"{PHONE}=0601-1") == "done"
        desk = sit_down(path)
        assert desk.take_over().organ.contact.phone == "0601-1"
        put(desk, NEW, 5)
        assert says(first, f"{PHONE}=0601-9") == ""  # it ended with NotOurs
        assert desk.report.organ.contact.phone == "0601-1"
        with sit_down(path) as again:
            assert again.report == desk.report


def test_the_notebook_run_again_takes_the_report_from_the_form_before(path: Path) -> None:
    before, after = sit_down(path), sit_down(path)
    assert not after.read_only
    put(after, NEW, 5)
    with pytest.raises(NotOurs):
        put(before, NEW, 6)
    assert before.take_over().value("applications", "new", "natural_person") == 5
    before.close()
    with pytest.raises(NotOurs):
        put(before, NEW, 7)


# ---------------------------------------------------------------- disks


@pytest.mark.posix_only
def test_on_a_full_disk_the_typed_stays_and_is_written_when_there_is_room(path: Path) -> None:
    desk = sit_down(path)
    journal = Journal(path).path
    journal.symlink_to("/dev/full")
    put(desk, NEW, 5)
    put(desk, PHONE, "0601-1")
    assert desk.report.organ.contact.phone == "0601-1"
    assert desk.trouble is not None
    assert "磁盘已满" in desk.trouble
    for length in range(1, 9):
        put(desk, "narrative.overview", "公开" * length)
    assert len(desk._unwritten) == 3, "a text typed in eight pauses is one step to be written"
    journal.unlink()
    put(desk, NEW, 6)
    assert desk.trouble is None
    again = sit_down(path)
    assert again.report == desk.report
    assert [entry.after for entry in again.history()] == [5, "0601-1", "公开" * 8, 6]
    again.close()


@pytest.mark.posix_only
def test_a_line_cut_off_by_a_full_disk_does_no_harm(path: Path) -> None:
    desk = sit_down(path)
    put(desk, NEW, 5)
    size = Journal(path).path.stat().st_size
    with files_of_at_most(size + 40):
        put(desk, PHONE, "0601-1")
        assert desk.trouble is not None
    assert Journal(path).path.stat().st_size == size
    put(desk, NEW, 6)
    with sit_down(path) as again:
        assert again.report == desk.report


@pytest.mark.posix_only
def test_saving_on_a_full_disk_leaves_the_file_whole(path: Path) -> None:
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        before = path.read_bytes()
        with files_of_at_most(1000), pytest.raises(CannotWrite):
            desk.save()
        assert path.read_bytes() == before
        assert desk.unsaved == 1
        assert not list(path.parent.glob("*.part"))
        desk.save()
        assert read_report(path) == desk.report


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A params file in a folder where this person may read but not write (as nobody, when the tests run as root)."""
    folder = Path(tempfile.mkdtemp())
    path = folder / "柳湾镇.yaml"
    shutil.copy(SAMPLE, path)
    folder.chmod(0o555)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    yield path
    if is_root:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.posix_only
def test_without_permission_to_write_the_report_opens_and_says_so(locked_folder: Path) -> None:
    desk = sit_down(locked_folder)
    assert not desk.read_only
    assert desk.trouble is not None
    assert "没有写入权限" in desk.trouble
    put(desk, NEW, 5)
    assert desk.report.value("applications", "new", "natural_person") == 5
    assert "没有写入权限" in desk.trouble
    with pytest.raises(CannotWrite, match="没有写入权限"):
        desk.save()
    desk.close()
    assert locked_folder.read_bytes() == SAMPLE.read_bytes()


def test_open_desk_is_the_way_in(path: Path) -> None:
    desk = Desk(path, who="王芳", now=Clock())
    assert (desk.path, desk.who, desk.trouble, desk.notes) == (path, "王芳", None, ())
    desk.close()


def test_an_undo_brings_the_mark_of_a_carried_figure_back(path: Path) -> None:
    Journal(path).append([Marks("carried", Clock()(), "王芳", (NEW, PHONE))])
    with sit_down(path) as desk:
        put(desk, NEW, 5)
        assert desk.carried == {PHONE}
        desk.undo()
        assert desk.carried == {NEW, PHONE}
        desk.redo()
        assert desk.carried == {PHONE}
        desk.undo()
        desk.accept_carried()
    with sit_down(path) as again:
        assert again.carried == frozenset()
        put(again, NEW, 5)
        again.undo()
        assert again.carried == frozenset(), "a person has looked at it"


def test_who_is_taken_over_notices_without_a_change_of_their_own(path: Path) -> None:
    with sit_down(path) as desk:
        assert not desk.notice_take_over()
        taker = desk_module.Lock(path, who="李强", now=Clock())
        taker.take_over()
        assert desk.notice_take_over()
        assert desk.read_only
        assert not desk.notice_take_over(), "said once"
        taker.release()


def test_what_another_program_writes_right_behind_the_desk_is_noticed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the desk's writing and its next look at the file, which may be long on a busy machine."""

    def write_too(folder: Path) -> None:
        path.write_bytes(path.read_bytes().replace(b"natural_person: 5", b"natural_person: 9", 1))

    with sit_down(path) as desk:
        put(desk, NEW, 5)
        monkeypatch.setattr(desk_module, "sync_folder", write_too)
        desk.save()
        found = desk.file_changed()
        assert found is not None
        assert found.paths == (NEW,)
        assert desk.file_changed() is None, "said once"


def test_a_file_that_others_write_is_noticed_without_saving(path: Path) -> None:
    with sit_down(path) as desk:
        assert desk.file_changed() is None
        put(desk, NEW, 5)
        desk.save()
        assert desk.file_changed() is None, "the desk wrote it"
        path.write_bytes(path.read_bytes() + b"# a comment of another program\n")
        assert desk.file_changed() is None, "nothing to choose"
        path.write_bytes(path.read_bytes().replace(b"natural_person: 5", b"natural_person: 9", 1))
        found = desk.file_changed()
        assert found is not None
        assert found.paths == (NEW,)
        assert desk.file_changed() is None, "said once"
        with pytest.raises(ChangedUnderneath):
            desk.save()
