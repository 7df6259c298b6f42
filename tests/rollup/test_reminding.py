"""Reminders go over a real SMTP server, once a day for each member."""

from __future__ import annotations

from datetime import date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.dispatch.smtp_server import Fault, smtp_server
from tests.rollup.stories import AREA
from toolkit.core.errors import UsageError
from toolkit.dispatch.ledger import Ledger
from toolkit.dispatch.letters.sending import Outbox, smtp_post
from toolkit.dispatch.settings import Mail, Secret, Smtp
from toolkit.report.jurisdiction import Member, read_jurisdiction
from toolkit.rollup.completeness import SubmissionStatus
from toolkit.rollup.reminding import ReminderOutcome, remind

NOON = datetime.fromisoformat("2025-01-25T12:00:00+08:00")
DUE = date(2025, 1, 20)
MISSING = SubmissionStatus(Member(name="云溪县乙镇人民政府", file="乙镇", email="yi@yunxi.gov.example"), "missing", late_days=5)
UNREACHED = SubmissionStatus(Member(name="云溪县甲镇人民政府", file="甲镇"), "missing")


def _remind(
    tmp_path: Path, port: int, now: datetime, rows: tuple[SubmissionStatus, ...], sender: str = "zwgk@yunxi.gov.example"
) -> list[ReminderOutcome]:
    (tmp_path / "_jurisdiction.yaml").write_text(AREA, encoding="utf-8")
    server = Smtp(host="127.0.0.1", port=port, security="plain", plain_allowed=("127.0.0.1",))
    outbox = Outbox(tmp_path / "outbox", Ledger(tmp_path / "sent.jsonl"), smtp_post(server, Secret("")), now=lambda: now)
    return list(remind(rows, read_jurisdiction(tmp_path / "_jurisdiction.yaml"), 2024, DUE, sender, outbox))


def test_a_missing_member_gets_one_letter_a_day(tmp_path: Path) -> None:
    with smtp_server(None) as server:
        first = _remind(tmp_path, server.port, NOON, (MISSING,))
        again = _remind(tmp_path, server.port, NOON, (MISSING,))
        next_day = _remind(tmp_path, server.port, NOON.replace(day=26), (MISSING,))
    assert [item.state for item in (*first, *again, *next_day)] == ["sent", "already", "sent"]
    mail = message_from_bytes(server.handler.taken[0], policy=policy.default)
    assert mail["Subject"] == "关于报送2024年政府信息公开工作年度报告的通知"
    assert mail["To"].addresses[0].addr_spec == "yi@yunxi.gov.example"
    text = mail.get_body().get_content()  # type: ignore[union-attr]
    assert "报送期限为2025年1月20日，至今已超过 5 天" in text
    assert "2025年1月25日" in text


def test_a_member_without_address_is_reported_to_the_officer(tmp_path: Path) -> None:
    with smtp_server(None) as server:
        (told,) = _remind(tmp_path, server.port, NOON, (UNREACHED,))
    assert (told.state, told.message) == ("no_address", "成员名单里没有邮箱地址，请电话催报")


def test_a_wrong_address_of_one_member_keeps_no_other_from_being_reminded(tmp_path: Path) -> None:
    wrong = SubmissionStatus(Member(name="云溪县丙镇人民政府", file="丙镇", email="bing.yunxi.gov.example"), "missing")
    with smtp_server(None) as server:
        told = _remind(tmp_path, server.port, NOON, (wrong, MISSING))
    assert [item.state for item in told] == ["no_address", "sent"]
    assert "请在成员名单里改正" in told[0].message


def test_an_address_put_right_on_the_same_day_gets_the_letter(tmp_path: Path) -> None:
    wrong = SubmissionStatus(MISSING.member.model_copy(update={"email": "yii@yunxi.gov.example"}), "missing")
    with smtp_server(None) as server:
        server.handler.faults = [Fault("rcpt", "550 no such user")]
        told = [*_remind(tmp_path, server.port, NOON, (wrong,)), *_remind(tmp_path, server.port, NOON, (MISSING,))]
    assert [item.state for item in told] == ["refused", "sent"]
    assert server.handler.envelopes[0][1] == ["yi@yunxi.gov.example"]


def test_a_letter_that_somebody_tidied_away_is_written_again(tmp_path: Path) -> None:
    with smtp_server(None) as server:
        server.handler.faults = [Fault("rcpt", "550 not now")]
        told = _remind(tmp_path, server.port, NOON, (MISSING,))
        for letter in (tmp_path / "outbox").iterdir():
            letter.unlink()
        told += _remind(tmp_path, server.port, NOON, (MISSING,))
    assert [item.state for item in told] == ["refused", "sent"]


def test_a_missing_sender_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="寄件人"):
        Mail().need_sender()
