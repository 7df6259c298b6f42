"""A quarantined mail that is no report is dismissed with a reason, and marks its sender no more."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from tests.dispatch.receipts import in_quarantine
from tests.terminal import type_command
from toolkit.core.errors import UsageError
from toolkit.dispatch.intake.store import RECEIVED_NAME
from toolkit.dispatch.ledger import Ledger, dismiss_mail

NOW = datetime.fromisoformat("2025-02-03T09:00:00+08:00")
BAILU = "bailu@yunxi.gov.example"
CHATTY = {
    "event": "quarantined", "received_at": "2025-02-01T01:00:00+00:00", "raw_sha256": "a" * 64, "message_id": "<1@b.example>",
    "sender": "songshi@yunxi.gov.example", "organ": "", "reason": "邮件里没有 PDF 附件",
    "folder": "20250201T010000Z-aaaaaaaaaaaa",
}  # fmt: skip


def test_a_dismissed_mail_marks_nobody_and_stays_in_the_ledger(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / RECEIVED_NAME)
    ledger.append(CHATTY)
    other = CHATTY | {
        "raw_sha256": "b" * 64,
        "message_id": "<2@b.example>",
        "sender": "bailu@yunxi.gov.example",
        "folder": "other",
    }
    ledger.append(other)
    assert len(in_quarantine(tmp_path, 2024)) == 2
    reason = dismiss_mail(ledger, tmp_path / "quarantine" / str(CHATTY["folder"]), "只是通知已公开", "王某", NOW)
    assert reason == "邮件里没有 PDF 附件"
    assert set(in_quarantine(tmp_path, 2024)) == {BAILU}
    assert ledger.records[-1]["hand"] == "王某"


@pytest.mark.parametrize(("folder", "reason"), [("unknown", "闲话"), (str(CHATTY["folder"]), "  ")])
def test_what_cannot_be_dismissed_says_why(tmp_path: Path, folder: str, reason: str) -> None:
    ledger = Ledger(tmp_path / RECEIVED_NAME)
    ledger.append(CHATTY)
    with pytest.raises(UsageError):
        dismiss_mail(ledger, Path(folder), reason, "王某", NOW)
    assert len(in_quarantine(tmp_path, 2024)) == 1


def test_it_is_dismissed_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "params").mkdir()
    ledger = Ledger(tmp_path / "post" / RECEIVED_NAME)
    ledger.append(CHATTY)
    folder = f"post/quarantine/{CHATTY['folder']}"
    ended = type_command("review", folder, "--dismiss", "只是通知已公开", "--by", "王某", at=tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"不再提示 {CHATTY['folder']}（邮件里没有 PDF 附件）\n"
    assert Ledger(ledger.path).records[-1]["hand"] == "王某"
