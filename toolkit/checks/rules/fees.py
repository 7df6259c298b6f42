"""信息处理费 in part six: present, consistent with table three and the params, and an amount that the tariff allows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.findings import PART_NAMES, shown, words_finding
from toolkit.checks.narrative.passages import matches
from toolkit.checks.narrative.ties import Tie
from toolkit.checks.narrative.tokens import Token
from toolkit.forms import Address

GROUP = "文字与表格"
TARIFF_STEP = 10  # 元: 按件 100 元起, 按量 10 元一页起, always a multiple of ten
_TITLES = re.compile(r"《[^《》\n]{0,80}》")
# the fee by its name, or described as the charge for disclosure on request
_TOLD = re.compile(r"处理费|(?:信息公开|申请|检索|复制)[^。\n]{0,20}(?:费用|收费|费)|(?:收取|收)[^。；\n]{0,12}(?:费用|费)")
_OTHER_PROCESSING = r"(?:污水|废水|污泥|垃圾|固废|危废|废物|废弃物|粪便|渗滤液)(?:集中|无害化)?处理费"
_OTHER_CHARGE = re.compile(rf"行政事业性收费|停车费|水费|工本费|经费|免费|{_OTHER_PROCESSING}")
# what a clause says of an amount of the fee that an earlier clause names: 共收取 2 笔，计 640 元
_OF_THE_FEE = re.compile(
    r"(?:全年|本年度?|年度|当年|其中|[共总合累]?计|[共总为是约至达即]|实际?|应|收取?|[缴交]纳?|费用?|金额|[总数]额|人民币"
    r"|检索|复制|[，、：: ]|\d+[件笔份次人户])*"
)
_NEG = r"(?:没有|没|未曾|不曾|从未|尚未|未|并无|从无|无(?!偿)|不存在|零(?![星散]))"
_ISSUE = r"(?:制发|开|发出|发送|发放|下发|寄发|发|开具|开出|出具|下达|送达|寄送|制作|签发|作出|产生|发生|出现|接到|收到)?"
_NOTICE = r"(?:收费|缴费|交费|交钱|缴钱)的?通知[书单]?"
_PHRASE_ENDS = r"(?=(?:的?(?:收取|收缴)?(?:情况|情形|现象|行为|事项|事宜|记录))?(?:发生)?(?:[，。；、！\n）也并且和或]|\Z))"
_NOTICE_DENIED = re.compile(  # 没有向申请人开具过收费通知, 收费通知一份也没有发, 收费通知 0 件; 未按收费通知缴费 denies no notice
    rf"{_NEG}(?!有|能)(?:(?![按遵执履应配]|依(?!申请)|照|根据|理会|[缴交](?!费通知))[^，。；：\n]){{0,24}}?{_NOTICE}{_PHRASE_ENDS}"
    rf"|{_NEG}(?:启动|进入|发起)过?收费(?:程序|流程)"
    rf"|{_NOTICE}{_ISSUE}(?:的?(?:情况|数量|件数|份数|数))?[为共是：]?(?:{_ISSUE}[0零][件份次张]?|[一任何件份张次个均也都亦尚]{{0,5}}{_NEG}(?:有过?|曾)?{_ISSUE}过?){_PHRASE_ENDS}"
)
_PAID = re.compile(
    r"(?:按期|按时|如期|及时|足额|全额|全部|均已?|已经?)[^，。；\n不未]{0,4}(?:缴纳|交纳|缴清|交清|缴费|交费|支付)"
)
_SOME_PAID = re.compile(r"\d+[人件份户]\Z")  # 发出收费通知 7 份，2 人按期缴费
_UNPAID = re.compile(r"逾期|未[^，。；\n]{0,3}[缴交]|不[缴交]|拒[缴交]")
_MONEY = r"(?:(?:信息)?处理费|费用|收费(?!标准|办法|通知|制度|项目)|费(?![用通心力时])|(?:一分|一角)?钱|分文|任何款项)"
_CHARGE = r"(?:(?:需要?|用|必|须)?[缴交]纳|收取|征收|收缴|收到|收|获得|产生|发生|存在|涉及)"
_PAY = r"(?:缴费|交费|缴纳|交纳|付费|支付|缴|交)"
# that nothing was charged, without the fee's name: who was not charged, what did not come in, that nobody paid
_FREE = re.compile(
    rf"(?:{_NEG}|不)(?:再|曾|予|有)?(?:[因就为向对给以](?![^，。；：\n]{{0,20}}(?:违规|超标))[^，。；：\n\d]{{1,24}}?)?(?:实际)?{_CHARGE}(?:(?![因违乱多错超])[^，。；：\n\d]){{0,16}}?{_MONEY}{_PHRASE_ENDS}"
    rf"|{_NEG}(?:任何|相关|[^，。；：\n\d违乱多错]{{0,20}}?被)?收费{_PHRASE_ENDS}"
    rf"|(?:实际?(?:收取|收到|收费|收入|到账|收)|收取(?:金额|总额|费用)|收费(?:金额|总额|收入))(?:金额|总额|费用)?"
    r"[为是共计：]{0,2} *(?:零(?![星散])|0(?:\.0+)? *元)"
    rf"|(?:(?<![\d其余])(?:申请人|申请者|当事人|对方)[^，。；\d]{{0,6}}(?:均|都|全部|皆)[^，。；\d按]{{0,6}}(?:未|没有|没|不)|无一[人例]?|[无没]人|没有一[个人位])(?:如期|按时|按期)?{_PAY}"
    r"|(?<!不是)(?:一分钱?|一毛钱?|分文)[也都]?(?:没有?|未)(?:收|进账|进|要|拿)过?"
    r"|(?:信息|申请)[^，。；\d]{0,8}(?:一律|均|都|全部|皆|全程)[^，。；\d]{0,6}免(?:费|收|除|缴)"
)
_OF_THE_REST = re.compile(
    r"(?:其余|其[他它](?!处理)|剩余|另外|除此|此外|除[^，。；：\n]{1,20}外|以外|之外|上年|去年|往年|对[^，。；：\n]{2,20}的申请|绝?大多数|多数|大部分|部分|(?:乡镇|街道|所属部门)(?:一级|级|层面)?|(?:办公室|办公厅|机关|政府)?本级)[^，。；：\n]{0,8}，?[^，。；：\n]{0,12}\Z"
)  # 收取 310 元。其余申请均未收费
_NOTICES = re.compile(  # 发出收费通知 2 件, 2 份缴费通知书
    rf"(?<!其中)(?<!其中[制下寄签])(?:{_ISSUE[:-1]}|共|的){_NOTICE}[共计为]{{0,2}} *(?P<behind>\d{{1,6}}) *[件份张]"
    rf"|(?<![\d.])(?P<before>\d{{1,6}}) *[件份张](?:信息处理费)?{_NOTICE}{_PHRASE_ENDS}"
)
_CHARGED = re.compile(
    r"(?<![^，。；\n])[^，。；\n]{0,24}(?:对|向)[^，。；\n]{1,24}(?:(?:收取|征收|收|计收)了?(?:政府)?信息(?:公开)?处理费"
    r"|(?:发出|制发|送达|下达|寄送|开具|出具)了?[^，。；\n\d]{0,6}[收缴]费通知书?)(?=[，。；\n]|\Z)"
)
_NOT_CHARGED = re.compile(r"[未没无不零]|如需|若|可以?|应当?|规定|标准|办法|上年|去年|20\d\d年|免")
_PAID_YUAN = re.compile(
    rf"(?:收取?|收到|计收|{_PAY})(?:[了共计为到]|费用|金额|款项){{0,3}} *(?P<yuan>\d[\d,]{{0,12}}(?:\.\d+)?) *元"
)
_ABOUT_MONEY = re.compile("费|实收|收到0|分文|钱")
_ON_REQUESTS = re.compile(r"申请|信息公开|提供(?:政府)?信息|复制|检索")
_REST_BEFORE = 40  # characters
_SENTENCE = re.compile(r"[^。！？；\n]+")
_CLAUSE = re.compile(r"[^，。！？；：\n]+")
_NONE = frozenset(("neg", "zero"))


@dataclass(frozen=True, slots=True)
class FeeMention:
    """One place that tells what was collected: the amount in 元, 0 where words say that nothing was.

    ``free`` words do not name the fee, so that they may be about another charge.
    """

    where: str
    start: int
    end: int
    text: str
    yuan: Decimal
    exact: bool = True
    free: bool = False


@rule("fee-missing", GROUP, parts=["other"])
def check_fee_missing(case: Case) -> Iterator[Finding]:
    """fee-missing: 2021 版第六部分写明信息处理费收取情况，没有收取的也要写。

    With ``processing_fee`` in the params the sentence is printed automatically.

    Source: 2021 版格式，第六部分的填写说明。
    """
    report = case.report
    if not report.form.part("other").must_mention or report.processing_fee is not None:
        return
    other = _TITLES.sub("", report.narrative.other)
    if _TOLD.search(_OTHER_CHARGE.sub("", other)):
        return
    elsewhere = next(
        (where for where in ("narrative.overview", "narrative.problems") if "处理费" in _TITLES.sub("", _text(case, where))), ""
    )
    step = "请把信息处理费的情况移到第六部分" if elsewhere else "没有收取的写“本年度未收取信息处理费（0元）”"
    elsewhere_note = f"（写在{PART_NAMES[elsewhere]}）" if elsewhere else ""
    yield Finding(
        "fee-missing", "error", f"第六部分没有写信息处理费收取情况{elsewhere_note}", expected="信息处理费 … 元",
        where="narrative.other", next_step=step,
    )  # fmt: skip


@rule("fee-contradiction", GROUP, parts=["other"])
def check_fee_contradiction(case: Case) -> Iterator[Finding]:
    """fee-contradiction: 填了收费通知或表三有“逾期未缴费不再处理”的，不能写没有发通知；收了费的，第六部分不能写没有收。

    A plain 0 元 says nothing of unpaid notices: one was sent and nothing came in.

    Source: 国办函〔2020〕109号；2021 版格式第三部分（六）2、第六部分。
    """
    fees = tuple(fee_mentions(case))
    yield from _unpaid_without_notice(case)
    yield from _notices_differ(case)
    yield from _charged_in_words(case)
    yield from _amounts_differ(case, fees)


def _unpaid_without_notice(case: Case) -> Iterator[Finding]:
    unpaid = case.report.number("applications", "other_not_paid", "total")
    fee = case.report.processing_fee
    if not unpaid or (fee is not None and fee.notices):
        return
    for where in ("narrative.other", "narrative.overview"):
        text = _text(case, where)
        denied = _NOTICE_DENIED.search(text) or (_all_paid(text) if where == "narrative.other" or "收费通知" in text else None)
        if denied is not None:
            yield _at_odds(case, where, unpaid, denied)
            return
    if fee is None or fee.notices is None or fee.amount_yuan:
        return  # 未收取信息处理费: a notice was sent and nothing came in
    label = case.report.form.label(Address("applications", "other_not_paid", "total"))
    yield Finding(
        "fee-contradiction", "warning", f"{label}为 {shown(unpaid)}，收费通知填的是 0 件",
        expected="写明发出收费通知的件数", found="0", where="processing_fee.notices",
        next_step="逾期未缴费是发出收费通知以后的结果：请在第六部分写明，或核对表三填在哪一行",
    )  # fmt: skip


def _notices_differ(case: Case) -> Iterator[Finding]:
    """没有发过收费通知, 发出收费通知 4 件 although the params have another number."""
    fee = case.report.processing_fee
    if fee is None or not fee.notices:
        return
    texts = {where: _text(case, where) for where in ("narrative.other", "narrative.overview")}
    counts = [(where, match) for where, text in texts.items() for match in matches(_NOTICES, text, "费通知")]
    differing = [match[0] for _, match in counts if int(match["before"] or match["behind"]) != fee.notices]
    wrong = counts if len(counts) == len(differing) == 1 else []
    if not counts:
        wrong = [(where, match) for where, text in texts.items() for match in matches(_NOTICE_DENIED, text, "费通知")]
    for where, match in wrong:
        if not _is_of_the_rest(texts[where], match.start()):
            yield Finding(
                "fee-contradiction", "warning", f"{PART_NAMES[where]}写“{match[0]}”，收费通知填的是 {fee.notices} 件",
                expected=f"{fee.notices}", found=match[0], where=where, start=match.start(), end=match.end(),
                next_step="请核对收费通知的件数，改成一致",
            )  # fmt: skip


def _charged_in_words(case: Case) -> Iterator[Finding]:
    """对 1 名申请人收取了信息处理费, 向 2 名申请人发出收费通知 although the params say that nothing was notified or charged."""
    fee = case.report.processing_fee
    if fee is None or fee.notices != 0 or fee.amount_yuan != 0:
        return
    for where in ("narrative.overview", "narrative.other"):
        text = _text(case, where)
        for match in matches(_CHARGED, text, "费"):
            if not _NOT_CHARGED.search(match[0]) and not _is_of_the_rest(text, match.start()):
                yield Finding(
                    "fee-contradiction", "warning", f"{PART_NAMES[where]}写“{match[0]}”，收费通知和收取金额填的都是 0",
                    expected="没有收取信息处理费", found=match[0], where=where, start=match.start(), end=match.end(),
                    next_step="请核对收费通知的件数和收取金额，改成一致",
                )  # fmt: skip


def _is_of_the_rest(text: str, at: int) -> bool:
    return bool(_OF_THE_REST.search(text, max(0, at - _REST_BEFORE), at))


def _all_paid(other: str) -> re.Match[str] | None:
    """已按期缴纳信息处理费 200 元, without unpaid notices."""
    paid = None if _UNPAID.search(other) else _PAID.search(other)
    return None if paid is not None and _SOME_PAID.search(other[: paid.start()]) else paid


def _at_odds(case: Case, where: str, unpaid: int | Decimal, match: re.Match[str]) -> Finding:
    """没有制发收费通知, 均已缴纳 although applications ended because a fee was not paid."""
    label = case.report.form.label(Address("applications", "other_not_paid", "total"))
    return Finding(
        "fee-contradiction", "warning", f"{label}为 {shown(unpaid)}，{PART_NAMES[where]}写“{match[0]}”",
        expected="写明发出收费通知、逾期未缴费的件数", found=match[0], where=where, start=match.start(), end=match.end(),
        next_step="逾期未缴费是发出收费通知以后的结果：请核对表三填在哪一行，或改正第六部分",
    )  # fmt: skip


def _amounts_differ(case: Case, fees: tuple[FeeMention, ...]) -> Iterator[Finding]:
    """The params, part six and the other parts name one amount."""
    fee = case.report.processing_fee
    fees = tuple(item for item in fees if item.yuan or not _is_of_the_rest(_text(case, item.where), item.start))
    in_six = [item for item in fees if item.where == "narrative.other"]
    filled = fee.amount_yuan if fee is not None else None
    right = filled if filled is not None else max((item.yuan for item in fees), default=Decimal(0))
    source = "填写的信息处理费" if filled is not None else "文字另一处写的信息处理费"
    # the amount may stand without the name of the fee
    right_in = {
        item.where
        for item in fees
        if item.yuan == right or (right and f"{shown(right)}元" in _text(case, item.where).replace(" ", ""))
    }
    for where in ("narrative.overview", "narrative.other"):  # 一人缴 100 元，另一人缴 60 元
        if sum(item.yuan for item in fees if item.free and item.where == where) == right:
            right_in.add(where)
    for item in in_six if filled is None else fees:
        if item.exact and item.yuan != right and not (item.free and item.where in right_in):
            yield words_finding(
                item, "fee-contradiction", "warning" if item.free else "error",
                f"写“{item.text}”，{source}为 {shown(right)} 元，相差 {shown(abs(item.yuan - right))} 元",
                expected=shown(right), found=shown(item.yuan), next_step="请核对收取金额，改成一致",
            )  # fmt: skip


@rule("fee-blank", GROUP, parts=["other"])
def check_fee_blank(case: Case) -> Iterator[Finding]:
    """fee-blank: 收费通知件数和收取金额填了一项的，另一项也要填，没有发生的填 0。

    Source: 2021 版格式，第六部分的填写说明；空着与 0 不同。
    """
    fee = case.report.processing_fee
    if fee is None or not case.report.form.part("other").must_mention:
        return
    for name, field in type(fee).model_fields.items():
        if getattr(fee, name) is None:
            yield Finding(
                "fee-blank", "error", f"第六部分的“{field.title}”还没有填写", expected="一个数",
                where=f"processing_fee.{name}", next_step="没有发生的请填 0",
            )  # fmt: skip


@rule("fee-amount", GROUP, parts=["other"])
def check_fee_amount(case: Case) -> Iterator[Finding]:
    """fee-amount: 信息处理费按国办函〔2020〕109号的标准收取，金额是 10 元的整数倍。

    Source: 国办函〔2020〕109号：按件 100 元／件起，按量 10 元／页起。
    """
    fee = case.report.processing_fee
    if fee is not None and fee.amount_yuan and fee.amount_yuan % TARIFF_STEP:
        yield Finding(
            "fee-amount", "warning", f"信息处理费填 {shown(fee.amount_yuan)} 元，按收费标准应为 10 元的整数倍",
            expected="10 的整数倍", found=shown(fee.amount_yuan), where="processing_fee.amount_yuan",
            next_step="请核对金额和单位（元）",
        )  # fmt: skip
    for item in fee_mentions(case):
        if item.exact and not item.free and item.yuan % TARIFF_STEP:
            yield words_finding(
                item, "fee-amount", "warning", f"写“{item.text}”，信息处理费按收费标准应为 10 元的整数倍",
                expected="10 的整数倍", found=shown(item.yuan), next_step="请核对金额和单位（元），或确认并写明原因",
            )  # fmt: skip


def fee_mentions(case: Case) -> Iterator[FeeMention]:
    """Every place that tells an amount of 信息处理费, or that none was collected."""
    named = tuple(_mentions_by_name(case))
    yield from named
    for item in _mentions_in_free_words(case):
        if not any(item.where == one.where and item.start < one.end and one.start < item.end for one in named):
            yield item


def tie_fees(case: Case) -> tuple[Tie, ...]:
    """The ties of the text's figures, with amounts of the fee compared with 收取金额, which is not a cell of a table."""
    mentions = [item for item in fee_mentions(case) if item.exact]
    return tuple(_tied(tie, mentions, case) if tie.state == "untied" else tie for tie in case.text.ties)


def _tied(tie: Tie, mentions: list[FeeMention], case: Case) -> Tie:
    amounts = [item.yuan for item in mentions if item.where == tie.where and item.start <= tie.start and tie.end <= item.end]
    if not {tie.value, tie.value * 10_000} & set(amounts):
        return tie
    filled = case.report.processing_fee.amount_yuan if case.report.processing_fee is not None else None
    if filled is None:
        return replace(tie, kind="fee", reason="收取金额没有填写，以文字为准")
    if filled in amounts:
        return replace(tie, kind="fee", state="agrees", expected=filled, reason="与收取金额一致")
    return replace(tie, kind="fee", state="differs", expected=filled, reason="与收取金额不一致")


def _mentions_in_free_words(case: Case) -> Iterator[FeeMention]:
    """依申请提供政府信息均未收费: no name of the fee, but what was asked for; 收费通知 1 件，申请人缴了 60 元."""
    for where in ("narrative.overview", "narrative.other"):
        yield from _free_mentions(where, _text(case, where))


@lru_cache(maxsize=8)  # two rules and the ties look at them
def _free_mentions(where: str, text: str) -> tuple[FeeMention, ...]:
    if not _ABOUT_MONEY.search(text):
        return ()
    text = _TITLES.sub(lambda title: "＊" * len(title[0]), text)
    on_requests = (one for one in _SENTENCE.finditer(text) if where == "narrative.other" or _ON_REQUESTS.search(one[0]))
    return tuple(mention for sentence in on_requests for mention in _free_mentions_of(where, sentence))


def _free_mentions_of(where: str, sentence: re.Match[str]) -> Iterator[FeeMention]:
    noticed = "费通知" in sentence[0] and "处理费" not in sentence[0]
    for clause in _CLAUSE.finditer(sentence[0]):
        denied = _FREE.search(clause[0])
        match = denied or (_PAID_YUAN.search(clause[0]) if noticed else None)
        if match is not None and not _OTHER_CHARGE.search(clause[0], 0, match.end() - len("免费")):
            yuan = Decimal(0) if denied else Decimal(match["yuan"].replace(",", ""))
            start = sentence.start() + clause.start() + match.start()
            yield FeeMention(where, start, start + len(match[0]), match[0], yuan, free=True)


def _mentions_by_name(case: Case) -> Iterator[FeeMention]:
    for part in (part for part in case.text.cells.parts if "费" in part.plain.text):
        text = part.plain.text
        others = {match.end() for match in re.finditer(_OTHER_PROCESSING, text)}
        of_fees = [sentence for sentence, kinds in zip(part.sentences, part.kinds, strict=True) if "fee" in kinds]
        fees = {token.end for whole in of_fees for token in whole if token.kind == "fee"} - others
        named = (whole for whole in of_fees if any(token.end in fees for token in whole))
        for sentence in (piece for whole in named for piece in _pieces(whole)):
            at = next((index for index, token in enumerate(sentence) if token.end in fees), None)
            if at is None or _is_of_another_year(sentence[:at], case.report.year, text):
                continue
            amount = _amount(sentence, at, text)
            if _IS_APART.match(text, sentence[at].end) or _is_excepted(text, sentence[at]):
                continue  # 罚没款 430 万元，与信息处理费无关
            denial = next((token for token in sentence[max(0, at - 6) : at + 7] if token.kind in _NONE), None)
            if (amount is None and denial is None) or (
                denial is not None and _NOT_DENIED.search(text, sentence[at].end, denial.end)
            ):
                continue
            last = amount or denial or sentence[at]
            # 按信息处理费管理办法，收取信息处理费 120 元: the words next to the amount
            fee = next((token for token in reversed(sentence) if token.end in fees and token.end <= last.start), sentence[at])
            start, end = part.plain.span(min(fee.start, last.start), max(fee.end, last.end))
            yuan = _yuan(amount) if amount else Decimal(0)
            yield FeeMention(
                part.where, start, end, part.plain.original[start:end][:40], yuan, exact=not (amount and amount.about)
            )


def _is_of_another_year(words: Sequence[Token], own: int, text: str) -> bool:
    """2024年未收取信息处理费 in the report of 2025; 2020年印发的办法 and 2023年以来 do not name the year of a fee."""
    first = next((at + 1 for at in range(len(words) - 1, -1, -1) if words[at].kind == "sep"), 0)
    alone = first > 1 and words[first - 2].kind == "year" and text[words[first - 2].end] == "，"
    years = [word for word in words[first - 2 if alone else first :] if word.kind == "year"]
    of_fee = any(not _SINCE.match(text, word.end) for word in years)
    own_year = any(word.kind == "now" for word in words[first:]) or any(int(word.value) == own for word in years)
    return of_fee and not own_year


def _is_excepted(text: str, fee: Token) -> bool:
    """除上述信息处理费外，未收取任何费用: what the clause denies is every other fee."""
    return bool(_OUTSIDE.match(text, fee.end) and _EXCEPT.search(text, max(0, fee.start - _REST_BEFORE), fee.start))


_EXCEPT, _OUTSIDE = re.compile(r"除[^，。；：\n]{0,24}\Z"), re.compile(r"[^，。；：\n\d]{0,6}?(?:以|之)?外(?=[，、没未再均并])")
_IS_APART = re.compile("(?:的收取)?(?:没有关系|并?无关|不是一回事|不同)")
_NOT_DENIED = re.compile("(?:不是|并非|多数|大?部分)[^，。；]{0,4}")  # 信息处理费不是一分没收, 大多数申请分文未取
_SINCE = re.compile("以来|起|开始|[^，。；]{0,6}(?:印发|出台|制定|发布|文件|办法|规定|[一]样|相同)")


def _pieces(sentence: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """未收取信息处理费；对超量申请收取 640 元: each side of ； is a separate statement."""
    first = 0
    for at, token in enumerate(sentence):
        if token.kind == "sep" and token.value == "；":
            yield sentence[first : at + 1]
            first = at + 1
    yield sentence[first:]


def _amount(sentence: tuple[Token, ...], at: int, text: str) -> Token | None:
    """The money next to the fee: behind it up to the next charge, else before it in the clause (收取0元信息处理费)."""
    for place, token in enumerate(sentence[at : at + 40], at):
        if token.kind == "act" or (token.kind == "sep" and token.value in "。；"):
            break
        if token.kind in ("distribute", "respectively"):  # 每件 100 元 is the tariff; 分别为 420 元和 160 元 are of each
            return None
        if token.kind == "figure" and token.value in ("元", "万元"):
            if _is_of_another(sentence, at, place, text):
                break
            return token
    for token in reversed(sentence[max(0, at - 6) : at]):
        if token.kind == "sep" or token.kind == "act":
            return None
        if token.kind == "figure" and token.value in ("元", "万元"):
            return token
    return None


def _is_of_another(sentence: tuple[Token, ...], at: int, place: int, text: str) -> bool:
    """未收取信息处理费，停车费 640 元: the amount is in a later clause, which names another charge."""
    ends = [each for each in range(place) if sentence[each].kind == "sep" and sentence[each].value != "："]
    later = [each for each in ends if each > at]
    if not later or not sentence[place].number:
        return False
    end = sentence[place].start
    if _OTHER_CHARGE.search(text, sentence[later[-1]].end, end):
        return True
    clause = sentence[max((each for each in ends if each < at), default=0) : later[0]]
    denied = any(token.kind in _NONE for token in clause)
    return denied and not _OF_THE_FEE.fullmatch(text, sentence[later[0]].end, end)


def _yuan(token: Token) -> Decimal:
    return (token.number or Decimal(0)) * (10000 if token.value == "万元" else 1)


def _text(case: Case, where: str) -> str:
    return str(getattr(case.report.narrative, where.removeprefix("narrative.")))
