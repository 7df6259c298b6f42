"""An officer returns and accepts reports; the clerk gets the opinion, answers it, and the answers come back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import docx
import pytest

from toolkit.checks.assembly import judge_file
from toolkit.checks.catalogue import subject_of, text_at
from toolkit.cli import main
from toolkit.core.errors import UsageError
from toolkit.dispatch.ledger import Ledger
from toolkit.dispatch.letters.cover import opinion_letter, opinion_sheet, sheet_name
from toolkit.dispatch.letters.message import MailAttachment, letter_bytes
from toolkit.dispatch.letters.reporting_up import LetterFiles, make_letter
from toolkit.dispatch.letters.sending import Outbox
from toolkit.dispatch.settings import Mail
from toolkit.forms import Address
from toolkit.importing.opinion import find_opinion, place_of_opinion
from toolkit.report import Confirmation, Narrative, read_report, write_report
from toolkit.report.opinion import Opinion, answers, opinion_beside, save_opinion
from toolkit.rollup.reviewing import CannotDecide, accept_report, begin_review, make_opinion, open_review, return_report
from toolkit.rollup.verdict_basis import basis_of_folder, read_tree

SAMPLE = Path(__file__).parents[2] / "params" / "2024" / "云溪县"
NEW = Address("applications", "new", "natural_person")
NOW, TODAY = datetime.fromisoformat("2025-01-22T12:00:00+08:00"), date(2025, 1, 22)
REMARKS = ("permits.permits.decisions=与行政审批系统的数不一致", "overview=请补写政策解读", "没有附领导签批单")


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """The county's folder with two reports; the first has one request too many."""
    folder = tmp_path / "county" / "params" / "2024" / "云溪县"
    folder.mkdir(parents=True)
    for name in ("_jurisdiction", "松石镇", "白鹭乡"):
        shutil.copy(SAMPLE / f"{name}.yaml", folder)
    report = read_report(folder / "松石镇.yaml")
    write_report(report.with_value(NEW, int(report.figures[NEW] or 0) + 1), folder / "松石镇.yaml")
    return folder


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "county" / "post" / "received.jsonl")


def returned(county: Path, ledger: Ledger, *remarks: str) -> Opinion:
    review = open_review(county / "松石镇.yaml", ledger, TODAY)
    opinion = make_opinion(review, remarks, "王某", TODAY)
    return_report(review, opinion, ledger, NOW)
    return opinion


def codes(params: Path) -> list[tuple[str, str]]:
    return [(item.code, item.place) for item in judge_file(params, today=TODAY).findings if item.code == "review-open"]


def test_looking_at_a_version_is_noted_once(county: Path, ledger: Ledger) -> None:
    params = county / "白鹭乡.yaml"
    assert begin_review(open_review(params, ledger, TODAY), ledger, "王某", NOW)
    review = open_review(params, ledger, TODAY)
    assert review.status.stage == "reviewing"
    assert not begin_review(review, ledger, "李某", NOW)


def test_a_return_asks_for_findings_and_remarks_and_shows_them_at_the_cells(county: Path, ledger: Ledger) -> None:
    opinion = returned(county, ledger, *REMARKS)
    assert [item.place for item in opinion.items][-3:] == ["permits.permits.decisions", "narrative.overview", ""]
    assert {item.code for item in opinion.items} >= {"applications-balance", "applications-row-total"}
    # what the rules find here as well is theirs to say
    expected = [("review-open", "permits.permits.decisions"), ("review-open", "narrative.overview")]
    assert sorted(codes(county / "松石镇.yaml")) == sorted([*expected, ("review-open", f"review.1.{len(opinion.items)}")])
    review = open_review(county / "松石镇.yaml", ledger, TODAY)
    assert (review.status.stage, review.status.answer_by) == ("returned", date(2025, 1, 27))


def test_the_clerk_gets_the_opinion_by_mail_and_answers_each_item(county: Path, ledger: Ledger, tmp_path: Path) -> None:
    sent = read_report(county / "松石镇.yaml")
    opinion = returned(county, ledger, *REMARKS)
    letter = opinion_letter(opinion, opinion_sheet(opinion, sent), sender="zwgk@yunxi.gov.example", to="a@b.example", date=NOW)
    mail = tmp_path / "退回.eml"
    mail.write_bytes(letter_bytes(letter))
    desk = tmp_path / "desk" / "params" / "2024" / "云溪县"
    desk.mkdir(parents=True)
    write_report(sent, desk / "松石镇.yaml")

    found = find_opinion(mail)
    assert found == opinion
    params = place_of_opinion(found, desk.parents[1])
    assert params == desk / "松石镇.yaml"
    save_opinion(found, params)
    assert len(codes(params)) == 3

    permits = Address("permits", "permits", "decisions")
    mended = sent.with_value(NEW, int(sent.figures[NEW] or 0) - 1).with_value(permits, int(sent.figures[permits] or 0) + 1)
    reasons = (
        Confirmation(code="review-open", where="narrative.overview", reason="政策解读由县府办统一发布"),
        Confirmation(code="review-open", where=f"review.1.{len(opinion.items)}", reason="签批单另行寄送"),
    )
    write_report(replace(mended, confirmed=reasons), params)
    verdict = judge_file(params, today=TODAY)
    assert verdict.errors == ()
    assert {item.place: item.confirmed for item in verdict.findings if item.code == "review-open"} == {
        "narrative.overview": "政策解读由县府办统一发布", f"review.1.{len(opinion.items)}": "签批单另行寄送"
    }  # fmt: skip

    # the county takes the correction in, sees what was done, and accepts it
    shutil.copy(params, county / "松石镇.yaml")
    review = open_review(county / "松石镇.yaml", ledger, TODAY)
    assert review.status.stage == "resubmitted"
    assert {answer.done for answer in review.answers} == {"changed", "answered"}
    assert accept_report(review, ledger, "王某", NOW)
    assert opinion_beside(county / "松石镇.yaml") is None
    assert open_review(county / "松石镇.yaml", ledger, TODAY).status.words == "通过 01-22 王某"


@pytest.mark.parametrize("place", ["narrative.overview", "narrative.other"])
def test_an_answer_to_one_of_two_remarks_about_a_text_is_none_to_the_other(county: Path, ledger: Ledger, place: str) -> None:
    kept, name = county / "松石镇.yaml", place.removeprefix("narrative.")
    write_report(replace(read_report(kept), narrative=Narrative(overview="本镇公开信息。")), kept)
    opinion = returned(county, ledger, f"{name}=请补写", f"{name}=请补写政策解读")
    second = next(item for item in judge_file(kept, today=TODAY).findings if item.message.endswith("请补写政策解读"))
    about = subject_of(second, text_at(read_report(kept), place))
    confirmed = Confirmation(code="review-open", where=place, reason="另见解读", about=about)
    report = replace(read_report(kept), confirmed=(confirmed,))
    assert [answer.done for answer in answers(opinion, report) if "补写" in answer.item.message] == ["open", "answered"]


def test_the_corrected_report_says_what_was_done_about_each_item(county: Path, ledger: Ledger, tmp_path: Path) -> None:
    opinion = returned(county, ledger, "没有附领导签批单")
    report = read_report(county / "松石镇.yaml")
    done = tuple(f"{answer.item.number}. {answer.words}" for answer in answers(opinion, report, set()))
    outbox = Outbox(tmp_path / "outbox", Ledger(tmp_path / "sent.jsonl"), lambda raw, sender, to: None, now=lambda: NOW)  # type: ignore[arg-type,return-value]
    finished = LetterFiles(report, (MailAttachment("a.pdf", b"%PDF"),), done)
    letter = make_letter(finished, "a@b.example", Mail(sender="songshi@yunxi.gov.example"), outbox, ())
    assert "对审核意见的办理情况：" in letter.body
    assert f"{len(opinion.items)}. 没有改，也没有说明" in letter.body


def test_sheet_is_a_word_file_with_every_item_and_the_same_each_time(county: Path, ledger: Ledger, tmp_path: Path) -> None:
    opinion = returned(county, ledger, *REMARKS)
    report = read_report(county / "松石镇.yaml")
    path = tmp_path / sheet_name(opinion)
    path.write_bytes(opinion_sheet(opinion, report))
    assert path.read_bytes() == opinion_sheet(opinion, report)
    table = docx.Document(str(path)).tables[0]
    assert len(table.rows) == len(opinion.items) + 1
    assert "与行政审批系统的数不一致" in "".join(cell.text for row in table.rows for cell in row.cells)
    letter = opinion_letter(opinion, path.read_bytes(), sender="zwgk@yunxi.gov.example", to="a@b.example", date=NOW)
    mail = message_from_bytes(letter_bytes(letter), policy=policy.default)
    assert "2025年1月27日前重新报送" in mail.get_body().get_content()  # type: ignore[union-attr]


def test_what_cannot_be_accepted_or_returned_says_why(county: Path, ledger: Ledger) -> None:
    wrong = open_review(county / "松石镇.yaml", ledger, TODAY)
    with pytest.raises(CannotDecide, match="还有 2 处错误"):
        accept_report(wrong, ledger, "王某", NOW)
    sound = open_review(county / "白鹭乡.yaml", ledger, TODAY)
    with pytest.raises(CannotDecide, match="没有错误，也没有未确认的警告"):
        make_opinion(sound, (), "王某", TODAY)
    with pytest.raises(UsageError, match="没有“applications"):
        make_opinion(sound, ("applications.nwe.total=写错了",), "王某", TODAY)
    opinion = make_opinion(sound, ("请补写政策解读",), "王某", TODAY)
    return_report(sound, opinion, ledger, NOW)
    with pytest.raises(CannotDecide, match="审核意见第 1 条还没有改"):
        accept_report(open_review(county / "白鹭乡.yaml", ledger, TODAY), ledger, "王某", NOW)
    draft = {
        "event": "received",
        "year": 2024,
        "place": "云溪县",
        "file": "白鹭乡",
        "received_at": NOW.isoformat(),
        "draft": True,
    }
    with pytest.raises(CannotDecide, match="是草稿"):
        accept_report(open_review(county / "白鹭乡.yaml", ledger_with(ledger, draft), TODAY), ledger, "王某", NOW)


def ledger_with(ledger: Ledger, record: dict[str, object]) -> Ledger:
    ledger.append(record)
    return ledger


def test_a_verdict_depends_on_the_opinion(county: Path, ledger: Ledger) -> None:
    root = county.parents[1]
    before = basis_of_folder(read_tree(root), "2024/云溪县", TODAY)
    returned(county, ledger)
    after = basis_of_folder(read_tree(root), "2024/云溪县", TODAY)
    assert {key for key in before if before[key] != after[key]} == {"2024/云溪县/松石镇.yaml"}


def test_commands_return_accept_and_show_the_state(
    county: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*words: str) -> tuple[int, str]:
        monkeypatch.chdir(county.parents[2])
        monkeypatch.setattr("sys.argv", ["nianbao", *words])
        with pytest.raises(SystemExit) as stopped:
            main()
        return int(stopped.value.code or 0), capsys.readouterr().out

    monkeypatch.setenv("COLUMNS", "80")
    place = "params/2024/云溪县"
    assert run("review", f"{place}/松石镇.yaml", "--return", "--by", "王某", "--remark", REMARKS[0])[0] == 0
    (sheet,) = (county.parents[2] / "outputs/2024/云溪县/松石镇").glob("*审核意见单（第1次）.docx")
    assert find_opinion(sheet)
    code, shown = run("review", place, "--accept", "--by", "王某")
    assert (code, "通过 云溪县白鹭乡人民政府" in shown, "请用 --return 退回" in shown) == (1, True, True)
    _, shown = run("status", place, "--today", "2025-01-25")
    lines = {line.split()[0]: line.split() for line in shown.splitlines() if line.split()}
    assert "退回" in lines["松石镇人民政府"]
    assert "通过" in lines["白鹭乡人民政府"]
    assert max(map(len, shown.splitlines())) < 200
    assert run("review", f"{place}/松石镇.yaml")[1].count("没有改，也没有说明") >= 1
    assert run("import", str(sheet))[0] == 0
