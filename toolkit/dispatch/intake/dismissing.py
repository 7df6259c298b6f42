"""Dismiss quarantined mail that is no report (撤销隔离提示): a chatty mail, a stranger's.

In: a folder of the quarantine, the reason, the ledger. Out: one record; the files stay where they are.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from toolkit.core.errors import UsageError
from toolkit.dispatch.ledger import Ledger, timestamp


def dismiss_mail(ledger: Ledger, folder: Path, reason: str, hand: str, now: datetime) -> str:
    """Note that nothing follows from a quarantined mail; the reason for which it had been put aside.

    Raises:
        UsageError: the ledger has no such mail, or there is no reason.
    """
    if not reason.strip():
        raise UsageError("请写明为什么不用处理，如 --dismiss 只是通知年报已公开")
    found = [item for item in ledger.records if item["event"] == "quarantined" and item.get("folder") == folder.name]
    if not found:
        raise UsageError(f"{folder} 不是隔离文件夹里的来件，应写成 post/quarantine/… 里的一个文件夹")
    about = {key: found[-1].get(key, "") for key in ("raw_sha256", "message_id", "sender", "folder")}
    ledger.append({"event": "dismissed", "at": timestamp(now), **about, "reason": reason.strip(), "hand": hand})
    return str(found[-1]["reason"])
