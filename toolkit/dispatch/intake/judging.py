"""Judge an incoming report: whose it is, and whether it may be taken in (判定). Everything else goes to quarantine.

In: what was read of a mail or file, the member lists. Out: the place of the member, or ``RefusedPdf`` with reason and next step.
A sender counts by the path of its mail as well. A forwarder rewrites the path so that it passes SPF: SRS0 and SRS1 hold the
original address, a BATV tag hides the local part only; a mailing list's path (VERP) holds the recipient, and nothing of the
sender. None of it is proof: the path can be forged.

Source: Sender Rewriting Scheme (Meng Weng Wong 2003, libsrs2); draft-levine-smtp-batv-01; Microsoft, Sender Rewriting
Scheme (SRS) in Microsoft 365; D. J. Bernstein, Variable Envelope Return Paths; Postfix, VERP_README.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.core.text import find_signs, odd_characters, sign_name, visible
from toolkit.dispatch.intake.examining import Examined
from toolkit.dispatch.intake.incoming import Incoming
from toolkit.dispatch.intake.inspecting import RefusedPdf
from toolkit.dispatch.intake.reading_back import ReadBack
from toolkit.dispatch.intake.scans import ReadCopy
from toolkit.dispatch.intake.sealed import check_copy
from toolkit.dispatch.intake.store import Intake, ReportPlace
from toolkit.dispatch.signatures.checking import GOOD

_AGAIN = "再运行 nianbao collect 加上这个 quarantine 文件夹，重新核对"
_MEND_LIST = f"名单写得不对的，在 _jurisdiction.yaml 的 members 中{{}}，{_AGAIN}"
_MEND_YEAR = f"年度写错的，请该单位改正后重新报送；确是这一年的，在 params/{{}}/地区 放好 _jurisdiction.yaml，{_AGAIN}"
_RAISE_LIMIT = (
    "请该单位减小附件后重新报送；确需收取的，在 nianbao.toml 的 [limits] 中写明更大的 message_bytes，再运行一次 nianbao collect"
    "（从原来的邮箱或文件夹，这里只有邮件的开头）"
)


def judge(item: Incoming, examined: Examined, intake: Intake, *, signature_required: bool) -> ReportPlace:
    """The destination of a message.

    Raises:
        RefusedPdf: it goes to quarantine; the sentence says why.
    """
    if item.refusal:
        raise RefusedPdf(item.refusal, _RAISE_LIMIT)
    back = examined.back
    copy = examined.copy
    if back is None and copy is None:
        raise RefusedPdf(examined.refusal, examined.next_step)
    place = _place(back or copy, intake, next(iter(examined.envelope.senders), ""))
    _check_origin(place, item, examined)
    if intake.params_path(place).is_dir():
        name = intake.params_path(place).name
        raise RefusedPdf(f"填报数据应存为 {name}，那里却有一个同名的文件夹", f"请把文件夹 {name} 改名或移走，{_AGAIN}")
    if back is None:
        if signature_required and copy:
            raise RefusedPdf(f"要求有核对无误的签名，{copy.kind}没有电子签名；请该单位发送签名的电子原件")
        check_copy(place, copy, intake)
        return place
    if back.differences:
        more = f"等共 {len(back.differences)} 处" if len(back.differences) > 1 else ""
        raise RefusedPdf(f"页面与随附数据不符（output-differs）：{back.differences[0]}{more}")
    if back.signature.state not in GOOD:
        raise RefusedPdf(f"签名有问题：{back.signature.message}")
    # a draft is not signed, and replaces no report
    if signature_required and not back.draft and back.signature.state != "valid":
        raise RefusedPdf(f"要求有核对无误的签名：{back.signature.message}")
    return place


def _place(reading: ReadBack | ReadCopy | None, intake: Intake, sender: str) -> ReportPlace:
    """The member whose report it is. A title may shorten the name, or name none: then the sender is asked, too.

    Raises:
        RefusedPdf: no list of the year has the organ, or several have it.
    """
    assert reading
    if not intake.lists(reading.year).areas:
        served_year = f"，现在收的是 {reading.year + 1} 年的" if reading.year and intake.lists(reading.year + 1).areas else ""
        whose = f"这份年报是 {reading.organ or '看不出哪个单位'} {reading.year} 年的"
        reason = f"{whose}{served_year}；这里没有 {reading.year} 年的成员名单"
        raise RefusedPdf(reason, _MEND_YEAR.format(reading.year))
    places = intake.places(reading.year, reading.organ)
    if not places and isinstance(reading, ReadCopy) and reading.format != "scan":
        places = _places_by_title(reading, intake, sender)
        if not places and not reading.organ:
            raise RefusedPdf(f"{reading.kind}的标题里没有机关名称，不知道是哪个单位的年报", "请该单位写明机关名称后重新报送")
    if not places and (unreadable := intake.lists(reading.year).unreadable):
        reason = f"有成员名单读不出，不知道“{visible(reading.organ)}”是不是它的成员：{unreadable[0].problems[0]}"
        raise RefusedPdf(reason, f"请改正这份名单，{_AGAIN}")
    if not places:
        senders = [place.member.name for place in intake.places_like(reading.year, "", sender)]
        raise _not_a_member(reading.year, reading.organ, intake.alike(reading.year, reading.organ), senders)
    if len(places) > 1:
        raise RefusedPdf(f"“{reading.organ}”同时在几份成员名单中（{'、'.join(place.folder for place in places)}），不知归入哪里")
    return places[0]


def _not_a_member(year: int, organ: str, alike: str, senders: Sequence[str]) -> RefusedPdf:
    """Why an organ is not a member; ``alike`` is the member whose name differs in invisible characters only, ``senders`` those
    whose address the mail came from."""
    reason = f"附件写明的机关“{visible(organ)}”不在 {year} 年的成员名单中"
    if not alike and senders:
        named = "、".join(f"“{name}”" for name in senders)
        step = f"机关名称写错的，请{'、'.join(senders)}改正后重新报送；名单写得不对的，改 _jurisdiction.yaml，{_AGAIN}"
        return RefusedPdf(f"{reason}；发件邮箱是名单中{named}的", step)
    if not alike:
        return RefusedPdf(reason, _MEND_LIST.format("补上这个单位"))
    odd = "".join(dict.fromkeys("".join(odd_characters(sign) for sign in find_signs(organ))))
    odd = odd or "".join(dict.fromkeys(sign for sign in organ if sign.isspace())) or " "
    named = "、".join(map(sign_name, odd))
    step = f"请该单位把填报数据里的机关名称改为“{alike}”（校验会指出这个字符并给出改法），重新生成后再报送"
    return RefusedPdf(f"{reason}：名称里有看不见或形近的字符（{named}），名单中是“{alike}”", step)


def _places_by_title(copy: ReadCopy, intake: Intake, sender: str) -> list[ReportPlace]:
    """Where the short name in a title leads; nowhere while an unreadable list may have another member of that name."""
    places = intake.places_like(copy.year, copy.organ, sender)
    is_senders = any(sender in place.member.addresses for place in places)
    return places if is_senders or not intake.lists(copy.year).unreadable else []


def _check_origin(place: ReportPlace, item: Incoming, examined: Examined) -> None:
    """A mail comes from the member's address, a file in a drop box from its account; of other files nothing is known."""
    if item.kind == "mail":
        _check_sender(place, examined)
    if item.account:
        _check_account(place, item.account)


def _check_sender(place: ReportPlace, examined: Examined) -> None:
    """Whether the sender is the member's address, and the mail's path is not another organ's."""
    member, envelope = place.member, examined.envelope
    if not member.email:
        raise RefusedPdf(f"成员名单中没有写“{member.name}”的邮箱，无法核对发件人", _MEND_LIST.format("写上它的 email"))
    if len(envelope.senders) != 1:
        raise RefusedPdf(f"邮件的发件人应为一个，实为 {len(envelope.senders)} 个")
    sender, expected = envelope.senders[0], member.email.strip().lower()
    if sender not in member.addresses:
        reason = f"附件写明的机关是“{member.name}”（邮箱 {expected}），发件人却是 {sender}"
        raise RefusedPdf(
            reason,
            f"请先打电话向{member.name}核实。确是它发的，请它用名单中的邮箱重发；{_MEND_LIST.format('改正它的 email')}。"
            "由别的单位代发的，把那个邮箱写进 also_from",
        )
    _check_path(envelope.return_path, sender, member.name)


def _check_account(place: ReportPlace, account: str) -> None:
    """A file in a drop box belongs to the account of the member that it is from."""
    member = place.member
    if not member.account:
        reason = f"成员名单中没有写“{member.name}”的账号，无法核对是谁投进收件箱的（这份文件属于 {account}）"
        raise RefusedPdf(reason, _MEND_LIST.format("写上它的 account"))
    if member.account != account:
        reason = f"附件写明的机关是“{member.name}”（账号 {member.account}），这份文件却是 {account} 投进收件箱的"
        raise RefusedPdf(reason, f"请向{member.name}核实。换了账号的，{_MEND_LIST.format('改正它的 account')}")


def _check_path(return_path: str, sender: str, name: str) -> None:
    """Whether the mail comes from the member's server, or was forwarded from there."""
    path = read_return_path(return_path)
    by = f"经 {path.relay} 转发，" if path.relay else ""
    if path.sender and not same_office(_domain(path.sender), _domain(sender)):
        reason = f"发件人写的是 {sender}，邮件{by}实际从 {path.sender} 寄出，疑为冒名"
        raise RefusedPdf(reason, f"请打电话向{name}核实，由它用自己的邮箱重发")
    if path.relay and not path.sender and not same_office(path.relay, _domain(sender)):
        reason = f"发件人写的是 {sender}，邮件{by}看不出原来从哪里寄出"
        raise RefusedPdf(reason, f"请打电话向{name}核实；确是它发的，请它直接寄到本邮箱，不经别的邮箱自动转发")


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


# ---- the path of a mail

_SRS0 = re.compile(r"srs0[=+-](?P<rest>.+)", re.IGNORECASE)
_SRS1 = re.compile(r"srs1[=+-][^=]*=[^=]+=(?P<rest>[=+-].+)", re.IGNORECASE)  # hash, first forwarder, its SRS0 without the name
_SRS_365 = re.compile(r".*\+srs=(?P<rest>.+)", re.IGNORECASE)
_HASHED = re.compile(r"[=+-]?[^=]*=[^=]*=(?P<domain>[^=]+)=(?P<local>.+)")  # hash, timestamp, domain, local part
_BATV = re.compile(r"(?:prvs|msprvs\d|btv\d)=+[^=]*=+(?P<local>.+)", re.IGNORECASE)
_AUTO_FORWARDED = re.compile(r".+\+caf_=.+", re.IGNORECASE)  # Gmail: names the new recipient, not the original sender
# bounces+name=domain, list-return-17-name=domain, bounces+17-ab12-name=domain: the recipient, for whom a bounce is counted
_VERP = re.compile(r"[^=]+[+-][^=+]+=[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """``sender`` is the original address (lower case), empty when it is unknown; ``relay`` the forwarder's domain."""

    sender: str = ""
    relay: str = ""


def read_return_path(address: str) -> ReturnPath:
    """The original sender of a mail by its Return-Path."""
    local, _, domain = address.strip().strip("<>").lower().rpartition("@")
    local = local.strip('"')
    if not local or not domain:  # the empty path of a bounce, or no address at all
        return ReturnPath()
    rewritten = _SRS1.fullmatch(local) or _SRS0.fullmatch(local) or _SRS_365.fullmatch(local)
    if rewritten:
        original = _HASHED.fullmatch(rewritten["rest"])
        return ReturnPath(_without_tag(original["local"], original["domain"]) if original else "", domain)
    if _AUTO_FORWARDED.fullmatch(local) or _VERP.fullmatch(local):
        return ReturnPath("", domain)
    return ReturnPath(_without_tag(local, domain))


def same_office(domain: str, expected: str) -> bool:
    """Whether a path's domain is the expected one or below it (``bounce.yunxi.gov.example``), as relaxed alignment has it.

    Source: RFC 7489, 3.1.1.
    """
    return domain == expected or domain.endswith(f".{expected}")


def _without_tag(local: str, domain: str) -> str:
    tagged = _BATV.fullmatch(local)
    return f"{tagged['local'] if tagged else local}@{domain}"
