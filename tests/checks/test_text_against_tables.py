"""Sentences of real reports against known tables: what must be found, and near misses that must not.

Each row: the sentence and why it is there. The tables are those of ``tests/checks/wordings.py``.
"""

from __future__ import annotations

import pytest

from tests.checks.wordings import codes_in, found_in, last_year, report_saying
from toolkit.checks.catalogue import Case
from toolkit.checks.narrative.candidates.quantity import Quantity
from toolkit.checks.narrative.findings import name_of
from toolkit.checks.rules.text.against_tables import check_text_silent
from toolkit.forms import Address, form_by_id

FOUND: dict[str, list[tuple[str, str, str]]] = {
    "text-new": [
        ("error", "全年共收到政府信息公开申请15件。", "plain"),
        ("error", "2024年，我镇新收政府信息公开申请 15 件，均在法定期限内办理。", "blanks around the figure"),
        ("error", "本年度受理依申请公开１５件。", "full-width digits, 受理"),
        ("error", "全年收到15件申请。", "figure before its noun"),
        ("error", "全年收到群众提交的政府信息公开申请十五件。", "Chinese numerals"),
        ("error", "（二）依申请公开。全年共收到申请15件，办结11件。", "under a heading"),
        ("error", "依申请公开方面，今年共接到15件，全部按规定登记。", "bare figure under its topic"),
        ("error", "2024年受理15件依申请公开，办结11件。", "verb, figure, noun"),
        ("error", "全镇共收到公民、法人和其他组织的政府信息公开申请15件。", "whoever may apply is no part"),
        ("error", "收到政府信息公开申请 1,204 件。", "thousands separator"),
        ("error", "全年收办政府信息公开申请15件。", "收办: new and carried in make 13"),
        ("warning", "政府信息公开申请15件，办结11件。", "no verb"),
        ("warning", "镇党政办共收到申请15件。", "scope of a part: a warning"),
        ("notice", "全年共收到政府信息公开申请20余件。", "approximate: a notice"),
        ("notice", "全年收到政府信息公开申请13件。", "new plus carried in: told as 收办总数"),
        ("error", "今年以来，收到政府信息公开\n申请15件。", "⻅ radicals and line breaks do not hide it"),
        ("warning", "新收申请12件，自然人10件，企业、律师事务所和其他组织合计提出3件。", "the sum of three columns"),
        ("warning", "新收申请12件，自然人10件，其余3件来自企业、律师事务所和其他组织。", "their names behind"),
        ("warning", "新收申请12件。12件里自然人11件、企业2件。", "a head that goes back to the sentence before"),
        ("warning", "申请量由上年的8件升至14件。", "the level reached"),
    ],
    "text-carried": [
        ("error", "上年结转3件，全年新收12件。", "carried in"),
        ("error", "2023年结转申请3件。", "carried in, told by its year"),
        ("error", "结转下年度继续办理4件。", "carried out"),
        ("error", "另有4件结转至下一年度继续办理。", "figure first"),
        ("error", "剩余4件结转2025年办理。", "carried out, told by its year"),
        ("error", "新收申请12件，无上年结转。", "denied"),
        ("error", "申请均已答复，无结转下年度的申请。", "denied, carried out"),
        ("error", "连同上年结转的3件，一并办理。", "的 between"),
        ("warning", "收到申请12件，办结11件，至年底尚有3件未到答复期限。", "not due yet"),
        ("warning", "收到申请12件，办结11件，至年底尚有3件答复期限未满，留待办理。", "in other words"),
    ],
    "text-handled": [
        ("error", "收到申请12件，办结12件。", "plain"),
        ("error", "收到申请12件，已全部按期答复12件。", "答复"),
        ("error", "收到申请12件，其中10件已经按时按规完成答复。", "figure first, after 其中"),
        ("error", "依申请公开申请办理完毕9件。", "办理完毕"),
        ("error", "本年度答复政府信息公开申请9件。", "verb first"),
        ("warning", "收到政府信息公开申请12件，均已办结。", "all, though two are carried out"),
        ("warning", "全年受理申请12件，全部依法依规按时答复。", "all, 答复"),
        ("warning", "全年办理政府信息公开申请20件。", "办理 fits neither 12, 11 nor 13"),
    ],
    "text-outcome": [
        ("error", "办结申请11件，其中予以公开6件。", "granted"),
        ("error", "办结申请11件：予以公开5件，部分公开2件。", "partly"),
        ("error", "申请办理结果为：不予公开3件、无法提供1件。", "refused"),
        ("error", "依申请公开办结11件，无法提供2件，不予处理1件。", "unavailable"),
        ("error", "收到申请12件，2件不予处理。", "figure first"),
        ("error", "办结申请11件，其他处理2件。", "other"),
        ("error", "依申请公开答复11件，其中予以公开及部分公开7件。", "two outcomes told together"),
        ("error", "申请办理中，予以公开、部分公开、不予公开分别为5件、2件、2件。", "分别 deals out"),
        ("warning", "收到申请12件，均予以公开。", "all"),
        ("warning", "办结申请11件，全部予以公开或部分公开。", "all of two kinds"),
        ("warning", "收到申请12件，因本镇不掌握相关信息，无法提供的有2件。", "the reason in the clause before"),
        ("warning", "申请因本镇不掌握有关信息而无法提供2件。", "有关 behind the reason"),
    ],
    "text-disputes": [
        ("error", "因政府信息公开引发行政复议4件。", "review"),
        ("error", "发生政府信息公开行政诉讼3件。", "both kinds of lawsuits together"),
        ("error", "行政复议3件，其中维持3件。", "result"),
        ("error", "被申请行政复议3件，纠正2件。", "corrected"),
        ("error", "行政诉讼2件，其中未经复议直接起诉2件。", "direct"),
        ("error", "复议后起诉2件。", "after review"),
        ("error", "政府信息公开行政复议案件4起、行政诉讼案件2起。", "起, side by side"),
        ("error", "因政府信息公开引起的行政复议3件，有2件被纠正。", "figure first"),
        ("error", "行政复议、行政诉讼各3件。", "各"),
        ("warning", "行政复议3件，均获维持。", "words: one was corrected"),
        ("warning", "行政复议3件，结果均为维持。", "words"),
        ("error", "因信息公开被申请行政复议5起。", "起"),
        ("error", "行政复议3件。3件里维持2件、纠正2件。", "a head that goes back to the sentence before"),
        ("error", "行政诉讼2件：未经复议1件，经复议2件。", "经复议 beside a lawsuit"),
        ("warning", "行政复议3件，除2件被纠正外均获维持。", "one is excepted"),
        ("warning", "行政诉讼2件，除1件尚未审结外，其余均获维持。", "none is excepted"),
        ("error", "每百件申请引发行政复议约25件。行政复议4件。", "behind a rate"),
    ],
    "text-article20": [
        ("error", "制发行政规范性文件4件。", "issued"),
        ("error", "全年印发行政规范性文件3件，废止2件，现行有效8件。", "repealed in a row"),
        ("error", "现行有效的行政规范性文件为9件。", "valid"),
        ("warning", "现行有效规范性文件30件。", "far from the cell"),
        ("error", "作出行政许可决定26件、行政处罚决定41件。", "permits"),
        ("error", "全年实施行政处罚40件，行政强制3件。", "penalties"),
        ("error", "作出26宗行政许可。", "figure first"),
        ("error", "行政事业性收费2.5万元。", "charges in 万元"),
        ("error", "收取行政事业性收费25000元。", "charges in 元"),
        ("warning", "公示行政处罚决定45件。", "published: a warning"),
        ("error", "新制发规范性文件四份。", "Chinese numeral"),
    ],
    "text-none": [
        ("error", "全年未收到政府信息公开申请。", "plain"),
        ("error", "本年度没有收到依申请公开申请件。", "没有收到"),
        ("error", "2024年无依申请公开事项。", "无"),
        ("error", "全年零申请。", "零"),
        ("error", "全年申请数为零。", "为零"),
        ("error", "未收到任何形式的依申请公开政府信息。", "任何形式"),
        ("error", "未发生行政复议。", "review"),
        ("error", "没有因政府信息公开被申请行政复议，也没有被提起行政诉讼。", "two denials"),
        ("error", "行政复议、行政诉讼均未发生。", "denied behind"),
        ("error", "全年无复议、无诉讼。", "short"),
        ("error", "复议、诉讼均为零。", "均为零"),
        ("error", "未接到公民、法人和其他组织的政府信息公开申请。", "anyone"),
        ("error", "没有人申请行政复议或者提起行政诉讼。", "或者"),
    ],
    "text-outcome-group": [
        ("warning", "申请办理中，不予公开1件（本机关不掌握相关政府信息）。", "bracket"),
        ("warning", "因本机关不掌握而不予公开1件。", "one clause"),
        ("warning", "办结申请，不予公开2件，其中不掌握1件。", "after 其中"),
        ("warning", "重复申请予以其他处理1件。", "repeat is 不予处理"),
        ("warning", "无法提供1件（涉及商业秘密）。", "secret is 不予公开"),
    ],
}  # fmt: skip


NEAR: dict[str, list[tuple[str, str]]] = {
    "text-new": [
        ("全年共收到政府信息公开申请12件。", "right"),
        ("全年收到群众留言15条，均已回复。", "no application"),
        ("收到意见建议35条，采纳20条。", "no application"),
        ("收到申请12件，其中网上申请8件、信函申请4件。", "ways of applying"),
        ("共收到申请12件，其中通过网络收到8件，当面收到4件。", "ways of receiving"),
        ("上半年收到申请5件，下半年收到申请7件。", "half years"),
        ("一季度收到申请2件，二季度收到申请3件。", "quarters"),
        ("2023年收到政府信息公开申请8件。", "last year's, and right"),
        ("去年收到申请8件。", "last year's"),
        ("历年累计收到政府信息公开申请120件。", "over the years"),
        ("自2019年以来共收到申请66件。", "since another year"),
        ("全县共收到政府信息公开申请560件。", "the county's, not ours"),
        ("做到收到一件、登记一件、办结一件。", "一件 for each"),
        ("收到征地拆迁方面的申请6件。", "of one subject"),
        ("收到申请12件，申请内容涉及土地征收6件、房屋拆迁3件。", "subjects"),
        ("办理12345热线工单3612件，收到来信15件。", "other letters"),
        ("低保申请36件全部办结。", "an application for something else"),
        ("全年收到申请10余件。", "approximate and fits"),
        ("全年共收到申请13件（含上年结转1件）。", "says itself what it counts"),
        ("新收和上年结转申请共13件。", "both together"),
        ("开展政府信息公开业务培训3次，参训人员120人次。", "trainings"),
        ("依据《2019年政府信息公开申请办理规范15件套》办理。", "figures of a title"),
        ("按照国办公开办函〔2021〕30号要求办理申请。", "document number"),
        ("如需申请，可拨打0537-6508002或到清河路1号。", "telephone and address"),
        ("收到自然人申请10件、商业企业申请2件。", "by applicant, and right"),
        ("每收到1件申请，都登记造册。", "each"),
        ("新收申请12件，自然人10件，企业、律师事务所和其他组织合计提出2件。", "the sum of three columns"),
        ("新收申请12件，自然人10件，其余2件来自企业、律师事务所和其他组织。", "their names behind"),
        ("新收申请12件。12件里自然人10件、企业2件。", "a head and its parts"),
        ("申请量由8件攀升到12件，增长50%。", "two levels"),
        ("每百件申请引发行政复议约25件，每万人提出申请约3件。", "rates"),
    ],
    "text-carried": [
        ("上年结转1件，新收12件，办结11件，结转下年度2件。", "right"),
        ("结转结余资金3件套装。", "money carried over"),
        ("2件结转2025年办理。", "right, by its year"),
        ("没有历史遗留申请。", "another word"),
        ("无逾期未办结申请。", "none late"),
        ("收到申请12件，办结11件，至年底尚有2件未到答复期限。", "right"),
    ],
    "text-handled": [
        ("收到申请12件，办结11件。", "right"),
        ("收到申请12件，当场答复3件。", "on the spot: some"),
        ("收到申请12件，办结11件，均在法定期限内答复。", "all of those finished"),
        ("县长信箱收到来信183条，答复183条。", "letters"),
        ("办理人大建议5件，均已办结。", "other business"),
        ("延期答复2件。", "some"),
        ("办结率、答复率均达到100%。", "rates"),
        ("全年办理政府信息公开申请13件。", "办理 may count those carried in"),
        ("回复网民留言87条。", "comments"),
        ("电话答复咨询30余件。", "by telephone"),
    ],
    "text-outcome": [
        ("办结申请11件，其中予以公开5件、部分公开1件、不予公开2件、无法提供1件、不予处理1件、其他处理1件。", "right"),
        ("重点领域信息予以公开120条。", "published, not on request"),
        ("承办建议提案8件，予以公开8件。", "proposals"),
        ("信息分为主动公开、依申请公开和不予公开3类。", "kinds"),
        ("依申请公开方面，部分公开的一件涉及他人土地面积。", "one of them"),
        ("对不予公开的决定实行两级复核。", "no count"),
        ("不予公开信息目录共有36项。", "a catalogue"),
        ("办结申请11件，予以公开5件，申请人撤回1件作其他处理。", "withdrawn"),
        ("2023年予以公开7件。", "last year's"),
        ("依申请公开中，商业企业申请2件，均予以公开或者不予公开。", "a part only"),
        ("办结申请11件，其中公开5件，其余6件分属部分公开、不掌握、内部事务、重复申请、信访和其他。", "outcomes together"),
        ("收到申请12件，由于没有保存有关材料，无法提供的有1件。", "a reason in free words"),
    ],
    "text-disputes": [
        ("行政复议3件，其中维持2件、纠正1件；行政诉讼2件，均获维持。", "right"),
        ("行政诉讼2件，无败诉。", "no loss is not no lawsuit"),
        ("未发生行政诉讼败诉案件。", "no loss"),
        ("镇长出庭应诉4次。", "appearances"),
        ("县司法局全年审结行政复议案件120件。", "of others"),
        ("一起复议案件被纠正。", "one, and right"),
        ("行政复议、行政诉讼共5件。", "together"),
        ("行政诉讼2件：未经复议直接起诉1件（维持1件），复议后起诉1件（维持1件）。", "brackets"),
        ("发出提示函，及时纠正问题15件。", "mending of something else"),
        ("学习行政复议典型案例10个。", "cases to learn from"),
        ("2023年发生行政复议1件。", "last year's"),
        ("行政诉讼2件：未经复议1件，经复议1件（维持）。", "经复议 beside a lawsuit"),
        ("行政诉讼2件，先行复议的1件，未先行复议的1件。", "the same in other words"),
        ("诉讼1件在复议之后提起，获维持。", "the lawsuit of one kind"),
        ("行政复议3件，经复议维持2件、纠正1件。", "经复议 without a lawsuit"),
        ("行政复议3件，除1件被纠正外均获维持。", "one is excepted, and right"),
        ("代县政府审理行政复议案件36件，纠正率25%。", "decided for others"),
        ("直接起诉的1件，法院均判决驳回。", "a court, of the kind of lawsuits before it"),
    ],
    "text-article20": [
        ("制发行政规范性文件3件，废止1件，现行有效8件。", "right"),
        ("印发工作通报四期。", "bulletins"),
        ("开展规范性文件合法性审查12件。", "reviewed, not issued"),
        ("转发上级规范性文件16件。", "from above"),
        ("公开行政许可信息55条、行政处罚信息30条。", "pieces of information"),
        ("公布行政许可事项122项。", "items of a list"),
        ("制定规章制度5项。", "house rules"),
        ("行政事业性收费2.4万元。", "right"),
        ("收取停车费3万元。", "another charge"),
        ("解读规范性文件5件。", "explained"),
        ("《清河镇行政处罚裁量基准（2024年版）》公布后，共有30余人次查阅。", "title"),
    ],
    "text-none": [
        ("未收到网上申请。", "one way of applying"),
        ("未收到企业提出的申请。", "one kind of applicant"),
        ("上半年未收到申请。", "half a year"),
        ("行政诉讼无败诉。", "no loss"),
        ("未发生行政复议被纠正的情况以外的问题。", "not the disputes themselves"),
        ("未收到对申请答复的投诉。", "complaints"),
        ("力争实现零复议、零诉讼。", "a wish"),
        ("切实防止发生行政复议、行政诉讼。", "a wish"),
        ("申请人无正当理由逾期不补正1件。", "无正当理由"),
        ("2023年未发生行政诉讼。", "another year"),
        ("依申请公开事项未收取费用。", "no fee"),
        ("无法提供1件。", "无法"),
        ("未发生因答复超期引发的投诉举报。", "complaints"),
        ("无一起因程序违法被撤销的行政复议。", "not the disputes themselves"),
    ],
    "text-outcome-group": [
        ("无法提供1件（本机关不掌握相关政府信息）。", "right group"),
        ("重复申请1件不予处理。", "right group"),
        ("不予公开2件，无法提供1件（不掌握）。", "the bracket belongs to the second"),
        ("涉及个人隐私的，遮盖后部分公开1件。", "granted in part"),
        ("逾期不补正的，不再处理。", "不再处理 is no 不予处理"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "severity", "sentence"),
    [(code, severity, sentence) for code, rows in FOUND.items() for severity, sentence, _ in rows],
)
def test_is_found(code: str, severity: str, sentence: str) -> None:
    assert (code, severity) in codes_in(sentence)


@pytest.mark.parametrize("sentence", [sentence for rows in NEAR.values() for sentence, _ in rows])
def test_is_left_alone(sentence: str) -> None:
    assert codes_in(sentence) == []


def test_message_names_both_sides_and_the_difference() -> None:
    (found,) = found_in(report_saying("全年新收申请15件。"), last_year())
    assert found.message == "第一部分写“新收申请15件”，表三 一、新收·总计为 12，相差 3"
    assert (found.expected, found.found, found.where) == ("12", "15", "narrative.overview")
    assert "全年新收申请15件。"[found.start : found.end] == "新收申请15件"


def test_digits_that_changed_places_are_named() -> None:
    found = found_in(report_saying("全年实施行政处罚14件。"), last_year())
    assert [(item.code, "写颠倒" in item.next_step) for item in found] == [("text-article20", True)]


def test_message_of_a_group_and_of_lawsuits() -> None:
    (group,) = found_in(report_saying("依申请公开答复中，不予公开4件。"), last_year())
    assert group.message == "第一部分写“不予公开4件”，表三 不予公开小计·总计为 2，相差 2"
    (suits,) = found_in(report_saying("行政诉讼4件。"), last_year())
    assert suits.message == "第一部分写“行政诉讼4件”，表四 行政诉讼·总计为 2，相差 2"


SILENT = [
    ("（一）主动公开。公开信息300条。", 2, "nothing of either"),
    ("（二）依申请公开。渠道保持畅通。", 2, "the heading says nothing"),
    ("依申请公开：妥善办理答复群众的申请。行政复议案件依法应对。", 0, "in words"),
    ("收到申请12件。", 1, "disputes are missing"),
    ("行政复议3件、行政诉讼2件。", 1, "applications are missing"),
    ("收到申请12件，行政复议3件，行政诉讼2件。", 0, "both"),
    ("", 0, "an empty part is another rule's"),
]


@pytest.mark.parametrize(("text", "count"), [(text, count) for text, count, _ in SILENT])
def test_text_silent(text: str, count: int) -> None:
    found = list(check_text_silent(Case(report_saying(text))))
    assert [(item.code, item.severity) for item in found] == [("text-silent", "warning")] * count


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        (
            (Address("permits", "permits", "decisions"), Address("enforcement", "penalties", "decisions")),
            "表二 行政许可、行政处罚·本年处理决定数量",
        ),
        (
            (Address("documents", "normative", "issued"), Address("documents", "normative", "repealed")),
            "表二 行政规范性文件·本年制发件数、本年废止件数",
        ),
        (
            tuple(Address("disputes", row, "total") for row in ("direct_lawsuit", "lawsuit_after_review")),
            "表四 行政诉讼·总计",
        ),
    ],
)
def test_rows_and_columns_counted_together_are_named_once(cells: tuple[Address, ...], name: str) -> None:
    assert name_of(form_by_id("2021"), Quantity("", "text-article20", cells)) == name
